"""What departments have begun or finished because of a claim's decision."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.claims.consequence_rules import Consequence, Happened
from app.claims.consequences import of_line, source
from app.claims.days import Fact, day_of
from app.claims.models import Claim
from app.core.db import db
from app.core.i18n import Names
from app.work.models import WorkOrder
from app.work.rules import WorkState

# An order that was only queued is taken back with a word; one that was taken back counts no more.
BEGUN = (WorkState.IN_PROGRESS, WorkState.BLOCKED, WorkState.DONE)


@source
def of_work(claim: Claim) -> Iterator[Happened]:
    """Yield the work that was begun or finished, line by line."""
    query = (
        select(WorkOrder)
        .where(WorkOrder.claim_id == claim.id, WorkOrder.state.in_(BEGUN))
        .options(joinedload(WorkOrder.department), joinedload(WorkOrder.line))
        .order_by(WorkOrder.round, WorkOrder.position)
    )
    for order in db.scalars(query):
        is_done = order.state is WorkState.DONE
        moment = order.finished_at if is_done else order.started_at
        if moment is not None:
            yield of_line(
                order.line,
                Consequence.WORK_FINISHED if is_done else Consequence.WORK_STARTED,
                day_of(claim, Fact.WORKED_ON, moment).day,
                department=Names(order.department.names),
            )
