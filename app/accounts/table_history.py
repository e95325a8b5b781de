"""Who changed a table that administrators keep, written in the transaction of the change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Person
from app.accounts.policy import User
from app.core.db import Base, db, words
from app.core.errors import N_

SHOWN = 50
Row = Mapping[str, Any]


class ManagedTable(StrEnum):
    """A table with a screen whose changes are kept as rows."""

    DEFECT_GROUPS = "defect_groups"
    ROUTING = "routing"
    ATTACHMENT_RULES = "attachment_rules"


class TableEvent(Base):
    """A row of a table before and after somebody changed it, for ever: the database keeps it.

    `before` is None for a row that was added, `after` for one that was removed.
    """

    __tablename__ = "table_event"
    __table_args__ = (
        CheckConstraint("before IS NOT NULL OR after IS NOT NULL", name="something_changed"),
        Index("ix_table_event_changed_table", "changed_table", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    changed_table: Mapped[ManagedTable] = mapped_column(words(ManagedTable))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    actor_name: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


@dataclass(frozen=True)
class ShownChange:
    """A change as `components/history.html` shows it."""

    at: datetime
    who: str
    words: str
    icon: str
    note: str


_ADDED, _REMOVED, _CHANGED = N_("Row added"), N_("Row removed"), N_("Row changed")


def record_table_change(
    table: ManagedTable, before: Row | None, after: Row | None, *, by: User, at: datetime
) -> None:
    """Keep what a row was and what it is now; nothing is kept where nothing changed."""
    if before == after:
        return
    db.add(
        TableEvent(
            changed_table=table,
            at=at,
            actor_id=by.id,
            actor_name=by.name,
            before=dict(before) if before else None,
            after=dict(after) if after else None,
        )
    )


def table_history(table: ManagedTable, tell: Callable[[Row], str]) -> Sequence[ShownChange]:
    """Return the last changes of a table, newest first; `tell` says a row for the reader."""
    query = select(TableEvent).filter_by(changed_table=table).order_by(TableEvent.id.desc())
    return [_shown(event, tell) for event in db.scalars(query.limit(SHOWN))]


def _shown(event: TableEvent, tell: Callable[[Row], str]) -> ShownChange:
    sides = [tell(side) for side in (event.before, event.after) if side is not None]
    if event.before is None:
        action, icon = _ADDED, "plus"
    elif event.after is None:
        action, icon = _REMOVED, "trash"
    else:
        action, icon = _CHANGED, "pencil"
    return ShownChange(event.at, event.actor_name, gettext(action), icon, " →\n".join(sides))
