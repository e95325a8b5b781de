"""What dues and calendars are called on screens."""

from app.claims.forecast_models import NewsKind, Outlook
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
call(
    {
        NewsKind.STARTED: N_("has begun"),
        NewsKind.DEPARTED: N_("has left"),
        NewsKind.FINISHED: N_("is done"),
        NewsKind.EXPECTED: N_("is expected to be done"),
    }
)
call(
    {
        Outlook.ON_TIME: N_("On time"),
        Outlook.AT_RISK: N_("Promise at risk"),
        Outlook.BEYOND_SAFE: N_("Beyond the safe day"),
        Outlook.BEYOND_LEGAL: N_("Beyond the legal day"),
    }
)
call({Whose.MINE: N_("My claims"), Whose.ALL: N_("All claims")})
call({View.MONTH: N_("Month"), View.WEEK: N_("Week"), View.AGENDA: N_("Agenda")})
call({Zoom.WEEK: N_("Weeks"), Zoom.MONTH: N_("Months")})
call({Grouping.PERSON: N_("By person"), Grouping.CLAIM: N_("By claim")})
