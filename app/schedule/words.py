"""What dues and calendars are called on screens."""

from app.claims.forecast_models import NewsKind, Outlook, Topic
from app.core.errors import N_
from app.core.words import call
from app.deadlines.clocks import Unit
from app.deadlines.models import SiteKind
from app.deadlines.rules import TransitUnit
from app.deadlines.sla import SlaUnit
from app.deadlines.stages import Load
from app.schedule.gantt import Grouping, Zoom
from app.schedule.models import Audience
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
        Outlook.BEYOND_SAFE: N_("After the internal deadline"),
        Outlook.BEYOND_LEGAL: N_("After the statutory deadline"),
    }
)
call(
    {
        Topic.AT_RISK: N_("Promise at risk"),
        Topic.BEYOND_SAFE: N_("After the internal deadline"),
        Topic.BEYOND_LEGAL: N_("After the statutory deadline"),
        Topic.ANSWER_DUE: N_("Answer to the dealer"),
        Topic.REPLY_DUE: N_("Reply of the dealer"),
        Topic.PROMISE_DUE: N_("Promised day"),
        Topic.LAW_DUE: N_("Internal deadline of a statutory period"),
    }
)
call(
    {
        Audience.OWNER: N_("Whoever has to act, and while away their deputy"),
        Audience.HEAD: N_("The heads of claims"),
    }
)
call({Whose.MINE: N_("My claims"), Whose.ALL: N_("All claims")})
call({View.MONTH: N_("Month"), View.WEEK: N_("Week"), View.AGENDA: N_("Agenda")})
call({Zoom.WEEK: N_("Weeks"), Zoom.MONTH: N_("Months")})
call({Grouping.PERSON: N_("By person"), Grouping.CLAIM: N_("By claim")})
call(
    {
        SiteKind.PLANT: N_("Plant"),
        SiteKind.DEALER: N_("Dealer"),
        SiteKind.CARRIER: N_("Carrier"),
        SiteKind.CUSTOMS: N_("Customs"),
        SiteKind.BANK: N_("Bank"),
    }
)
call({Load.GOODS: N_("Goods"), Load.MONEY: N_("Money"), Load.TECHNICIAN: N_("A technician")})
call(
    {
        TransitUnit.CALENDAR_DAYS: N_("calendar days"),
        TransitUnit.WORKING_DAYS: N_("working days of the carrier"),
    }
)
call(
    {
        SlaUnit.WORKING_DAYS: N_("working days"),
        SlaUnit.CALENDAR_DAYS: N_("calendar days"),
        SlaUnit.WORKING_HOURS: N_("working hours"),
        SlaUnit.PROMISE: N_("until the promise"),
    }
)
call(
    {
        Unit.CALENDAR_DAYS: N_("calendar days"),
        Unit.WORKING_DAYS: N_("working days"),
        Unit.SIX_DAY_WEEK: N_("working days, Saturday too"),
        Unit.MONTHS: N_("months"),
        Unit.YEARS: N_("years"),
        Unit.SAME_DAY: N_("the same day"),
        Unit.SAME_AS_DEMAND: N_("with the demand's own period"),
        Unit.BEFORE_REMEDY: N_("before the remedy"),
        Unit.EVENT: N_("at the event"),
        Unit.NATIONAL: N_("by national law"),
        Unit.ASAP: N_("at once"),
        Unit.REASONABLE: N_("a reasonable time"),
    }
)
