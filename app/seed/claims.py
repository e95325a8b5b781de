"""The demo's claims, made day by day by calling the services with a simulated clock."""

import io
import logging
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from uuid import UUID

from sqlalchemy import exists, func, select, update

from app.accounts.models import Dealer, Person
from app.accounts.policy import User
from app.accounts.queries import as_user
from app.claims import attachments, drafts, service
from app.claims.circumstances import Note, note_circumstance
from app.claims.drafts import DraftChange, LineChange
from app.claims.forecast_models import Cause, NewsKind
from app.claims.models import Claim, ClaimLine
from app.claims.rules import CustomerKind
from app.claims.silence import accepted_by_silence, deemed_accept
from app.core.clock import local_day
from app.core.db import db
from app.core.errors import Refusal
from app.core.money import Portion
from app.deadlines.circumstances import Circumstance
from app.deadlines.offices import plant_office
from app.deadlines.rules import Leg
from app.deadlines.stages import Stage
from app.outbox.models import MessageState, OutboxMessage
from app.paperwork import service as paperwork
from app.schedule.news import may_tell, tell_news
from app.schedule.renewal import renew
from app.seed import stories
from app.seed.boards import ENDS_IN, stands_on
from app.seed.pictures import draw_photo
from app.seed.progress import Say, silent
from app.seed.revisions import hand_on_early, revise_to
from app.seed.stories import STORIES, Board, Ending, Story
from app.seed.talk import TALKATIVE, talk_about
from app.shipments.models import Shipment, ShipmentLine, ShippedUnit
from app.shipments.queries import FoundLine, get_line, quantity_left
from app.vocabulary import Remedy, Role
from app.work import service as work
from app.work.models import WorkOrder

OFFICE_OPENS = 5  # UTC: morning in Chelyabinsk, and early in Łódź
WITH_PHOTO = ("GLS", "SUR", "TRN", "STD", "PKG", "COS")
LONGEST_REPAIR = timedelta(days=45)  # as long as the law lets them agree on in Russia
CLAIMS_A_LINE = 10  # so many are told between two lines of the progress
FARTHEST = 15  # working days by which the filing may lie apart from a story's age
PART_REJECTED = "R03"
BEFORE_THE_WORK = (Stage.DEALER_PACK, Stage.INBOUND, Stage.INTAKE)
_WORKED = (Ending.STARTED, Ending.BLOCKED, Ending.RESOLVED, Ending.CONFIRMED)
_ACCEPTED = (*_WORKED, Ending.QUEUED, Ending.PARTLY)
_REJECTED = (Ending.REJECTED, Ending.REJECTED_CLOSED)


log = logging.getLogger(__name__)


def load_claims(at: datetime, *, say: Say = silent) -> dict[Story, UUID]:
    """Tell every story up to its ending, and commit; return their claims.

    A story that cannot be told on this day is left out and logged. A loading that was interrupted
    leaves no claim, and begins again.
    """
    told: dict[Story, UUID] = {}
    for number, story in enumerate(sorted(STORIES, key=lambda story: -story.age)):
        if number % CLAIMS_A_LINE == 0:
            say(f"Claims: {number} of {len(STORIES)}")
        claim_id = _tell(story, at)
        if claim_id is None:
            log.warning("seed.untold", extra={"story": str(story)})
        else:
            told[story] = claim_id
    renew(Cause.EVENT, at=at)
    _queue_at(at)
    db.commit()
    say(f"Claims: {len(told)} of {len(STORIES)}")
    return told


def _queue_at(at: datetime) -> None:
    """Let what is still to be sent wait from now on: it was not queued on the day of its story."""
    waiting = update(OutboxMessage).where(OutboxMessage.state == MessageState.WAITING)
    db.execute(waiting.values(created_at=at))


def _tell(story: Story, now: datetime) -> UUID | None:
    """Tell a story from the filing day nearest to its age that leads to its ending and boards.

    How long law and transport take differs with the holidays on their way, so the portal is asked:
    what ended otherwise, or was refused by it, is undone and begun on another day.
    """
    for age in _ages(story.age):
        attempt = db.begin_nested()
        claim_id = _Telling(story, age, now).tell()
        if claim_id is not None:
            attempt.commit()
            return claim_id
        attempt.rollback()
    return None


def _ages(wished: int) -> Iterator[int]:
    """Give the wished age in working days, then its neighbours, the nearest first."""
    yield wished
    for step in range(1, FARTHEST + 1):
        yield wished + step
        if step < wished:
            yield wished - step


class _Telling:
    """Replays one story with a simulated clock."""

    def __init__(self, story: Story, age: int, now: datetime) -> None:
        self.story = story
        self.now = now
        self.dealer = db.execute(select(Dealer).filter_by(code=story.dealer)).scalar_one()
        self.language = self.dealer.language
        self.clerk = _person(Role.DEALER_USER, dealer_id=self.dealer.id)
        self.manager = _manager(self.dealer)
        self.office = plant_office(self.dealer.plant_id, now)
        filed_on = self.office.calendar.sub(local_day(now, self.office.time_zone), age)
        minute = (story.age * 7) % 60
        self.at = datetime.combine(filed_on, time(OFFICE_OPENS, minute), UTC)

    def tell(self) -> UUID | None:
        """Live through the story; return its claim if it ended as it should."""
        try:
            claim = self._live()
        except Refusal:
            return None
        db.flush()
        return claim.id if self._is_as_told(claim) else None

    def _is_as_told(self, claim: Claim) -> bool:
        if Board.AT_RISK in self.story.boards:
            renew(Cause.EVENT, at=self.now, claim_ids=[claim.id])
        return (
            claim.state is ENDS_IN[self.story.ending]
            and claim.deemed_accepted == (self.story.ending is Ending.SILENT)
            and len(claim.lines) == self.story.lines
            and all(stands_on(board, claim, at=self.now) for board in self.story.boards)
        )

    def _live(self) -> Claim:
        claim = self._draft()
        if self.story.ending is Ending.DRAFT:
            return claim
        service.file_claim(claim, by=self.clerk, at=self.at)
        paperwork.issue_filed(claim.id, at=self.at)
        if self._has_agreement():
            self._note_agreement(claim)
        if self.story.ending is Ending.WITHDRAWN:
            service.cancel(claim, version=claim.version, by=self.clerk, at=self._later(30))
            return claim
        if self.story.ending not in (Ending.FILED, Ending.SILENT):
            self._handle(claim)
        db.flush()
        if claim.id in accepted_by_silence(at=self.now):
            deemed_accept(claim, at=self.now)
        return claim

    def _handle(self, claim: Claim) -> None:
        service.take(claim, version=claim.version, by=self.manager, at=self._later(4))
        self._talk(claim)
        if self.story.ending in TALKATIVE:
            talk_about(claim, dealer=self.clerk, manager=self.manager, later=self._later)
        self._decide(claim)
        if self.story.is_handed_on:
            hand_on_early(claim, by=self.manager, at=self._later(2))

    def _draft(self) -> Claim:
        claim = drafts.start_draft(by=self.clerk, at=self.at)
        for found in islice(self._pick(), self.story.lines):
            drafts.add_line(claim, found, by=self.clerk, at=self.at)
        change = DraftChange(
            demand_presented_on=self._presented_on(),
            dealer_reference=f"R-{self.story.age:03}",
            end_customer=stories.CUSTOMER[self.language] if self.story.is_consumers else "",
            sold_on=None,
            text="",
            lines={line.id: self._typed(line) for line in claim.lines},
            customer_kind=CustomerKind.CONSUMER if self.story.is_consumers else None,
        )
        drafts.save_draft(claim, change, by=self.clerk, at=self.at)
        if self.story.defect in WITH_PHOTO:
            self._photograph(claim)
        if self._has_agreement():
            name, text = stories.AGREEMENT[self.language]
            paper = io.BytesIO(text.format(day=f"{self._agreed_until():%d.%m.%Y}").encode())
            attachments.attach(claim, None, name, paper, by=self.clerk, at=self.at)
        return claim

    def _has_agreement(self) -> bool:
        """In Russia a consumer's repair that was taken to work has its time agreed in writing."""
        is_repair = self.story.is_consumers and self.story.demand is Remedy.REPAIR
        return is_repair and self.dealer.country == "RU" and self.story.ending is not Ending.FILED

    def _agreed_until(self) -> date:
        return self._presented_on() + LONGEST_REPAIR

    def _note_agreement(self, claim: Claim) -> None:
        """Note what customer and dealer agreed in writing on the time of a repair."""
        paper = next(kept for kept in claim.files if kept.line_id is None)
        for line in claim.lines:
            agreed = Note(
                line.id,
                Circumstance.WRITTEN_AGREEMENT,
                since_on=self._presented_on(),
                until_on=self._agreed_until(),
                file_id=paper.id,
            )
            note_circumstance(claim, agreed, version=claim.version, by=self.clerk, at=self.at)

    def _presented_on(self) -> date:
        return local_day(self.at, self.dealer.time_zone) - timedelta(days=self.story.heard)

    def _typed(self, line: ClaimLine) -> LineChange:
        return LineChange(
            quantity=Decimal(1 if line.serial else self.story.quantity),
            defect_code=self.story.defect,
            description=stories.description(self.story.defect, self.language),
            demand=self.story.demand,
            demand_portion=self._portion(),
        )

    def _portion(self) -> Portion | None:
        """Return how much money is demanded: a refund is the whole price without saying so."""
        is_reduction = self.story.demand is Remedy.PRICE_REDUCTION
        return Portion(per_cent=Decimal(self.story.per_cent)) if is_reduction else None

    def _photograph(self, claim: Claim) -> None:
        """Add a photo to each line; a draft has one so far."""
        is_draft = self.story.ending is Ending.DRAFT
        for line in claim.lines[:1] if is_draft else claim.lines:
            photo = io.BytesIO(draw_photo(f"{self.story}{line.position}", self.story.defect))
            name = f"IMG_{1000 + self.story.age + line.position}.jpg"
            attachments.attach(claim, line, name, photo, by=self.clerk, at=self.at)

    def _pick(self) -> Iterator[FoundLine]:
        """Return shipped pieces that nobody has claimed, or lots with enough left.

        They are the same at every seeding.
        """
        wanted = self.story.quantity
        is_claimed = exists().where(ClaimLine.serial == ShippedUnit.serial)
        piece = func.min(ShippedUnit.serial).filter(~is_claimed)
        candidates = db.execute(
            select(ShipmentLine.ref, piece)
            .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
            .outerjoin(ShippedUnit, ShippedUnit.line_id == ShipmentLine.id)
            .where(Shipment.dealer_id == self.dealer.id)
            .where(Shipment.shipped_on < local_day(self.at, self.dealer.time_zone))
            .where(quantity_left() >= wanted)
            .group_by(ShipmentLine.id)
            .having(piece.is_not(None) if wanted == 1 else func.count(ShippedUnit.id) == 0)
            .order_by(ShipmentLine.ref)
        ).all()
        dice = random.Random(f"{self.story}")  # noqa: S311  (a choice for show)
        # More than are wanted: some pieces were shipped again and cannot be claimed here any more.
        for ref, serial in dice.sample(candidates, len(candidates)):
            found = get_line(self.clerk, ref, serial or "")
            if found and not found.has_moved_on:
                yield found

    def _talk(self, claim: Claim) -> None:
        if self.story.ending not in (Ending.ASKED, Ending.ANSWERED):
            return
        question = stories.QUESTION[self.language]
        service.ask(claim, [question], version=claim.version, by=self.manager, at=self._later(3))
        if self.story.ending is Ending.ANSWERED:
            db.flush()  # answers are given by the questions' ids
            answers = {asked.id: stories.ANSWER[self.language] for asked in claim.questions}
            service.answer(claim, answers, version=claim.version, by=self.clerk, at=self._later(20))

    def _decide(self, claim: Claim) -> None:
        if self.story.ending not in (*_ACCEPTED, *_REJECTED):
            return
        decisions = [self._decision(line) for line in claim.lines]
        service.decide(
            claim,
            decisions,
            promise_on=None,
            version=claim.version,
            by=self.manager,
            at=self._later(26),
        )
        paperwork.issue_decided(claim.id, at=self.at)
        if self.story.ending in _ACCEPTED:
            work.open_orders(claim.id, at=self._later(1))
            if self.story.revised_to:
                revise_to(claim, self.story.revised_to, by=self.manager, at=self._later(1))
            self._tell_the_way(claim)
            self._work(claim)
        if self.story.ending is Ending.REJECTED_CLOSED:
            service.close_rejected(claim, version=claim.version, by=self.clerk, at=self._later(48))

    def _decision(self, line: ClaimLine) -> service.LineDecision:
        is_partly = self.story.ending is Ending.PARTLY and line.position > 1
        rejected = self.story.ending in _REJECTED or is_partly
        return service.LineDecision(
            line_id=line.id,
            accepted=Decimal(0) if rejected else line.quantity,
            remedy=None if rejected else line.demand or Remedy.REPAIR,
            reason_code=PART_REJECTED if rejected else None,
            reason_text=stories.REFUSAL[self.language] if rejected else "",
        )

    def _tell_the_way(self, claim: Claim) -> None:
        """Tell what has happened to the goods by now, each by who can know it.

        Of every third claim nothing is heard: what came before the work is assumed there.
        """
        if self.story.age % 3 == 0:
            return
        today = local_day(self.now, claim.plant.time_zone)
        for leg in (Leg.from_dict(kept) for kept in claim.logistics):
            if leg.stage in BEFORE_THE_WORK and leg.finish < today:
                stage = Stage(leg.stage)
                by = (
                    self.manager if may_tell(self.manager, stage, NewsKind.FINISHED) else self.clerk
                )
                tell_news(claim, stage, NewsKind.FINISHED, leg.finish, by=by, at=self.now)

    def _work(self, claim: Claim) -> None:
        if self.story.ending not in _WORKED:
            return
        query = select(WorkOrder).filter_by(claim_id=claim.id).order_by(WorkOrder.position)
        for order in db.scalars(query).all():
            worker = _person(Role.DEPARTMENT_WORKER, department_id=order.department_id)
            work.start(order, version=order.version, by=worker, at=self._later(20))
            if self.story.ending is Ending.STARTED:
                return
            if self.story.ending is Ending.BLOCKED:
                reason = stories.WAITING[self.language]
                work.block(order, reason, version=order.version, by=worker, at=self.at)
                return
            result = stories.RESULT[self.language]
            work.finish(order, result, version=order.version, by=worker, at=self._later(30))
        if self.story.ending is Ending.CONFIRMED:
            service.confirm(claim, version=claim.version, by=self.clerk, at=self._later(24))

    def _later(self, hours: int) -> datetime:
        """Let hours pass, over days off if need be, but never beyond the present."""
        self.at += timedelta(hours=hours)
        while not self.office.calendar.is_working(local_day(self.at, self.office.time_zone)):
            self.at += timedelta(days=1)
        self.at = min(self.at, self.now)
        return self.at


def _person(role: Role, **where: int) -> User:
    query = select(Person).filter_by(role=role, **where).order_by(Person.id).limit(1)
    person = db.execute(query).scalar_one()
    return as_user(person)


def _manager(dealer: Dealer) -> User:
    """Return a manager who speaks the plant's language."""
    query = select(Person).filter_by(role=Role.CLAIM_MANAGER, language=dealer.plant.language)
    return as_user(db.scalars(query.order_by(Person.id).limit(1)).one())
