"""What a department types, and a manager who passes its work on."""

from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.accounts.queries import list_departments
from app.claims.models import Claim
from app.core.fields import BaseForm, StepForm
from app.core.i18n import local_name
from app.core.text import clean_text


def _words(text: str | None) -> str:
    return clean_text(text or "")


class DepartmentForm(BaseForm):
    """Which department gets an order for which line of a claim, and why."""

    line = SelectField(_l("Item"))
    department = SelectField(_l("Department"), coerce=int)
    words = TextAreaField(_l("Reason"), [InputRequired(), Length(max=2000)], filters=[_words])

    @classmethod
    def of(cls, claim: Claim) -> Self:
        """Return the form of a claim: of its accepted lines."""
        form = cls()
        form.line.choices = [
            (str(line.id), f"{line.position}. {line.item_name}")
            for line in claim.lines
            if line.remedy is not None
        ]
        form.department.choices = department_choices()
        return form


class RedirectForm(StepForm):
    """To which department an order is passed on, and why."""

    department = SelectField(_l("Department"), coerce=int)
    words = TextAreaField(_l("Reason"), [InputRequired(), Length(max=2000)], filters=[_words])

    @classmethod
    def to_any(cls) -> Self:
        """Return the form with all departments."""
        form = cls()
        form.department.choices = department_choices()
        return form


def department_choices() -> list[tuple[int, str]]:
    """Return the departments by their names in the reader's language."""
    return [(id_, local_name(names)) for id_, names in list_departments()]


class WordsForm(StepForm):
    """A step with words."""

    words = TextAreaField(
        _l("Comment"), [Length(max=4000)], filters=[lambda text: clean_text(text or "")]
    )
