"""Which shipped lines goods came back from; apart from `rules`, which are about codes.

An ERP tells a return as a line with a negative quantity, without a word about the line that it
takes back. What came back can no more be claimed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Moved:
    """A line of a dealer's shipments of one item: sent, or returned when `quantity` is negative.

    `serials` are in the form in which codes are compared, and so is `lot`.
    """

    line_id: int
    day: date
    lot: str
    quantity: Decimal
    serials: frozenset[str] = frozenset()


def spread_returns(lines: Iterable[Moved]) -> dict[int, Decimal]:
    """Return how much of each line that was sent has come back, by its id.

    Returns are taken in their order. A piece comes back from the line it was last sent with; of
    the rest, what was sent last comes back first, from the lot that the return names if any was
    sent. What no line is left for was sent before anything that is known here.
    """
    ordered = sorted(lines, key=lambda line: (line.day, line.line_id))
    sent = [line for line in ordered if line.quantity >= 0]
    returned = dict.fromkeys((line.line_id for line in sent), Decimal(0))
    for back in (line for line in ordered if line.quantity < 0):
        _take_back(back, [line for line in reversed(sent) if line.day <= back.day], returned)
    return returned


def _take_back(back: Moved, sent: Sequence[Moved], returned: dict[int, Decimal]) -> None:
    """Spread one return over what was sent before it, the newest first."""
    rest = -back.quantity
    for serial in sorted(back.serials):
        line = next((one for one in sent if serial in one.serials), None)
        if line is not None and rest > 0:
            taken = min(Decimal(1), rest, line.quantity - returned[line.line_id])
            returned[line.line_id] += taken
            rest -= taken
    same_lot = [one for one in sent if back.lot and one.lot == back.lot]
    for line in same_lot or sent:
        taken = min(rest, line.quantity - returned[line.line_id])
        returned[line.line_id] += taken
        rest -= taken
