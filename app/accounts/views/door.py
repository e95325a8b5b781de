"""The front door: signing in and out, choosing a language, the way home."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app.accounts import queries, service
from app.accounts.devices import known_device, remember_device
from app.accounts.forms import SignInForm
from app.accounts.views.blueprint import bp
from app.core.access import needs_sign_in, open_to_all
from app.core.clock import now
from app.core.db import db
from app.vocabulary import Language, Role

HOMES = {
    Role.DEALER_USER: "claims.home",
    Role.DEALER_ADMIN: "claims.home",
    Role.CLAIM_MANAGER: "claims.worklist",
    Role.HEAD_OF_CLAIMS: "claims.worklist",
    Role.DEPARTMENT_WORKER: "work.mine",
    Role.ADMINISTRATOR: "erp.exchange",
}


@bp.get("/")
@needs_sign_in
def home() -> Response:
    return redirect(url_for(HOMES[current_user.role]))


@bp.route("/sign-in", methods=["GET", "POST"])
@open_to_all("the front door")
def sign_in() -> Response | str | tuple[str, int]:
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form)
    at = now()
    email = form.email.data.strip().lower()
    person = service.check_password(
        email,
        form.password.data,
        address=request.remote_addr or "",
        at=at,
        device=known_device(email),
    )
    if person is None:
        db.commit()
        form.password.errors = [gettext("The e-mail or the password is wrong.")]
        return render_template("accounts/sign_in.html", form=form), HTTPStatus.UNPROCESSABLE_ENTITY
    session.clear()
    token = service.sign_in(person, at=at)
    db.commit()
    login_user(queries.as_user(person, token=token))
    answer = redirect(_own_page(form.next.data), HTTPStatus.SEE_OTHER)
    return remember_device(answer, email)


@bp.post("/sign-out")
@needs_sign_in
def sign_out() -> Response:
    service.sign_out(current_user, at=now())
    db.commit()
    logout_user()
    session.clear()
    flash(gettext("You are signed out."))
    return redirect(url_for(".sign_in"), HTTPStatus.SEE_OTHER)


@bp.post("/language")
@open_to_all("a stranger may read the front door in their language")
def choose_language() -> Response:
    language = request.form.get("language", "")
    if language in set(Language):
        session["language"] = language
        if current_user.is_authenticated:
            service.choose_language(current_user, Language(language))
            db.commit()
    return redirect(_own_page(request.form.get("next", "")), HTTPStatus.SEE_OTHER)


def _own_page(target: str | None) -> str:
    """Return the target if it is a path of ours; anything else leads home."""
    try:
        parts = urlsplit((target or "").replace("\\", "/"))
    except ValueError:  # a host that cannot be one
        return url_for("accounts.home")
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    if not is_ours or parts.path.startswith("//"):
        return url_for("accounts.home")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
