"""One's own password, and the link with which one sets it the first time."""

from http import HTTPStatus

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import people, service
from app.accounts.devices import known_device, remember_device
from app.accounts.forms import ChangePasswordForm, NewPasswordForm
from app.accounts.rules import SHORTEST_PASSWORD
from app.accounts.views.blueprint import bp
from app.core.access import needs_sign_in, open_to_all
from app.core.clock import now
from app.core.db import db
from app.core.web import done

Answer = Response | str | tuple[str, int]


@bp.route("/password", methods=["GET", "POST"])
@needs_sign_in
def change_password() -> Answer:
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return _page("accounts/password.html", form)
    at = now()
    person = service.check_password(
        current_user.email,
        form.old.data,
        address=request.remote_addr or "",
        at=at,
        device=known_device(current_user.email),
    )
    if person is None:
        db.commit()
        form.old.errors = [gettext("This is not your current password.")]
        return _page("accounts/password.html", form)
    service.set_password(person, form.password.data, at=at, but=current_user.token)
    flash(gettext("Your password is changed; everywhere else you are signed out."), "success")
    return done(url_for(".home"))


@bp.route("/password/<token>", methods=["GET", "POST"])
@open_to_all("whoever holds the link has no password yet")
def set_password(token: str) -> Answer:
    secret, at = str(current_app.secret_key), now()
    form = NewPasswordForm()
    person = people.holder_of(token, secret=secret, at=at)
    if not form.validate_on_submit():
        return _page("accounts/password_link.html", form, name=person.name, email=person.email)
    people.use_link(token, form.password.data, secret=secret, at=at)
    db.commit()
    session.clear()
    flash(gettext("Your password is set. Sign in with it."), "success")
    # Who reads the owner's mail is the owner, also while somebody guesses at the account.
    return remember_device(redirect(url_for(".sign_in"), HTTPStatus.SEE_OTHER), person.email)


def _page(template: str, form: NewPasswordForm, **facts: str) -> Answer:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_template(template, form=form, shortest=SHORTEST_PASSWORD, **facts), status
