"""The base of all forms, and fields that take only what a column and the calendar can hold.

A form is validated before anything reads it. What a field refused is not in it any more: a page
that shows the refusal has the words that were typed and no value that nobody has checked.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import wtforms
from babel.support import NullTranslations, Translations
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms.i18n import messages_path
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.core.errors import N_
from app.core.i18n import reader_language
from app.vocabulary import Language

LARGEST_ID = 2**31 - 1  # of the columns that count rows, days and versions
# Days that can be stored and reckoned with: a year's calendar on both sides is always there.
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)


# WTForms has folders of its own for some languages.
_FOLDERS_OF_WTFORMS = {Language.CS.value: "cs_CZ"}
# Its messages that it does not have in all of our languages.
_NOT_IN_WTFORMS = (
    N_("Not a valid time value."),
    N_("This field cannot be edited."),
    N_("'%(value)s' is not a valid choice for this field."),
)


class _Validated:
    """What all forms share: a field that was refused is emptied."""

    _verdict: bool | None = None

    def process(self, *args: Any, **options: Any) -> None:
        """Fill the fields; nobody has checked yet what is in them now."""
        self._verdict = None
        super().process(*args, **options)  # type: ignore[misc]

    def validate(self, *args: Any, **options: Any) -> bool:
        """Check every field; empty those that are faulty, so that nobody reads them.

        It is done once: an emptied field would pass the second time, and its words be gone.
        """
        if self._verdict is None:
            self._verdict = self._check(*args, **options)
        return self._verdict

    def _check(self, *args: Any, **options: Any) -> bool:
        is_valid = bool(super().validate(*args, **options))  # type: ignore[misc]
        for field in self:  # type: ignore[attr-defined]
            is_faulty = field.errors and not isinstance(field, wtforms.StringField)
            if is_faulty or _is_no_choice(field):
                field.data = [] if isinstance(field, wtforms.SelectMultipleField) else None
        return is_valid

    def sift(self) -> None:
        """Keep what makes sense and forget the rest without words: for a form under way."""
        self.validate()
        for field in self:  # type: ignore[attr-defined]
            field.errors = ()


def _is_no_choice(field: wtforms.Field) -> bool:
    """Whether what was chosen is nothing to choose: white space passes for an empty answer."""
    is_list = isinstance(field, wtforms.SelectMultipleField)
    if is_list or not isinstance(field, wtforms.SelectField) or not field.validate_choice:
        return False
    return field.data is not None and not any(one.selected for one in field.iter_choices())


class _InReadersLanguage:
    """The messages of WTForms' own validators, in the reader's language for every form."""

    def gettext(self, text: str) -> str:
        """Return a message of WTForms, in our own words where it has none in the language."""
        ours = str(gettext(text))
        return ours if ours != text else str(_messages_of_wtforms(reader_language()).ugettext(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return a message of WTForms in the form for a number."""
        theirs = str(_messages_of_wtforms(reader_language()).ungettext(one, many, count))
        return self.gettext(one) if theirs in {one, many} else theirs


@cache
def _messages_of_wtforms(language: str) -> NullTranslations:
    folder = _FOLDERS_OF_WTFORMS.get(language, language)
    return Translations.load(messages_path(), [folder], domain="wtforms")


class _Meta:
    def get_translations(self, form: wtforms.Form) -> _InReadersLanguage:
        """Return what translates the messages of the library."""
        return _InReadersLanguage()


class BaseForm(_Validated, FlaskForm):  # type: ignore[misc]
    """A form with a token of its own."""

    class Meta(_Meta, FlaskForm.Meta):  # type: ignore[misc]
        """What all our forms have in common."""


class PartForm(_Validated, wtforms.Form):  # type: ignore[misc]
    """A part of a larger form; the token of that form guards all of them."""

    class Meta(_Meta):
        """What all our forms have in common."""


class IntegerField(wtforms.IntegerField):  # type: ignore[misc]
    """A whole number that an integer column can hold."""

    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Refuse what is longer than the column, whatever other limits the field has."""
        super().process_formdata(valuelist)
        if self.data is not None and not -LARGEST_ID <= self.data <= LARGEST_ID:
            self.data = None
            raise ValueError(gettext("This number is too large."))


class DecimalField(wtforms.DecimalField):  # type: ignore[misc]
    """A number that a numeric column of so many digits, `scale` of them decimal, can hold."""

    data: Any

    def __init__(self, *args: Any, digits: int = 15, scale: int = 3, **options: Any) -> None:
        super().__init__(*args, **options)
        self.scale = scale
        self.limit = Decimal(10) ** (digits - scale)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Refuse what is no finite number or has more digits than the column."""
        super().process_formdata(valuelist)
        if self.data is None:
            return
        number, self.data = self.data, None
        if not number.is_finite():
            raise ValueError(gettext("Write a number, for instance 2."))
        if abs(number) >= self.limit:
            raise ValueError(gettext("This number is too large."))
        if number != round(number, self.scale):
            raise ValueError(
                gettext(
                    "Write at most %(places)s digits after the decimal point.", places=self.scale
                )
            )
        self.data = number


class MultiCheckboxField(wtforms.SelectMultipleField):  # type: ignore[misc]
    """Several of a few, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DateField(wtforms.DateField):  # type: ignore[misc]
    """A day of this or the neighbouring centuries."""

    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Refuse days with which no calendar can reckon."""
        super().process_formdata(valuelist)
        if self.data is not None and not FIRST_DAY <= self.data <= LAST_DAY:
            self.data = None
            raise ValueError(gettext("This day is too far away."))


class StepForm(BaseForm):
    """A step: the version of what was looked at."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


def read_id(text: str) -> int:
    """Return a number that a row can have; raise `ValueError` for any other text."""
    number = int(text)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError("no row has such a number")
    return number
