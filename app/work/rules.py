"""The life of a work order as a table, and the day on which a department has to be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.deadlines.knowing import WHO_KNOWS, Side
from app.deadlines.legs import Leg
from app.deadlines.stages import Stage


class WorkState(StrEnum):
    """Where a work order stands."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


class WorkAction(StrEnum):
    """What is done with a work order: by its department, and to pass it on by a manager."""

    START = "start"
    BLOCK = "block"
    RESUME = "resume"
    FINISH = "finish"
    REASSIGN = "reassign"


@dataclass(frozen=True)
class WorkStep:
    """One row of the table."""

    action: WorkAction
    start: WorkState
    to: WorkState


WORK_STEPS = (
    WorkStep(WorkAction.START, WorkState.QUEUED, WorkState.IN_PROGRESS),
    WorkStep(WorkAction.FINISH, WorkState.IN_PROGRESS, WorkState.DONE),
    WorkStep(WorkAction.BLOCK, WorkState.IN_PROGRESS, WorkState.BLOCKED),
    WorkStep(WorkAction.RESUME, WorkState.BLOCKED, WorkState.IN_PROGRESS),
    WorkStep(WorkAction.REASSIGN, WorkState.QUEUED, WorkState.CANCELLED),
    WorkStep(WorkAction.REASSIGN, WorkState.IN_PROGRESS, WorkState.CANCELLED),
    WorkStep(WorkAction.REASSIGN, WorkState.BLOCKED, WorkState.CANCELLED),
)

# The last stage of the work of a department; what it knows of it when its work orders are done.
LAST_STAGE_OF = {
    "production": Stage.QUALITY_CHECK,
    "warehouse": Stage.PICK,
    "logistics": Stage.OUTBOUND,
    "finance": Stage.PAYMENT,
    "quality": Stage.DOCUMENTS,
    "service": Stage.ON_SITE_REPAIR,
}
# The stage with which the work of a department begins.
FIRST_STAGE_OF = {
    "production": Stage.DIAGNOSIS,
    "warehouse": Stage.PICK,
    "logistics": Stage.OUTBOUND,
    "finance": Stage.SETTLEMENT,
    "quality": Stage.DOCUMENTS,
    "service": Stage.VISIT,
}

# The departments that come to the end customer, and therefore see how to reach them.
MEET_CUSTOMERS = frozenset({"logistics", "service"})

OPEN = (WorkState.QUEUED, WorkState.IN_PROGRESS, WorkState.BLOCKED)


def find_work_step(state: WorkState, action: WorkAction) -> WorkStep | None:
    """Return the row for this action, or None when it is not possible."""
    return next(
        (step for step in WORK_STEPS if step.start is state and step.action is action), None
    )


def work_actions(state: WorkState) -> tuple[WorkAction, ...]:
    """Return what may be done now."""
    return tuple(step.action for step in WORK_STEPS if step.start is state)


def known_at_the_end(stage: Stage) -> str:
    """Return what a department knows of its last stage once it is done.

    Of goods it knows that they have left; that they have arrived the dealer knows.
    """
    return "finished_on" if Side.PLANT in WHO_KNOWS[stage].ends else "departed_on"


def planned_end(legs: Iterable[Leg], department: str) -> date | None:
    """Return the day on which a department's part of a plan ends, None where it has none.

    Whoever sends goods is done when they leave; all others when their last stage is over.
    """
    stage = LAST_STAGE_OF.get(department)
    leg = next((leg for leg in legs if leg.stage == stage), None)
    if leg is None or stage is None:
        return None
    is_sent = known_at_the_end(stage) == "departed_on"
    return (leg.departure or leg.finish) if is_sent else leg.finish
