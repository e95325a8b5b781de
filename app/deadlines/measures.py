"""How long stages really take: what is recorded, and the 80th percentile beside each norm."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.deadlines.durations import Took
from app.deadlines.models import StageDuration, StageNorm
from app.deadlines.network import NormKey
from app.deadlines.stages import Stage
from app.vocabulary import Remedy

# Eight of ten are done within so many days; fewer measurements say nothing.
SHARE = 0.8
FEWEST = 5
A_YEAR = timedelta(days=365)
NOT_MEASURED: tuple[int | None, int] = (None, 0)


@dataclass(frozen=True)
class MeasuredNorm:
    """A norm as planned, and within how many working days eight of ten were done.

    `measured` is None until enough were measured; `count` is how many were.
    """

    stage: str
    product_group: str
    remedy: Remedy | None
    planned: int
    measured: int | None
    count: int


@dataclass(frozen=True)
class Measured:
    """What a stage of one claim took, with what its norm depends on."""

    took: Took
    product_group: str = ""
    remedy: Remedy | None = None


def record_decision(subject: str, measured: Measured, *, at: datetime) -> None:
    """Remember how long it took to decide; a decision that is made anew replaces it."""
    _write([_row(subject, measured, at)])


def record_ways(found: Mapping[str, Collection[Measured]], *, at: datetime) -> None:
    """Remember what the stages after the decision took, and forget what was taken back.

    `found` has all that is known of each subject, such as a claim; nobody else's is touched.
    """
    rows = [_row(subject, one, at) for subject, all_ in found.items() for one in all_]
    known = [(row["stage"], row["subject"]) for row in rows]
    db.execute(
        delete(StageDuration).where(
            StageDuration.subject.in_(found),
            StageDuration.stage != Stage.TRIAGE,
            tuple_(StageDuration.stage, StageDuration.subject).not_in(known),
        )
    )
    _write(rows)


def measured_norms(since: date) -> list[MeasuredNorm]:
    """Return every norm with what was measured since a day, for just its products and remedy."""
    measures = _measures(since)
    norms = db.execute(
        select(
            StageNorm.stage, StageNorm.product_group, StageNorm.remedy, StageNorm.working_days
        ).order_by(StageNorm.stage, StageNorm.product_group, StageNorm.remedy.nulls_first())
    )
    return [
        MeasuredNorm(
            *norm, *measures.get((norm.stage, norm.product_group, norm.remedy), NOT_MEASURED)
        )
        for norm in norms
    ]


def overruns(norms: Mapping[NormKey, int], until: date) -> dict[NormKey, int]:
    """Return by how many days each norm was missed in the year that ends on a day; 0 is kept.

    Below 0 are those that were done sooner than planned.
    """
    measures = _measures(until - A_YEAR)
    found = {key: measures.get(key, NOT_MEASURED)[0] for key in norms}
    return {key: days - norms[key] for key, days in found.items() if days is not None}


def _row(subject: str, measured: Measured, at: datetime) -> dict[str, Any]:
    took = measured.took
    return {
        "stage": took.stage,
        "subject": subject,
        "product_group": measured.product_group,
        "remedy": measured.remedy,
        "working_days": took.working_days,
        "finished_on": took.finished_on,
        "recorded_at": at,
    }


def _write(rows: Collection[dict[str, Any]]) -> None:
    if not rows:
        return
    query = insert(StageDuration)
    key = ("stage", "subject")
    columns = (column.name for column in StageDuration.__table__.c)
    facts = {name: query.excluded[name] for name in columns if name not in key}
    db.execute(query.values(list(rows)).on_conflict_do_update(index_elements=key, set_=facts))


def _measures(since: date) -> dict[tuple[str, str, Remedy | None], tuple[int | None, int]]:
    """Return share and count for each stage, wholly and by product group, remedy and both."""
    stage, group, remedy = (
        StageDuration.stage,
        StageDuration.product_group,
        StageDuration.remedy,
    )
    any_group, any_remedy = func.grouping(group), func.grouping(remedy)
    share = func.percentile_disc(SHARE).within_group(StageDuration.working_days)
    query = (
        select(stage, group, remedy, share, func.count())
        .where(StageDuration.finished_on >= since)
        .group_by(
            func.grouping_sets(
                tuple_(stage, group, remedy), tuple_(stage, group), tuple_(stage, remedy), stage
            )
        )
        # What was recorded without a product or a remedy is in the wider sets already.
        .having((any_group == 1) | (group != ""))
        .having((any_remedy == 1) | remedy.is_not(None))
    )
    return {
        (row[0], row[1] or "", row[2]): (row[3] if row[4] >= FEWEST else None, row[4])
        for row in db.execute(query)
    }
