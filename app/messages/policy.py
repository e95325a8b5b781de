"""Which threads and messages somebody may see."""

from datetime import datetime

from sqlalchemy import ARRAY, ColumnElement, Integer, and_, any_, func, or_, select

from app.accounts.policy import User
from app.accounts.queries import principals_of
from app.claims import policy as claims
from app.claims.models import Claim
from app.claims.rules import ClaimState
from app.messages.models import Message
from app.vocabulary import Role, Visibility
from app.work.models import WorkOrder


def thread_visible_to(user: User) -> ColumnElement[bool]:
    """Who sees a claim sees its thread; a department does once it has a work order of the claim."""
    if user.role is Role.DEPARTMENT_WORKER:
        return Claim.id.in_(
            select(WorkOrder.claim_id).where(WorkOrder.department_id == user.department_id)
        )
    return and_(claims.visible_to(user), Claim.state != ClaimState.DRAFT)


def visible_to(user: User) -> ColumnElement[bool]:
    """Dealers see what is public, departments what is about the whole claim or their own lines.

    Holds together with `thread_visible_to`.
    """
    if user.role is Role.DEPARTMENT_WORKER:
        lines = select(WorkOrder.claim_line_id)
        mine = lines.where(WorkOrder.department_id == user.department_id)
        return or_(Message.line_id.is_(None), Message.line_id.in_(mine))
    if user.is_manager:
        return Message.visibility.in_(tuple(Visibility))
    return Message.visibility == Visibility.PUBLIC


def is_concern_of(user: User, at: datetime) -> ColumnElement[bool]:
    """Of the threads that somebody sees, those in which he is expected to answer.

    Managers answer for their own claims, for those of whom they stand in for, and for claims that
    nobody has taken yet.
    """
    if not user.is_manager:
        return thread_visible_to(user)
    # An array, which is read once: a subquery in an OR would have every claim read.
    principals = func.array(principals_of(user.id, at).scalar_subquery(), type_=ARRAY(Integer))
    mine = or_(Claim.manager_id == user.id, Claim.manager_id == any_(principals))
    return and_(thread_visible_to(user), or_(mine, Claim.manager_id.is_(None)))
