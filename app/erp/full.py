"""Reading everything anew: what a complete load does not bring is gone over there.

Nothing is believed to be gone unless the load came to its end and did not shrink beyond a limit:
a filter set wrongly over there must not empty the portal.
"""

# ruff: noqa: S608  (all parts of the statements are our own constants)

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from app.core.db import db
from app.core.outside import MostGone, outside
from app.erp.absence import ABSENCES, Absence
from app.erp.fields import MERGES, Merge
from app.erp.merge import judged, same_row
from app.erp.models import Feed, SeenRow
from app.erp.staging import Batch, run
from app.shipments.service import note_full_load
from connectors.erp.port import RowKind

log = logging.getLogger(__name__)
_BY_KIND = {absence.kind: absence for absence in ABSENCES}


@dataclass(frozen=True)
class Shrinkage:
    """How many rows of a kind there were, and how many of them the load did not bring."""

    kind: RowKind
    rows: int
    missing: int

    def is_too_much(self, most: MostGone) -> bool:
        """Whether so many can hardly have gone by themselves."""
        return self.missing > max(most.rows, self.rows * most.percent / 100)


def begin_full(feed: Feed, *, at: datetime) -> None:
    """Have everything sent again, and keep a list of what comes."""
    feed.message_no = 0
    feed.full_since = at
    _forget_seen(feed.connection)


def give_up_full(feed: Feed) -> None:
    """Read on without asking what is missing: the ERP is not what it was when the load began."""
    feed.full_since = None
    _forget_seen(feed.connection)


def note_seen(batch: Batch, kind: RowKind) -> None:
    """Add the judged rows of a kind to the list, also those with a fault: they are there."""
    merge = next(merge for merge in MERGES if merge.kind is kind)
    run(_seen(merge, _BY_KIND[kind]), batch.facts())


def finish_full(feed: Feed, *, at: datetime) -> list[Shrinkage]:
    """End a load whose last message has come: withdraw what is gone, unless it is too much."""
    facts = {"connection": feed.connection, "at": at}
    found = [_shrinkage(absence, facts) for absence in ABSENCES]
    most = outside().most_gone
    is_believed = not any(one.is_too_much(most) for one in found)
    if is_believed:
        for absence, one in zip(ABSENCES, found, strict=True):
            if one.missing:
                run(_removal(absence), facts)
    for one in found:
        note_full_load(
            feed.connection, one.kind, rows=one.rows, missing=one.missing,
            is_believed=is_believed, at=at,
        )  # fmt: skip
    feed.full_since = None
    feed.full_at = at
    _forget_seen(feed.connection)
    missing = {one.kind.value: one.missing for one in found if one.missing}
    level = logging.INFO if is_believed else logging.ERROR
    log.log(level, "erp.full_load", extra={**facts, "believed": is_believed, "missing": missing})
    return found


def _seen(merge: Merge, absence: Absence) -> str:
    same = " AND ".join(same_row(merge, column) for column in merge.key)
    return f"""
        INSERT INTO erp_seen (connection, kind, key)
        SELECT %(connection)s, '{merge.kind}', {absence.key}
        FROM {judged(merge.kind)} AS news JOIN {merge.table} AS present ON {same}
        ON CONFLICT DO NOTHING
    """


def _unseen(absence: Absence) -> str:
    return f"""NOT EXISTS (
        SELECT FROM erp_seen AS seen
        WHERE seen.connection = %(connection)s AND seen.kind = '{absence.kind}'
            AND seen.key = {absence.key}
    )"""


def _shrinkage(absence: Absence, facts: dict[str, Any]) -> Shrinkage:
    statement = f"""
        SELECT count(*), count(*) FILTER (WHERE {_unseen(absence)})
        FROM {absence.rows} WHERE {absence.where}
    """
    rows, missing = db.connection().exec_driver_sql(statement, facts).one()
    return Shrinkage(absence.kind, rows, missing)


def _removal(absence: Absence) -> str:
    columns = ", ".join(absence.ident)
    gone = ", ".join(f"present.{column}" for column in absence.ident)
    change = (
        f"UPDATE {absence.table} SET {absence.mark}"
        if absence.mark
        else (f"DELETE FROM {absence.table}")
    )
    return f"""
        {change} WHERE ({columns}) IN (
            SELECT {gone} FROM {absence.rows} WHERE {absence.where} AND {_unseen(absence)}
        )
    """


def _forget_seen(connection: str) -> None:
    db.execute(delete(SeenRow).where(SeenRow.connection == connection))
