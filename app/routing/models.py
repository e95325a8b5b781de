"""The routing table."""

from sqlalchemy import ForeignKey, Identity, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Department, Plant
from app.core.db import Base, Code, words
from app.vocabulary import Remedy


class Route(Base):
    """A remedy makes a work order for this department; `plant_id` NULL means every plant.

    `way` is the code of a way out that was chosen for a claim, such as a repair on site; rows with
    it are instead of those of the usual way, whose code is empty. What `waits` begins when the
    departments of lower positions are done; others begin at once.
    """

    __tablename__ = "route"
    __table_args__ = (
        Index(
            "uq_route_remedy_plant_id_way_department_id",
            "remedy",
            "plant_id",
            "way",
            "department_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    remedy: Mapped[Remedy] = mapped_column(words(Remedy))
    plant_id: Mapped[int | None] = mapped_column(ForeignKey(Plant.id))
    way: Mapped[str] = mapped_column(Code, default="", server_default="")
    department_id: Mapped[int] = mapped_column(ForeignKey(Department.id))
    position: Mapped[int] = mapped_column(default=1)
    waits: Mapped[bool] = mapped_column(default=False, server_default=false())
