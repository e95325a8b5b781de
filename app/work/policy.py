"""Which work orders somebody may see."""

from sqlalchemy import ColumnElement, false, true

from app.accounts.policy import User
from app.vocabulary import MANAGERS, Role
from app.work.models import WorkOrder


def visible_to(user: User) -> ColumnElement[bool]:
    """Departments see their own work, managers all of it."""
    if user.role is Role.DEPARTMENT_WORKER:
        return WorkOrder.department_id == user.department_id
    return true() if user.role in MANAGERS else false()
