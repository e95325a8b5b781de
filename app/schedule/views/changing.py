"""One way for every change of calendars, lanes, norms and rules: look what moves, then save."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, Self
from uuid import UUID

from flask import flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import Field, SelectField

from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.fields import BaseForm
from app.core.web import done
from app.schedule.moves import ShownMove
from app.schedule.renewal import owe_renewal, what_would_change
from app.vocabulary import Role

Answer = Response | str | tuple[str, int]
Page = Callable[..., str]

# Who keeps the tables from which deadlines are computed.
DESK = (Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS)
SAVE, EDIT = "save", "edit"
_NOT_CARRIED = {"csrf_token", "command_key", "step"}


@dataclass(frozen=True)
class Shift:
    """A claim whose day would be another one; a day that cannot be told is None."""

    claim_id: UUID
    number: str
    dealer: str
    promise_on: date | None
    from_on: date | None
    to_on: date | None

    @classmethod
    def of_forecast(cls, shown: ShownMove) -> Self:
        """Return how the forecast of a claim would move."""
        move = shown.move
        return cls(
            move.claim_id, shown.number, shown.dealer, shown.promise_on, move.from_on, move.to_on
        )

    @property
    def days(self) -> int | None:
        """By how many calendar days it would move; below 0: it comes earlier."""
        return (self.to_on - self.from_on).days if self.from_on and self.to_on else None

    @property
    def breaks_promise(self) -> bool:
        """Tell whether the new day is later than promised."""
        return bool(self.promise_on and self.to_on and self.to_on > self.promise_on)


def forecasts_after(change: Callable[[], Any]) -> list[Shift]:
    """Return which forecasts a change would move, in all open claims."""
    return [Shift.of_forecast(shown) for shown in what_would_change(change, at=now())]


def answer_change(
    form: BaseForm,
    change: Callable[[], Any],
    page: Page,
    *,
    location: str,
    note: str = "",
    carried: Mapping[str, str] | None = None,
    preview: Callable[[], list[Shift]] | None = None,
) -> Answer:
    """Show what a change would do; on the second step do it.

    `page` shows the form again, with its faults and what was typed. `note` is said beside the
    preview; `carried` goes on to the second step instead of what was typed; `preview` knows better
    than the forecasts what would move.
    """
    step = request.form.get("step", "")
    is_valid = form.validate()
    if step == EDIT:
        return page(form)
    if not is_valid:
        return page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if step == SAVE:
            change()
            return _saved(location)
        shifts = preview() if preview else forecasts_after(change)
    except Refusal as refusal:
        db.rollback()
        return page(form, refused=refusal.words()), refusal.status
    db.rollback()  # what was tried out is forgotten
    return render_template(
        "schedule/would_change.html",
        shifts=shifts,
        carried=carried.items() if carried else _typed(),
        action=request.path,
        location=location,
        note=note,
    )


def named(*fields: Field) -> str:
    """Return what was chosen or typed in these fields, as the reader sees it, without blanks."""
    chosen = (
        dict(field.choices).get(field.data, "") if isinstance(field, SelectField) else field.data
        for field in fields
        if field.data
    )
    return ", ".join(str(one) for one in chosen if one)


def _typed() -> list[tuple[str, str]]:
    """Return what was typed, for the second step and for the way back."""
    return [
        (name, value)
        for name, values in request.form.lists()
        if name not in _NOT_CARRIED
        for value in values
    ]


def _saved(location: str) -> Response:
    owe_renewal(at=now())
    flash(gettext("Saved. The forecasts of the open claims are recalculated."), "success")
    return done(location)
