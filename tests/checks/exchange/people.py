"""Dealers and managers at work through the web server, while everything around them falls."""

import re
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import cycle
from random import Random
from typing import NamedTuple
from uuid import UUID

from requests.cookies import RequestsCookieJar
from sqlalchemy import select

from app.accounts.models import Dealer, Person
from app.catalog.models import DefectCode
from app.claims.models import RejectionReason
from app.core.db import db
from app.vocabulary import Remedy, Role
from tests.checks.exchange.browser import Browser, Page, Pulse, Surprise
from tests.checks.exchange.claims import shipped_lots

PASSWORD = "under fire"
ASKED = 0.3  # of the claims
THINKING = (0.0, 1.0)  # seconds: the claim is told while the decision on it is being made
ANSWER = "С прошлого вторника"
CLAIM = re.compile(r"/claims/([0-9a-f-]{36})")


@dataclass
class Told:
    """What somebody has read on a page about their claim; from then on it must be true."""

    claim_id: UUID | None = None
    number: str = ""
    answer: str = ""
    is_decided: bool = False
    surprise: str = ""


class Case(NamedTuple):
    """What one claim is about and who works on it."""

    number: int
    line_ref: UUID
    clerk: str
    manager: str


@dataclass
class Office:
    """The people of all dealers and of the plant, who sign in once."""

    url: str
    seed: int
    claims: int
    cases: list[Case] = field(init=False)
    defect: str = field(init=False)
    reason: str = field(init=False)
    pulse: Pulse = field(default_factory=Pulse)
    _cookies: dict[str, RequestsCookieJar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cases = _cases(self.claims)
        self.defect = (
            db.scalars(
                select(DefectCode.code).filter_by(product_groups=[]).order_by(DefectCode.code)
            ).first()
            or ""
        )
        first = select(RejectionReason.code).order_by(RejectionReason.position)
        self.reason = db.scalars(first).first() or ""
        db.remove()

    def work(self, pool: ThreadPoolExecutor, number: int) -> Future[Told]:
        """Begin the story of one claim."""
        return pool.submit(self._live, self.cases[number])

    def _live(self, case: Case) -> Told:
        """File a claim, have it asked about, decide it; return what was read of it."""
        random = Random(f"{self.seed}/{case.number}")
        told = Told()
        try:
            clerk, manager = (self._signed_in(email) for email in (case.clerk, case.manager))
            self._file(clerk, case, told, random)
            time.sleep(random.uniform(*THINKING))
            if random.random() < ASKED:
                self._ask(manager, clerk, told)
            self._decide(manager, told, random)
        except Surprise as surprise:
            told.surprise = f"claim {told.number or told.claim_id}: {surprise}"
        return told

    def _signed_in(self, email: str) -> Browser:
        if email not in self._cookies:
            door = Browser(self.url, self.pulse)
            door.sign_in(email, PASSWORD)
            self._cookies[email] = door.cookies
        return Browser(self.url, self.pulse, self._cookies[email])

    def _file(self, clerk: Browser, case: Case, told: Told, random: Random) -> None:
        home = clerk.get("/home")
        chosen = {"csrf_token": home.token, "ref": str(case.line_ref)}
        draft = clerk.post("/claims/drafts", chosen)
        told.claim_id = _claim_id(draft)
        form = draft.form("draft")
        values = dict(form.form_values())
        line = next(name for name in values if name.endswith("-quantity")).removesuffix("quantity")
        demand = random.choice((Remedy.REFUND, Remedy.REPLACEMENT))
        values |= {
            f"{line}quantity": "2",
            f"{line}defect_code": self.defect,
            f"{line}description": "Трещина по всей длине",
            f"{line}demand": demand.value,
        }
        paper = {f"{line}file": ("note.txt", f"Note {case.number}".encode(), "text/plain")}
        filed = clerk.post(f"/claims/{told.claim_id}/submit", values, paper)
        assert _claim_id(filed) == told.claim_id
        told.number = filed.tree.xpath("string(//h1)").split()[-1]

    def _ask(self, manager: Browser, clerk: Browser, told: Told) -> None:
        question = manager.get(f"/claims/{told.claim_id}/ask")
        manager.submit(question.form_to("/ask"), {"questions": "Как давно?"})
        asked = clerk.get(f"/claims/{told.claim_id}").form("answers")
        (name,) = (name for name in dict(asked.form_values()) if name.startswith("answer-"))
        answered = clerk.submit(asked, {name: ANSWER})
        assert ANSWER in answered.tree.text_content()
        told.answer = ANSWER

    def _decide(self, manager: Browser, told: Told, random: Random) -> None:
        form = manager.get(f"/claims/{told.claim_id}/decide").form("decision")
        values = dict(form.form_values())
        line = next(name for name in values if name.endswith("-accepted")).removesuffix("accepted")
        accepted = random.choice((0, 1, 2))
        verdict = {
            f"{line}accepted": str(Decimal(accepted)),
            f"{line}remedy": values[f"{line}remedy"] if accepted else "",
            f"{line}reason_code": self.reason if accepted < 2 else "",
            f"{line}reason_text": "Следы удара" if accepted < 2 else "",
        }
        asked = manager.submit(form, verdict)
        seal = asked.tree.xpath("string(//button[@name='confirmed']/@value)")
        decided = manager.submit(asked.form("decision"), verdict | {"confirmed": seal})
        assert _claim_id(decided) == told.claim_id
        told.is_decided = True


def _claim_id(page: Page) -> UUID:
    found = CLAIM.search(page.url)
    assert found, f"{page.url} is no page of a claim"
    return UUID(found[1])


def _cases(claims: int) -> list[Case]:
    """Return a shipped lot, its dealer's clerk and a manager for each claim."""
    of_clerks = select(Person.dealer_id, Person.email).where(Person.role == Role.DEALER_USER)
    clerks: dict[int | None, str] = dict(db.execute(of_clerks).all())
    known = set(db.scalars(select(Dealer.id).where(Dealer.is_active)))
    of_managers = select(Person.email).where(Person.role == Role.CLAIM_MANAGER)
    managers = cycle(db.scalars(of_managers.order_by(Person.email)).all())
    lots = [(dealer_id, ref) for dealer_id, ref in shipped_lots() if dealer_id in known]
    if len(lots) < claims:
        raise ValueError(f"only {len(lots)} lots were shipped, not {claims}")
    return [
        Case(number, ref, clerks[dealer_id], next(managers))
        for number, (dealer_id, ref) in enumerate(lots[:claims])
    ]
