"""The stages on the way to a remedy: which ones, in which order, with which usual norms."""

from enum import StrEnum
from typing import NamedTuple

from app.vocabulary import REFUNDS, Remedy


class Load(StrEnum):
    """What a lane moves; a payment run is a lane that moves money to the banks of a country."""

    GOODS = "goods"
    MONEY = "money"
    TECHNICIAN = "technician"


class OptionKind(StrEnum):
    """A way out when the usual one is too slow."""

    OTHER_LANE = "other_lane"
    ADVANCE_REPLACEMENT = "advance_replacement"
    STOCK_SWAP = "stock_swap"
    ON_SITE_REPAIR = "on_site_repair"
    REFUND = "refund"
    OFF_CYCLE_PAYMENT = "off_cycle_payment"


class Stage(StrEnum):
    """A step of the work or of the way; the norms in the database bear these codes."""

    TRIAGE = "triage"
    DEALER_PACK = "dealer_pack"
    INBOUND = "inbound"
    INTAKE = "intake"
    DIAGNOSIS = "diagnosis"
    REPAIR = "repair"
    QUALITY_CHECK = "quality_check"
    PICK = "pick"
    OUTBOUND = "outbound"
    HANDOVER = "handover"
    SETTLEMENT = "settlement"
    PAYMENT = "payment"
    DOCUMENTS = "documents"
    VISIT = "visit"
    ON_SITE_REPAIR = "on_site_repair"


# The working days with which the portal begins; the administrator's table holds what is in force.
USUAL_NORMS = {
    Stage.TRIAGE: 1,
    Stage.DEALER_PACK: 1,
    Stage.INTAKE: 1,
    Stage.DIAGNOSIS: 2,
    Stage.REPAIR: 3,
    Stage.QUALITY_CHECK: 1,
    Stage.PICK: 1,
    Stage.HANDOVER: 1,
    Stage.SETTLEMENT: 1,
    Stage.DOCUMENTS: 2,
    Stage.ON_SITE_REPAIR: 1,
}

# Working days of the dealer between the earliest day and the promise that is proposed.
USUAL_BUFFER = 2

_COMING_BACK = (Stage.DEALER_PACK, Stage.INBOUND, Stage.INTAKE)
_GOING_OUT = (Stage.OUTBOUND, Stage.HANDOVER)
_MONEY = (Stage.SETTLEMENT, Stage.PAYMENT)
_GOODS_FOR_GOODS = frozenset({Remedy.REPAIR, Remedy.REPLACEMENT})

CHAINS: dict[Remedy, tuple[Stage, ...]] = {
    Remedy.REPAIR: (
        *_COMING_BACK,
        Stage.DIAGNOSIS,
        Stage.REPAIR,
        Stage.QUALITY_CHECK,
        *_GOING_OUT,
    ),
    Remedy.REPLACEMENT: (*_COMING_BACK, Stage.PICK, *_GOING_OUT),
    Remedy.SPARE_PART: (Stage.PICK, *_GOING_OUT),
    Remedy.REFUND: _MONEY,
    Remedy.PRICE_REDUCTION: _MONEY,
    Remedy.DOCUMENTS: (Stage.DOCUMENTS,),
}

AT_THE_DEALER = frozenset({Stage.DEALER_PACK, Stage.HANDOVER, Stage.ON_SITE_REPAIR})
# Last stages that end with the work of a department; the others end at the dealer's.
DONE_BY_DEPARTMENTS = frozenset({Stage.PAYMENT, Stage.DOCUMENTS, Stage.ON_SITE_REPAIR})
FROM_THE_DEALER = frozenset({Stage.INBOUND})

# The stages that go by a lane, and what it moves.
LOADS = {
    Stage.INBOUND: Load.GOODS,
    Stage.OUTBOUND: Load.GOODS,
    Stage.PAYMENT: Load.MONEY,
    Stage.VISIT: Load.TECHNICIAN,
}


class OtherChain(NamedTuple):
    """A way out by another chain: for which remedies it is, and which remedy it gives instead."""

    kind: OptionKind
    remedies: frozenset[Remedy]
    chain: tuple[Stage, ...]
    becomes: Remedy | None = None

    def remedy_then(self, remedy: Remedy) -> Remedy:
        """Return the remedy of what goes this way; a part that is handed over stays a part."""
        is_goods = remedy in _GOODS_FOR_GOODS
        return self.becomes if self.becomes and (is_goods or self.becomes in REFUNDS) else remedy

    @property
    def remedies_then(self) -> frozenset[Remedy]:
        """The remedies of what goes this way."""
        return frozenset(self.remedy_then(remedy) for remedy in self.remedies)


# Ways out that take another chain, and for which remedies. The plant replaces before the return
# arrives; the dealer hands over one of its own stock; a technician repairs where the item stands.
OTHER_CHAINS = (
    OtherChain(
        OptionKind.ADVANCE_REPLACEMENT,
        _GOODS_FOR_GOODS,
        CHAINS[Remedy.SPARE_PART],
        Remedy.REPLACEMENT,
    ),
    OtherChain(
        OptionKind.STOCK_SWAP,
        _GOODS_FOR_GOODS | {Remedy.SPARE_PART},
        (Stage.HANDOVER,),
        Remedy.REPLACEMENT,
    ),
    OtherChain(
        OptionKind.ON_SITE_REPAIR,
        frozenset({Remedy.REPAIR}),
        (Stage.VISIT, Stage.ON_SITE_REPAIR),
    ),
    OtherChain(
        OptionKind.REFUND,
        _GOODS_FOR_GOODS | {Remedy.SPARE_PART},
        _MONEY,
        Remedy.REFUND,
    ),
)
