"""Where a claim of the demo stands, as the portal's own lists see it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.claims.models import Claim
from app.claims.rules import ClaimState
from app.claims.silence_board import silence_board
from app.claims.triage import Filter, list_worklist
from app.core.clock import local_day
from app.core.db import db
from app.seed.stories import Board, Ending
from app.vocabulary import Role

# The state in which a claim of each ending is left.
ENDS_IN: Mapping[Ending, ClaimState] = {
    Ending.DRAFT: ClaimState.DRAFT,
    Ending.FILED: ClaimState.SUBMITTED,
    Ending.TAKEN: ClaimState.VERIFICATION,
    Ending.ASKED: ClaimState.NEEDS_INFO,
    Ending.ANSWERED: ClaimState.VERIFICATION,
    Ending.QUEUED: ClaimState.EXECUTION,
    Ending.STARTED: ClaimState.EXECUTION,
    Ending.BLOCKED: ClaimState.EXECUTION,
    Ending.RESOLVED: ClaimState.RESOLVED,
    Ending.CONFIRMED: ClaimState.CLOSED,
    Ending.REJECTED: ClaimState.REJECTED,
    Ending.REJECTED_CLOSED: ClaimState.CLOSED,
    Ending.PARTLY: ClaimState.EXECUTION,
    Ending.WITHDRAWN: ClaimState.CANCELLED,
    Ending.SILENT: ClaimState.ACCEPTED,
}


def stands_on(board: Board, claim: Claim, *, at: datetime) -> bool:
    """Tell whether the head of claims finds a claim on a board."""
    return _BOARDS[board](claim, at)


def on_worklist(chosen: Filter, claim: Claim, at: datetime) -> bool:
    """Tell whether the head of claims finds a claim under a filter of the worklist."""
    head = _head()
    today = local_day(at, head.time_zone)
    found = list_worklist(head, chosen=chosen, search=claim.number or "", today=today)
    return claim.id in {row.id for row in found.rows}


def _overdue(claim: Claim, at: datetime) -> bool:
    return on_worklist(Filter.OVERDUE, claim, at)


def _at_risk(claim: Claim, at: datetime) -> bool:
    return on_worklist(Filter.AT_RISK, claim, at)


def _silence_soon(claim: Claim, at: datetime) -> bool:
    head = _head()
    rows = silence_board(head, today=local_day(at, head.time_zone))
    return any(row.claim_id == claim.id and row.is_soon for row in rows)


def _head() -> User:
    query = select(Person).filter_by(role=Role.HEAD_OF_CLAIMS).order_by(Person.id).limit(1)
    return as_user(db.scalars(query).one())


_BOARDS: Mapping[Board, Callable[[Claim, datetime], bool]] = {
    Board.OVERDUE: _overdue,
    Board.AT_RISK: _at_risk,
    Board.SILENCE_SOON: _silence_soon,
}
