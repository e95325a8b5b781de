"""The demo: eighteen months of shipments from two plants to twelve dealers.

Everything follows from (seed, today): the same pair gives the same rows on every machine.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID, uuid5

from connectors.erp.port import COLUMNS, Row, RowKind
from connectors.erp.simulator import demo_codes
from connectors.erp.simulator.demo_tables import (
    DEALERS,
    GROUPS,
    ITEMS,
    LOT_DAYS_AGO,
    PL_PLANT,
    RU_PLANT,
    STORIES,
    WEIGHTS,
    Dealer,
    Item,
    Sale,
)

ROOT = UUID("6f6e1c0a-6d0e-5b7e-9c57-0d6d0f0b5a11")
HISTORY_DAYS = 548
SEASON = {10: 3, 11: 3, 12: 3, 1: 3, 9: 2, 2: 2}  # people buy stoves when it gets cold
RU_VAT_CHANGE = date(2026, 1, 1)
CURRENCY = {RU_PLANT: "RUB", PL_PLANT: "PLN"}
COUNTS = {"OG-BR230": (40, 240), "OG-TALC": (1, 3), "OG-DOOR18": (1, 6)}
PAYMENT_DAYS = {"VIP": 45, "A": 30}
PALLETS = 5  # the extension digit of their codes, apart from the boxes'
PALLET_FROM = 4  # boxes in one shipment that are worth a pallet
CAME_BACK_AFTER = timedelta(days=120)
BY_SKU = {item.sku: item for item in ITEMS}
BY_CODE = {dealer.code: dealer for dealer in DEALERS}

Feed = Iterator[tuple[RowKind, Row]]


@dataclass
class _Press:
    """Gives out the numbers of one run: papers, boxes, plates."""

    world: str
    extension: int = 0
    boxes: int = 0
    first_plate: int = 1
    plates: Counter[str] = field(default_factory=Counter)
    sent: dict[str, tuple[str, date]] = field(default_factory=dict)

    def guid(self, name: str) -> str:
        return str(uuid5(ROOT, f"{self.world} {name}"))

    def box(self) -> str:
        self.boxes += 1
        return demo_codes.package_code(self.boxes, extension=self.extension)

    def plate(self, sku: str, made_on: date) -> str:
        yymm = f"{made_on:%y%m}"
        number = self.first_plate + self.plates[sku + yymm]
        self.plates[sku + yymm] += 1
        return demo_codes.serial(sku, yymm, number)

    def pallet(self) -> str:
        """Return a pallet's code after those of its boxes; boxes of other runs have others."""
        return demo_codes.package_code(self.boxes, extension=self.extension + PALLETS)

    def sent_again(self, sku: str, plate: str, day: date) -> str:
        """Return the plate to ship: of every item one piece came back and is shipped once more."""
        first, first_day = self.sent.setdefault(sku, (plate, day))
        if first and day - first_day > CAME_BACK_AFTER:
            self.sent[sku] = ("", day)
            return first
        return plate


def generate(seed: int, today: date, shipments: int = 620, lines: int = 6500) -> Feed:
    """Yield the whole demo: parties, goods, then each shipment with its lines, units and boxes."""
    rng = Random(f"{seed} {today}")  # noqa: S311  a demo, not a secret
    press = _Press(f"{seed} {today}")
    yield from _dealers()
    yield from _contracts()
    yield from _groups()
    yield from _items()
    yield from _components()
    for number, sale in enumerate(_sales(rng, today, shipments, lines), start=1):
        yield from _shipment(rng, press, number, sale, today - timedelta(days=sale.days_ago))


def one_shipment(number: int, today: date, plant: str = "") -> list[tuple[RowKind, Row]]:
    """Return the `number`th shipment made after the demo was filled, of one plant or of any."""
    rng = Random(number)  # noqa: S311
    # Boxes and papers of two plants' own ERPs must not have the same codes.
    extension = 2 if plant == PL_PLANT else 1
    press = _Press(
        f"later {plant}{number}", extension, boxes=number * 1000,
        first_plate=50_000 + number * 100,
    )  # fmt: skip
    dealer = rng.choice([one for one in DEALERS if plant in ("", one.plant)])
    sale = Sale(0, dealer.code, tuple(_goods(rng, dealer) for _ in range(3)))
    return list(_shipment(rng, press, 900_000 + number, sale, today))


def ref_of(kind: RowKind, name: str) -> str:
    """Return the reference of a dealer by code or of an item by SKU: equal in every demo."""
    return str(uuid5(ROOT, f"{kind} {name}"))


def _row(kind: RowKind, **values: str | None) -> tuple[RowKind, Row]:
    unknown = values.keys() - set(COLUMNS[kind])
    assert not unknown, unknown  # noqa: S101  a slip of this file's author
    return kind, tuple(values.get(name) for name in COLUMNS[kind])


def _dealers() -> Feed:
    for dealer in DEALERS:
        bank_name, account, bank_code = dealer.bank
        yield _row(
            RowKind.DEALER,
            Ref=ref_of(RowKind.DEALER, dealer.code),
            PartnerRef=ref_of(RowKind.DEALER, f"{dealer.partner_code} partner"),
            Code=dealer.code,
            Name=dealer.name,
            TaxId=dealer.tax_id,
            TaxCode=dealer.tax_code or None,
            RegistryNo=demo_codes.registry_number(dealer.registry_no) or None,
            Country=dealer.country,
            City=dealer.city,
            Address=dealer.address,
            Language=dealer.language,
            TimeZone=dealer.time_zone,
            PriorityClass=dealer.priority,
            BankName=bank_name,
            BankAccount=account,
            BankCode=bank_code,
            ContractNo=_contract_no(dealer),
            ContractDate=_moment(dealer.contract_on),
            Signer=dealer.signer,
            SignerBasis=dealer.basis,
            PlantCode=dealer.plant,
            Active="true",
            SignerPosition=dealer.position or None,
            SignerBasisNo=dealer.basis_no or None,
            SignerBasisDate=_moment(dealer.basis_on) if dealer.basis_on else None,
        )


def _contracts() -> Feed:
    for dealer in DEALERS:
        days = PAYMENT_DAYS.get(dealer.priority, 14)
        yield _row(
            RowKind.CONTRACT,
            Ref=ref_of(RowKind.CONTRACT, dealer.code),
            DealerRef=ref_of(RowKind.DEALER, dealer.code),
            Number=_contract_no(dealer),
            Date=_moment(dealer.contract_on),
            ValidUntil=_moment(_add_months(dealer.contract_on, 60)),
            Currency=CURRENCY[dealer.plant],
            PaymentDays=str(days),
            Terms="EXW Łódź" if dealer.plant == PL_PLANT else "FCA Челябинск",
        )


def _groups() -> Feed:
    """Yield the tree of items; what is a folder for the infobase comes among the items."""
    for group in GROUPS:
        ref, above = ref_of(RowKind.GROUP, group.code), group.above
        above_ref = ref_of(RowKind.GROUP, above) if above else None
        if group.is_folder:
            yield _row(
                RowKind.ITEM, Ref=ref, Sku=group.code, Name=group.name, GroupRef=above_ref,
                IsFolder="true",
            )  # fmt: skip
        else:
            yield _row(
                RowKind.GROUP, Ref=ref, ParentRef=above_ref, Code=group.code, Name=group.name
            )


def _items() -> Feed:
    for number, item in enumerate(ITEMS, start=1):
        yield _row(
            RowKind.ITEM,
            Ref=ref_of(RowKind.ITEM, item.sku),
            Sku=item.sku,
            Name=item.name,
            ProductGroup=item.group,
            Unit=item.unit,
            Price=item.price,
            Currency=CURRENCY[item.plant],
            VatRate="23" if item.plant == PL_PLANT else "22",
            WarrantyMonths=str(item.warranty_months),
            Tracking=item.tracking,
            Gtin=demo_codes.gtin(number),
            PlantCode=item.plant,
            GroupRef=ref_of(RowKind.GROUP, item.group),
            IsFolder="false",
            Weight=WEIGHTS.get(item.sku),
        )


def _components() -> Feed:
    for item in ITEMS:
        for part in item.parts:
            sold = BY_SKU.get(part)
            yield _row(
                RowKind.COMPONENT,
                ItemRef=ref_of(RowKind.ITEM, item.sku),
                ComponentRef=ref_of(RowKind.ITEM, part) if sold else None,
                Name=sold.name if sold else part,
                Quantity="2.5" if sold and sold.unit == "MTR" else "1",
            )


def _sales(rng: Random, today: date, shipments: int, lines: int) -> list[Sale]:
    """Return exactly so many shipments and lines, oldest first; the stories are among them."""
    stories = list(STORIES[:shipments])
    others = shipments - len(stories)
    left = lines - sum(len(sale.goods) for sale in stories)
    if others < 0 or left < others:
        raise ValueError(f"{lines} lines do not fill {shipments} shipments")
    sizes = Counter(rng.choices(range(others), k=left - others)) if others else Counter()
    days = _busy_days(rng, today, others)
    dealers = rng.choices(DEALERS, [dealer.weight for dealer in DEALERS], k=others)
    for n, (days_ago, dealer) in enumerate(zip(days, dealers, strict=True)):
        goods = tuple(_goods(rng, dealer) for _ in range(1 + sizes[n]))
        stories.append(Sale(days_ago, dealer.code, goods))
    return sorted(stories, key=lambda sale: -sale.days_ago)


def _busy_days(rng: Random, today: date, count: int) -> list[int]:
    """Choose working days of the past, more of them in the cold season."""
    days = [n for n in range(1, HISTORY_DAYS) if (today - timedelta(days=n)).weekday() < 5]
    weights = [SEASON.get((today - timedelta(days=n)).month, 1) for n in days]
    return rng.choices(days, weights, k=count)


def _goods(rng: Random, dealer: Dealer) -> tuple[str, str]:
    item = rng.choice([item for item in ITEMS if item.plant == dealer.plant])
    if item.tracking == "serial":
        return item.sku, str(rng.choice((1, 1, 1, 1, 2, 2, 3)))
    if item.unit == "MTR":
        return item.sku, f"{rng.randint(20, 200) / 2:.2f}"
    return item.sku, str(rng.randint(*COUNTS.get(item.sku, (2, 40))))


def _shipment(rng: Random, press: _Press, number: int, sale: Sale, day: date) -> Feed:
    dealer = BY_CODE[sale.dealer]
    ref = press.guid(f"shipment {number}")
    base_kind, base_no = _base_document(dealer, number, day)
    yield _row(
        RowKind.SHIPMENT,
        Ref=ref,
        Number=f"{'ОГДМ' if dealer.plant == RU_PLANT else 'OGPL'}-{number:06}",
        Date=f"{day}T{rng.randint(8, 17):02}:{rng.randint(0, 59):02}:00",
        DealerRef=ref_of(RowKind.DEALER, dealer.code),
        ContractNo=_contract_no(dealer),
        Currency=CURRENCY[dealer.plant],
        PlantCode=dealer.plant,
        Waybill=f"{'ТТН' if dealer.country == 'RU' else 'CMR'}-{day:%y}{number:06}",
        ContractRef=ref_of(RowKind.CONTRACT, dealer.code),
        ContractDate=_moment(dealer.contract_on),
        BaseKind=base_kind,
        BaseNo=base_no,
        BaseDate=_moment(day),
    )
    rows: list[tuple[RowKind, Row]] = []
    for position, (sku, quantity) in enumerate(sale.goods, start=1):
        line = _Line(ref, press.guid(f"line {number} {position}"), position, BY_SKU[sku], quantity)
        rows.extend(_line(rng, press, line, sale, day))
    yield from _on_a_pallet(rows, press)


def _on_a_pallet(rows: list[tuple[RowKind, Row]], press: _Press) -> Feed:
    """Yield the rows; many boxes stand on one pallet with a code of its own."""
    boxes = sum(kind is RowKind.PACKAGE for kind, _ in rows)
    if boxes < PALLET_FROM:
        yield from rows
        return
    pallet = press.pallet()
    place = COLUMNS[RowKind.PACKAGE].index("ParentCode")
    for kind, row in rows:
        is_box = kind is RowKind.PACKAGE
        yield kind, (*row[:place], pallet, *row[place + 1 :]) if is_box else row
    yield _row(RowKind.PACKAGE, Code=pallet)


@dataclass(frozen=True)
class _Line:
    shipment: str
    ref: str
    position: int
    item: Item
    quantity: str


def _line(rng: Random, press: _Press, line: _Line, sale: Sale, day: date) -> Feed:
    item = line.item
    age = LOT_DAYS_AGO - sale.days_ago if sale.lot else rng.randint(5, 60)
    made_on = day - timedelta(days=age)
    lot = _lot(made_on, sale.lot or f"{item.batch}-{rng.randint(1, 40):03}")
    is_serial = item.tracking == "serial"
    yield _row(
        RowKind.LINE,
        Ref=line.ref,
        ShipmentRef=line.shipment,
        Position=str(line.position),
        ItemRef=ref_of(RowKind.ITEM, item.sku),
        Lot=None if is_serial else lot,
        Quantity=line.quantity,
        Unit=item.unit,
        Price=item.price,
        VatRate=_vat(item.plant, day),
        WarrantyUntil=_moment(_add_months(day, item.warranty_months)),
    )
    if not is_serial:
        yield _row(RowKind.PACKAGE, Code=press.box(), LineRef=line.ref, Quantity=line.quantity)
        yield from _lots(line, lot)
        return
    for _ in range(int(line.quantity)):
        plate = press.sent_again(item.sku, press.plate(item.sku, made_on), day)
        yield _row(RowKind.UNIT, LineRef=line.ref, Serial=plate, Lot=lot)
        yield _row(RowKind.PACKAGE, Code=press.box(), LineRef=line.ref, Quantity="1")


def _lots(line: _Line, lot: str) -> Feed:
    """Yield the lots of a line that was picked from two of them: every full hundred is."""
    quantity = Decimal(line.quantity)
    if quantity < 100:
        return
    rest = Decimal(int(quantity) // 4)
    yield _row(RowKind.LOT, LineRef=line.ref, Lot=lot, Quantity=str(quantity - rest))
    yield _row(RowKind.LOT, LineRef=line.ref, Lot=f"{lot}A", Quantity=str(rest))


def _lot(made_on: date, tail: str) -> str:
    """Return `yyww-line-nnn`; a pellet boiler names the lot of its controller."""
    year, week, _ = made_on.isocalendar()
    return f"{year % 100:02}{week:02}-{tail}"


def _vat(plant: str, day: date) -> str:
    if plant == PL_PLANT:
        return "23"
    return "20" if day < RU_VAT_CHANGE else "22"


def _base_document(dealer: Dealer, number: int, day: date) -> tuple[str, str]:
    """Return kind and number of what a shipment is billed by: what its country uses."""
    if dealer.country == "RU":
        return "УПД", f"{day:%y}-{number:05}"
    if dealer.plant == RU_PLANT:
        return "накладная", f"{number:07}"
    return ("faktura" if dealer.country in {"PL", "CZ"} else "invoice"), f"FV/{number:05}/{day:%Y}"


def _contract_no(dealer: Dealer) -> str:
    return f"{dealer.code}-{dealer.contract_on:%Y}/01"


def _moment(day: date) -> str:
    return f"{day}T00:00:00"


def _add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
