"""The calendar of what is due: by month, by week, as an agenda."""

from datetime import date

from flask import current_app, render_template, request, session, url_for
from flask_login import current_user

from app.core.access import needs
from app.core.clock import local_day, now
from app.schedule import dues
from app.schedule.dues import DueRow
from app.schedule.periods import Period, View, period_around
from app.schedule.queries import find_feed
from app.schedule.rules import DueKind, Whose
from app.schedule.views.blueprint import bp
from app.schedule.views.feed import OFFERED
from app.vocabulary import DEALERS, MANAGERS, Role

READERS = (*DEALERS, *MANAGERS, Role.DEPARTMENT_WORKER)
MOST_IN_A_DAY = 4  # more of them would stretch a month's row; the agenda has all


@bp.get("/calendar")
@needs(*READERS)
def calendar() -> str:
    today = local_day(now(), current_user.time_zone)
    period = period_around(_view(), _day(today))
    whose = _whose()
    found = dues.list_dues(current_user, period.first, period.last, whose=whose)
    return render_template(
        "schedule/calendar.html",
        period=period,
        views=list(View),
        whose=whose,
        whoses=list(Whose) if current_user.is_manager else (),
        days=dues.by_day(found),
        is_cut=len(found) == dues.MOST_DUES,
        overdue=_overdue(period, today, whose),
        today=today,
        most=MOST_IN_A_DAY if period.view is View.MONTH else len(found),
        address_of=address_of,
        feed=find_feed(current_user),
        feed_address=_offered_address(),
    )


def address_of(due: DueRow) -> str:
    """Return the page on which something that is due can be done."""
    if due.kind is DueKind.WORK:
        return url_for("work.show", order_id=due.subject_id)
    return url_for("claims.show", claim_id=due.subject_id)


def _overdue(period: Period, today: date, whose: Whose) -> list[DueRow]:
    """An agenda that begins today begins with what is late."""
    if period.view is not View.AGENDA or period.first != today:
        return []
    return dues.list_overdue(current_user, today, whose=whose)


def _offered_address() -> str:
    """Return the address of a feed that was just made; it is shown once."""
    token = session.pop(OFFERED, "")
    if not token:
        return ""
    # By the settings, never by the Host header: another program reads it later.
    return str(current_app.config["PUBLIC_URL"]).rstrip("/") + url_for(".read_feed", token=token)


def _view() -> View:
    chosen = request.args.get("view", "")
    return View(chosen) if chosen in set(View) else View.MONTH


def _whose() -> Whose:
    chosen = request.args.get("whose", "")
    if not current_user.is_manager:
        return Whose.ALL
    if chosen in set(Whose):
        return Whose(chosen)
    return Whose.MINE if current_user.role is Role.CLAIM_MANAGER else Whose.ALL


def _day(today: date) -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
