"""The departments that a manager chose for a line in place of those of the routing table."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Department, Person
from app.claims.models import ClaimLine
from app.core.db import Base


class ChosenDepartment(Base):
    """One of the departments that get a work order for a decided line, and why.

    A line without rows goes to the departments of the routing table.
    """

    __tablename__ = "chosen_department"
    __table_args__ = (CheckConstraint("reason <> ''", name="choices_have_a_reason"),)

    line_id: Mapped[UUID] = mapped_column(
        ForeignKey(ClaimLine.id, ondelete="CASCADE"), primary_key=True
    )
    department_id: Mapped[int] = mapped_column(ForeignKey(Department.id), primary_key=True)
    reason: Mapped[str]
    chosen_by: Mapped[int] = mapped_column(ForeignKey(Person.id))

    department: Mapped[Department] = relationship()
