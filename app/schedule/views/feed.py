"""The feed of a person's dues: its address is made here, and calendar programs read it."""

from datetime import timedelta

from flask import Response, abort, current_app, flash, make_response, request, session, url_for
from flask_babel import force_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.core.access import needs, open_to_all
from app.core.clock import local_day, now
from app.core.confirmation import Question, ask_first, is_sure
from app.core.db import own_session
from app.core.web import done
from app.schedule import service
from app.schedule.dues import OVERDUE_DAYS, DueRow, list_dues
from app.schedule.feed import READ_EVERY, as_icalendar
from app.schedule.queries import find_feed, find_reader
from app.schedule.rules import DueKind, Whose
from app.schedule.views.blueprint import bp
from app.vocabulary import DEALERS, MANAGERS, Role

OFFERED = "calendar_feed"
READERS = (*DEALERS, *MANAGERS, Role.DEPARTMENT_WORKER)


@bp.post("/calendar/feed")
@needs(*READERS)
def make_feed() -> AnyResponse:
    if find_feed(current_user) and not is_sure():
        return _ask(gettext("Make a new address for your calendar?"), gettext("Make a new address"))
    chosen = request.form.get("whose", "")
    whose = Whose(chosen) if chosen in set(Whose) else Whose.ALL
    session[OFFERED] = service.make_feed(current_user, whose, at=now())
    return done(url_for(".calendar", _anchor="feed"))


@bp.post("/calendar/feed/off")
@needs(*READERS)
def drop_feed() -> AnyResponse:
    if not is_sure():
        return _ask(
            gettext("Switch the address of your calendar off?"), gettext("Switch the address off")
        )
    service.drop_feed(current_user)
    flash(gettext("The address of your calendar does not work any more."), "success")
    return done(url_for(".calendar", _anchor="feed"))


@bp.get("/calendar/feed/<token>.ics")
@open_to_all("a calendar program signs in with the secret in the address, as long as its owner may")
def read_feed(token: str) -> AnyResponse:
    at = now()
    with own_session() as counting:
        service.note_read(counting, token, at=at)
        counting.commit()
    reader, whose = find_reader(token) or abort(404)
    today = local_day(at, reader.time_zone)
    year = timedelta(days=OVERDUE_DAYS)
    with force_locale(reader.language):
        found = list_dues(reader, today - year, today + year, whose=whose)
        answer = Response(as_icalendar(found, link_to=_link_to), mimetype="text/calendar")
    answer.headers["Cache-Control"] = f"private, max-age={int(READ_EVERY.total_seconds())}"
    answer.headers["Content-Disposition"] = 'inline; filename="dealer-claims.ics"'
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)


def _ask(title: str, button: str) -> AnyResponse:
    text = gettext("Calendars that read the present address are not updated any more.")
    return make_response(ask_first(Question(title, text, button, url_for(".calendar"))))


def _link_to(due: DueRow) -> str:
    """Return the whole address of the page on which something that is due can be done."""
    is_work = due.kind is DueKind.WORK
    page = (
        url_for("work.show", order_id=due.subject_id)
        if is_work
        else url_for("claims.show", claim_id=due.subject_id)
    )
    return str(current_app.config["PUBLIC_URL"]).rstrip("/") + page
