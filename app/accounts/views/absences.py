"""The absences of managers and who stands in for them."""

from http import HTTPStatus

from flask import abort, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import absences
from app.accounts.forms import AbsenceForm
from app.accounts.views.blueprint import bp
from app.core.access import needs
from app.core.clock import local_day, now
from app.core.confirmation import flash_undo
from app.core.errors import Refusal
from app.core.web import done
from app.vocabulary import MANAGERS


@bp.route("/absences", methods=["GET", "POST"], endpoint="absences")
@needs(*MANAGERS)
def arrange() -> Response | str | tuple[str, int]:
    people = absences.list_away(current_user)
    form = AbsenceForm(people, absences.list_deputies())
    if not form.validate_on_submit():
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)
    try:
        absences.note_absence(
            form.person.data,
            form.deputy.data,
            form.starts_on.data,
            form.ends_on.data,
            by=current_user,
        )
    except Refusal as refusal:
        form.ends_on.errors = [refusal.words()]
        return _page(form, refusal.status)
    flash(gettext("Saved. The deputy gets the reminders as well."), "success")
    return done(url_for(".absences"))


@bp.post("/absences/<int(max=2147483647):absence_id>/drop")
@needs(*MANAGERS)
def drop_absence(absence_id: int) -> Response:
    dropped = absences.drop_absence(absence_id, by=current_user) or abort(HTTPStatus.NOT_FOUND)
    again = {
        "person": str(dropped.person_id),
        "deputy": str(dropped.deputy_id),
        "starts_on": dropped.starts_on.isoformat(),
        "ends_on": dropped.ends_on.isoformat(),
    }
    flash_undo(gettext("The absence is cancelled."), url_for(".absences"), again)
    return done(url_for(".absences"))


def _page(form: AbsenceForm, status: HTTPStatus) -> tuple[str, int]:
    today = local_day(now(), current_user.time_zone)
    rows = absences.list_absences(current_user, today=today)
    return render_template("accounts/absences.html", form=form, rows=rows, today=today), status
