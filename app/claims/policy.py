"""Which claims somebody may see."""

from sqlalchemy import ColumnElement, and_, false

from app.accounts.policy import User
from app.claims.models import Claim
from app.claims.rules import ClaimState
from app.vocabulary import MANAGERS


def visible_to(user: User) -> ColumnElement[bool]:
    """Dealers see their company's claims, managers every claim that was filed.

    Departments see claims through their work orders; administrators have no business with cases.
    """
    if user.is_dealer:
        return Claim.dealer_id == user.dealer_id
    if user.role in MANAGERS:
        return and_(Claim.state != ClaimState.DRAFT)
    return false()
