"""What states and actions of work orders are called on screens."""

from app.core.errors import N_
from app.core.words import call
from app.work.rules import WorkAction, WorkState

call(
    {
        WorkState.QUEUED: N_("Waiting"),
        WorkState.IN_PROGRESS: N_("In work"),
        WorkState.BLOCKED: N_("Blocked"),
        WorkState.DONE: N_("Done"),
        WorkState.CANCELLED: N_("Cancelled"),
    }
)
call(
    {
        WorkAction.START: N_("Start"),
        WorkAction.BLOCK: N_("Block"),
        WorkAction.RESUME: N_("Continue"),
        WorkAction.FINISH: N_("Finish"),
        WorkAction.REASSIGN: N_("Pass on"),
    }
)
