"""The base of all forms, and fields that take only what a column and the calendar can hold.

A form is validated before anything reads it. What a field refused is not in it any more: a page
that shows the refusal has the words that were typed and no value that nobody has checked.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import wtforms
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

LARGEST_ID = 2**31 - 1  # of the columns that count rows, days and versions
# Days that can be stored and reckoned with: a year's calendar on both sides is always there.
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)


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


class BaseForm(_Validated, FlaskForm):  # type: ignore[misc]
    """A form with a token of its own."""


class PartForm(_Validated, wtforms.Form):  # type: ignore[misc]
    """A part of a larger form; the token of that form guards all of them."""


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
