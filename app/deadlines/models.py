"""Sites with their calendars, the lanes between them and the norms of the stages."""

from datetime import date, time
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Dealer, Plant
from app.core.db import Base, CleanCode, Code, Money, words
from app.deadlines.rules import TransitUnit


class Site(Base):
    """A place with a calendar: a plant or a dealer. Weekdays are numbered from 0 = Monday."""

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint("(dealer_id IS NULL) <> (plant_id IS NULL)", name="plant_or_dealer"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plant_id: Mapped[int | None] = mapped_column(ForeignKey(Plant.id), unique=True)
    dealer_id: Mapped[int | None] = mapped_column(ForeignKey(Dealer.id), unique=True)
    country: Mapped[str] = mapped_column(CleanCode(2))
    time_zone: Mapped[str] = mapped_column(Code)
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    cut_off: Mapped[time]

    days: Mapped[list["SiteDay"]] = relationship()


class SiteDay(Base):
    """A day on which a site differs from its calendar."""

    __tablename__ = "site_day"

    site_id: Mapped[int] = mapped_column(ForeignKey(Site.id), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    is_open: Mapped[bool]
    reason: Mapped[str]


class Lane(Base):
    """The way between two sites: departures on weekdays, days in transit, days at the border."""

    __tablename__ = "lane"
    __table_args__ = (
        UniqueConstraint("origin_id", "destination_id", "mode"),
        CheckConstraint("cardinality(departures) > 0", name="lanes_depart"),
        CheckConstraint("transit_days >= 0 AND border_days >= 0", name="no_time_travel"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    origin_id: Mapped[int] = mapped_column(ForeignKey(Site.id))
    destination_id: Mapped[int] = mapped_column(ForeignKey(Site.id))
    mode: Mapped[str] = mapped_column(Code)
    departures: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    transit_days: Mapped[int]
    transit_unit: Mapped[TransitUnit] = mapped_column(words(TransitUnit))
    border_days: Mapped[int] = mapped_column(default=0)
    lead_days: Mapped[int] = mapped_column(default=0)
    cost: Mapped[Decimal | None] = mapped_column(Money)
    is_default: Mapped[bool] = mapped_column(default=True)


class StageNorm(Base):
    """How many working days a stage is planned to take."""

    __tablename__ = "stage_norm"

    stage: Mapped[str] = mapped_column(Code, primary_key=True)
    working_days: Mapped[int]
