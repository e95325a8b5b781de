"""What is typed at the front door, about a password, about a person."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField, SearchField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Regexp, ValidationError

from app.accounts import queries
from app.accounts.models import Person
from app.accounts.people import PersonFacts
from app.accounts.policy import User
from app.accounts.rules import (
    LONGEST_PASSWORD,
    PEOPLE,
    SHORTEST_PASSWORD,
    needs_department,
    roles_beside,
)
from app.core.fields import BaseForm, DateField
from app.core.i18n import LANGUAGE_NAMES, local_name
from app.core.text import clean_line
from app.core.words import label
from app.vocabulary import DEALERS, Language, Role

LONGEST_EMAIL = 254
LONGEST_NAME = 200
LONGEST_SEARCH = 100
_EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_WORKERS = tuple(role for role in Role if needs_department(role))
_CONTINENTS = ("Africa/", "America/", "Asia/", "Australia/", "Europe/", "Pacific/")


def _one_line(value: str | None) -> str:
    return clean_line(value or "")


def _address(value: str | None) -> str:
    return clean_line(value or "").lower()


class SignInForm(BaseForm):
    """Who are you?"""

    email = EmailField(_l("E-mail"), [InputRequired(), Length(max=LONGEST_EMAIL)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=LONGEST_PASSWORD)])
    next = HiddenField()


class NewPasswordForm(BaseForm):
    """A new password, typed twice."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(), Length(min=SHORTEST_PASSWORD, max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST_PASSWORD},
    )
    again = PasswordField(
        _l("The new password once more"),
        [InputRequired(), EqualTo("password", _l("The two passwords differ."))],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    """The old password, so that a forgotten screen does not give the account away."""

    old = PasswordField(
        _l("Current password"),
        [InputRequired(), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class SearchForm(BaseForm):
    """Whom are you looking for? Sent by GET: it changes nothing, so it needs no token."""

    class Meta:
        csrf = False

    q = SearchField(_l("Search"), [Length(max=LONGEST_SEARCH)])


class PersonForm(BaseForm):
    """What an administrator says of a person."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=LONGEST_NAME)], filters=[_one_line])
    role = SelectField(_l("Role"), [InputRequired()])
    department_id = SelectField(_l("Department"))
    language = SelectField(_l("Language"), [InputRequired()])
    time_zone = SelectField(_l("Time zone"), [InputRequired()])

    def validate_department_id(self, field: SelectField) -> None:
        if self.role.data in _WORKERS and not field.data:
            raise ValidationError(gettext("Choose the department that this person works for."))

    def facts(self) -> PersonFacts:
        """Return what was typed."""
        department = self.department_id.data if "department_id" in self else ""
        return PersonFacts(
            name=self.name.data,
            role=Role(self.role.data),
            language=Language(self.language.data),
            time_zone=self.time_zone.data,
            department_id=int(department) if department else None,
        )


class NewPersonForm(PersonForm):
    """Somebody who was not here before."""

    email = EmailField(
        _l("E-mail"),
        [
            InputRequired(),
            Length(max=LONGEST_EMAIL),
            Regexp(_EMAIL, message=_l("This is not an e-mail address.")),
        ],
        filters=[_address],
    )
    dealer_id = SelectField(_l("Dealer"))

    def validate_dealer_id(self, field: SelectField) -> None:
        if self.role.data in DEALERS and not field.data:
            raise ValidationError(gettext("Choose the dealer that this person works for."))


def new_person_form(user: User) -> NewPersonForm:
    """Return the form for a new person with what this administrator may choose."""
    form = NewPersonForm(language=user.language, time_zone=user.time_zone)
    _fill(form, DEALERS if user.is_dealer else PEOPLE, user.time_zone)
    if user.is_dealer:
        del form.dealer_id
    else:
        form.dealer_id.choices = _or_none(queries.list_dealers())
    return form


def person_form(person: Person, user: User) -> PersonForm:
    """Return the form of a person; one's own role is not there to be changed."""
    form = PersonForm(obj=person)
    is_own = person.id == user.id
    _fill(form, (person.role,) if is_own else roles_beside(person.role), person.time_zone)
    return form


def _fill(form: PersonForm, roles: tuple[Role, ...], zone: str) -> None:
    form.role.choices = [(role.value, label(role)) for role in roles]
    form.language.choices = [(one.value, name) for one, name in LANGUAGE_NAMES.items()]
    form.time_zone.choices = sorted({*_zones(), zone})
    if any(needs_department(role) for role in roles):
        named = ((id_, local_name(names)) for id_, names in queries.list_departments())
        form.department_id.choices = _or_none(named)
    else:
        del form.department_id


def _or_none(choices: Any) -> list[tuple[str, str]]:
    return [("", "–"), *((str(id_), name) for id_, name in choices)]


@cache
def _zones() -> tuple[str, ...]:
    return tuple(zone for zone in available_timezones() if zone.startswith(_CONTINENTS))


class AbsenceForm(BaseForm):
    """Who is away from when to when, and who stands in."""

    person = SelectField(_l("Who is away"), coerce=int)
    starts_on = DateField(_l("From"), [InputRequired()])
    ends_on = DateField(_l("To"), [InputRequired()])
    deputy = SelectField(_l("Deputy"), coerce=int)

    def __init__(
        self, people: Sequence[tuple[int, str]], deputies: Sequence[tuple[int, str]]
    ) -> None:
        super().__init__()
        self.person.choices = list(people)
        self.deputy.choices = list(deputies)
