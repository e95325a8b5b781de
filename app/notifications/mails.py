"""The mails about a claim as a table: what each says, and where its link leads; all of it is pure.

A line is a text with places for facts, or a function that makes several. A text whose fact is
missing is left out.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from app.claims.decided import DecidedLine, DecisionVersion
from app.core.errors import N_
from app.core.i18n import (
    local_name_in,
    show_hour_in,
    show_long_day,
    show_quantity_in,
    show_sums_in,
    texts_in,
)
from app.core.money import sums_of
from app.core.text import clean_line
from app.core.words import marked
from app.vocabulary import Language, Remedy
from connectors.mail.port import Letter

_PLACES = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class DueBy:
    """Until when something has to be done: the last hour of a day at a place, in its time zone."""

    day: date
    hour: time
    zone: str


@dataclass(frozen=True)
class LineFacts:
    """A line of a claim in short, with the remedy that is demanded or has to be carried out."""

    position: int
    item: str
    quantity: Decimal | None
    unit: str
    remedy: Remedy | None
    due: DueBy | None = None
    note: str = ""


@dataclass(frozen=True)
class Reader:
    """Whom a letter is for."""

    person_id: int
    email: str
    name: str
    language: Language


@dataclass(frozen=True)
class MailFacts:
    """What the mails may say of a claim.

    `mark` tells letters of one kind apart, so that a repeated sending can be recognised; `order_id`
    is of the work order that a letter is about, `link` the address before the path.
    """

    claim_id: UUID
    mark: str
    link: str
    number: str
    dealer: str = ""
    order_id: UUID | None = None
    answer_on: date | None = None
    reply_on: date | None = None
    promise_on: date | None = None
    due: DueBy | None = None
    outcome: str = ""
    questions: tuple[str, ...] = ()
    lines: tuple[LineFacts, ...] = ()
    promise_reason: str = ""
    dispute: str = ""
    decided: tuple[DecidedLine, ...] = ()
    version: DecisionVersion | None = None
    reasons: Mapping[str, Mapping[str, str]] | None = None


Lines = Callable[[MailFacts, Language], Iterable[str]]


@dataclass(frozen=True)
class Mail:
    """The words of a kind of mail; `page` is where the reader does what the mail asks for."""

    key: str
    subject: str
    lines: tuple[str | Lines, ...]
    page: str = "/claims/{claim}"


def compose(mail: Mail, facts: MailFacts, reader: Reader) -> Letter:
    """Return the letter in the reader's language."""
    _ = texts_in(reader.language).gettext
    values = _values(facts, reader.language)
    link = facts.link + mail.page.format(claim=facts.claim_id, order=facts.order_id)
    paragraphs = [
        paragraph
        for line in mail.lines
        for paragraph in _paragraphs(line, facts, values | {"link": link}, reader.language)
    ]
    greeting = _("Hello, %(name)s!") % {"name": reader.name}
    return Letter(
        key=f"{mail.key}-{facts.mark}-{reader.person_id}",
        to=reader.email,
        subject=clean_line(_(mail.subject) % values),
        text="\n\n".join((greeting, *paragraphs, _("Open the page:") + " " + link)),
    )


def _paragraphs(
    line: str | Lines, facts: MailFacts, values: Mapping[str, str], language: Language
) -> Iterable[str]:
    if callable(line):
        return line(facts, language)
    is_known = all(values[name] for name in _PLACES.findall(line))
    return [texts_in(language).gettext(line) % values] if is_known else []


def _values(facts: MailFacts, language: Language) -> dict[str, str]:
    """Return what the places of a text are filled with, "" for what is not known."""
    _ = texts_in(language).gettext
    return {
        "number": facts.number,
        "dealer": facts.dealer,
        "answer": _day(facts.answer_on, language),
        "reply": _day(facts.reply_on, language),
        "promise": _day(facts.promise_on, language),
        "due": _due(facts.due, language),
        "outcome": _(facts.outcome) if facts.outcome else "",
        "promise_reason": facts.promise_reason,
        "dispute": facts.dispute,
        "granted": show_sums_in(
            sums_of(line.granted for line in facts.decided if line.granted), language
        ),
    }


def _day(day: date | None, language: Language) -> str:
    return show_long_day(day, language) if day else ""


def _due(due: DueBy | None, language: Language) -> str:
    return show_hour_in(due.day, due.hour, due.zone, language) if due else ""


def _questions(facts: MailFacts, _language: Language) -> Iterable[str]:
    return [f"– {question}" for question in facts.questions]


def _lines(facts: MailFacts, language: Language) -> Iterable[str]:
    """Return each line in short: what, how much, which remedy, and until when if it says so."""
    return [_line(line, language) for line in facts.lines]


def _line(line: LineFacts, language: Language) -> str:
    _ = texts_in(language).gettext
    quantity = show_quantity_in(line.quantity, line.unit, language) if line.quantity else ""
    remedy = _(marked(line.remedy)) if line.remedy else ""
    said = [f"{line.position}. " + ", ".join(filter(None, (line.item, quantity, remedy)))]
    if line.due:
        said.append(_("To be done by: %(due)s") % {"due": _due(line.due, language)})
    if line.note:
        said.append(_("Manager's note: %(note)s") % {"note": line.note})
    return "\n   ".join(said)


def _decided(facts: MailFacts, language: Language) -> Iterable[str]:
    return [_decided_line(line, facts, language) for line in facts.decided]


def _decided_line(line: DecidedLine, facts: MailFacts, language: Language) -> str:
    """Return what was decided of a line: how much, which remedy, which sum, and why not more."""
    _ = texts_in(language).gettext
    said = [f"{line.position}. {line.item}"]
    accepted, rejected = Decimal(line.accepted), Decimal(line.rejected)
    if accepted:
        quantity = show_quantity_in(accepted, line.unit, language)
        remedy = _(marked(Remedy(line.remedy)))
        said.append(_("Accepted: %(quantity)s") % {"quantity": f"{quantity}, {remedy}"})
    if line.granted:
        amount = show_sums_in([line.granted], language)
        said.append(_("Granted amount with VAT: %(amount)s") % {"amount": amount})
    if line.amount_reason:
        said.append(_("Reason: %(reason)s") % {"reason": line.amount_reason})
    if rejected:
        quantity = show_quantity_in(rejected, line.unit, language)
        said.append(_("Rejected: %(quantity)s") % {"quantity": quantity})
        name = local_name_in((facts.reasons or {}).get(line.reason_code, {}), language)
        reason = ". ".join(filter(None, (name, line.reason_text)))
        said.append(_("Reason: %(reason)s") % {"reason": reason})
    return "\n   ".join(said)


_PROMISED = N_("Promised by %(promise)s, transport included.")
_DECIDE_BY = N_("Decide by: %(due)s")
_WORK = "/work/{order}"

MAILS: Mapping[str, Mail] = {
    "mail.claim_filed": Mail(
        "filed",
        N_("Claim %(number)s has been filed"),
        (N_("We have received your claim %(number)s. You get the answer by %(answer)s."),),
    ),
    "mail.claim_to_decide": Mail(
        "to-decide",
        N_("Claim %(number)s of %(dealer)s waits for a decision"),
        (
            N_("%(dealer)s has filed claim %(number)s. Nobody has taken it yet."),
            _lines,
            _DECIDE_BY,
        ),
    ),
    "mail.info_requested": Mail(
        "asked",
        N_("Questions about claim %(number)s"),
        (
            N_("To continue with your claim we need your answers:"),
            _questions,
            N_("Please answer by %(reply)s."),
        ),
    ),
    "mail.info_supplied": Mail(
        "answered",
        N_("Claim %(number)s: the dealer has answered"),
        (
            N_("%(dealer)s has answered all questions; the claim waits for your decision."),
            _lines,
            _DECIDE_BY,
        ),
        page="/claims/{claim}/decide",
    ),
    "mail.claim_decided": Mail(
        "decided",
        N_("Claim %(number)s is decided"),
        (
            N_("Decision: %(outcome)s"),
            _decided,
            N_("Granted amount with VAT: %(granted)s"),
            _PROMISED,
            N_("The act is on the page of the claim: %(link)s#acts"),
        ),
    ),
    "mail.promise_revised": Mail(
        "promised",
        N_("Claim %(number)s: another day is promised"),
        (_PROMISED, N_("Reason: %(promise_reason)s")),
    ),
    "mail.deemed_accepted": Mail(
        "deemed",
        N_("Claim %(number)s is deemed accepted"),
        (
            N_(
                "Claim %(number)s was not answered within the statutory deadline, so it is deemed"
                " accepted. Only the head of claims can contest that, on legal grounds."
            ),
        ),
    ),
    "mail.acceptance_not_recorded": Mail(
        "unrecorded",
        N_("Claim %(number)s is deemed accepted, but something is missing"),
        (
            N_(
                "Claim %(number)s of %(dealer)s was not answered within the statutory deadline. It"
                " could not be recorded as accepted. The page “Deemed acceptance” says why; decide"
                " the claim, or add what is missing."
            ),
        ),
        page="/silence",
    ),
    "mail.decision_not_made": Mail(
        "not-made",
        N_("Claim %(number)s: your decision was not made"),
        (
            N_(
                "Before your decision took effect the claim has changed. What you typed is kept:"
                " open the claim and look at it again."
            ),
        ),
    ),
    "mail.claim_resolved": Mail(
        "resolved",
        N_("Claim %(number)s is carried out"),
        (
            N_(
                "The work on your claim is finished. Please confirm the result or tell us what is"
                " wrong."
            ),
        ),
    ),
    "mail.result_disputed": Mail(
        "disputed",
        N_("Claim %(number)s: the dealer disputes the result"),
        (
            N_("%(dealer)s disputes the result. The departments get another round of work."),
            N_("Reason: %(dispute)s"),
            _PROMISED,
        ),
        page="/claims/{claim}#work",
    ),
    "mail.work_opened": Mail(
        "work",
        N_("Claim %(number)s: new work for your department"),
        (
            N_("Your department has work to do on claim %(number)s of %(dealer)s:"),
            _lines,
            N_("The dealer disputes the last result: %(dispute)s"),
        ),
        page=_WORK,
    ),
    "mail.work_due_earlier": Mail(
        "work-earlier",
        N_("Claim %(number)s: the work of your department is due earlier"),
        (
            N_("Claim %(number)s of %(dealer)s is promised earlier. Your work is due earlier now:"),
            _lines,
        ),
        page=_WORK,
    ),
    "mail.work_withdrawn": Mail(
        "work-withdrawn",
        N_("Claim %(number)s: work of your department is withdrawn"),
        (
            N_("Your department no longer has to do this for claim %(number)s of %(dealer)s:"),
            _lines,
        ),
        page=_WORK,
    ),
    "mail.work_cancelled": Mail(
        "work-cancelled",
        N_("Claim %(number)s: work of your department is withdrawn"),
        (
            N_("Your department no longer has to do this for claim %(number)s of %(dealer)s:"),
            _lines,
            N_("The decision that this work was for no longer holds."),
        ),
        page=_WORK,
    ),
}
