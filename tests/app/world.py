"""A small world for tests: one plant, two dealers, their people, and what was shipped to them."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.accounts.models import Dealer, Department, Person, Plant
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.catalog.models import DefectCode, Item, Severity, Tracking
from app.claims import drafts, service
from app.claims.clock_models import LineCircumstance
from app.claims.models import Claim, ClaimFile, ClaimLine, RejectionReason
from app.core.db import db
from app.core.money import Portion
from app.deadlines.circumstances import Circumstance
from app.deadlines.law import load_rules
from app.deadlines.models import Lane, PromiseBuffer, Site, SiteKind, StageNorm
from app.deadlines.policies import load_policies
from app.deadlines.rules import TransitUnit
from app.deadlines.stages import USUAL_NORMS, Load
from app.files.service import take_in
from app.routing.models import Route
from app.shipments.models import Package, Shipment, ShipmentLine, ShippedUnit
from app.shipments.queries import FoundLine, get_line
from app.vocabulary import REFUNDS, Language, Remedy, Role

MONDAY = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)
TODAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # when each test begins: a Monday two weeks later
SOME = Decimal(30)  # per cent
WORKDAYS = [0, 1, 2, 3, 4]
SHIPMENTS_OWN = ("contract_number", "contract_date", "base_kind", "base_number", "base_on")
_numbers = count(1)


@dataclass(frozen=True)
class World:
    """Ann and Ben work for two competing dealers, Cleo decides, Dora works in production."""

    plant: Plant
    dealer: Dealer
    other_dealer: Dealer
    item: Item
    ann: User
    ben: User
    cleo: User
    dora: User
    fay: User
    admin: User

    def shipped(
        self, *, quantity: int = 10, serial: str = "", to: Dealer | None = None, **columns: Any
    ) -> FoundLine:
        """Ship something and return it as its dealer would find it."""
        dealer = to or self.dealer
        line = _shipment_line(self, dealer, Decimal(quantity), columns)
        if serial:
            db.add(ShippedUnit(line_id=line.id, serial=serial))
        db.flush()
        found = get_line(self.clerk_of(dealer), line.ref, serial)
        assert found is not None
        return found

    def packed(self, line: FoundLine, code: str) -> str:
        """Put a shipped line into a box with a code on it."""
        db.add(Package(code=code, line_id=line.line_id, quantity=line.quantity))
        db.flush()
        return code

    def draft(self, *lines: FoundLine, by: User | None = None, at: datetime = MONDAY) -> Claim:
        """Start a claim and fill in everything that filing needs."""
        by = by or self.ann
        claim = drafts.start_draft(by=by, at=at)
        for found in lines or (self.shipped(),):
            line = drafts.add_line(claim, found, by=by, at=at)
            fill(line)
        return claim

    def filed(
        self,
        *lines: FoundLine,
        by: User | None = None,
        at: datetime = MONDAY,
        demand: Remedy = Remedy.REPAIR,
    ) -> Claim:
        """File a claim over these lines."""
        claim = self.draft(*lines, by=by, at=at)
        for line in claim.lines:
            line.demand = demand
            line.demand_per_cent = SOME if demand is Remedy.PRICE_REDUCTION else None
        service.file_claim(claim, by=by or self.ann, at=at)
        db.commit()
        return claim

    def agree(self, claim: Claim, until: date, at: datetime = MONDAY) -> None:
        """Note on a draft that customer and seller agreed in writing on the time of a repair."""
        paper = io.BytesIO(b"The customer agrees")
        file = take_in("agreed.txt", paper, dealer_id=claim.dealer_id, by=self.ann.id, at=at)
        kept = ClaimFile(file=file, added_by=self.ann.id, added_at=at)
        claim.files.append(kept)
        db.flush()
        for line in claim.lines:
            db.add(
                LineCircumstance(
                    claim_id=claim.id,
                    line_id=line.id,
                    kind=Circumstance.WRITTEN_AGREEMENT,
                    since_on=min(claim.demand_presented_on or at.date(), until),
                    until_on=until,
                    file_id=kept.id,
                    noted_by_name="Ann",
                    noted_at=at,
                )
            )
        db.flush()

    def accepted(self, claim: Claim, remedy: Remedy = Remedy.REPAIR, at: datetime = MONDAY) -> None:
        """Accept a filed claim wholly."""
        decisions = [
            service.LineDecision(line.id, line.quantity, remedy, None, "", portion_for(remedy), "–")
            for line in claim.lines
        ]
        service.decide(
            claim, decisions, promise_on=None, version=claim.version, by=self.cleo, at=at
        )
        db.commit()

    def clerk_of(self, dealer: Dealer) -> User:
        """Return the clerk of one of the two dealers."""
        return self.ann if dealer is self.dealer else self.ben


def portion_for(remedy: Remedy) -> Portion | None:
    """Return how much a price is reduced; a refund is the whole of it without saying so."""
    return Portion(SOME) if remedy is Remedy.PRICE_REDUCTION else None


def fill(line: ClaimLine, **changes: Any) -> None:
    """Fill in what a clerk would."""
    line.quantity = Decimal(1)
    line.unit = line.unit or "H87"
    line.defect_code = "GLS"
    line.description = "The glass is cracked"
    line.demand = Remedy.REPAIR
    for name, value in changes.items():
        setattr(line, name, value)


def make_world() -> World:
    """Write the world into the database."""
    plant = _plant()
    dealers = [_dealer(plant, "D01", "North Stoves"), _dealer(plant, "D02", "South Stoves")]
    production, finance = _department("production"), _department("finance")
    db.add_all((plant, *dealers, production, finance))
    db.flush()
    _calendars(plant, dealers)
    load_rules(at=MONDAY)
    load_policies(at=MONDAY)
    _tables(production, finance)
    item = _item(plant)
    people = {
        "ann": new_person("ann", Role.DEALER_USER, dealer=dealers[0]),
        "ben": new_person("ben", Role.DEALER_USER, dealer=dealers[1]),
        "cleo": new_person("cleo", Role.CLAIM_MANAGER),
        "dora": new_person("dora", Role.DEPARTMENT_WORKER, department=production),
        "fay": new_person("fay", Role.DEPARTMENT_WORKER, department=finance),
        "admin": new_person("admin", Role.ADMINISTRATOR),
    }
    db.add_all((item, *people.values()))
    db.commit()
    return find_world()


def find_world() -> World:
    """Return the world that is in the database."""
    plant, item = db.scalars(select(Plant)).one(), db.scalars(select(Item)).one()
    dealer, other_dealer = db.scalars(select(Dealer).order_by(Dealer.code)).all()
    people = {person.name.lower(): as_user(person) for person in db.scalars(select(Person))}
    return World(plant, dealer, other_dealer, item, **people)


def _shipment_line(
    world: World, dealer: Dealer, quantity: Decimal, columns: dict[str, Any]
) -> ShipmentLine:
    shipment = Shipment(
        ref=uuid4(),
        number=f"SH-{next(_numbers):05}",
        shipped_on=columns.pop("shipped_on", date(2026, 9, 1)),
        dealer_id=dealer.id,
        plant_id=columns.pop("plant_id", world.plant.id),
        currency=columns.pop("currency", "RUB"),
        **{name: columns.pop(name) for name in SHIPMENTS_OWN if name in columns},
    )
    db.add(shipment)
    db.flush()
    facts = {
        "item_id": world.item.id,
        "unit": "H87",
        "price": Decimal("62900.00"),
        "vat_rate": Decimal(20),
        "lot": "2636-B-001",
        "warranty_until": date(2028, 9, 1),
    } | columns
    line = ShipmentLine(
        ref=uuid4(),
        shipment_id=shipment.id,
        position=1,
        quantity=quantity,
        **facts,
    )
    db.add(line)
    db.flush()
    return line


def _plant() -> Plant:
    return Plant(
        code="RU-CHE",
        name="ООО «Огнеград-Демо»",
        city="Челябинск",
        address="ул. Заводская, 1",
        country="RU",
        time_zone="Asia/Yekaterinburg",
        language=Language.RU,
        tax_id="0099000110",
        tax_code="009901001",
        registry_no="1260000000116",
        signer="Директор Петров П. П.",
        signer_basis="Устава",
    )


def _dealer(plant: Plant, code: str, name: str) -> Dealer:
    return Dealer(
        ref=uuid4(),
        code=code,
        name=name,
        tax_id="0099000487",
        country="RU",
        city="Новосибирск",
        address="ул. Сибирская, 2",
        language=Language.EN,
        time_zone="Asia/Novosibirsk",
        plant=plant,
        contract_number="17/2025",
        contract_date=date(2025, 1, 15),
        signer="Иванов И. И.",
        signer_basis="доверенности",
    )


def _department(code: str) -> Department:
    return Department(code=code, names={"en": code.capitalize()})


def _calendars(plant: Plant, dealers: list[Dealer]) -> None:
    db.add_all(StageNorm(stage=stage, working_days=days) for stage, days in USUAL_NORMS.items())
    db.add(PromiseBuffer(working_days=2))
    home = _site(SiteKind.PLANT, "Asia/Yekaterinburg", plant_id=plant.id)
    bank = _site(SiteKind.BANK, "Europe/Moscow", code="bank-RU", name="Bank")
    db.add_all((home, bank))
    db.flush()
    db.add(_payment_run(home, bank))
    for dealer in dealers:
        away = _site(SiteKind.DEALER, "Asia/Novosibirsk", dealer_id=dealer.id)
        db.add(away)
        db.flush()
        for origin, destination in ((home, away), (away, home)):
            db.add(
                Lane(
                    origin_id=origin.id,
                    destination_id=destination.id,
                    mode="ltl",
                    departures=[1, 4],
                    transit_days=4,
                    transit_unit=TransitUnit.CALENDAR_DAYS,
                )
            )


def _site(kind: SiteKind, zone: str, **columns: Any) -> Site:
    return Site(
        kind=kind, country="RU", time_zone=zone, weekdays=WORKDAYS, cut_off=time(15), **columns
    )


def _payment_run(plant: Site, bank: Site) -> Lane:
    return Lane(
        origin_id=plant.id,
        destination_id=bank.id,
        load=Load.MONEY,
        mode="payment",
        departures=[1, 3],
        transit_days=1,
        transit_unit=TransitUnit.WORKING_DAYS,
        carrier_id=bank.id,
    )


def _tables(production: Department, finance: Department) -> None:
    db.add_all(
        Route(
            remedy=remedy,
            department_id=finance.id if remedy in REFUNDS else production.id,
        )
        for remedy in Remedy
    )
    db.add(DefectCode(code="GLS", names={"en": "Glass"}, severity=Severity.COSMETIC, position=1))
    db.add(RejectionReason(code="R03", names={"en": "Physical damage"}, position=3))


def _item(plant: Plant) -> Item:
    return Item(
        ref=UUID(int=1),
        sku="OG-B18W",
        name="Bath stove with water circuit",
        product_group="bath",
        unit="H87",
        price=Decimal("62900.00"),
        currency="RUB",
        vat_rate=Decimal(22),
        warranty_months=36,
        tracking=Tracking.SERIAL,
        plant_id=plant.id,
    )


def new_person(
    name: str, role: Role, *, dealer: Dealer | None = None, department: Department | None = None
) -> Person:
    """Return somebody who can sign in."""
    return Person(
        email=f"{name}@example.test",
        name=name.capitalize(),
        password_hash="!",
        role=role,
        dealer_id=dealer.id if dealer else None,
        department_id=department.id if department else None,
        language=Language.EN,
        time_zone="UTC",
    )
