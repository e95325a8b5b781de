"""The bad days an ERP may have: which there are, and how one is asked for in a line of text.

A line is `KIND[:key=value]…[,KIND…]`, as in `slow:by=2:p=0.3,cut:count=2:on=PutClaim+SaveFile`:

- `p`: the chance that a call is hit, 0 to 1; without it each call is;
- `count`: after so many hits it is over;
- `for`: after so many seconds it is over;
- `on`: the operations it may hit, with plus signs between; `WSDL` is the reading of the contract;
- `by`: the seconds of `slow`, the messages that `restored` goes back.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What may go wrong; the order is that of the page."""

    SLOW = "slow"
    DOWN = "down"
    MAINTENANCE = "maintenance"
    LICENCE = "licence"
    POOL = "pool"
    DEAD_SESSION = "dead-session"
    HTML = "html200"
    CUT = "cut"
    CUT_NEATLY = "cut-neatly"
    GARBAGE = "garbage"
    ERROR_AFTER_WORK = "error-after-work"
    EMPTY = "empty202"
    TWICE = "twice"
    DUPLICATE = "duplicate"
    WRONG_RECORD = "wrong-record"
    ADDED = "drift-added"
    REMOVED = "drift-removed"
    RENAMED = "drift-renamed"
    ENUM = "drift-enum"
    RESTORED = "restored"


PUTS = ("PutClaim", "PutDecision", "SaveFile")
# Where a fault means anything, unless somebody wants it elsewhere.
USUAL_OPERATIONS: dict[Kind, tuple[str, ...]] = {
    Kind.DUPLICATE: PUTS,
    Kind.WRONG_RECORD: (*PUTS, "GetStates"),
    Kind.RESTORED: ("GetChanges", "ConfirmChanges"),
}
USUAL_COUNT = {Kind.RESTORED: 1}  # a backup that is restored at every call is no backup
USUAL_BY = {Kind.SLOW: 2.0, Kind.RESTORED: 1.0}
MOST_COUNT = 1_000_000
LONGEST_SECONDS = 86_400.0


class BadSpec(ValueError):
    """The line asks for something that does not exist; the words say what."""


@dataclass(frozen=True)
class Fault:
    """One kind of trouble and whom it hits. `count` and `seconds` of None mean no end."""

    kind: Kind
    chance: float = 1.0
    count: int | None = None
    seconds: float | None = None
    operations: tuple[str, ...] = ()
    by: float = 0.0

    def may_hit(self, operation: str) -> bool:
        """Whether this operation is one of those meant."""
        return not self.operations or operation in self.operations


def read_spec(line: str, known: frozenset[str]) -> list[Fault]:
    """Return the faults a line asks for, or raise `BadSpec`; `known` are the operations."""
    parts = [part.strip() for part in line.split(",")]
    return [_read_fault(part, known) for part in parts if part]


def make_fault(kind: str, values: dict[str, str], known: frozenset[str]) -> Fault:
    """Return one fault from its texts, an empty text being none; raise `BadSpec`."""
    if kind not in list(Kind):
        raise BadSpec(f"There is no fault {kind!r}; there are: {', '.join(Kind)}")
    strange = sorted(set(values) - {"p", "count", "for", "on", "by"})
    if strange:
        raise BadSpec(f"A fault has no {strange[0]!r}; it has p, count, for, on and by")
    found = Kind(kind)
    chance = _number(values, "p", most=1)
    count = _number(values, "count", most=MOST_COUNT)
    by = _number(values, "by", most=LONGEST_SECONDS)
    return Fault(
        found,
        chance=1.0 if chance is None else chance,
        count=USUAL_COUNT.get(found) if count is None else int(count),
        seconds=_number(values, "for", most=LONGEST_SECONDS),
        operations=_operations(values.get("on", ""), known) or USUAL_OPERATIONS.get(found, ()),
        by=USUAL_BY.get(found, 0.0) if by is None else by,
    )


def _read_fault(text: str, known: frozenset[str]) -> Fault:
    kind, *settings = text.split(":")
    pairs = [setting.partition("=") for setting in settings]
    return make_fault(kind.strip(), {name.strip(): value for name, _, value in pairs}, known)


def _number(values: dict[str, str], name: str, *, most: float) -> float | None:
    text = values.get(name, "").strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:  # also false for a number that is none
        raise BadSpec(f"{name} must be a number from 0 to {most:g}, not {text!r}")
    return number


def _operations(text: str, known: frozenset[str]) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split("+") if name.strip())
    for name in names:
        if name not in known:
            raise BadSpec(f"The contract has no operation {name!r}")
    return names
