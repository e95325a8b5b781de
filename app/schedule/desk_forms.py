"""The forms of the administrator's tables: days of sites, lanes, norms, rules, policies."""

from collections.abc import Sequence
from typing import Any

from babel.dates import get_day_names
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.catalog.words import group_name
from app.core.fields import BaseForm, DateField, DecimalField, IntegerField, MultiCheckboxField
from app.core.text import clean_line, clean_text
from app.core.words import label
from app.deadlines.calendars import USUAL_HOURS
from app.deadlines.clock_models import ClockRule
from app.deadlines.clocks import Unit
from app.deadlines.closures import Week
from app.deadlines.models import Lane, SiteKind
from app.deadlines.rules import TransitUnit
from app.deadlines.service import LaneFacts
from app.deadlines.sla import Policy, Scope, SlaClock, SlaUnit
from app.deadlines.stages import LOADS, Load, Stage
from app.deadlines.wording import stage_name
from app.schedule.desk import SiteRow, product_groups, site_choices
from app.vocabulary import Remedy

LONGEST_REASON = 300
LONGEST_FILE = 1_000_000
MOST_DAYS = 400
LONGEST_PERIODS = {Unit.YEARS.value: 50, Unit.MONTHS.value: 600}
STATES = (("closed", _l("closed")), ("open", _l("open")))
ENDS = (SiteKind.PLANT, SiteKind.DEALER, SiteKind.BANK)
_DAY_NUMBER = NumberRange(0, MOST_DAYS, _l("Between %(min)s and %(max)s days."))


class KeyForm(BaseForm):
    """A button: nothing is filled in."""


class WeekForm(BaseForm):
    """The usual week of a site."""

    country = StringField(
        _l("Country of the holidays"),
        [Optional(), Regexp("^[A-Za-z]{2}$", message=_l("Two letters, such as PL."))],
    )
    time_zone = StringField(_l("Time zone"), [InputRequired(), Length(max=64)])
    weekdays = MultiCheckboxField(_l("Works on"), coerce=int)
    cut_off = TimeField(_l("Counts until"), [InputRequired()])
    opens_at = TimeField(_l("Opens at"), [Optional()])
    closes_at = TimeField(_l("Closes at"), [Optional()])

    @classmethod
    def of(cls, site: SiteRow) -> "WeekForm":
        """Return the form of a site."""
        form = cls(data=vars(site))
        form.weekdays.choices = weekday_choices()
        return form

    def week(self) -> Week:
        """Return what was filled in."""
        country = (self.country.data or "").upper() or None
        days = frozenset(self.weekdays.data)
        opens_at, closes_at = USUAL_HOURS
        return Week(
            country,
            self.time_zone.data.strip(),
            days,
            self.cut_off.data,
            self.opens_at.data or opens_at,
            self.closes_at.data or closes_at,
        )


class OverrideForm(BaseForm):
    """Days on which a site differs; without a last day it is one day."""

    starts_on = DateField(_l("From"), [InputRequired(_l("Give the day."))])
    ends_on = DateField(_l("To"), [Optional()])
    state = SelectField(_l("The site is"))
    reason = StringField(_l("Reason"), [Length(max=LONGEST_REASON)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.state.choices = list(STATES)

    def facts(self) -> dict[str, Any]:
        """Return what was filled in, as the service takes it."""
        return {
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data or self.starts_on.data,
            "is_open": self.state.data == "open",
            "reason": clean_line(self.reason.data or ""),
        }


class _NeededHere(InputRequired):  # type: ignore[misc]
    """Needed, but perhaps from the file beside it: the browser must not insist."""

    def __init__(self) -> None:
        super().__init__(_l("Choose a file, or paste its lines."))
        self.field_flags: dict[str, Any] = {}


class ImportForm(BaseForm):
    """A file of overrides, carried as its text from the preview to the save."""

    text = TextAreaField(_l("Lines of the file"), [_NeededHere(), Length(max=LONGEST_FILE)])


class LaneForm(BaseForm):
    """A version of a lane."""

    origin_id = SelectField(_l("From"), coerce=int)
    destination_id = SelectField(_l("To"), coerce=int)
    load = SelectField(_l("Carries"))
    mode = StringField(_l("Mode"), [InputRequired(), Length(max=40)])
    departures = MultiCheckboxField(_l("Departs on"), coerce=int)
    lead_days = IntegerField(_l("Working days before the departure"), [_DAY_NUMBER], default=0)
    transit_days = IntegerField(_l("Days on the way"), [InputRequired(), _DAY_NUMBER])
    transit_unit = SelectField(_l("Counted in"))
    carrier_id = SelectField(_l("Carrier"), coerce=int)
    customs_id = SelectField(_l("Customs"), coerce=int)
    border_days = IntegerField(_l("Working days at the border"), [_DAY_NUMBER], default=0)
    max_weight = DecimalField(_l("Greatest weight, kg"), [Optional()], use_locale=False)
    cost = DecimalField(_l("Cost"), [Optional(), NumberRange(min=0)], use_locale=False, scale=2)
    currency = StringField(_l("Currency"), [Optional(), Regexp("^[A-Za-z]{3}$")])
    valid_from = DateField(_l("Valid from"), [Optional()])
    valid_to = DateField(_l("Valid to"), [Optional()])
    is_default = BooleanField(_l("The usual lane"))

    @classmethod
    def of(cls, lane: Lane | None, *, loads: Sequence[Load]) -> "LaneForm":
        """Return the form of a lane, or of a new one."""
        form = cls(obj=lane)
        form.origin_id.choices = site_choices(*ENDS)
        form.destination_id.choices = site_choices(*ENDS)
        form.load.choices = [(load.value, label(load)) for load in loads]
        form.departures.choices = weekday_choices()
        form.transit_unit.choices = [(unit.value, label(unit)) for unit in TransitUnit]
        nobody = [(0, "–")]
        form.carrier_id.choices = nobody + site_choices(SiteKind.CARRIER, SiteKind.BANK)
        form.customs_id.choices = nobody + site_choices(SiteKind.CUSTOMS)
        if not form.is_submitted() and lane is None:
            form.carrier_id.data = form.customs_id.data = 0
        return form

    def facts(self) -> LaneFacts:
        """Return what was filled in."""
        return LaneFacts(
            origin_id=self.origin_id.data,
            destination_id=self.destination_id.data,
            mode=clean_line(self.mode.data),
            departures=frozenset(self.departures.data),
            transit_days=self.transit_days.data,
            transit_unit=TransitUnit(self.transit_unit.data),
            load=Load(self.load.data),
            lead_days=self.lead_days.data or 0,
            carrier_id=self.carrier_id.data or None,
            customs_id=self.customs_id.data or None,
            border_days=self.border_days.data or 0,
            max_weight=self.max_weight.data,
            cost=self.cost.data,
            currency=(self.currency.data or "").upper(),
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            is_default=self.is_default.data,
        )


Choices = list[tuple[str, str]]


class NormForm(BaseForm):
    """How many working days a stage is planned to take."""

    stage = SelectField(_l("Stage"))
    product_group = SelectField(_l("Product group"))
    remedy = SelectField(_l("Remedy"))
    working_days = IntegerField(_l("Working days"), [InputRequired(), _DAY_NUMBER])

    def __init__(self, groups: Choices | None = None, **options: Any) -> None:
        super().__init__(**options)
        stages = [stage for stage in Stage if stage not in LOADS]
        self.stage.choices = [(stage.value, stage_name(stage)) for stage in stages]
        self.product_group.choices = groups or group_choices()
        self.remedy.choices = remedy_choices()

    def key(self) -> dict[str, Any]:
        """Return for what it is."""
        remedy = Remedy(self.remedy.data) if self.remedy.data else None
        return {"product_group": self.product_group.data, "remedy": remedy}


class RuleForm(BaseForm):
    """What of a rule of law an administrator may change; the rest is the law's text."""

    amount = IntegerField(_l("Period"), [NumberRange(0, 4000)])
    unit = SelectField(_l("Unit"))
    policy = StringField(_l("Our own value, where the law gives no number"), [Length(max=300)])
    late_text = TextAreaField(_l("What being late means"), [Length(max=2000)])
    basis = StringField(_l("Basis"), [InputRequired(), Length(max=500)])
    valid_from = DateField(_l("Valid from"), [Optional()])
    valid_to = DateField(_l("Valid to"), [Optional()])

    def validate_amount(self, field: IntegerField) -> None:
        """Refuse a period that ends beyond every calendar."""
        most = LONGEST_PERIODS.get(self.unit.data or "")
        if most is not None and field.data is not None and field.data > most:
            raise ValidationError(gettext("At most %(most)s of this unit.", most=most))

    @classmethod
    def of(cls, rule: ClockRule) -> "RuleForm":
        """Return the form of a rule's present version."""
        form = cls(obj=rule)
        form.unit.choices = [(unit.value, label(unit)) for unit in Unit]
        return form

    def changes(self) -> dict[str, Any]:
        """Return what was filled in, as fields of the rule."""
        return {
            "amount": self.amount.data or 0,
            "unit": Unit(self.unit.data),
            "policy": clean_line(self.policy.data or ""),
            "late_text": clean_text(self.late_text.data or ""),
            "basis": clean_line(self.basis.data),
            "valid_from": self.valid_from.data,
            "valid_to": self.valid_to.data,
        }


class PolicyForm(BaseForm):
    """How long a clock of service may run, and for whom."""

    clock = SelectField(_l("Deadline"))
    dealer_class = StringField(_l("Dealer class"), [Length(max=64)])
    product_group = SelectField(_l("Product group"))
    demand = SelectField(_l("Demand"))
    priority = StringField(_l("Priority"), [Length(max=64)])
    amount = IntegerField(_l("Period"), [NumberRange(0, MOST_DAYS)])
    unit = SelectField(_l("Unit"))
    is_pausable = BooleanField(_l("Paused while the dealer has to answer"))

    def __init__(self, groups: Choices | None = None, **options: Any) -> None:
        super().__init__(**options)
        clocks = [clock for clock in SlaClock if clock is not SlaClock.REMEDY]
        self.clock.choices = [(clock.value, label(clock)) for clock in clocks]
        self.product_group.choices = groups or group_choices()
        self.demand.choices = remedy_choices()
        units = [unit for unit in SlaUnit if unit is not SlaUnit.PROMISE]
        self.unit.choices = [(unit.value, label(unit)) for unit in units]

    def scope(self) -> Scope:
        """Return for whom it is."""
        return Scope(
            dealer_class=clean_line(self.dealer_class.data or ""),
            product_group=self.product_group.data,
            demand=Remedy(self.demand.data) if self.demand.data else None,
            priority=clean_line(self.priority.data or ""),
        )

    def key(self) -> tuple[SlaClock, Scope] | None:
        """Return which clock it is and for whom, None where that made no sense."""
        if not self.clock.data or self.demand.data is None or self.product_group.data is None:
            return None
        return SlaClock(self.clock.data), self.scope()

    def policy(self) -> Policy:
        """Return what was filled in."""
        return Policy(
            clock=SlaClock(self.clock.data),
            scope=self.scope(),
            amount=self.amount.data or 0,
            unit=SlaUnit(self.unit.data),
            is_pausable=self.is_pausable.data,
        )


def weekday_choices() -> list[tuple[int, str]]:
    """Return the days of the week, Monday first."""
    names = get_day_names("abbreviated", locale=get_locale())
    return [(day, names[day]) for day in range(7)]


def remedy_choices() -> list[tuple[str, str]]:
    """Return the remedies, before them: any."""
    return [("", str(_l("any"))), *((remedy.value, label(remedy)) for remedy in Remedy)]


def group_choices() -> Choices:
    """Return the product groups, before them: any. A page of many forms reads them once."""
    return [("", str(_l("any"))), *((group, group_name(group)) for group in product_groups())]
