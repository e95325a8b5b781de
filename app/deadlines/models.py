"""Sites and the days on which they differ, lanes between them, norms, buffers, measured stages."""

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Identity, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import FetchedValue
from sqlalchemy.sql import literal_column as sql

from app.accounts.models import Dealer, Plant
from app.core.db import Base, CleanCode, Code, Money, words
from app.deadlines.rules import TransitUnit
from app.deadlines.stages import Load
from app.vocabulary import Remedy

WEEKDAYS = "ARRAY[0, 1, 2, 3, 4, 5, 6]::smallint[]"


class SiteKind(StrEnum):
    """Whose calendar it is: the ends of the lanes, and those who move things between them."""

    PLANT = "plant"
    DEALER = "dealer"
    CARRIER = "carrier"
    CUSTOMS = "customs"
    BANK = "bank"


class Site(Base):
    """A place with a calendar. Weekdays are numbered from 0 = Monday.

    `opens_at` and `closes_at` are the hours of a working day; what happens after the cut-off counts
    to the next day all the same. Plants and dealers have their names elsewhere. Who has no country
    works on its holidays.
    `calendar_version` is raised by triggers with every change of the days of this site.
    """

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'plant') = (plant_id IS NOT NULL)"
            " AND (kind = 'dealer') = (dealer_id IS NOT NULL)",
            name="plants_and_dealers_are_known",
        ),
        CheckConstraint(
            "(kind IN ('plant', 'dealer')) = (code IS NULL)", name="others_have_a_code"
        ),
        CheckConstraint(
            "kind NOT IN ('plant', 'dealer', 'bank') OR country IS NOT NULL",
            name="holidays_are_of_a_country",
        ),
        CheckConstraint(f"weekdays <@ {WEEKDAYS}", name="weekdays_are_of_a_week"),
        CheckConstraint("cardinality(weekdays) > 0", name="opens_some_day"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[SiteKind] = mapped_column(words(SiteKind))
    plant_id: Mapped[int | None] = mapped_column(ForeignKey(Plant.id), unique=True)
    dealer_id: Mapped[int | None] = mapped_column(ForeignKey(Dealer.id), unique=True)
    code: Mapped[str | None] = mapped_column(Code, unique=True)
    name: Mapped[str] = mapped_column(default="")
    country: Mapped[str | None] = mapped_column(CleanCode(2))
    time_zone: Mapped[str] = mapped_column(Code)
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    cut_off: Mapped[time]
    opens_at: Mapped[time] = mapped_column(server_default="09:00")
    closes_at: Mapped[time] = mapped_column(server_default="18:00")
    calendar_version: Mapped[int] = mapped_column(
        server_default="1", server_onupdate=FetchedValue()
    )


class SiteOverride(Base):
    """Days on which a site differs from its calendar, both ends included; never two on one day."""

    __tablename__ = "site_override"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("reason <> ''", name="has_a_reason"),
        ExcludeConstraint(
            ("site_id", "="),
            (sql("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="one_override_a_day",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey(Site.id))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    is_open: Mapped[bool]
    reason: Mapped[str]


class CountryDay(Base):
    """A day that a government moved and the library of holidays does not know yet."""

    __tablename__ = "country_day"

    country: Mapped[str] = mapped_column(CleanCode(2), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    is_open: Mapped[bool]
    reason: Mapped[str]


class Lane(Base):
    """The way between two sites: departures on weekdays, days in transit, days at the border.

    Without a carrier the origin's calendar counts. An end of the validity may be open.
    """

    __tablename__ = "lane"
    __table_args__ = (
        CheckConstraint("cardinality(departures) > 0", name="lanes_depart"),
        CheckConstraint(f"departures <@ {WEEKDAYS}", name="departures_are_of_a_week"),
        CheckConstraint(
            "transit_days >= 0 AND border_days >= 0 AND lead_days >= 0", name="no_time_travel"
        ),
        CheckConstraint("origin_id <> destination_id", name="leads_somewhere"),
        CheckConstraint("border_days = 0 OR customs_id IS NOT NULL", name="somebody_clears"),
        CheckConstraint("cost IS NULL OR currency <> ''", name="costs_have_a_currency"),
        CheckConstraint("max_weight > 0", name="carries_something"),
        CheckConstraint("valid_from <= valid_to", name="valid_for_some_time"),
        ExcludeConstraint(
            ("origin_id", "="),
            ("destination_id", "="),
            ("mode", "="),
            (sql("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="one_lane_a_mode",
        ),
        ExcludeConstraint(
            ("origin_id", "="),
            ("destination_id", "="),
            ("load", "="),
            (sql("daterange(valid_from, valid_to, '[]')"), "&&"),
            name="one_default_a_load",
            where=sql("is_default"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    origin_id: Mapped[int] = mapped_column(ForeignKey(Site.id))
    destination_id: Mapped[int] = mapped_column(ForeignKey(Site.id))
    load: Mapped[Load] = mapped_column(words(Load), default=Load.GOODS)
    mode: Mapped[str] = mapped_column(Code)
    departures: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    lead_days: Mapped[int] = mapped_column(default=0)
    transit_days: Mapped[int]
    transit_unit: Mapped[TransitUnit] = mapped_column(words(TransitUnit))
    carrier_id: Mapped[int | None] = mapped_column(ForeignKey(Site.id))
    customs_id: Mapped[int | None] = mapped_column(ForeignKey(Site.id))
    border_days: Mapped[int] = mapped_column(default=0)
    max_weight: Mapped[Decimal | None]  # kilograms
    cost: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(CleanCode(3), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    is_default: Mapped[bool] = mapped_column(default=True)


class StageNorm(Base):
    """How many working days a stage is planned to take; the most special row is in force.

    An empty product group is every one, a remedy that is not said every remedy.
    """

    __tablename__ = "stage_norm"
    __table_args__ = (
        UniqueConstraint("stage", "product_group", "remedy", postgresql_nulls_not_distinct=True),
        CheckConstraint("working_days >= 0", name="takes_no_negative_time"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    stage: Mapped[str] = mapped_column(Code)
    product_group: Mapped[str] = mapped_column(default="")
    remedy: Mapped[Remedy | None] = mapped_column(words(Remedy))
    working_days: Mapped[int]


class StageDuration(Base):
    """How long a stage really took; `subject` names the work that was done, once a stage."""

    __tablename__ = "stage_duration"
    __table_args__ = (CheckConstraint("working_days >= 0", name="took_no_negative_time"),)

    stage: Mapped[str] = mapped_column(Code, primary_key=True)
    subject: Mapped[str] = mapped_column(Code, primary_key=True)
    product_group: Mapped[str]
    remedy: Mapped[Remedy | None] = mapped_column(words(Remedy))
    working_days: Mapped[int]
    finished_on: Mapped[date] = mapped_column(index=True)
    recorded_at: Mapped[datetime]


class PromiseBuffer(Base):
    """Working days of the dealer between the earliest day and the promise that is proposed.

    In force for what would be ready within its days: a row with days beats the usual one, and
    then a plant's own row that of all plants.
    """

    __tablename__ = "promise_buffer"
    __table_args__ = (
        CheckConstraint("working_days >= 0", name="never_promises_too_early"),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        ExcludeConstraint(
            (sql("coalesce(plant_id, 0)"), "="),
            (sql("((coalesce(starts_on, ends_on) IS NULL)::int)"), "="),
            (sql("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="one_buffer_a_day",
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plant_id: Mapped[int | None] = mapped_column(ForeignKey(Plant.id))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    working_days: Mapped[int]
    reason: Mapped[str] = mapped_column(default="")
