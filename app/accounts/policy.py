"""Who the signed-in person is, as every other domain sees them, and whom they look after."""

from dataclasses import dataclass
from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ColumnElement, and_, false, select, true

from app.accounts.models import Person, RoleRequest
from app.accounts.rules import PEOPLE, may_grant
from app.vocabulary import DEALERS, MANAGERS, Language, Role


@dataclass(frozen=True)
class User(UserMixin):  # type: ignore[misc]
    """The signed-in person. `token` is the secret of this one sign-in, and the cookie's content."""

    id: int
    name: str
    email: str
    role: Role
    dealer_id: int | None
    department_id: int | None
    belongs_to: str
    language: Language
    time_zone: str
    token: str = ""
    seen_at: datetime | None = None

    def get_id(self) -> str:
        return self.token

    @property
    def is_dealer(self) -> bool:
        """Sees only their own company."""
        return self.role in DEALERS

    @property
    def is_manager(self) -> bool:
        """Decides claims."""
        return self.role in MANAGERS

    @property
    def is_head(self) -> bool:
        """Leads the managers, and promises what they may not."""
        return self.role is Role.HEAD_OF_CLAIMS


SYSTEM = User(
    id=0,
    name="",
    email="",
    role=Role.SYSTEM,
    dealer_id=None,
    department_id=None,
    belongs_to="",
    language=Language.EN,
    time_zone="UTC",
)


def looked_after_by(user: User) -> ColumnElement[bool]:
    """A dealer's administrator looks after their own company, the portal's after everybody.

    The accounts of machines are nobody's to change on a screen.
    """
    if user.role is Role.DEALER_ADMIN:
        return Person.dealer_id == user.dealer_id
    return Person.role.in_(PEOPLE) if user.role is Role.ADMINISTRATOR else false()


def grantable_by(user: User) -> ColumnElement[bool]:
    """Open requests for a role that somebody may grant: not their own, and not for themselves."""
    roles = [role for role in Role if may_grant(user.role, role)]
    within = select(Person.id).where(Person.dealer_id == user.dealer_id)
    return and_(
        RoleRequest.granted.is_(None),
        RoleRequest.role.in_(roles),
        RoleRequest.requested_by != user.id,
        RoleRequest.person_id != user.id,
        RoleRequest.person_id.in_(within) if user.is_dealer else true(),
    )
