"""Contracts, shipments, their lines, lots, serial numbers and package codes."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Dealer, Plant
from app.catalog.models import Item
from app.core.db import HELD_BY_TRIGGERS, Base, CleanCode, Code, Price, Rate
from app.core.outside import ONLY_ERP
from app.core.search import trigram_index


class Contract(Base):
    """What a dealer is delivered under; `payment_days` after delivery the money is due."""

    __tablename__ = "contract"
    __table_args__ = (Index("uq_contract_home_ref", "home", "ref", unique=True),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    home: Mapped[str] = mapped_column(Code, default=ONLY_ERP)
    ref: Mapped[UUID]
    dealer_id: Mapped[int] = mapped_column(ForeignKey(Dealer.id), index=True)
    number: Mapped[str]
    signed_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    currency: Mapped[str] = mapped_column(Code, default="")
    payment_days: Mapped[int | None]
    terms: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]


class Shipment(Base):
    """A delivery to a dealer, as the ERP at its `home` posted it.

    `contract_ref` is the ERP's key of its contract, which may come later than the shipment.
    `base_…` is the document that it was billed by, as УПД or invoice: a code of `base_documents`,
    or the ERP's own word for it, its number and its day.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        Index("ix_shipment_dealer_id_shipped_on", "dealer_id", "shipped_on", "id"),
        Index("uq_shipment_home_ref", "home", "ref", unique=True),
        Index("ix_shipment_shipped_on", "shipped_on"),
        trigram_index("ix_shipment_search", "number"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    home: Mapped[str] = mapped_column(Code, default=ONLY_ERP)
    ref: Mapped[UUID]
    number: Mapped[str] = mapped_column(index=True)
    shipped_on: Mapped[date]
    dealer_id: Mapped[int] = mapped_column(ForeignKey(Dealer.id))
    plant_id: Mapped[int] = mapped_column(ForeignKey(Plant.id))
    contract_number: Mapped[str] = mapped_column(default="")
    contract_ref: Mapped[UUID | None]
    contract_date: Mapped[date | None]
    base_kind: Mapped[str] = mapped_column(Code, default="", server_default="")
    base_number: Mapped[str] = mapped_column(default="", server_default="")
    base_on: Mapped[date | None]
    currency: Mapped[str] = mapped_column(CleanCode(3))
    waybill: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]

    dealer: Mapped[Dealer] = relationship()


class ShipmentLine(Base):
    """One item of a shipment, or of a return when `quantity` is negative.

    `claimed_quantity` is held by claims, `returned_quantity` has come back by returns. What is
    `left` can be claimed; an ERP may make a line smaller than what was claimed of it before.
    `price` is gross per unit in the shipment's currency. Hundreds of thousands of lines come in
    one pull: each further index or foreign key makes that slower. Those of its own are therefore
    held by triggers, set by set. `withdrawn_at` is when the ERP took the line away; what was
    claimed of it stays.
    """

    __tablename__ = "shipment_line"
    __table_args__ = (
        CheckConstraint("claimed_quantity >= 0", name="nothing_negative_is_claimed"),
        CheckConstraint("returned_quantity >= 0", name="nothing_negative_came_back"),
        Index("ix_shipment_line_returns", "item_id", postgresql_where=text("quantity < 0")),
        Index("ix_shipment_line_item_id", "item_id"),
        trigram_index("ix_shipment_line_search", "lot"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    ref: Mapped[UUID] = mapped_column(unique=True)
    shipment_id: Mapped[int] = mapped_column(
        ForeignKey(Shipment.id, info=HELD_BY_TRIGGERS), index=True
    )
    position: Mapped[int]
    item_id: Mapped[int] = mapped_column(ForeignKey(Item.id, info=HELD_BY_TRIGGERS))
    lot: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Decimal]
    claimed_quantity: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    returned_quantity: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default="0")
    unit: Mapped[str] = mapped_column(Code)
    price: Mapped[Decimal] = mapped_column(Price)
    vat_rate: Mapped[Decimal] = mapped_column(Rate)
    warranty_until: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]

    shipment: Mapped[Shipment] = relationship()
    item: Mapped[Item] = relationship()

    @property
    def left(self) -> Decimal:
        """How much can still be claimed."""
        return max(self.quantity - self.claimed_quantity - self.returned_quantity, Decimal(0))


class ShippedLot(Base):
    """How much of a line came from which lot, where one line has several."""

    __tablename__ = "shipped_lot"
    __table_args__ = (
        Index("uq_shipped_lot_line_id_lot", "line_id", "lot", unique=True),
        trigram_index("ix_shipped_lot_search", "lot"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey(ShipmentLine.id))
    lot: Mapped[str]
    quantity: Mapped[Decimal]


class ShippedUnit(Base):
    """A piece with its serial number; the same serial may be shipped again after a return."""

    __tablename__ = "shipped_unit"
    __table_args__ = (
        Index("uq_shipped_unit_line_id_serial", "line_id", "serial", unique=True),
        Index("ix_shipped_unit_serial", text("code_key(serial)")),
        trigram_index("ix_shipped_unit_search", "serial"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey(ShipmentLine.id))
    serial: Mapped[str]
    lot: Mapped[str] = mapped_column(default="")


class Package(Base):
    """The code on a box and the shipment line that is in it, or on a pallet of boxes.

    `parent_code` is on the package around this one. Without a line there are only packages in it.
    """

    __tablename__ = "package"
    __table_args__ = (
        Index(
            "uq_package_code_home_line_id",
            "code",
            "home",
            "line_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_package_line_id", "line_id"),
        Index("ix_package_code", text("code_key(code)")),
        Index(
            "ix_package_parent_code",
            text("code_key(parent_code)"),
            postgresql_where=text("parent_code <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    home: Mapped[str] = mapped_column(Code, default=ONLY_ERP, server_default=ONLY_ERP)
    code: Mapped[str]
    line_id: Mapped[int | None] = mapped_column(ForeignKey(ShipmentLine.id))
    quantity: Mapped[Decimal]
    parent_code: Mapped[str] = mapped_column(default="", server_default="")


class Freshness(Base):
    """When a kind of the ERP's data was last known to be up to date here, one row a connection.

    `confirmed_at`: the change feed was read to its end; `full_at`: all of it was compared, when
    there were `full_rows` here of which `full_missing` did not come. Those were withdrawn if the
    load was believed.
    """

    __tablename__ = "freshness"

    home: Mapped[str] = mapped_column(Code, primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    confirmed_at: Mapped[datetime | None]
    full_at: Mapped[datetime | None]
    full_rows: Mapped[int | None]
    full_missing: Mapped[int | None]
    full_believed: Mapped[bool | None]
