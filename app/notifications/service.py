"""Keeping the promises of mail: whom, about what."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from app.accounts.models import Person
from app.claims import timing
from app.claims import words as _words  # noqa: F401  (registers what states are called)
from app.claims.decided import DecisionVersion, versions_of
from app.claims.models import Claim, ClaimLine
from app.claims.queries import last_dispute, reason_names
from app.core.db import db
from app.core.words import marked
from app.deadlines.offices import closing_hour
from app.notifications import concerned, messages, notices, proposal_mails
from app.notifications.decision_mails import DECISION_REVISED
from app.notifications.letters import Post, keeper_of, post
from app.notifications.mails import MAILS, DueBy, LineFacts, Mail, MailFacts, Reader, compose
from app.notifications.readers import recipients
from app.outbox.delivery import Keeper
from app.work import queries as work
from app.work.models import WorkOrder
from app.work.rules import OPEN
from connectors.mail.port import Letter

Readers = Callable[[Claim], Iterable[Person]]
FactsOf = Callable[[Claim, str], MailFacts]
OrdersOf = Callable[[WorkOrder], list[WorkOrder]]


def keepers(public_url: str) -> dict[str, Keeper]:
    """Return the keeper of each mail; links in the mails begin with `public_url`."""
    of_claims = {
        kind: _claim_keeper(OF_CLAIMS[kind], readers, facts, public_url)
        for kind, (readers, facts) in ABOUT_CLAIMS.items()
    }
    of_work = {
        kind: _work_keeper(MAILS[kind], orders, public_url) for kind, orders in ABOUT_WORK.items()
    }
    return {
        **of_claims,
        **of_work,
        "mail.decision_handed_on": proposal_mails.handed_on_keeper(public_url),
        "mail.proposal_ended": proposal_mails.ended_keeper(public_url),
        "mail.notices": notices.keeper(public_url),
        "mail.message_written": messages.keeper(public_url),
    }


def _claim_keeper(mail: Mail, readers: Readers, facts_of: FactsOf, public_url: str) -> Keeper:
    def prepare(claim_id: UUID) -> Post | None:
        claim = db.get_one(Claim, claim_id)
        to = recipients(readers(claim), claim)
        return post(claim.id, to, _composer(mail, facts_of(claim, public_url)))

    return keeper_of(prepare)


def _work_keeper(mail: Mail, orders_of: OrdersOf, public_url: str) -> Keeper:
    """Return the keeper of a mail to a department about its work, one for all lines of a claim."""

    def prepare(order_id: UUID) -> Post | None:
        order = db.get_one(WorkOrder, order_id)
        orders = orders_of(order)
        if not orders:
            return None  # done or withdrawn before the mail left
        claim, of_it = order.claim, Person.department_id == order.department_id
        to = recipients(concerned.workers(claim, of_it), claim)
        return post(claim.id, to, _composer(mail, _work_facts(order, orders, public_url)))

    return keeper_of(prepare)


def _composer(mail: Mail, facts: MailFacts) -> Callable[[Person], Letter]:
    return lambda person: compose(
        mail, facts, Reader(person.id, person.email, person.name, person.language)
    )


def _facts(claim: Claim, public_url: str) -> MailFacts:
    waiting = [question for question in claim.questions if question.answered_at is None]
    return MailFacts(
        claim_id=claim.id,
        mark=f"{claim.version}-{claim.id}",
        link=public_url,
        number=claim.number or "",
        dealer=claim.dealer.name,
        answer_on=claim.answer_on,
        reply_on=min((question.answer_by for question in waiting), default=None),
        promise_on=claim.promise_on,
        outcome=marked(claim.state),
        questions=tuple(question.text for question in waiting),
        promise_reason=claim.promise_reason,
        dispute=last_dispute(claim.id),
    )


def _facts_to_decide(claim: Claim, public_url: str) -> MailFacts:
    """Return what is demanded, and until when it has to be decided, by law and by service."""
    return replace(
        _facts(claim, public_url),
        lines=tuple(_demanded(line) for line in claim.lines),
        due=_due(claim, timing.decide_by(claim)),
    )


def _decided_facts(claim: Claim, public_url: str) -> MailFacts:
    """Return the facts of the decision as they were at its moment, before any revision of it."""
    facts = _facts(claim, public_url)
    decisions = [version for version in versions_of(claim) if not version.is_revision]
    return _as_decided(facts, decisions[-1]) if decisions else facts


def _revised_facts(claim: Claim, public_url: str) -> MailFacts:
    """Return the facts of the last revision as they were at its moment."""
    return _as_decided(_facts(claim, public_url), versions_of(claim)[-1])


def _as_decided(facts: MailFacts, version: DecisionVersion) -> MailFacts:
    return replace(
        facts,
        mark=f"{version.event_version}-{facts.claim_id}",
        outcome=marked(version.state),
        promise_on=version.promise_on,
        decided=version.lines,
        version=version,
        reasons=reason_names(),
    )


def _work_facts(order: WorkOrder, orders: list[WorkOrder], public_url: str) -> MailFacts:
    return MailFacts(
        claim_id=order.claim_id,
        order_id=order.id,
        mark=f"{order.due_on}-{order.id}",
        link=public_url,
        number=order.claim.number or "",
        dealer=order.claim.dealer.name,
        dispute=order.dispute_reason,
        lines=tuple(_to_do(one) for one in orders),
    )


def _demanded(line: ClaimLine) -> LineFacts:
    return LineFacts(line.position, line.item_name, line.quantity, line.unit, line.demand)


def _to_do(order: WorkOrder) -> LineFacts:
    line = order.line
    due = _due(order.claim, order.due_on) if order.state in OPEN else None
    quantity = line.accepted_quantity
    return LineFacts(
        line.position, line.item_name, quantity, line.unit, order.remedy, due, order.note
    )


def _due(claim: Claim, day: date | None) -> DueBy | None:
    plant = claim.plant
    return DueBy(day, closing_hour(plant.id), plant.time_zone) if day else None


OF_CLAIMS: Mapping[str, Mail] = {**MAILS, "mail.decision_revised": DECISION_REVISED}

ABOUT_CLAIMS: Mapping[str, tuple[Readers, FactsOf]] = {
    "mail.claim_filed": (concerned.author, _facts),
    "mail.claim_to_decide": (concerned.deciders, _facts_to_decide),
    "mail.info_requested": (concerned.author, _facts),
    "mail.info_supplied": (concerned.deciders, _facts_to_decide),
    "mail.claim_decided": (concerned.author, _decided_facts),
    "mail.decision_revised": (concerned.author, _revised_facts),
    "mail.promise_revised": (concerned.author, _facts),
    "mail.deemed_accepted": (concerned.head, _facts),
    "mail.acceptance_not_recorded": (concerned.head, _facts),
    "mail.decision_not_made": (concerned.decider, _facts),
    "mail.claim_resolved": (concerned.author, _facts),
    "mail.result_disputed": (concerned.office, _facts),
}

# The work that a mail about one order tells of.
ABOUT_WORK: Mapping[str, OrdersOf] = {
    "mail.work_opened": work.opened_with,
    "mail.work_due_earlier": work.open_with,
    "mail.work_withdrawn": lambda order: [order],
    "mail.work_cancelled": work.cancelled_with,
}
