"""Who can know how a stage goes: those at the place where it begins, and where it ends. Pure.

What somebody says who can know is a fact. All else is assumed: it is drawn as such, counts for the
forecast, and ends no deadline of law.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from app.deadlines.stages import AT_THE_DEALER, Stage


class Side(StrEnum):
    """An end of the way of the goods."""

    DEALER = "dealer"
    PLANT = "plant"


class Known(NamedTuple):
    """Who can know that a stage began or departed, and who that it is over."""

    begins: frozenset[Side]
    ends: frozenset[Side]


_DEALER, _PLANT = frozenset({Side.DEALER}), frozenset({Side.PLANT})
# The dealer hands over and the plant receives, or the other way round. The technician who repairs
# at the dealer's is of the plant; a payment is known to who paid and to who was paid.
_ELSEWHERE = {
    Stage.INBOUND: Known(_DEALER, _PLANT),
    Stage.OUTBOUND: Known(_PLANT, _DEALER),
    Stage.VISIT: Known(_PLANT, _PLANT | _DEALER),
    Stage.ON_SITE_REPAIR: Known(_PLANT | _DEALER, _PLANT | _DEALER),
    Stage.PAYMENT: Known(_PLANT, _PLANT | _DEALER),
}
WHO_KNOWS: Mapping[Stage, Known] = {
    stage: Known(_DEALER, _DEALER) if stage in AT_THE_DEALER else Known(_PLANT, _PLANT)
    for stage in Stage
} | _ELSEWHERE
