"""One mail a person for all the due days they have to know of at that moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Dealer, Person
from app.claims.forecast_models import ClaimNotice, Topic
from app.claims.models import Claim
from app.core.db import db
from app.core.errors import N_
from app.core.i18n import show_long_day, texts_in
from app.core.outside import outside
from app.core.text import clean_line
from app.notifications.letters import note_letter
from app.notifications.readers import readdressed, recipient
from app.outbox.delivery import Keeper
from app.vocabulary import Language
from connectors.mail.port import Letter

SENTENCES = {
    Topic.AT_RISK: N_("%(number)s, %(dealer)s: expected on %(expected)s, promised by %(promise)s"),
    Topic.BEYOND_SAFE: N_(
        "%(number)s, %(dealer)s: expected on %(expected)s, after the internal deadline"
    ),
    Topic.BEYOND_LEGAL: N_(
        "%(number)s, %(dealer)s: expected on %(expected)s, after the statutory deadline"
    ),
    Topic.ANSWER_DUE: N_("%(number)s, %(dealer)s: the answer is due on %(due)s"),
    Topic.REPLY_DUE: N_("%(number)s, %(dealer)s: the plant waits for answers until %(due)s"),
    Topic.PROMISE_DUE: N_("%(number)s, %(dealer)s: promised by %(due)s"),
    Topic.LAW_DUE: N_("%(number)s, %(dealer)s: internal deadline of a statutory period is %(due)s"),
}


@dataclass(frozen=True)
class NoticeFacts:
    """What a line of the mail may say."""

    claim_id: UUID
    number: str
    dealer: str
    topic: Topic
    due_on: date
    expected_on: date | None
    promise_on: date | None


def keeper(public_url: str) -> Keeper:
    """Return the keeper of these mails; links begin with `public_url`."""

    def prepare(batch: UUID, _connection: str) -> Letter | None:
        reader, notices = _read(batch)
        if not notices:
            return None
        to = recipient(reader)
        return readdressed(compose(batch, to.person, notices, public_url), to)

    def send(letter: Letter) -> None:
        outside().mail.send(letter)

    def record(batch: UUID, letter: Letter, _reply: object) -> None:
        reader, told = _read(batch)
        for claim_id in sorted({one.claim_id for one in told}):
            note_letter(claim_id, reader, letter)

    return Keeper(prepare, send, record)


def compose(batch: UUID, reader: Person, notices: Sequence[NoticeFacts], public_url: str) -> Letter:
    """Return the mail: a line and a link for each claim, what is due first first."""
    texts = texts_in(reader.language)
    _ = texts.gettext
    day = _days_in(reader.language)
    lines = [
        f"– {_(SENTENCES[one.topic]) % _values(one, day)}\n  {public_url}/claims/{one.claim_id}"
        for one in sorted(notices, key=lambda one: (one.due_on, one.number))
    ]
    count = len(notices)
    subject = texts.ngettext(
        "%(num)s claim needs your attention", "%(num)s claims need your attention", count
    ) % {"num": count}
    greeting = _("Hello, %(name)s!") % {"name": reader.name}
    return Letter(
        key=f"notices-{batch}",
        to=reader.email,
        subject=clean_line(subject),
        text="\n\n".join((greeting, *lines)),
    )


def _read(batch: UUID) -> tuple[Person | None, list[NoticeFacts]]:
    query = (
        select(ClaimNotice, Claim.number, Claim.promise_on, Dealer.name)
        .join(Claim, Claim.id == ClaimNotice.claim_id)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .where(ClaimNotice.batch == batch)
    )
    rows = list(db.execute(query))
    facts = [
        NoticeFacts(
            notice.claim_id,
            number or "",
            dealer,
            notice.topic,
            notice.due_on,
            notice.expected_on,
            promise_on,
        )
        for notice, number, promise_on, dealer in rows
    ]
    return (db.get(Person, rows[0].ClaimNotice.person_id) if rows else None), facts


def _days_in(language: Language) -> Callable[[date | None], str]:
    return lambda day: show_long_day(day, language) if day else "–"


def _values(facts: NoticeFacts, day: Callable[[date | None], str]) -> dict[str, str]:
    return {
        "number": facts.number,
        "dealer": facts.dealer,
        "due": day(facts.due_on),
        "expected": day(facts.expected_on),
        "promise": day(facts.promise_on),
    }
