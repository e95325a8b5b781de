"""What dues and calendars are called on screens."""

from app.core.errors import N_
from app.core.words import call
from app.schedule.gantt import Grouping, Zoom
from app.schedule.periods import View
from app.schedule.rules import DueKind, Whose

call(
    {
        DueKind.ANSWER: N_("Decision due"),
        DueKind.REPLY: N_("Reply of the dealer due"),
        DueKind.PROMISE: N_("Promise due"),
        DueKind.WORK: N_("Work due"),
    }
)
call({Whose.MINE: N_("My claims"), Whose.ALL: N_("All claims")})
call({View.MONTH: N_("Month"), View.WEEK: N_("Week"), View.AGENDA: N_("Agenda")})
call({Zoom.WEEK: N_("Weeks"), Zoom.MONTH: N_("Months")})
call({Grouping.PERSON: N_("By person"), Grouping.CLAIM: N_("By claim")})
