"""One pure function a mail: facts in, letter out, in the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.claims.decided import DecidedLine
from app.core.i18n import (
    local_name_in,
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


@dataclass(frozen=True)
class MailFacts:
    """What the mails may say of a claim, and to whom."""

    claim_id: UUID
    number: str
    version: int
    link: str
    to: str
    name: str
    language: Language
    answer_on: date | None
    promise_on: date | None
    outcome: str
    questions: tuple[str, ...]
    promise_reason: str = ""
    decided: tuple[DecidedLine, ...] = ()
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


Compose = Callable[[MailFacts], Letter]


def claim_filed(facts: MailFacts) -> Letter:
    """Confirm to the dealer that the claim has arrived, and until when it is answered."""
    _ = texts_in(facts.language).gettext
    return _letter(
        facts,
        "filed",
        _("Claim %(number)s has been filed") % {"number": facts.number},
        _("We have received your claim %(number)s. You get the answer by %(day)s.")
        % {"number": facts.number, "day": _day(facts.answer_on, facts.language)},
    )


def info_requested(facts: MailFacts) -> Letter:
    """Tell the dealer what the factory needs to know."""
    _ = texts_in(facts.language).gettext
    return _letter(
        facts,
        "asked",
        _("Questions about claim %(number)s") % {"number": facts.number},
        _("To continue with your claim we need your answers:"),
        *(f"– {question}" for question in facts.questions),
    )


def info_supplied(facts: MailFacts) -> Letter:
    """Tell the manager that the dealer has answered."""
    _ = texts_in(facts.language).gettext
    return _letter(
        facts,
        "answered",
        _("Claim %(number)s: the dealer has answered") % {"number": facts.number},
        _("All questions are answered; the claim waits for your decision."),
    )


def claim_decided(facts: MailFacts) -> Letter:
    """Tell the dealer what was decided of each line, why, and the promised day."""
    _ = texts_in(facts.language).gettext
    words = [_("Decision: %(outcome)s") % {"outcome": _(facts.outcome)}]
    words += [_decided(line, facts) for line in facts.decided]
    if granted := sums_of(line.granted for line in facts.decided if line.granted):
        amount = show_sums_in(granted, facts.language)
        words.append(_("Granted amount with VAT: %(amount)s") % {"amount": amount})
    if facts.promise_on:
        words.append(
            _("Promised by %(day)s, transport included.")
            % {"day": _day(facts.promise_on, facts.language)}
        )
    words.append(
        _("The act is on the page of the claim: %(link)s") % {"link": f"{facts.link}#acts"}
    )
    subject = _("Claim %(number)s is decided") % {"number": facts.number}
    return _letter(facts, "decided", subject, *words)


def _decided(line: DecidedLine, facts: MailFacts) -> str:
    """Return what was decided of a line: how much, which remedy, which sum, and why not more."""
    _ = texts_in(facts.language).gettext
    said = [f"{line.position}. {line.item}"]
    accepted, rejected = Decimal(line.accepted), Decimal(line.rejected)
    if accepted:
        quantity = show_quantity_in(accepted, line.unit, facts.language)
        remedy = _(marked(Remedy(line.remedy)))
        said.append(_("Accepted: %(quantity)s") % {"quantity": f"{quantity}, {remedy}"})
    if line.granted:
        amount = show_sums_in([line.granted], facts.language)
        said.append(_("Granted amount with VAT: %(amount)s") % {"amount": amount})
    if line.amount_reason:
        said.append(_("Reason: %(reason)s") % {"reason": line.amount_reason})
    if rejected:
        quantity = show_quantity_in(rejected, line.unit, facts.language)
        said.append(_("Rejected: %(quantity)s") % {"quantity": quantity})
        name = local_name_in(facts.reasons.get(line.reason_code, {}), facts.language)
        reason = ". ".join(filter(None, (name, line.reason_text)))
        said.append(_("Reason: %(reason)s") % {"reason": reason})
    return "\n   ".join(said)


def promise_revised(facts: MailFacts) -> Letter:
    """Tell the dealer that another day is promised, and why."""
    _ = texts_in(facts.language).gettext
    return _letter(
        facts,
        "promised",
        _("Claim %(number)s: another day is promised") % {"number": facts.number},
        _("Promised by %(day)s, transport included.")
        % {"day": _day(facts.promise_on, facts.language)},
        _("Reason: %(reason)s") % {"reason": facts.promise_reason},
    )


def deemed_accepted(facts: MailFacts) -> Letter:
    """Alert the head of claims that silence has accepted a claim."""
    _ = texts_in(facts.language).gettext
    return _letter(
        facts,
        "deemed",
        _("Claim %(number)s is deemed accepted") % {"number": facts.number},
        _(
            "Claim %(number)s was not answered within the statutory deadline, so it "
            "is deemed accepted. Only the head of claims can contest that, on legal "
            "grounds."
        )
        % {"number": facts.number},
    )


def decision_not_made(facts: MailFacts) -> Letter:
    """Tell the manager that what they confirmed could not be decided any more."""
    _ = texts_in(facts.language).gettext
    return _letter(
        facts,
        "not-made",
        _("Claim %(number)s: your decision was not made") % {"number": facts.number},
        _(
            "Before your decision took effect the claim has changed. What you typed is kept: open"
            " the claim and look at it again."
        ),
    )


def claim_resolved(facts: MailFacts) -> Letter:
    """Ask the dealer to confirm the result."""
    _ = texts_in(facts.language).gettext
    return _letter(
        facts,
        "resolved",
        _("Claim %(number)s is carried out") % {"number": facts.number},
        _(
            "The work on your claim is finished. Please confirm the result or tell us what is"
            " wrong."
        ),
    )


def _letter(facts: MailFacts, kind: str, subject: str, *paragraphs: str) -> Letter:
    """Return the letter; its key lets a repeated sending be recognised."""
    _ = texts_in(facts.language).gettext
    greeting = _("Hello, %(name)s!") % {"name": facts.name}
    text = "\n\n".join((greeting, *paragraphs, _("Open the claim:") + " " + facts.link))
    return Letter(
        key=f"{kind}-{facts.version}-{facts.claim_id}",
        to=facts.to,
        subject=clean_line(subject),
        text=text,
    )


def _day(day: date | None, language: Language) -> str:
    return show_long_day(day, language) if day else "–"
