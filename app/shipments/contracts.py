"""The documents behind shipped lines, as the ERP tells them: contracts, and bills of shipments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select

from app.accounts.models import Dealer
from app.core.db import db
from app.shipments.base_documents import BaseDocument, base_document
from app.shipments.models import Contract, Shipment, ShipmentLine


@dataclass(frozen=True)
class Terms:
    """What a shipment was made under; of some contracts the ERP tells the number only.

    `payment_days` after delivery the money is due.
    """

    number: str
    signed_on: date | None
    valid_until: date | None
    payment_days: int | None
    words: str
    shipped_on: date

    @property
    def was_in_force(self) -> bool:
        """Whether it was shipped within the time of the contract, as far as that is known."""
        begins, ends = self.signed_on or self.shipped_on, self.valid_until or self.shipped_on
        return begins <= self.shipped_on <= ends


@dataclass(frozen=True)
class Papers:
    """What a line was shipped under and billed by, None where the ERP does not tell it."""

    contract: Terms | None = None
    base: BaseDocument | None = None


NO_PAPERS = Papers()


def currency_of(dealer: Dealer) -> str | None:
    """Return the currency of a dealer's contract with the plant that it belongs to.

    Of several contracts the one that the dealer's data name comes first, then the newest. The last
    shipment tells it where the ERP does not tell contracts; None where nothing does.
    """
    is_named = Contract.number == dealer.contract_number
    by_contract = (
        select(Contract.currency)
        .where(Contract.dealer_id == dealer.id, Contract.withdrawn_at.is_(None))
        .where(Contract.currency != "")
        .order_by(is_named.desc(), Contract.signed_on.desc().nulls_last(), Contract.id.desc())
        .limit(1)
    )
    by_shipment = (
        select(Shipment.currency)
        .where(Shipment.dealer_id == dealer.id, Shipment.withdrawn_at.is_(None))
        .where(Shipment.plant_id == dealer.plant_id)
        .order_by(Shipment.shipped_on.desc(), Shipment.id.desc())
        .limit(1)
    )
    return db.scalar(by_contract) or db.scalar(by_shipment)


def papers_of(line_ids: Iterable[int | None]) -> dict[int | None, Papers]:
    """Return the documents behind shipment lines, by their ids; None has none."""
    contract = and_(Contract.home == Shipment.home, Contract.ref == Shipment.contract_ref)
    query = (
        select(
            ShipmentLine.id,
            func.coalesce(Contract.number, Shipment.contract_number),
            func.coalesce(Contract.signed_on, Shipment.contract_date),
            Contract.valid_until,
            Contract.payment_days,
            func.coalesce(Contract.terms, ""),
            Shipment.shipped_on,
            Shipment.base_kind,
            Shipment.base_number,
            Shipment.base_on,
        )
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .outerjoin(Contract, contract)
        .where(ShipmentLine.id.in_([line_id for line_id in line_ids if line_id is not None]))
    )
    found: dict[int | None, Papers] = {}
    for line_id, number, *terms, kind, base_number, base_on in db.execute(query):
        under = Terms(number, *terms) if number else None
        found[line_id] = Papers(under, base_document(kind, base_number, base_on))
    return found
