"""Finding shipment lines: by code, by list, by reference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    SQLColumnExpression,
    all_,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from app.accounts.models import Dealer
from app.accounts.policy import User
from app.catalog.models import Item, Tracking
from app.core.db import code_key, db
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key
from app.core.outside import ONLY_ERP
from app.core.search import contains
from app.shipments.base_documents import BaseDocument, base_document
from app.shipments.models import (
    Contract,
    Freshness,
    Package,
    Shipment,
    ShipmentLine,
    ShippedLot,
    ShippedUnit,
)
from app.shipments.policy import visible_to
from app.shipments.rules import Code

# Its rows have the columns of `FoundLine`, in its order.
Lines = Select[*tuple[Any, ...]]
NO_SERIAL = literal("")
NOT_AGAIN = literal(False)
SHIPPED_KINDS = ("Shipment", "ShipmentLine", "Unit", "Package")
MOST_FOUND = 200  # lines of one pallet
DEEPEST_PACKING = 8
MANY_ITEMS = 200


@dataclass(frozen=True)
class FoundLine:
    """A shipment line as a dealer may claim it; `serial` is set when one piece was asked for.

    `shipped_again`: the piece has come back since and was shipped once more, to whomever;
    `came_back`: a return has brought it. `returned` is how much of the line has come back.
    """

    line_id: int
    ref: UUID
    dealer_id: int
    dealer_name: str
    plant_id: int
    item_id: int
    sku: str
    item_name: str
    tracking: Tracking
    lot: str
    shipment_number: str
    shipped_on: date
    position: int
    quantity: Decimal
    left: Decimal
    unit: str
    price: Decimal
    vat_rate: Decimal
    currency: str
    warranty_until: date | None
    contract: str
    serial: str = ""
    shipped_again: bool = False
    returned: Decimal = Decimal(0)
    came_back: bool = False
    contract_on: date | None = None
    base_kind: str = ""
    base_number: str = ""
    base_on: date | None = None

    @property
    def base(self) -> BaseDocument | None:
        """The document that it was billed by, if the ERP tells one."""
        return base_document(self.base_kind, self.base_number, self.base_on)

    @property
    def can_be_claimed(self) -> bool:
        """There is something left of it, and the piece itself has not come back."""
        return self.left > 0 and not self.has_moved_on

    @property
    def has_moved_on(self) -> bool:
        """The piece came back, and may have been shipped once more."""
        return self.shipped_again or self.came_back


def find_by_code(user: User, code: Code) -> list[FoundLine]:
    """Return the lines that a package code or serial number belongs to, newest first.

    A pallet has the lines of all boxes on it. Another dealer's code finds nothing, exactly as an
    unknown one.
    """
    for text in code.texts:
        by_serial = _pieces(user).where(code_key(ShippedUnit.serial) == code_key(text))
        by_package = _lines(user, NO_SERIAL, ShipmentLine.lot).where(
            ShipmentLine.id.in_(_packed_in(text))
        )
        for query in (by_serial, by_package):
            found = [_found(row) for row in db.execute(_newest_first(query).limit(MOST_FOUND))]
            if found:
                return found
    return []


def data_as_of(home: str | None = None) -> datetime | None:
    """Return the moment as of which all that was shipped is known, from one ERP or from every one.

    None when something of it was never read to its end.
    """
    query = select(func.min(Freshness.confirmed_at), func.count()).where(
        Freshness.kind.in_(SHIPPED_KINDS), Freshness.confirmed_at.is_not(None)
    )
    if home is not None:
        query = query.where(Freshness.home == home)
    moment, known = db.execute(query).one()
    return moment if known else None


def data_as_of_for(user: User) -> datetime | None:
    """Return the moment as of which somebody sees the shipments."""
    return data_as_of(home_of(user) if user.is_dealer else None)


def claimable(lines: Iterable[FoundLine]) -> list[FoundLine]:
    """Return lines without those whose piece belongs to a newer shipment."""
    return [line for line in lines if not line.has_moved_on]


def get_line(user: User, ref: UUID, serial: str = "", lot: str = "") -> FoundLine | None:
    """Return one line by the ERP's reference, with one of its serials or lots if it is given."""
    if serial:
        query = _pieces(user).where(code_key(ShippedUnit.serial) == code_key(serial))
    elif lot:
        query = _lines(user, NO_SERIAL, ShippedLot.lot).join(
            ShippedLot, ShippedLot.line_id == ShipmentLine.id
        )
        query = query.where(code_key(ShippedLot.lot) == code_key(lot))
    else:
        query = _lines(user, NO_SERIAL, ShipmentLine.lot)
    row = db.execute(query.where(ShipmentLine.ref == ref)).first()
    return _found(row) if row else None


def home_of(user: User) -> str:
    """Return the connection to the ERP that knows a dealer's people, the only one for others."""
    home = db.scalar(select(Dealer.home).where(Dealer.id == user.dealer_id))
    return home or ONLY_ERP


def list_lines(
    user: User, *, search: str = "", item_id: int | None = None, after: str = ""
) -> Page[FoundLine]:
    """Return a page of shipment lines, newest shipments first, narrowed by a text or an item."""
    query = _newest_first(_lines(user, NO_SERIAL, ShipmentLine.lot))
    if item_id is not None:
        query = query.where(ShipmentLine.item_id == item_id)
    if search:
        query = query.where(_matches(search))
    start = _page_start(after)
    if start:
        place = tuple_(Shipment.shipped_on, ShipmentLine.id)
        query = query.where(place < tuple_(literal(start[0]), literal(start[1])))
    rows = [_found(row) for row in db.execute(query.limit(PAGE_SIZE + 1))]
    return cut_page(rows, lambda line: (line.shipped_on, line.line_id))


def latest_lines(user: User, count: int) -> list[FoundLine]:
    """Return the newest shipment lines."""
    query = _newest_first(_lines(user, NO_SERIAL, ShipmentLine.lot))
    return [_found(row) for row in db.execute(query.limit(count))]


def has_moved_on(line_id: int, serial: str) -> tuple[bool, bool]:
    """Whether a piece of a line belongs to a newer shipment, and whether a return has brought it.

    Neither, when the line has no such piece.
    """
    query = (
        select(_moved_since(sent=True), _moved_since(sent=False))
        .select_from(ShippedUnit)
        .join(ShipmentLine, ShipmentLine.id == ShippedUnit.line_id)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(ShippedUnit.line_id == line_id, code_key(ShippedUnit.serial) == code_key(serial))
    )
    row = db.execute(query).first()
    return (row[0], row[1]) if row else (False, False)


def _packed_in(code: str) -> Select[int | None]:
    """Return the lines in a package, in those in it, and so on; never round in a circle."""
    own = code_key(Package.code)
    start = select(code_key(code).label("code"), array([code_key(code)]).label("path"))
    inside = start.cte("inside", recursive=True)
    inner = (
        select(own, func.array_append(inside.c.path, own))
        .join(inside, code_key(Package.parent_code) == inside.c.code)
        .where(Package.parent_code != "", own != all_(inside.c.path))
        .where(func.cardinality(inside.c.path) < DEEPEST_PACKING)
    )
    packed = inside.union(inner)
    return (
        select(Package.line_id)
        .join(packed, packed.c.code == own)
        .where(Package.line_id.is_not(None))
    )


def _pieces(user: User) -> Lines:
    again, back = _moved_since(sent=True), _moved_since(sent=False)
    return _lines(user, ShippedUnit.serial, ShippedUnit.lot, again=again, back=back).join(
        ShippedUnit, ShippedUnit.line_id == ShipmentLine.id
    )


def quantity_left() -> ColumnElement[Decimal]:
    """How much of a line can still be claimed."""
    gone = ShipmentLine.claimed_quantity + ShipmentLine.returned_quantity
    return func.greatest(ShipmentLine.quantity - gone, 0)


def _moved_since(*, sent: bool) -> ColumnElement[bool]:
    """The piece of this unit, line and shipment was part of a newer shipment, or of a return."""
    unit, line, shipment = aliased(ShippedUnit), aliased(ShipmentLine), aliased(Shipment)
    newer = tuple_(shipment.shipped_on, line.id) > tuple_(Shipment.shipped_on, ShipmentLine.id)
    return (
        select(unit.id)
        .join(line, line.id == unit.line_id)
        .join(shipment, shipment.id == line.shipment_id)
        .where(code_key(unit.serial) == code_key(ShippedUnit.serial))
        .where(line.item_id == ShipmentLine.item_id, newer, (line.quantity >= 0) == sent)
        .where(shipment.withdrawn_at.is_(None), line.withdrawn_at.is_(None))
        .correlate(ShippedUnit, ShipmentLine, Shipment)
        .exists()
    )


def _page_start(after: str) -> tuple[date, int] | None:
    """Return where a page begins; a key that is not one of ours begins at the beginning."""
    key = read_key(after, 2)
    try:
        return (date.fromisoformat(key[0]), int(key[1])) if key else None
    except ValueError:
        return None


def _matches(search: str) -> ColumnElement[bool]:
    """Gather what each table's own index finds: an OR over joined tables would read all of them.

    A text that many items have, as *stove* at a maker of stoves, is better looked for along the
    newest lines, until the page is full.
    """
    items = select(Item.id).where(contains(search, Item.sku, Item.name))
    if len(db.scalars(items.limit(MANY_ITEMS)).all()) == MANY_ITEMS:
        return or_(ShipmentLine.item_id.in_(items), ShipmentLine.id.in_(_line_ids(search)))
    of_items = select(ShipmentLine.id).where(ShipmentLine.item_id.in_(items))
    return ShipmentLine.id.in_(union(_line_ids(search), of_items))


def _line_ids(search: str) -> CompoundSelect[int]:
    """Return the lines whose shipment, lot or serial number has the text in it."""
    line = aliased(ShipmentLine)
    return union(
        select(line.id)
        .join(Shipment, Shipment.id == line.shipment_id)
        .where(contains(search, Shipment.number)),
        select(line.id).where(contains(search, line.lot)),
        select(ShippedUnit.line_id).where(contains(search, ShippedUnit.serial)),
        select(ShippedLot.line_id).where(contains(search, ShippedLot.lot)),
    )


def _lines(
    user: User,
    serial: SQLColumnExpression[str],
    lot: SQLColumnExpression[str],
    *,
    again: ColumnElement[bool] = NOT_AGAIN,
    back: ColumnElement[bool] = NOT_AGAIN,
) -> Lines:
    return (
        select(
            ShipmentLine.id,
            ShipmentLine.ref,
            Shipment.dealer_id,
            Dealer.name,
            Shipment.plant_id,
            Item.id,
            Item.sku,
            Item.name,
            Item.tracking,
            func.coalesce(func.nullif(lot, ""), ShipmentLine.lot),
            Shipment.number,
            Shipment.shipped_on,
            ShipmentLine.position,
            ShipmentLine.quantity,
            quantity_left(),
            ShipmentLine.unit,
            ShipmentLine.price,
            ShipmentLine.vat_rate,
            Shipment.currency,
            ShipmentLine.warranty_until,
            func.coalesce(Contract.number, Shipment.contract_number),
            serial,
            again,
            ShipmentLine.returned_quantity,
            back,
            func.coalesce(Contract.signed_on, Shipment.contract_date),
            Shipment.base_kind,
            Shipment.base_number,
            Shipment.base_on,
        )
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .join(Item, Item.id == ShipmentLine.item_id)
        .join(Dealer, Dealer.id == Shipment.dealer_id)
        .outerjoin(
            Contract,
            and_(Contract.home == Shipment.home, Contract.ref == Shipment.contract_ref),
        )
        .where(visible_to(user), ShipmentLine.quantity >= 0)
        .where(Shipment.withdrawn_at.is_(None), ShipmentLine.withdrawn_at.is_(None))
    )


def _newest_first(query: Lines) -> Lines:
    return query.order_by(Shipment.shipped_on.desc(), ShipmentLine.id.desc())


def _found(row: Sequence[Any]) -> FoundLine:
    return FoundLine(*row)
