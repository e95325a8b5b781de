"""Dealers file and managers decide, while everything around them falls."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.catalog.models import DefectCode
from app.claims import drafts, service
from app.claims.models import Claim, ClaimFile, ClaimLine, RejectionReason
from app.core.clock import now
from app.core.db import db
from app.files.service import keep_document
from app.shipments.models import Shipment, ShipmentLine, ShippedUnit
from app.shipments.queries import FoundLine, get_line
from app.vocabulary import Remedy, Role

WAITING_FOR_DECISION = 5


def live_through(claims: int, *, seed: int) -> Iterator[UUID]:
    """File claims and decide each a little later; yield the id of each one that is decided."""
    random = Random(seed)
    lines = iter(shipped_lots())
    filed: list[UUID] = []
    for _ in range(claims):
        filed.append(_file(next(lines), random))
        if len(filed) > WAITING_FOR_DECISION:
            yield _decide(filed.pop(random.randrange(len(filed))), random)
    for claim_id in filed:
        yield _decide(claim_id, random)


def shipped_lots() -> list[tuple[int, UUID]]:
    """Return lines of lots, each for one claim."""
    query = (
        select(Shipment.dealer_id, ShipmentLine.ref)
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(~select(ShippedUnit.id).where(ShippedUnit.line_id == ShipmentLine.id).exists())
        .where(ShipmentLine.quantity >= 2)
        .order_by(ShipmentLine.id)
    )
    return [(dealer_id, ref) for dealer_id, ref in db.execute(query)]


def _file(shipped: tuple[int, UUID], random: Random) -> UUID:
    dealer_id, ref = shipped
    clerk = _person(Role.DEALER_USER, dealer_id)
    found = get_line(clerk, ref, "")
    assert isinstance(found, FoundLine)
    claim = drafts.start_draft(by=clerk, at=now())
    line = drafts.add_line(claim, found, by=clerk, at=now())
    line.quantity = Decimal(2)
    line.defect_code = db.scalars(
        select(DefectCode.code).filter_by(product_groups=[]).order_by(DefectCode.code)
    ).first()
    line.description = "Трещина по всей длине"
    line.demand = random.choice((Remedy.REFUND, Remedy.REPLACEMENT))
    _attach(claim, line, clerk)
    service.file_claim(claim, by=clerk, at=now())
    db.commit()
    return claim.id


def _attach(claim: Claim, line: ClaimLine, clerk: User) -> None:
    """Attach evidence; the check of pictures is not what is tried here."""
    content = f"photo of {line.id}".encode()
    photo = keep_document("photo.jpg", "image/jpeg", content, dealer_id=claim.dealer_id, at=now())
    claim.files.append(
        ClaimFile(line_id=line.id, file_id=photo.id, added_by=clerk.id, added_at=now())
    )
    db.flush()


def _decide(claim_id: UUID, random: Random) -> UUID:
    claim = db.get_one(Claim, claim_id, populate_existing=True)
    (line,) = claim.lines
    accepted = Decimal(random.choice((0, 1, 2)))
    reason = db.scalars(select(RejectionReason.code).order_by(RejectionReason.position)).first()
    decision = service.LineDecision(
        line_id=line.id,
        accepted=accepted,
        remedy=line.demand if accepted else None,
        reason_code=reason,
        reason_text="Следы удара",
    )
    managers = select(Person).filter_by(role=Role.CLAIM_MANAGER).order_by(Person.id)
    manager = db.scalars(managers).first()
    assert manager is not None
    by = as_user(manager)
    service.decide(claim, [decision], promise_on=None, version=claim.version, by=by, at=now())
    db.commit()
    return claim_id


def _person(role: Role, dealer_id: int) -> User:
    query = select(Person).filter_by(role=role, dealer_id=dealer_id).order_by(Person.id)
    return as_user(db.scalars(query.limit(1)).one())
