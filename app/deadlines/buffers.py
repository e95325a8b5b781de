"""The buffers between the earliest day and the promise that is proposed: read, added, removed."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.accounts.models import Plant
from app.core.db import db
from app.core.errors import N_, Refusal
from app.deadlines.models import PromiseBuffer

MOST_DAYS = 60


class BufferIsThere(Refusal):
    message = N_("For these days a reserve is set already: remove it first, or choose other days.")
    status = HTTPStatus.CONFLICT


class BufferTooLong(Refusal):
    message = N_("A reserve has between 0 and %(most)s working days.")


class BufferEndsTooEarly(Refusal):
    message = N_("The last day is before the first. Swap them.")


class ReasonForDaysMissing(Refusal):
    message = N_("Say why these days are different, such as a season or a holiday.")


@dataclass(frozen=True)
class BufferFacts:
    """A reserve as an administrator fills it in; without a plant it is for all of them."""

    working_days: int
    plant_id: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    reason: str = ""

    @property
    def is_dated(self) -> bool:
        """Tell whether it is for some days only."""
        return self.starts_on is not None or self.ends_on is not None


def list_buffers() -> list[tuple[PromiseBuffer, str | None]]:
    """Return the reserves with the names of their plants, the usual ones first."""
    query = (
        select(PromiseBuffer, Plant.name)
        .outerjoin(Plant, Plant.id == PromiseBuffer.plant_id)
        .order_by(
            PromiseBuffer.starts_on.nulls_first(),
            PromiseBuffer.ends_on.nulls_first(),
            Plant.name.nulls_first(),
        )
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def plant_choices() -> list[tuple[int, str]]:
    """Return the plants that may have a reserve of their own."""
    query = select(Plant.id, Plant.name).order_by(Plant.code)
    return [(plant_id, name) for plant_id, name in db.execute(query)]


def add_buffer(facts: BufferFacts) -> None:
    """Propose promises so many working days after the earliest day; never two for one day."""
    if not 0 <= facts.working_days <= MOST_DAYS:
        raise BufferTooLong(most=MOST_DAYS)
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        raise BufferEndsTooEarly
    if facts.is_dated and not facts.reason:
        raise ReasonForDaysMissing
    new = insert(PromiseBuffer).values(**vars(facts))
    # By the constraint, so that of two people who set the same days one is told of the other.
    if db.execute(new.on_conflict_do_nothing().returning(PromiseBuffer.id)).first() is None:
        raise BufferIsThere


def remove_buffer(buffer_id: int) -> PromiseBuffer | None:
    """Take a reserve away and return what it was, None when it is gone already."""
    query = delete(PromiseBuffer).where(PromiseBuffer.id == buffer_id).returning(PromiseBuffer)
    return db.scalars(query).one_or_none()
