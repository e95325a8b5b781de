"""The life of a work order as a table."""

from dataclasses import dataclass
from enum import StrEnum


class WorkState(StrEnum):
    """Where a work order stands."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


class WorkAction(StrEnum):
    """What a department does with a work order."""

    START = "start"
    BLOCK = "block"
    RESUME = "resume"
    FINISH = "finish"


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
)

OPEN = (WorkState.QUEUED, WorkState.IN_PROGRESS, WorkState.BLOCKED)


def find_work_step(state: WorkState, action: WorkAction) -> WorkStep | None:
    """Return the row for this action, or None when it is not possible."""
    return next(
        (step for step in WORK_STEPS if step.start is state and step.action is action), None
    )


def work_actions(state: WorkState) -> tuple[WorkAction, ...]:
    """Return what the department may do now."""
    return tuple(step.action for step in WORK_STEPS if step.start is state)
