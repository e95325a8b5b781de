"""How long stages really take: what is recorded, and the 80th percentile beside each norm."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.deadlines.models import StageDuration, StageNorm
from app.deadlines.rules import Calendar
from app.deadlines.stages import Stage
from app.vocabulary import Remedy

# Eight of ten are done within so many days; fewer measurements say nothing.
SHARE = 0.8
FEWEST = 5


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


def record_duration(
    stage: Stage,
    subject: str,
    calendar: Calendar,
    *,
    started_on: date,
    finished_on: date,
    at: datetime,
    product_group: str = "",
    remedy: Remedy | None = None,
) -> None:
    """Remember how many working days a finished stage took; a correction replaces it.

    `subject` names the piece of work within the stage, such as a claim's line.
    """
    started = calendar.on_or_after(started_on)
    taken = calendar.count(started, finished_on) if finished_on > started else 0
    facts = {
        "product_group": product_group,
        "remedy": remedy,
        "working_days": taken,
        "finished_on": finished_on,
        "recorded_at": at,
    }
    row = insert(StageDuration).values(stage=stage, subject=subject, **facts)
    db.execute(row.on_conflict_do_update(index_elements=["stage", "subject"], set_=facts))


def measured_norms(since: date) -> list[MeasuredNorm]:
    """Return every norm with what was measured since a day, for just its products and remedy."""
    measures = _measures(since)
    norms = db.execute(
        select(
            StageNorm.stage, StageNorm.product_group, StageNorm.remedy, StageNorm.working_days
        ).order_by(StageNorm.stage, StageNorm.product_group, StageNorm.remedy.nulls_first())
    )
    return [
        MeasuredNorm(*norm, *measures.get((norm.stage, norm.product_group, norm.remedy), (None, 0)))
        for norm in norms
    ]


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
