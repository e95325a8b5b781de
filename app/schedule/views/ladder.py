"""The table of reminders on screen: who is reminded of what, how long before or after the day."""

from http import HTTPStatus

import structlog
from flask import abort, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from app.core.access import needs
from app.core.confirmation import as_sent, flash_undo
from app.core.errors import Refusal
from app.core.web import done
from app.schedule import ladder
from app.schedule.ladder_forms import RungForm
from app.schedule.views.blueprint import bp
from app.schedule.views.changing import DESK, Answer

log = structlog.get_logger(__name__)


@bp.get("/deadlines/reminders")
@needs(*DESK)
def reminders() -> str:
    return _page(RungForm(formdata=None))


@bp.post("/deadlines/reminders")
@needs(*DESK)
def add_rung() -> Answer:
    form = RungForm()
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        rung = form.rung()
        ladder.add_rung(*rung)
    except Refusal as refusal:
        return _page(form, refused=refusal.words()), refusal.status
    topic, working_days, audience = rung
    log.info(
        "reminder.added",
        topic=topic,
        working_days=working_days,
        audience=audience,
        by=current_user.id,
    )
    flash(gettext("Saved. It applies from the next reminders on."), "success")
    return done(url_for(".reminders"))


@bp.post("/deadlines/reminders/<int(max=2147483647):rung_id>/remove")
@needs(*DESK)
def remove_rung(rung_id: int) -> Answer:
    rung = ladder.remove_rung(rung_id) or abort(404, gettext("This reminder no longer exists."))
    log.info(
        "reminder.removed",
        topic=rung.topic,
        working_days=rung.working_days,
        audience=rung.audience,
        by=current_user.id,
    )
    flash_undo(gettext("Reminder deleted."), url_for(".add_rung"), as_sent(RungForm.of(rung)))
    return done(url_for(".reminders"))


def _page(form: RungForm, refused: str = "") -> str:
    return render_template(
        "schedule/reminders.html", rungs=ladder.list_rungs(), form=form, refused=refused
    )
