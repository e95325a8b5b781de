"""What the goods of a claim weigh, as far as it is known. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.vocabulary import Remedy

# What travels as a whole. Of a spare part nobody says which one it is, so its weight is not known.
WHOLE = frozenset({Remedy.REPAIR, Remedy.REPLACEMENT})
TRAVELS = WHOLE | {Remedy.SPARE_PART}


class Goods(NamedTuple):
    """The product group of a line, and what one piece of it weighs in kilograms."""

    group: str
    weight: Decimal | None


def weight_of(
    goods: Mapping[UUID, Goods],
    remedies: Mapping[UUID, Remedy],
    quantities: Mapping[UUID, Decimal],
) -> Decimal | None:
    """Return the kilograms that go on a lane, None when nothing does or not all of it is known."""
    total = Decimal(0)
    for line, remedy in remedies.items():
        weight = goods[line].weight
        if remedy in TRAVELS and (remedy not in WHOLE or weight is None):
            return None
        if remedy in WHOLE and weight is not None:
            total += weight * quantities[line]
    return total or None
