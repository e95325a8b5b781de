"""The people whom an administrator looks after: of their own company, or all."""

from http import HTTPStatus

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts import audit, forms, people, queries
from app.accounts.links import LIFE
from app.accounts.models import Person
from app.accounts.views.blueprint import bp
from app.core.access import needs
from app.core.clock import now
from app.core.confirmation import Question, ask_first, is_sure
from app.core.errors import N_
from app.core.text import clean_line
from app.core.web import done
from app.core.words import label
from app.vocabulary import Role

Answer = Response | str | tuple[str, int]
CARERS = (Role.DEALER_ADMIN, Role.ADMINISTRATOR)
FILTER_NAMES = {
    "all": N_("All"),
    "factory": N_("Plant"),
    "dealers": N_("Dealers"),
    "inactive": N_("Without access"),
}
ONE_PERSON = "/people/<int(max=2147483647):person_id>"
ASKED = N_("The role waits for the approval of a second person.")


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
            form.email.data,
            form.facts(),
            dealer_id=_dealer_id(form),
            by=current_user,
            at=now(),
        )
    except people.EmailTaken as refusal:
        form.email.errors = [refusal.words()]
        return _form_page("accounts/people_new.html", form)
    if person.is_active:
        _tell_of_link(person)
    if queries.open_request_of(person.id):
        flash(gettext(ASKED), "success")
    return _back_to(person)


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
            days=LIFE.days,
            asked=queries.open_request_of(person.id),
            events=[_shown(event) for event in audit.history_of(person)],
        )
    is_asked = people.change_person(person, form.facts(), by=current_user, at=now())
    flash(gettext(ASKED) if is_asked else gettext("Saved."), "success")
    return _back_to(person)


@bp.post(ONE_PERSON + "/deactivate")
@needs(*CARERS)
def deactivate(person_id: int) -> Answer:
    person = _person(person_id)
    if not is_sure():
        return ask_first(
            Question(
                gettext("End the access of %(name)s?", name=person.name),
                gettext(
                    "They are signed out everywhere at once. You can give the access back later."
                ),
                gettext("End the access"),
                url_for(".edit_person", person_id=person.id),
            )
        )
    people.deactivate(person, by=current_user, at=now())
    flash(gettext("%(name)s is signed out and has no access any more.", name=person.name))
    return _back_to(person)


@bp.post(ONE_PERSON + "/reactivate")
@needs(*CARERS)
def reactivate(person_id: int) -> Answer:
    person = _person(person_id)
    people.reactivate(person, by=current_user, at=now())
    flash(gettext("%(name)s may sign in again.", name=person.name), "success")
    return _back_to(person)


@bp.post(ONE_PERSON + "/password-link")
@needs(*CARERS)
def send_link(person_id: int) -> Answer:
    person = _person(person_id)
    people.send_link(person, by=current_user, at=now())
    _tell_of_link(person)
    return _back_to(person)


@bp.get("/people/roles")
@needs(*CARERS, Role.HEAD_OF_CLAIMS)
def role_requests() -> str:
    return render_template(
        "accounts/role_requests.html", requests=queries.list_role_requests(current_user)
    )


@bp.post("/people/roles/<int(max=2147483647):request_id>/<any(grant, refuse):word>")
@needs(*CARERS, Role.HEAD_OF_CLAIMS)
def decide_role(request_id: int, word: str) -> Answer:
    decide = people.grant_role if word == "grant" else people.refuse_role
    role_request = queries.role_request_to_decide(current_user, request_id) or abort(404)
    person = decide(role_request, by=current_user, at=now())
    said = (
        N_("%(name)s has the new role.") if word == "grant" else N_("%(name)s keeps the old role.")
    )
    flash(gettext(said, name=person.name), "success")
    return done(url_for(".role_requests"))


def _tell_of_link(person: Person) -> None:
    flash(
        gettext(
            "A link to set a password goes to %(email)s. It works once and for %(days)s days.",
            email=person.email,
            days=LIFE.days,
        ),
        "success",
    )


def _shown(event: audit.AccountEventRow) -> dict[str, object]:
    """Return an event as the list of history shows it."""
    role = event.facts.get("role", "")
    return {
        "at": event.at,
        "who": event.who or gettext("Operator of the server"),
        "words": label(event.action),
        "note": label(Role(role)) if role in set(Role) else "",
        "icon": "user-cog",
    }


def _form_page(template: str, form: forms.PersonForm, **facts: object) -> tuple[str, int]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_template(template, form=form, **facts), status


def _dealer_id(form: forms.NewPersonForm) -> int | None:
    return int(form.dealer_id.data) if "dealer_id" in form and form.dealer_id.data else None


def _back_to(person: Person) -> Response:
    return done(url_for(".edit_person", person_id=person.id))


def _person(person_id: int) -> Person:
    return queries.get_person(current_user, person_id) or abort(404)
