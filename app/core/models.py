"""The tables that belong to no domain: number series and commands that were carried out."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code


class NumberSeries(Base):
    """The last number given in each series, such as `claim/D01/2026`."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(Code, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class Command(Base):
    """A command that was carried out, and where its result is."""

    __tablename__ = "command"

    person_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Code, primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Code)
    location: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
