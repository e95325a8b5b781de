"""Periods in words: a number with its unit in the right plural, days from and to."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from flask_babel import gettext, ngettext

from app.core.i18n import show_day
from app.core.words import label
from app.deadlines.clocks import Unit
from app.deadlines.rules import TransitUnit

Counted = Callable[[int], str]


def _calendar_days(number: int) -> str:
    return str(ngettext("%(num)s calendar day", "%(num)s calendar days", number))


def _working_days(number: int) -> str:
    return str(ngettext("%(num)s working day", "%(num)s working days", number))


def _days_of_the_carrier(number: int) -> str:
    return str(
        ngettext(
            "%(num)s working day of the carrier", "%(num)s working days of the carrier", number
        )
    )


def _days_with_saturday(number: int) -> str:
    return str(
        ngettext("%(num)s working day, Saturday too", "%(num)s working days, Saturday too", number)
    )


def _months(number: int) -> str:
    return str(ngettext("%(num)s month", "%(num)s months", number))


def _years(number: int) -> str:
    return str(ngettext("%(num)s year", "%(num)s years", number))


# Members of different enums may be the same word, so the type is part of the key.
_COUNTED: Mapping[tuple[type[StrEnum], StrEnum], Counted] = {
    (Unit, Unit.CALENDAR_DAYS): _calendar_days,
    (Unit, Unit.WORKING_DAYS): _working_days,
    (Unit, Unit.SIX_DAY_WEEK): _days_with_saturday,
    (Unit, Unit.MONTHS): _months,
    (Unit, Unit.YEARS): _years,
    (TransitUnit, TransitUnit.CALENDAR_DAYS): _calendar_days,
    (TransitUnit, TransitUnit.WORKING_DAYS): _days_of_the_carrier,
}
# How the notes of the rules write a period: "14 CD", "10 WD".
_SHORT = re.compile(r"\b(\d+) (CD|WD|WD6|MO|YR)\b")


def show_period(number: int | None, unit: StrEnum) -> str:
    """Return how long something takes; a unit without a number says it all."""
    counted = _COUNTED.get((type(unit), unit))
    return counted(number) if counted and number is not None else label(unit)


def spell_periods(note: str) -> str:
    """Return a note in the reader's language with the periods in it written out."""
    known = str(gettext(note)) if note else ""
    return _SHORT.sub(lambda found: show_period(int(found[1]), Unit(found[2])), known)


def show_validity(first: date | None, last: date | None) -> str:
    """Return from when and until when something holds."""
    if first and last:
        return f"{show_day(first)} – {show_day(last)}"
    if first:
        return str(gettext("from %(day)s", day=show_day(first)))
    if last:
        return str(gettext("until %(day)s", day=show_day(last)))
    return str(gettext("always"))
