"""The people whom an administrator looks after: of their own company, or all."""

from http import HTTPStatus

import structlog
from flask import abort, current_app, flash, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import forms, people, queries
from app.accounts.links import LIFE
from app.accounts.models import Person
from app.accounts.views.blueprint import bp
from app.core.access import needs
from app.core.clock import now
from app.core.errors import N_
from app.core.text import clean_line
from app.core.web import done
from app.vocabulary import Role

Answer = Response | str | tuple[str, int]
CARERS = (Role.DEALER_ADMIN, Role.ADMINISTRATOR)
FILTER_NAMES = {
    "all": N_("All"),
    "factory": N_("Of the factory"),
    "dealers": N_("Of the dealers"),
    "inactive": N_("Without access"),
}
ONE_PERSON = "/people/<int(max=2147483647):person_id>"
_OFFERED = "password_link"
log = structlog.get_logger(__name__)


@bp.get("/people", endpoint="people")
@needs(*CARERS)
def list_people() -> str:
    search = clean_line(request.args.get("q", ""))[: forms.LONGEST_SEARCH]
    chosen = request.args.get("filter", "all")
    chosen = chosen if chosen in FILTER_NAMES else "all"
    page = queries.list_people(
        current_user, chosen=chosen, search=search, after=request.args.get("after", "")
    )
    return render_template(
        "accounts/people.html",
        page=page,
        form=forms.SearchForm(formdata=None, q=search),
        search=search,
        chosen=chosen,
        filters=FILTER_NAMES,
    )


@bp.route("/people/new", methods=["GET", "POST"])
@needs(*CARERS)
def add_person() -> Answer:
    form = forms.new_person_form(current_user)
    if not form.validate_on_submit():
        return _form_page("accounts/people_new.html", form)
    try:
        person = people.add_person(
            form.email.data, form.facts(), dealer_id=_dealer_id(form), by=current_user
        )
    except people.EmailTaken as refusal:
        form.email.errors = [refusal.words()]
        return _form_page("accounts/people_new.html", form)
    log.info("person.added", person_id=person.id, role=person.role, by=current_user.id)
    return _offer_link(person)


@bp.route(ONE_PERSON, methods=["GET", "POST"])
@needs(*CARERS)
def edit_person(person_id: int) -> Answer:
    person = _person(person_id)
    form = forms.person_form(person, current_user)
    if not form.validate_on_submit():
        return _form_page(
            "accounts/people_one.html",
            form,
            who=person,
            is_own=person.id == current_user.id,
            link=_take_offered(person),
            days=LIFE.days,
        )
    people.change_person(person, form.facts(), by=current_user)
    log.info("person.changed", person_id=person.id, role=person.role, by=current_user.id)
    flash(gettext("Saved."), "success")
    return _back_to(person)


@bp.post(ONE_PERSON + "/deactivate")
@needs(*CARERS)
def deactivate(person_id: int) -> Answer:
    person = _person(person_id)
    people.deactivate(person, by=current_user, at=now())
    log.info("person.deactivated", person_id=person.id, by=current_user.id)
    flash(gettext("%(name)s is signed out and has no access any more.", name=person.name))
    return _back_to(person)


@bp.post(ONE_PERSON + "/reactivate")
@needs(*CARERS)
def reactivate(person_id: int) -> Answer:
    person = _person(person_id)
    people.reactivate(person)
    log.info("person.reactivated", person_id=person.id, by=current_user.id)
    flash(gettext("%(name)s may sign in again.", name=person.name), "success")
    return _back_to(person)


@bp.post(ONE_PERSON + "/password-link")
@needs(*CARERS)
def offer_link(person_id: int) -> Answer:
    return _offer_link(_person(person_id))


def _offer_link(person: Person) -> Response:
    """Keep the link for the next page, which shows it once."""
    secret = str(current_app.secret_key)
    token = people.offer_link(person, secret=secret, by=current_user, at=now())
    log.info("person.password_link_offered", person_id=person.id, by=current_user.id)
    session[_OFFERED] = [person.id, token]
    return _back_to(person)


def _take_offered(person: Person) -> str:
    person_id, token = session.pop(_OFFERED, (0, ""))
    if person_id != person.id:
        return ""
    # By the settings, never by the Host header: the link goes to somebody else.
    return str(current_app.config["PUBLIC_URL"]).rstrip("/") + url_for(".set_password", token=token)


def _form_page(template: str, form: forms.PersonForm, **facts: object) -> tuple[str, int]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_template(template, form=form, **facts), status


def _dealer_id(form: forms.NewPersonForm) -> int | None:
    return int(form.dealer_id.data) if "dealer_id" in form and form.dealer_id.data else None


def _back_to(person: Person) -> Response:
    return done(url_for(".edit_person", person_id=person.id))


def _person(person_id: int) -> Person:
    return queries.get_person(current_user, person_id) or abort(404)
