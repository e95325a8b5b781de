"""Which consequences of a claim's decision have happened, as far as anybody can know.

Work orders and documents of the ERP are known in upper domains: each registers its source here
when it is imported, and portal and worker import them all.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from sqlalchemy import select

from app.claims.consequence_rules import Consequence, Happened
from app.claims.days import Fact, day_of
from app.claims.forecast_models import NewsKind, StageNews
from app.claims.models import Claim, ClaimLine
from app.claims.rules import ClaimState
from app.core.db import db
from app.deadlines.stages import Stage
from app.deadlines.ways import WayChoice

Source = Callable[[Claim], Iterable[Happened]]
SOURCES: dict[str, Source] = {}
ORDER = tuple(Consequence)

# What people told of a stage, and what that is as a consequence; other news breaks nothing.
TOLD = {
    (Stage.INBOUND, NewsKind.DEPARTED): Consequence.GOODS_SENT,
    (Stage.INBOUND, NewsKind.FINISHED): Consequence.GOODS_RECEIVED,
    (Stage.OUTBOUND, NewsKind.DEPARTED): Consequence.REMEDY_SENT,
    (Stage.OUTBOUND, NewsKind.FINISHED): Consequence.REMEDY_RECEIVED,
    (Stage.HANDOVER, NewsKind.FINISHED): Consequence.HANDED_OVER,
    (Stage.VISIT, NewsKind.DEPARTED): Consequence.TECHNICIAN_SENT,
    (Stage.VISIT, NewsKind.FINISHED): Consequence.TECHNICIAN_SENT,
    (Stage.ON_SITE_REPAIR, NewsKind.FINISHED): Consequence.REPAIRED_ON_SITE,
    (Stage.PAYMENT, NewsKind.DEPARTED): Consequence.PAYMENT_SENT,
    (Stage.PAYMENT, NewsKind.FINISHED): Consequence.PAYMENT_RECEIVED,
}


def source(find: Source) -> Source:
    """Register a source of consequences; used as a decorator."""
    SOURCES[f"{find.__module__}.{find.__name__}"] = find
    return find


def happened_to(claim: Claim) -> list[Happened]:
    """Return what has happened because of the present decision, in the order of the page."""
    found = [one for find in SOURCES.values() for one in find(claim)]
    return sorted(found, key=lambda one: (one.line, ORDER.index(one.kind), one.on))


@source
def of_the_whole(claim: Claim) -> Iterator[Happened]:
    """Yield what the dealer or the law has made final."""
    if claim.closed_at is not None and claim.state is ClaimState.CLOSED:
        kind = Consequence.RESULT_CONFIRMED if claim.promise_on else Consequence.REFUSAL_ACCEPTED
        yield Happened(kind, day_of(claim, Fact.SERVED, claim.closed_at).day)
    if claim.deemed_accepted and claim.decided_at is not None:
        day = day_of(claim, Fact.DECIDED, claim.decided_at).day
        yield Happened(Consequence.DEEMED_ACCEPTED, day)


@source
def on_the_way(claim: Claim) -> Iterator[Happened]:
    """Yield what people told of goods, technicians and payments on the way, line by line."""
    told = _told(claim)
    choice = WayChoice.from_dict(claim.way_choice)
    for line in claim.lines if told else ():
        if line.remedy is not None:
            chain = choice.chain_of(line.remedy)
            yield from (
                of_line(line, TOLD[stage, kind], day)
                for (stage, kind), day in told.items()
                if stage in chain
            )


def of_line(line: ClaimLine, kind: Consequence, on: date, **facts: object) -> Happened:
    """Return a consequence of a line."""
    return Happened(kind, on, line.id, line.position, facts)


def _told(claim: Claim) -> dict[tuple[Stage, NewsKind], date]:
    """Return the last word on each question of the table, unless it was taken back."""
    query = select(StageNews.stage, StageNews.kind, StageNews.day).filter_by(claim_id=claim.id)
    last = {
        (Stage(stage), kind): day for stage, kind, day in db.execute(query.order_by(StageNews.id))
    }
    return {key: day for key, day in last.items() if day is not None and key in TOLD}
