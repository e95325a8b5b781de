"""Overrides of calendars as a CSV file: reading it, and every fault of it with its line."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Any

from flask_babel import gettext

from app.core.errors import N_, Refusal
from app.core.i18n import shown
from app.deadlines.days import LONGEST_CLOSURE

COLUMNS = ("site", "from", "to", "state", "reason")
STATES = {"open": True, "closed": False}
MOST_LINES = 10_000
# For which years days may be set; the countries' holidays are known for them.
SET_YEARS = range(2000, 2100)
_DATES = ("%Y-%m-%d", "%d.%m.%Y")
_SHOWN = 20


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line; `message` is translated when it is shown."""

    line: int
    message: str
    values: Mapping[str, Any]

    def words(self) -> str:
        """Return the sentence with its line."""
        sentence = gettext(self.message, **shown(self.values))
        return str(gettext("Line %(line)s: %(sentence)s", line=self.line, sentence=sentence))


class FaultyFile(Refusal):
    """The file has faults, and nothing of it was saved."""

    message = N_("Nothing was saved: the file has %(count)s faults")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(count=len(faults))
        self.faults = tuple(faults)

    def words(self) -> str:
        """Return the sentence, and below it the first faults."""
        first = [fault.words() for fault in self.faults[:_SHOWN]]
        return "\n".join([super().words(), *first])


@dataclass(frozen=True)
class OverrideLine:
    """A line of the file; `site` is a code of a site, or of a country for a decree."""

    line: int
    site: str
    starts_on: date
    ends_on: date
    is_open: bool
    reason: str


def read_overrides(text: str) -> list[OverrideLine]:
    """Return the lines of the file; raise `FaultyFile` with all the faults that it has.

    The first line names the columns: site, from, to, state, reason. Commas, semicolons and tabs
    are understood, dates as 2026-12-29 and as 29.12.2026, the states `open` and `closed`.
    """
    text = text.removeprefix("\ufeff")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    faults: list[Fault] = []
    lines = list(_lines(reader, faults))
    faults += _double(lines)
    if not lines and not faults:
        faults.append(Fault(1, N_("the file is empty"), {}))
    if faults:
        raise FaultyFile(sorted(faults, key=lambda fault: fault.line))
    return lines


def _lines(reader: Any, faults: list[Fault]) -> Iterator[OverrideLine]:
    columns: list[str] | None = None
    try:
        for cells in reader:
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if columns is None:
                columns = [cell.casefold() for cell in cells]
                if set(columns) != set(COLUMNS):
                    faults.append(_columns_fault(reader.line_num))
                    return
            elif reader.line_num > MOST_LINES:
                message = N_("the file has more than %(most)s lines; split it")
                faults.append(Fault(reader.line_num, message, {"most": MOST_LINES}))
                return
            elif found := _line(reader.line_num, columns, cells, faults):
                yield found
    except csv.Error:
        faults.append(Fault(reader.line_num, N_("the quotation marks do not match"), {}))


def _columns_fault(line: int) -> Fault:
    message = N_("the first line must name the columns %(columns)s")
    return Fault(line, message, {"columns": ", ".join(COLUMNS)})


def _line(
    number: int, columns: list[str], cells: list[str], faults: list[Fault]
) -> OverrideLine | None:
    if len(cells) != len(columns):
        message = N_("there must be %(wanted)s cells, not %(found)s")
        faults.append(Fault(number, message, {"wanted": len(columns), "found": len(cells)}))
        return None
    told = dict(zip(columns, cells, strict=True))
    starts_on, ends_on = _date(told["from"]), _date(told["to"] or told["from"])
    wrong = list(_wrong_cells(told, starts_on, ends_on))
    faults += [Fault(number, message, values) for message, values in wrong]
    if wrong or starts_on is None or ends_on is None:
        return None
    is_open = STATES[told["state"].casefold()]
    return OverrideLine(number, told["site"], starts_on, ends_on, is_open, told["reason"])


def _wrong_cells(
    told: Mapping[str, str], starts_on: date | None, ends_on: date | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, day in (("from", starts_on), ("to", ends_on)):
        if day is None and (told[name] or name == "from"):
            yield N_("“%(day)s” is not a date; write it as 2026-12-29"), {"day": told[name]}
    if starts_on and ends_on and starts_on > ends_on:
        yield N_("the last day is before the first"), {}
    elif starts_on and ends_on and (ends_on - starts_on).days >= LONGEST_CLOSURE:
        yield N_("more than %(most)s days at once are too many"), {"most": LONGEST_CLOSURE}
    if {day.year for day in (starts_on, ends_on) if day} - set(SET_YEARS):
        years = {"first": SET_YEARS[0], "last": SET_YEARS[-1]}
        yield N_("the days must be within the years %(first)s to %(last)s"), years
    if told["state"].casefold() not in STATES:
        yield N_("the state must be “open” or “closed”"), {}
    if not told["site"]:
        yield N_("the site is missing"), {}
    if not told["reason"]:
        yield N_("the reason is missing"), {}


def _date(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no time zone)
        except ValueError:
            continue
    return None


def _double(lines: Iterable[OverrideLine]) -> Iterator[Fault]:
    """Give a fault for each line whose days another line of its site has too."""
    ordered = sorted(lines, key=lambda line: (line.site.casefold(), line.starts_on, line.line))
    furthest: OverrideLine | None = None
    for line in ordered:
        if furthest is None or line.site.casefold() != furthest.site.casefold():
            furthest = line
            continue
        if line.starts_on <= furthest.ends_on:
            message = N_("its days overlap those of line %(other)s")
            yield Fault(line.line, message, {"other": furthest.line})
        furthest = max(furthest, line, key=lambda one: one.ends_on)
