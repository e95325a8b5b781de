"""What the clock on the wall does to claims."""

import logging
from uuid import UUID

from app.claims import confirming
from app.claims.queries import claim_to_change
from app.claims.silence import (
    accepted_by_silence,
    deemed_accept,
    note_breaches,
    tell_obstacle,
)
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal

log = logging.getLogger(__name__)


def make_pending_decision(pending_id: UUID) -> None:
    """Make a confirmed decision when nobody may undo it any more."""
    confirming.make_pending(pending_id, at=now())


def turn_midnight() -> None:
    """Mark what is overdue and accept what silence has accepted, each claim by itself.

    It is midnight at some place every quarter of an hour, and nothing is done twice.
    """
    note_breaches(at=now())
    db.commit()
    for claim_id in accepted_by_silence(at=now()):
        claim = claim_to_change(claim_id)
        try:
            deemed_accept(claim, at=now())
        except Refusal as refusal:
            # No price, no lane: the next quarter tries again, when somebody has added it.
            db.rollback()
            tell_obstacle(claim_to_change(claim_id), refusal, at=now())
            db.commit()
            log.warning(
                "claims.not_deemed_accepted",
                extra={"claim": str(claim_id), "reason": str(refusal)},
            )
        else:
            db.commit()
