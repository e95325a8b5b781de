"""What pages ask about the exchange with the ERP."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.core.db import db
from app.erp.models import Feed, RejectedRow

STALE = timedelta(minutes=15)


@dataclass(frozen=True)
class Freshness:
    """How far a feed was read and when; the error is for administrators only."""

    node: str
    message_no: int
    pulled_at: datetime | None
    failed_at: datetime | None
    last_error: str
    rejected_rows: int

    def is_stale(self, at: datetime) -> bool:
        """Whether the data of the ERP may be out of date."""
        return self.pulled_at is None or at - self.pulled_at > STALE


def freshness(node: str) -> Freshness:
    """Return how fresh the data of the ERP is; a feed that was never read is known too."""
    rejected = select(func.count()).where(RejectedRow.node == node).scalar_subquery()
    query = select(
        Feed.message_no, Feed.pulled_at, Feed.failed_at, Feed.last_error, rejected
    ).where(Feed.node == node)
    found = db.execute(query).first()
    return Freshness(node, *found) if found else Freshness(node, 0, None, None, "", 0)
