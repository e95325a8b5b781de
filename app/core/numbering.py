"""Gap-free numbers: allocated under a row lock, given back when the transaction fails."""

from sqlalchemy import BigInteger, literal
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, db


class NumberSeries(Base):
    """The last number given in each series, such as `claim/D01/2026`."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(Code, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


def next_number(series: str) -> int:
    """Return the next number; everybody else who wants one of this series waits for our commit."""
    first = insert(NumberSeries).values(series=series, last=1)
    query = first.on_conflict_do_update(
        index_elements=[NumberSeries.series], set_={"last": NumberSeries.last + literal(1)}
    ).returning(NumberSeries.last)
    return db.execute(query).scalar_one()
