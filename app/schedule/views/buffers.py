"""The reserves of the promises on screen: what is set, another one, one less."""

from http import HTTPStatus

import structlog
from flask import abort, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from app.core.access import needs
from app.core.confirmation import as_sent, flash_undo
from app.core.db import db
from app.core.errors import Refusal
from app.core.web import done
from app.deadlines import buffers
from app.schedule.buffer_forms import BufferForm
from app.schedule.views.blueprint import bp
from app.schedule.views.changing import DESK, Answer

log = structlog.get_logger(__name__)


@bp.get("/deadlines/reserves")
@needs(*DESK)
def promise_buffers() -> str:
    return _page(BufferForm(formdata=None))


@bp.post("/deadlines/reserves")
@needs(*DESK)
def add_buffer() -> Answer:
    form = BufferForm()
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        buffers.add_buffer(form.facts())
    except Refusal as refusal:
        db.rollback()
        return _page(form, refused=refusal.words()), refusal.status
    log.info("buffer.added", **_told(form.facts()), by=current_user.id)
    flash(gettext("Saved. Promises proposed from now on include this reserve."), "success")
    return done(url_for(".promise_buffers"))


@bp.post("/deadlines/reserves/<int(max=2147483647):buffer_id>/remove")
@needs(*DESK)
def remove_buffer(buffer_id: int) -> Answer:
    removed = buffers.remove_buffer(buffer_id) or abort(
        404, gettext("This reserve no longer exists.")
    )
    log.info("buffer.removed", working_days=removed.working_days, by=current_user.id)
    flash_undo(
        gettext("Removed. The more general reserve applies, if there is one."),
        url_for(".add_buffer"),
        as_sent(BufferForm.of(removed)),
    )
    return done(url_for(".promise_buffers"))


def _told(facts: buffers.BufferFacts) -> dict[str, str]:
    return {name: str(value) for name, value in vars(facts).items() if value is not None}


def _page(form: BufferForm, refused: str = "") -> str:
    return render_template(
        "schedule/buffers.html", rows=buffers.list_buffers(), form=form, refused=refused
    )
