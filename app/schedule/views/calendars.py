"""The calendars of sites: their week, the days that differ, and a file of such days."""

from datetime import date, timedelta

from flask import abort, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from app.core.access import needs
from app.core.clock import local_day, now
from app.core.i18n import Period, show_period
from app.core.text import clean_line
from app.deadlines import closures
from app.deadlines.models import SiteOverride
from app.schedule import desk
from app.schedule.desk import SiteRow
from app.schedule.desk_forms import ImportForm, KeyForm, OverrideForm, WeekForm, weekday_choices
from app.schedule.views.blueprint import bp
from app.schedule.views.changing import DESK, Answer, answer_change

LONGEST_SEARCH = 100
KEPT_IN_SIGHT = timedelta(days=60)
EXAMPLE = """\
site,from,to,state,reason
D01,2026-12-29,2026-12-31,closed,Inventory
RU,2027-02-20,,open,Decree"""
ONE_SITE = "/deadlines/calendars/<int(max=2147483647):site_id>"
ONE_OVERRIDE = ONE_SITE + "/days/<int(max=2147483647):override_id>"


@bp.get("/deadlines/calendars")
@needs(*DESK)
def calendars() -> str:
    search = clean_line(request.args.get("q", ""))[:LONGEST_SEARCH]
    return render_template(
        "schedule/calendars.html",
        sites=desk.list_sites(search, today=_today()),
        search=search,
        weekdays=dict(weekday_choices()),
        missing=closures.missing_decrees(_today()),
    )


@bp.get(ONE_SITE)
@needs(*DESK)
def site(site_id: int) -> str:
    return _site_page(_site(site_id))


@bp.post(ONE_SITE)
@needs(*DESK)
def change_week(site_id: int) -> Answer:
    found = _site(site_id)
    form = WeekForm.of(found)
    return answer_change(
        form,
        lambda: closures.change_week(site_id, form.week(), on=_today()),
        lambda form, refused="": _site_page(_site(site_id), week=form, refused=refused),
        location=url_for(".site", site_id=site_id),
    )


@bp.post(ONE_SITE + "/days")
@needs(*DESK)
def add_override(site_id: int) -> Answer:
    found, form = _site(site_id), OverrideForm()
    return answer_change(
        form,
        lambda: closures.override(site_id, **form.facts()),
        lambda form, refused="": _site_page(found, added=form, refused=refused),
        location=url_for(".site", site_id=site_id, _anchor="days"),
    )


@bp.post(ONE_OVERRIDE)
@needs(*DESK)
def change_override(site_id: int, override_id: int) -> Answer:
    found, form = _site(site_id), OverrideForm()
    _override(site_id, override_id)
    return answer_change(
        form,
        lambda: closures.change_override(override_id, **form.facts()),
        lambda form, refused="": _site_page(found, edited={override_id: form}, refused=refused),
        location=url_for(".site", site_id=site_id, _anchor="days"),
    )


@bp.post(ONE_OVERRIDE + "/remove")
@needs(*DESK)
def remove_override(site_id: int, override_id: int) -> Answer:
    found, form = _site(site_id), KeyForm()
    removed = _override(site_id, override_id)
    days = show_period(Period(removed.starts_on, removed.ends_on))
    return answer_change(
        form,
        lambda: closures.remove_override(override_id),
        lambda _form, refused="": _site_page(found, refused=refused),
        location=url_for(".site", site_id=site_id, _anchor="days"),
        note=gettext(
            "Removed: %(days)s %(reason)s. The usual week of %(site)s applies on these days again.",
            days=days,
            reason=removed.reason,
            site=found.name or found.code,
        ),
    )


@bp.route("/deadlines/calendars/import", methods=["GET", "POST"])
@needs(*DESK)
def import_days() -> Answer:
    form = ImportForm()
    if request.method == "GET":
        return _import_page(form)
    if sent := request.files.get("file"):
        form.text.data = sent.read().decode("utf-8-sig", "replace")
        form.text.raw_data = [form.text.data]
    return answer_change(
        form,
        lambda: closures.import_overrides(form.text.data),
        _import_page,
        location=url_for(".calendars"),
        carried={"text": form.text.data or ""},
    )


def _import_page(form: ImportForm, refused: str = "") -> str:
    return render_template(
        "schedule/calendar_import.html", form=form, refused=refused, example=EXAMPLE
    )


def _site_page(
    found: SiteRow,
    *,
    week: WeekForm | None = None,
    added: OverrideForm | None = None,
    edited: dict[int, OverrideForm] | None = None,
    refused: str = "",
) -> str:
    today = _today()
    overrides = desk.list_overrides(found.id, today - KEPT_IN_SIGHT)
    forms = {row.id: OverrideForm(formdata=None, obj=row, state=_state(row)) for row in overrides}
    decrees = desk.list_decrees(found.country, today - KEPT_IN_SIGHT)
    return render_template(
        "schedule/calendar_site.html",
        site=found,
        week=week or _unsent_week(found),
        added=added or OverrideForm(formdata=None),
        forms=forms | (edited or {}),
        decrees=decrees,
        missing=[one for one in closures.missing_decrees(today) if one.country == found.country],
        refused=refused,
    )


def _unsent_week(found: SiteRow) -> WeekForm:
    form = WeekForm(formdata=None, data=vars(found))
    form.weekdays.choices = weekday_choices()
    return form


def _state(row: object) -> str:
    return "open" if getattr(row, "is_open", False) else "closed"


def _site(site_id: int) -> SiteRow:
    return desk.get_site(site_id, today=_today()) or abort(404)


def _override(site_id: int, override_id: int) -> SiteOverride:
    found = desk.get_override(site_id, override_id)
    return found or abort(404, gettext("These days are no longer set."))


def _today() -> date:
    return local_day(now(), current_user.time_zone)
