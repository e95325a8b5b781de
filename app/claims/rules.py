"""The life of a claim as a table, and the questions one may ask of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.core.units import WHOLE_UNITS
from app.vocabulary import DEALERS, MANAGERS, Remedy, Role

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
    REVISE = "revise"


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
    """One row of the table.

    `to` None means: back to where the question was asked, or as a revised decision says.
    """

    action: Action
    start: ClaimState
    to: ClaimState | None
    by: tuple[Role, ...]


_SYSTEM = (Role.SYSTEM,)
_HEAD = (Role.HEAD_OF_CLAIMS,)
_PROMISED = (ClaimState.ACCEPTED, ClaimState.PARTIALLY_ACCEPTED, ClaimState.EXECUTION)
_UNDECIDED = (ClaimState.SUBMITTED, ClaimState.VERIFICATION)

# What was decided in these states can be revised, unless it would break what has happened since.
REVISABLE = (*_PROMISED, ClaimState.REJECTED, ClaimState.RESOLVED)

# Until somebody has decided, a claim may turn out to be about something else than was known.
CHECKABLE = (*_UNDECIDED, ClaimState.NEEDS_INFO)

# Where a claim stands after a decision that comes out like this.
OUTCOME_STATES = {
    Action.ACCEPT: ClaimState.ACCEPTED,
    Action.ACCEPT_PARTLY: ClaimState.PARTIALLY_ACCEPTED,
    Action.REJECT: ClaimState.REJECTED,
}

STEPS = (
    Step(Action.SUBMIT, ClaimState.DRAFT, ClaimState.SUBMITTED, DEALERS),
    Step(Action.TAKE, ClaimState.SUBMITTED, ClaimState.VERIFICATION, MANAGERS),
    *(
        Step(action, start, to, MANAGERS)
        for start in _UNDECIDED
        for action, to in (
            (Action.REQUEST_INFO, ClaimState.NEEDS_INFO),
            *OUTCOME_STATES.items(),
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
    *(Step(Action.REVISE, state, None, MANAGERS) for state in REVISABLE),
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
