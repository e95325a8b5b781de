"""The loop that reads a feed; like the delivery it commits, message by message, then confirms."""

import logging
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.exc import OperationalError

from app.claims.following import claims_to_follow, follow_claim
from app.claims.provisional import check_claim, claims_to_check
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.outside import outside
from app.erp.infobase import ensure_ours, pin_first
from app.erp.models import Feed
from app.erp.pull import (
    UNWATCHED,
    PullIsRunning,
    PullReport,
    Watcher,
    answer_restored,
    ask_for_all,
    note_failure,
    pull,
)
from app.outbox.connections import refuse_if_held
from connectors.errors import Restored

log = logging.getLogger(__name__)


def pull_now(connection: str, watcher: Watcher = UNWATCHED) -> list[PullReport]:
    """Read message after message, each committed before it is confirmed.

    It commits by itself: the ERP may forget a message only when we cannot lose it any more. A
    failure is noted at the feed and raised; what was read before it stays. An ERP that was
    restored from an older copy is read anew from its beginning. Raise `ConnectionIsHeld` when the
    connection is paused.
    """
    refuse_if_held(connection)
    reports: list[PullReport] = []
    while not reports or reports[-1].more:
        try:
            reports.append(_pull_one(connection, watcher))
            watcher.took(reports[-1])
        except Restored as error:
            if not _start_over(connection, error):
                raise
    _for_each(follow_claim, claims_to_follow(connection))
    _for_each(check_claim, claims_to_check(connection))
    return reports


def _for_each(work: Callable[..., None], claim_ids: Sequence[UUID]) -> None:
    """Let claims take in what was read; one claim's trouble is not another's."""
    for claim_id in claim_ids:
        try:
            work(claim_id, at=now())
            db.commit()
        except Refusal as refusal:
            db.rollback()
            log.warning("claim.not_checked", extra={"claim": claim_id, "reason": refusal.words()})
        except OperationalError:
            raise
        except Exception:
            db.rollback()
            log.exception("claim.not_checked", extra={"claim": claim_id})


def pull_all(connection: str, watcher: Watcher = UNWATCHED) -> list[PullReport]:
    """Have everything sent anew and compare it with what is here; commits as `pull_now` does."""
    refuse_if_held(connection)
    ask_for_all(connection, at=now())
    db.commit()
    return pull_now(connection, watcher)


def is_loading(connection: str) -> bool:
    """Whether everything is being read anew and has not come to its end."""
    feed = db.get(Feed, connection, populate_existing=True)
    return feed is not None and feed.full_since is not None


def _start_over(connection: str, error: Restored) -> bool:
    """Let the next message be everything there is; False when that was tried a moment ago."""
    is_answered = answer_restored(connection, error, at=now())
    db.commit()
    log.error(
        "erp.restored",
        extra={"connection": connection, "reason": str(error), "reread": is_answered},
    )
    return is_answered


def _pull_one(connection: str, watcher: Watcher) -> PullReport:
    try:
        info = ensure_ours(connection)
        report = pull(connection, at=now(), watcher=watcher)
        if info is not None:
            pin_first(connection, info, at=now())
        db.commit()
        outside().erp(connection).confirm(report.message_no)
    except PullIsRunning:
        db.rollback()
        raise
    except Exception as error:
        db.rollback()
        note_failure(connection, error, at=now())
        db.commit()
        raise
    log.info("erp.pulled", extra={"connection": connection, **vars(report)})
    return report
