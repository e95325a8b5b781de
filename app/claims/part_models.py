"""The defective components of a claim line, each with its lot, serial number and quantity."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Department, Person
from app.claims.models import ClaimLine
from app.core.db import Base
from app.core.search import trigram_index


class LinePart(Base):
    """A component of a line's item that is defective, as its bill of materials names it.

    `component_ref` is the ERP's key of the component; lot and serial number are what is written on
    it, empty where nobody knows. `department` is the one for which it was named, None for the
    dealer. Positions begin at one and need not follow each other.
    """

    __tablename__ = "claim_line_part"
    __table_args__ = (
        CheckConstraint("name <> ''", name="parts_have_a_name"),
        CheckConstraint("quantity > 0", name="some_part_is_defective"),
        CheckConstraint("position BETWEEN 1 AND 10", name="ten_parts_at_most"),
        Index("ix_claim_line_part_lot", "component_ref", text("code_key(lot)")),
        trigram_index("ix_claim_line_part_search", "name", "lot", "serial"),
    )

    line_id: Mapped[UUID] = mapped_column(
        ForeignKey(ClaimLine.id, ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    component_ref: Mapped[UUID]
    name: Mapped[str]
    lot: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Decimal]
    named_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    named_at: Mapped[datetime]
    department_id: Mapped[int | None] = mapped_column(ForeignKey(Department.id))

    person: Mapped[Person] = relationship()
    department: Mapped[Department | None] = relationship()
