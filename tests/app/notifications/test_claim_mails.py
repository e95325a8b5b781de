"""Whoever has to do something about a claim gets one mail that says what, until when and where."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.models import Absence, Department
from app.accounts.policy import User
from app.claims import service as claims
from app.claims import timing
from app.claims.models import Claim
from app.claims.promise_rules import Wish
from app.claims.promising import revise_promise
from app.claims.rules import ClaimState
from app.core.clock import now
from app.core.db import db
from app.core.i18n import texts_in
from app.core.outside import Outside
from app.deadlines.clocks import StopsAt
from app.erp.words import SENTENCES
from app.notifications.account_mails import account_keepers
from app.notifications.alarms import alarm_keepers
from app.notifications.mails import MAILS, Mail
from app.notifications.service import keepers
from app.outbox.delivery import drain
from app.outbox.models import MessageState, OutboxMessage
from app.vocabulary import Language, Remedy, Role
from app.work import passing
from app.work import service as work
from app.work.following import follow_claim
from app.work.models import WorkOrder
from app.work.rules import OPEN
from connectors.mail.memory import RememberingMail
from connectors.mail.port import Letter
from tests.app.accounts.hiring import hire, person_of
from tests.app.work.test_work import done, opened, orders_of, route_also
from tests.app.world import MONDAY, World

SITE = "https://claims.example"
PLACES = re.compile(r"%\((\w+)\)s")
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def mail(neighbours: Outside) -> RememberingMail:
    assert isinstance(neighbours.mail, RememberingMail)
    return neighbours.mail


def letters_of(mail: RememberingMail) -> list[Letter]:
    """Deliver what is owed and return the letters since the last time."""
    before = len(mail.letters)
    db.commit()
    drain(keepers(SITE), at=now())
    return mail.letters[before:]


def told(letters: list[Letter]) -> Counter[tuple[str, str]]:
    """Return which kinds of letters went to whom, by the keys of the table and by name."""
    kinds = {mail.key for mail in MAILS.values()}
    return Counter(
        (max((one for one in kinds if letter.key.startswith(f"{one}-")), key=len),
         letter.to.partition("@")[0])
        for letter in letters
    )  # fmt: skip


@dataclass
class Walk:
    """A claim on its way, with the people of its world."""

    world: World
    head: User
    quality: User
    claim_id: UUID = field(init=False)

    @property
    def claim(self) -> Claim:
        return db.get_one(Claim, self.claim_id)

    def file(self) -> None:
        self.claim_id = self.world.filed().id

    def take(self) -> None:
        claims.take(self.claim, version=self.claim.version, by=self.world.cleo, at=MONDAY)

    def ask(self) -> None:
        claims.ask(self.claim, ["How?"], version=self.claim.version, by=self.world.cleo, at=MONDAY)

    def answer(self) -> None:
        answers = {question.id: "So" for question in self.claim.questions}
        claims.answer(self.claim, answers, version=self.claim.version, by=self.world.ann, at=MONDAY)

    def accept(self) -> None:
        self.world.accepted(self.claim)

    def open(self) -> None:
        work.open_orders(self.claim.id, at=MONDAY)

    def promise(self, day: date) -> None:
        wish = Wish(day, "The part has come")
        version = self.claim.version
        revise_promise(self.claim, wish, version=version, by=self.head, at=MONDAY)
        follow_claim(self.claim.id, at=MONDAY)

    def promise_later(self) -> None:
        self.promise(date(2027, 2, 1))

    def promise_earlier(self) -> None:
        self.promise(date(2027, 1, 20))

    def finish_first(self) -> None:
        done(self.open_orders()[0], self.world.dora)

    def finish_second(self) -> None:
        done(self.open_orders()[0], self.world.fay)

    def dispute(self) -> None:
        claims.dispute(
            self.claim, "It leaks", version=self.claim.version, by=self.world.ann, at=TUESDAY
        )
        work.open_orders(self.claim.id, at=TUESDAY)

    def redirect(self) -> None:
        (first, second) = self.open_orders()
        quality = self.quality.department_id or 0
        passing.redirect(
            first, quality, "Find the cause", version=first.version, by=self.world.cleo, at=TUESDAY
        )
        assert second.waits

    def add(self) -> None:
        passing.add_order(
            self.claim.id, self.claim.lines[0].id, self.world.dora.department_id or 0, "Help them",
            by=self.world.cleo, at=TUESDAY,
        )  # fmt: skip

    def take_back(self) -> None:
        order = next(
            one for one in self.open_orders() if one.department_id == self.quality.department_id
        )
        passing.take_back(
            order, "Known by now", version=order.version, by=self.world.cleo, at=TUESDAY
        )

    def open_orders(self) -> list[WorkOrder]:
        db.expire_all()
        return [order for order in orders_of(self.claim) if order.state in OPEN]


# Each step of a claim's life, and which letters it sends to whom.
WALK: tuple[tuple[Callable[[Walk], None], dict[tuple[str, str], int]], ...] = (
    (Walk.file, {("filed", "ann"): 1, ("to-decide", "cleo"): 1}),
    (Walk.take, {}),
    (Walk.ask, {("asked", "ann"): 1}),
    (Walk.answer, {("answered", "cleo"): 1}),
    (Walk.accept, {("decided", "ann"): 1}),
    (Walk.open, {("work", "dora"): 1}),  # the second department waits for the first
    (Walk.promise_later, {("promised", "ann"): 1}),
    (Walk.promise_earlier, {
        ("promised", "ann"): 1, ("work-earlier", "dora"): 1, ("work-earlier", "fay"): 1
    }),
    (Walk.finish_first, {("work", "fay"): 1}),
    (Walk.finish_second, {("resolved", "ann"): 1}),
    (Walk.dispute, {("disputed", "cleo"): 1, ("work", "dora"): 1}),
    (Walk.redirect, {("work-withdrawn", "dora"): 1, ("work", "quality"): 1}),
    (Walk.add, {("work", "dora"): 1}),
    (Walk.take_back, {("work-withdrawn", "quality"): 1, ("work", "fay"): 1}),
)  # fmt: skip


@pytest.fixture
def walk(world: World) -> Walk:
    """Repairs pass through production, then finance; there is a head and a quality department."""
    route_also(world, Remedy.REPAIR, world.fay, position=2, waits=True)
    department = Department(code="quality", names={"en": "Quality"})
    db.add(department)
    db.flush()
    quality = hire(Role.DEPARTMENT_WORKER, department=department, name="Quinn")
    person_of(quality).email = "quality@example.test"
    return Walk(world, hire(Role.HEAD_OF_CLAIMS, name="Helen"), quality)


def test_each_step_of_a_claim_tells_whoever_has_to_act_and_nobody_twice(
    walk: Walk, mail: RememberingMail
) -> None:
    for step, expected in WALK:
        step(walk)
        assert told(letters_of(mail)) == Counter(expected), step.__name__

    waiting = select(OutboxMessage).where(
        OutboxMessage.kind.startswith("mail."), OutboxMessage.state != MessageState.DONE
    )
    assert list(db.scalars(waiting)) == []
    assert len({letter.key for letter in mail.letters}) == len(mail.letters)


def test_a_letter_about_work_says_what_until_when_and_where(
    world: World, mail: RememberingMail
) -> None:
    claim = opened(world, Remedy.REPAIR, Remedy.REPAIR)
    first, _ = orders_of(claim)
    day = first.due_on.strftime("%d %B %Y").lstrip("0")

    (letter,) = (one for one in letters_of(mail) if one.key.startswith("work-"))

    assert letter.subject == f"Claim {claim.number}: new work for your department"
    text = letter.text.replace("\xa0", " ")
    assert f"claim {claim.number} of North Stoves" in text
    for position in (1, 2):
        assert f"{position}. Bath stove with water circuit, 1 pcs, Repair" in text
    assert text.count(f"To be done by: {day}, 18:00 (Yekaterinburg)") == 2
    assert f"{SITE}/work/{first.id}" in text


def test_the_letter_about_a_filed_claim_says_until_when_it_has_to_be_decided(
    world: World, mail: RememberingMail
) -> None:
    claim = world.filed()

    (letter,) = (one for one in letters_of(mail) if one.key.startswith("to-decide-"))

    assert claim.answer_on is not None
    day = claim.answer_on.strftime("%d %B %Y").lstrip("0")
    assert f"Decide by: {day}, 18:00 (Yekaterinburg)" in letter.text
    assert "1. Bath stove with water circuit" in letter.text
    assert f"{SITE}/claims/{claim.id}" in letter.text


def test_the_law_may_want_the_decision_before_the_service_does(world: World) -> None:
    claim = world.filed()
    claim.answer_on = date(2027, 3, 1)

    assert timing.decide_by(claim) == min(
        clock.safe_on
        for clock in timing.running_clocks(claim)
        if clock.rule_code and clock.stops_at is StopsAt.ANSWER
    )


def test_the_departments_and_the_manager_read_why_the_dealer_disputes(
    walk: Walk, mail: RememberingMail
) -> None:
    for step in (Walk.file, Walk.take, Walk.accept, Walk.open, Walk.finish_first):
        step(walk)
    walk.finish_second()
    letters_of(mail)

    walk.dispute()

    found = {letter.to for letter in letters_of(mail) if "It leaks" in letter.text}
    assert found == {"cleo@example.test", "dora@example.test"}


def test_people_of_a_department_hear_who_speak_the_plants_language_and_may_sign_in(
    world: World, mail: RememberingMail
) -> None:
    department = db.get_one(Department, world.dora.department_id)
    department.names = {"en": "Production", "ru": "Производство"}
    colleagues = [person_of(hire(Role.DEPARTMENT_WORKER, department=department)) for _ in range(3)]
    for one in colleagues[:2]:
        one.language = Language.RU
    colleagues[0].is_active = False

    opened(world, Remedy.REPAIR)

    (letter,) = (one for one in letters_of(mail) if one.key.startswith("work-"))
    assert letter.to == colleagues[1].email
    assert "Вашему отделу" in letter.text


def test_a_department_reads_why_the_manager_passes_work_on(
    walk: Walk, mail: RememberingMail
) -> None:
    for step in (Walk.file, Walk.take, Walk.accept, Walk.open):
        step(walk)
    letters_of(mail)

    walk.redirect()

    letters = letters_of(mail)
    assert {letter.to for letter in letters} == {"dora@example.test", "quality@example.test"}
    assert all("Manager's note: Find the cause" in letter.text for letter in letters)


def test_work_of_a_department_without_people_is_told_to_who_can_pass_it_on(
    world: World, mail: RememberingMail
) -> None:
    person_of(world.dora).is_active = False

    opened(world, Remedy.REPAIR)

    (letter,) = (one for one in letters_of(mail) if one.key.startswith("work-"))
    assert letter.to == "cleo@example.test"
    assert letter.text.startswith("You get this e-mail because Dora cannot be reached.")


def test_an_answer_reaches_the_manager_and_who_stands_in(walk: Walk, mail: RememberingMail) -> None:
    deputy = hire(Role.CLAIM_MANAGER)
    for step in (Walk.file, Walk.take, Walk.ask):
        step(walk)
    letters_of(mail)
    today = now().date()
    db.add(
        Absence(
            person_id=walk.world.cleo.id,
            deputy_id=deputy.id,
            starts_on=today - timedelta(days=1),
            ends_on=today + timedelta(days=1),
        )
    )

    walk.answer()

    letters = letters_of(mail)
    assert {letter.to for letter in letters} == {"cleo@example.test", deputy_address(deputy)}
    assert all(f"{SITE}/claims/{walk.claim.id}/decide" in letter.text for letter in letters)


def deputy_address(user: User) -> str:
    return person_of(user).email


def test_managers_who_are_away_are_not_asked_to_take_a_claim(
    world: World, mail: RememberingMail
) -> None:
    other = hire(Role.CLAIM_MANAGER)
    today = now().date()
    db.add(
        Absence(
            person_id=world.cleo.id,
            deputy_id=other.id,
            starts_on=today - timedelta(days=1),
            ends_on=today + timedelta(days=1),
        )
    )

    world.filed()

    assert told(letters_of(mail))["to-decide", person_of(other).email.partition("@")[0]] == 1
    assert not any(letter.to == "cleo@example.test" for letter in mail.letters)


def test_a_department_hears_that_the_decision_behind_its_work_no_longer_holds(
    world: World, mail: RememberingMail
) -> None:
    claim = opened(world, Remedy.REPAIR, Remedy.REPAIR)
    letters_of(mail)
    contested = db.get_one(Claim, claim.id)
    contested.state, contested.promise_on = ClaimState.VERIFICATION, None
    db.flush()

    follow_claim(claim.id, at=TUESDAY)

    (letter,) = letters_of(mail)
    assert letter.to == "dora@example.test"
    assert "1. Bath stove" in letter.text
    assert "2. Bath stove" in letter.text
    assert "no longer holds" in letter.text
    assert "To be done by" not in letter.text


def test_work_that_was_done_before_the_mail_left_needs_none(
    world: World, mail: RememberingMail
) -> None:
    claim = opened(world, Remedy.REPAIR)
    done(orders_of(claim)[0], world.dora)

    assert ("work", "dora") not in told(letters_of(mail))


def test_every_kind_of_mail_has_its_keeper_and_its_sentence() -> None:
    kept = {*keepers(SITE), *account_keepers(SITE, "secret"), *alarm_keepers(SITE)}

    assert set(MAILS) <= kept
    assert {kind for kind in SENTENCES if kind.startswith("mail.")} == kept


@pytest.mark.parametrize("kind", MAILS)
@pytest.mark.parametrize("language", [Language.RU, Language.PL, Language.CS])
def test_every_kind_of_mail_has_its_texts_in_every_language(kind: str, language: Language) -> None:
    for text in texts_of(MAILS[kind]):
        translated = texts_in(language).gettext(text)
        assert translated != text
        assert set(PLACES.findall(translated)) == set(PLACES.findall(text))


def texts_of(mail: Mail) -> list[str]:
    return [mail.subject, *(line for line in mail.lines if isinstance(line, str))]
