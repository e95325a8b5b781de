"""The dealers as each ERP knows them: businesses, their legal entities, and the keys of both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from app.accounts.models import Dealer, Plant
from app.core.db import db
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key
from app.shipments.models import Contract

LONGEST_ID = 10  # digits that an id can have


@dataclass(frozen=True)
class ContractRow:
    """A contract of a dealer that the ERP has not withdrawn."""

    number: str
    signed_on: date | None
    valid_until: date | None


@dataclass(frozen=True)
class EntityRow:
    """A legal entity. `ref` is its key, `partner_ref` that of the business behind it.

    `entities` is how many legal entities of this ERP belong to the same business.
    """

    id: int
    code: str
    name: str
    tax_id: str
    plant: str
    ref: UUID
    partner_ref: UUID | None
    entities: int
    is_active: bool
    contracts: tuple[ContractRow, ...] = ()


def list_entities(connection: str, search: str = "", *, after: str = "") -> Page[EntityRow]:
    """Return a page of an ERP's legal entities by their code, with their contracts."""
    family = Dealer.__table__.alias("family")
    same = and_(family.c.home == Dealer.home, family.c.partner_ref == Dealer.partner_ref)
    entities = select(func.count()).select_from(family).where(same).scalar_subquery()
    columns: tuple[Any, ...] = (
        Dealer.id, Dealer.code, Dealer.name, Dealer.tax_id, Plant.code, Dealer.ref,
        Dealer.partner_ref, func.greatest(entities, 1), Dealer.is_active,
    )  # fmt: skip
    query = select(*columns).join(Plant, Plant.id == Dealer.plant_id)
    query = query.where(Dealer.home == connection)
    if search:
        query = query.where(_means(search))
    key = read_key(after, 2)
    if key and key[1].isdecimal() and len(key[1]) < LONGEST_ID:
        query = query.where(tuple_(Dealer.code, Dealer.id) > tuple_(key[0], int(key[1])))
    rows = db.execute(query.order_by(Dealer.code, Dealer.id).limit(PAGE_SIZE + 1)).all()
    contracts = _contracts([row[0] for row in rows])
    found = [replace(EntityRow(*row), contracts=tuple(contracts.get(row[0], ()))) for row in rows]
    return cut_page(found, lambda row: (row.code, row.id))


def _means(search: str) -> ColumnElement[bool]:
    """Return the condition for a code, name, tax number or one of the keys."""
    columns = (Dealer.code, Dealer.name, Dealer.tax_id)
    found = [column.icontains(search, autoescape=True) for column in columns]
    try:
        key = UUID(search)
    except ValueError:
        return or_(*found)
    return or_(*found, Dealer.ref == key, Dealer.partner_ref == key)


def _contracts(dealer_ids: Sequence[int]) -> dict[int, list[ContractRow]]:
    query = (
        select(Contract.dealer_id, Contract.number, Contract.signed_on, Contract.valid_until)
        .where(Contract.dealer_id.in_(dealer_ids), Contract.withdrawn_at.is_(None))
        .order_by(Contract.signed_on, Contract.number)
    )
    found: dict[int, list[ContractRow]] = {}
    for dealer_id, number, signed_on, valid_until in db.execute(query):
        found.setdefault(dealer_id, []).append(ContractRow(number, signed_on, valid_until))
    return found
