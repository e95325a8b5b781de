"""Items, components and defect codes."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Numeric, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Plant
from app.core.db import Base, CleanCode, Code, Price, Rate, words
from app.core.outside import ONLY_ERP
from app.core.search import trigram_index


class Tracking(StrEnum):
    """What is written on each piece: a serial number of its own, or only its lot."""

    SERIAL = "serial"
    LOT = "lot"


class Severity(StrEnum):
    """How bad a defect is, from danger to looks."""

    SAFETY = "safety"
    MAIN_FUNCTION = "main_function"
    REDUCED_FUNCTION = "reduced_function"
    COSMETIC = "cosmetic"


class ItemGroup(Base):
    """A branch of an ERP's tree of items.

    `parent_ref` is the ERP's key of the group above, which may come later than this one.
    """

    __tablename__ = "item_group"
    __table_args__ = (Index("uq_item_group_home_ref", "home", "ref", unique=True),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    home: Mapped[str] = mapped_column(Code, default=ONLY_ERP)
    ref: Mapped[UUID]
    parent_ref: Mapped[UUID | None]
    code: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class Item(Base):
    """Something that the plant sells; price is gross, per unit, in `currency`.

    `weight` is that of one unit in kilograms, None when the ERP does not know it.
    `home` is the connection to the ERP that told it, `group_ref` that ERP's key of its group,
    which may come later; `withdrawn_at` is when the ERP was found without it.
    """

    __tablename__ = "item"
    __table_args__ = (
        Index("uq_item_home_ref", "home", "ref", unique=True),
        Index("ix_item_group", "home", "group_ref", "name", "id"),
        Index("ix_item_product_group", "product_group"),
        trigram_index("ix_item_search", "sku", "name"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    home: Mapped[str] = mapped_column(Code, default=ONLY_ERP)
    ref: Mapped[UUID]
    sku: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    product_group: Mapped[str]
    unit: Mapped[str] = mapped_column(Code)
    price: Mapped[Decimal] = mapped_column(Price)
    currency: Mapped[str] = mapped_column(CleanCode(3))
    vat_rate: Mapped[Decimal] = mapped_column(Rate)
    warranty_months: Mapped[int]
    tracking: Mapped[Tracking] = mapped_column(words(Tracking))
    gtin: Mapped[str] = mapped_column(Code, default="")
    weight: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    plant_id: Mapped[int] = mapped_column(ForeignKey(Plant.id))
    group_ref: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]


class Component(Base):
    """A part of an item, by the bill of materials; `component_ref` may be an item itself."""

    __tablename__ = "component"

    item_id: Mapped[int] = mapped_column(ForeignKey(Item.id), primary_key=True)
    component_ref: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    quantity: Mapped[Decimal]


class DefectCode(Base):
    """A failure mode of the defect list; `names` holds one name a language.

    `product_groups` are the groups of items that can have it, empty for all.
    """

    __tablename__ = "defect_code"

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    severity: Mapped[Severity] = mapped_column(words(Severity))
    product_groups: Mapped[list[str]] = mapped_column(
        ARRAY(String), default=list, server_default="{}"
    )
    position: Mapped[int]
