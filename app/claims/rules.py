"""The life of a claim as a table, and the questions one may ask of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from app.claims.requirements import AttachmentKind, AttachmentLevel, Requirement, shortages
from app.core.errors import N_
from app.core.money import Money
from app.core.units import WHOLE_UNITS
from app.vocabulary import DEALERS, MANAGERS, REFUNDS, Remedy, Role

FINEST = Decimal("0.001")  # as fine as quantities are kept

# Whether goods are gone once the remedy is carried out: paid back or exchanged, they can never be
# claimed again. All others stay with their owner, who may claim them anew after the claim is over.
CONSUMES = {
    Remedy.REPAIR: False,
    Remedy.REPLACEMENT: True,
    Remedy.REFUND: True,
    Remedy.PRICE_REDUCTION: False,
    Remedy.SPARE_PART: False,
    Remedy.DOCUMENTS: False,
}


class ClaimState(StrEnum):
    """Where a claim stands; `accepted` and `partially_accepted` wait to be routed."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFICATION = "verification"
    NEEDS_INFO = "needs_info"
    ACCEPTED = "accepted"
    PARTIALLY_ACCEPTED = "partially_accepted"
    REJECTED = "rejected"
    EXECUTION = "execution"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


FINAL = (ClaimState.CLOSED, ClaimState.CANCELLED)
PROMISED = (ClaimState.ACCEPTED, ClaimState.PARTIALLY_ACCEPTED, ClaimState.EXECUTION)


class CustomerKind(StrEnum):
    """What the end customer is in the law's eyes; it decides which deadlines of law run."""

    CONSUMER = "consumer"
    SOLE_TRADER = "sole_trader"
    BUSINESS = "business"


class Action(StrEnum):
    """Everything that can happen to a claim."""

    SUBMIT = "submit"
    TAKE = "take"
    REQUEST_INFO = "request_info"
    SUPPLY_INFO = "supply_info"
    ACCEPT = "accept"
    ACCEPT_PARTLY = "accept_partly"
    REJECT = "reject"
    ROUTE = "route"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    CLOSE_REJECTED = "close_rejected"
    CANCEL = "cancel"
    REVISE_PROMISE = "revise_promise"
    CHANGE_DEMAND = "change_demand"
    DEEM_ACCEPTED = "deem_accepted"
    CONTEST = "contest"
    CHECK_SHIPMENT = "check_shipment"
    GOODS_BACK = "goods_back"
    NOTE_CIRCUMSTANCE = "note_circumstance"


class ShipmentCheck(StrEnum):
    """What became of a line that was filed while the shipments were not up to date.

    `taken`: it was shipped, but nothing of it is free to be claimed. `elsewhere`: by another plant
    or in another currency than the claim's, so that it belongs in a claim of its own.
    """

    PROVISIONAL = "provisional"
    FOUND = "found"
    NOT_FOUND = "not_found"
    TAKEN = "taken"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Step:
    """One row of the table; `to` None means: back to where the question was asked."""

    action: Action
    start: ClaimState
    to: ClaimState | None
    by: tuple[Role, ...]


_SYSTEM = (Role.SYSTEM,)
_HEAD = (Role.HEAD_OF_CLAIMS,)
_PROMISED = (ClaimState.ACCEPTED, ClaimState.PARTIALLY_ACCEPTED, ClaimState.EXECUTION)
_UNDECIDED = (ClaimState.SUBMITTED, ClaimState.VERIFICATION)

# Until somebody has decided, a claim may turn out to be about something else than was known.
CHECKABLE = (*_UNDECIDED, ClaimState.NEEDS_INFO)

STEPS = (
    Step(Action.SUBMIT, ClaimState.DRAFT, ClaimState.SUBMITTED, DEALERS),
    Step(Action.TAKE, ClaimState.SUBMITTED, ClaimState.VERIFICATION, MANAGERS),
    *(
        Step(action, start, to, MANAGERS)
        for start in _UNDECIDED
        for action, to in (
            (Action.REQUEST_INFO, ClaimState.NEEDS_INFO),
            (Action.ACCEPT, ClaimState.ACCEPTED),
            (Action.ACCEPT_PARTLY, ClaimState.PARTIALLY_ACCEPTED),
            (Action.REJECT, ClaimState.REJECTED),
        )
    ),
    Step(Action.SUPPLY_INFO, ClaimState.NEEDS_INFO, None, DEALERS),
    Step(Action.ROUTE, ClaimState.ACCEPTED, ClaimState.EXECUTION, _SYSTEM),
    Step(Action.ROUTE, ClaimState.PARTIALLY_ACCEPTED, ClaimState.EXECUTION, _SYSTEM),
    Step(Action.RESOLVE, ClaimState.EXECUTION, ClaimState.RESOLVED, _SYSTEM),
    Step(Action.CONFIRM, ClaimState.RESOLVED, ClaimState.CLOSED, DEALERS),
    Step(Action.DISPUTE, ClaimState.RESOLVED, ClaimState.EXECUTION, DEALERS),
    Step(Action.CLOSE_REJECTED, ClaimState.REJECTED, ClaimState.CLOSED, DEALERS),
    *(Step(Action.CHECK_SHIPMENT, state, state, _SYSTEM) for state in CHECKABLE),
    *(
        Step(Action.CANCEL, start, ClaimState.CANCELLED, DEALERS)
        for start in (*_UNDECIDED, ClaimState.NEEDS_INFO)
    ),
    *(Step(Action.REVISE_PROMISE, state, state, MANAGERS) for state in _PROMISED),
    *(
        Step(action, state, state, (*DEALERS, *MANAGERS))
        for state in (*CHECKABLE, *_PROMISED)
        for action in (Action.GOODS_BACK, Action.NOTE_CIRCUMSTANCE)
    ),
    *(Step(Action.CHANGE_DEMAND, state, state, MANAGERS) for state in _UNDECIDED),
    *(
        Step(Action.DEEM_ACCEPTED, start, ClaimState.ACCEPTED, _SYSTEM)
        for start in (*_UNDECIDED, ClaimState.NEEDS_INFO)
    ),
    *(
        Step(Action.CONTEST, start, ClaimState.VERIFICATION, _HEAD)
        for start in (ClaimState.ACCEPTED, ClaimState.EXECUTION)
    ),
)


class BallWith(StrEnum):
    """Whose move it is."""

    DEALER = "dealer"
    MANAGER = "manager"
    DEPARTMENT = "department"
    NOBODY = "nobody"


BALL = {
    ClaimState.DRAFT: BallWith.DEALER,
    ClaimState.SUBMITTED: BallWith.MANAGER,
    ClaimState.VERIFICATION: BallWith.MANAGER,
    ClaimState.NEEDS_INFO: BallWith.DEALER,
    ClaimState.ACCEPTED: BallWith.DEPARTMENT,
    ClaimState.PARTIALLY_ACCEPTED: BallWith.DEPARTMENT,
    ClaimState.REJECTED: BallWith.DEALER,
    ClaimState.EXECUTION: BallWith.DEPARTMENT,
    ClaimState.RESOLVED: BallWith.DEALER,
    ClaimState.CLOSED: BallWith.NOBODY,
    ClaimState.CANCELLED: BallWith.NOBODY,
}


@dataclass(frozen=True)
class LineVerdict:
    """How a line was decided: what was claimed, accepted and rejected of it."""

    quantity: Decimal
    accepted: Decimal
    rejected: Decimal


def find_step(state: ClaimState, action: Action, role: Role) -> Step | None:
    """Return the row of the table for this action, or None when it is not possible."""
    return next(
        (
            step
            for step in STEPS
            if step.action is action and step.start is state and role in step.by
        ),
        None,
    )


def actions_for(state: ClaimState, role: Role) -> tuple[Action, ...]:
    """Return what this role may do now, in the order of the table."""
    return tuple(step.action for step in STEPS if step.start is state and role in step.by)


def decision_action(verdicts: Iterable[LineVerdict]) -> Action:
    """Return how the header follows its lines: all, some or none of the quantity accepted."""
    verdicts = tuple(verdicts)
    if not any(verdict.accepted for verdict in verdicts):
        return Action.REJECT
    if any(verdict.rejected for verdict in verdicts):
        return Action.ACCEPT_PARTLY
    return Action.ACCEPT


def is_part(quantity: Decimal, whole: Decimal, unit: str) -> bool:
    """Tell whether a quantity can be a part of another one: nothing, some or all of it."""
    finest = Decimal(1) if unit in WHOLE_UNITS else FINEST
    return quantity.is_finite() and 0 <= quantity <= whole and not quantity % finest


def scaled(quantity: Decimal, unit: str) -> Decimal:
    """Return a quantity with as many places as its unit has: pieces have none."""
    return quantity.quantize(Decimal(1) if unit in WHOLE_UNITS else FINEST)


class HasLine(Protocol):
    """What a rule must know of a line."""

    id: Any
    shipment_line_id: int | None
    item_name: str
    serial: str
    quantity: Decimal
    unit: str
    defect_code: str | None
    description: str
    demand: Remedy | None
    currency: str | None

    @property
    def value(self) -> Money | None: ...
    @property
    def demanded(self) -> Money | None: ...


class HasFile(Protocol):
    """What a rule must know of an attached file."""

    line_id: Any
    shows: Any

    @property
    def is_photo(self) -> bool: ...


class HasLines(Protocol):
    """What a rule must know of a claim."""

    @property
    def lines(self) -> Sequence[HasLine]: ...

    @property
    def files(self) -> Sequence[HasFile]: ...

    @property
    def end_customer(self) -> str: ...

    @property
    def customer_kind(self) -> CustomerKind | None: ...

    @property
    def lacks_basis(self) -> bool: ...


_NO_BASIS = N_("Say on what legal basis you pass on the customer's contact data.")
_ATTACH_ONE = {
    AttachmentKind.PHOTO: N_("Add a photo: %(what)s."),
    AttachmentKind.FILE: N_("Add a photo or document: %(what)s."),
}
_ATTACH = {
    AttachmentKind.PHOTO: N_("Add photos (%(count)s): %(what)s."),
    AttachmentKind.FILE: N_("Add photos or documents (%(count)s): %(what)s."),
}


@dataclass(frozen=True)
class Problem:
    """Something that a draft lacks; `line_id` None is the claim as a whole.

    `text` has the places `%(what)s` and `%(count)s` where attachments are missing: `names` says in
    each language what they shall show.
    """

    line_id: Any
    field: str
    text: str
    names: Mapping[str, str] | None = None
    count: int = 1


def problems_of(claim: HasLines, requirements: Sequence[Requirement] = ()) -> list[Problem]:
    """Return everything that keeps a draft from being filed, in the order of the page."""
    if not claim.lines:
        return [
            Problem(None, "lines", N_("Add the defective goods: scan a code or choose a shipment."))
        ]
    proven = {file.line_id for file in claim.files}
    found: list[Problem] = []
    for line in claim.lines:
        found += [
            Problem(line.id, field, text)
            for field, is_wrong, text in _line_checks(line, has_proof=line.id in proven)
            if is_wrong
        ]
        found += _attachments_missing(line, claim, requirements, AttachmentLevel.MANDATORY)
    no_basis = [Problem(None, "customer_basis", _NO_BASIS)] if claim.lacks_basis else []
    return found + no_basis


def wishes_of(claim: HasLines, requirements: Sequence[Requirement] = ()) -> list[Problem]:
    """Return what a draft can be filed without, and is decided faster with."""
    found: list[Problem] = []
    for line in claim.lines:
        found += _attachments_missing(line, claim, requirements, AttachmentLevel.WANTED)
    if claim.lines and not (claim.customer_kind or claim.end_customer):
        text = N_("If the piece was sold already, say who the end customer is.")
        found.append(Problem(None, "customer_kind", text))
    return found


def _attachments_missing(
    line: HasLine, claim: HasLines, requirements: Sequence[Requirement], level: AttachmentLevel
) -> list[Problem]:
    return [
        Problem(
            line.id,
            "files",
            (_ATTACH_ONE if shortage.lacking == 1 else _ATTACH)[shortage.requirement.kind],
            names=shortage.requirement.names,
            count=shortage.lacking,
        )
        for shortage in shortages(line, requirements, claim.files)
        if shortage.requirement.level is level
    ]


def _line_checks(line: HasLine, *, has_proof: bool) -> tuple[tuple[str, bool, str], ...]:
    return (
        ("quantity", line.quantity <= 0, N_("The quantity must be more than zero.")),
        (
            "quantity",
            bool(line.serial) and line.quantity != 1,
            N_("A serial number is one piece: the quantity is 1."),
        ),
        ("unit", not line.unit, N_("Choose the unit of the quantity.")),
        ("defect_code", not line.defect_code, N_("Choose the defect.")),
        ("description", not line.description, N_("Describe what is wrong.")),
        ("demand", line.demand is None, N_("Choose what you want.")),
        *_money_checks(line),
        (
            "files",
            line.shipment_line_id is None and not has_proof,
            N_("This item was not found in your shipments: attach a proof of purchase to it."),
        ),
    )


def _money_checks(line: HasLine) -> tuple[tuple[str, bool, str], ...]:
    """Return what a demand for money must say: how much, and no more than the goods cost."""
    if line.demand not in REFUNDS:
        return ()
    value, demanded = line.value, line.demanded
    has_sum = demanded is not None
    return (
        ("currency", line.currency is None, N_("Say in which currency you paid.")),
        (
            "demand_portion",
            not has_sum and value is not None,
            N_("Say how much the price is to be reduced: a percentage or an amount."),
        ),
        (
            "demand_portion",
            not has_sum and value is None and line.currency is not None,
            N_("The price of this item is not known here: say the amount that you demand."),
        ),
        (
            "demand_portion",
            bool(value and demanded and demanded > value),
            N_("This is more than these goods cost."),
        ),
    )
