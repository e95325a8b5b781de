"""Letters to those who look after the exchange; pure, as all mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.i18n import texts_in
from app.core.reasons import said_in
from app.core.text import clean_line
from app.vocabulary import Language
from connectors.mail.port import Letter
from connectors.reasons import Reason

MOST = 20  # lines; the screen has the rest


@dataclass(frozen=True)
class Reader:
    """Whom a letter is for, and where its link leads."""

    person_id: int
    name: str
    email: str
    language: Language
    link: str


@dataclass(frozen=True)
class DeadLetter:
    """A message that waits for a person: of which claim, and why."""

    number: str
    reason: Reason | None


@dataclass(frozen=True)
class Stop:
    """A connection, or a kind of messages on it, that only a person lets go on."""

    title: str
    reason: Reason | None


def dead_letters(reader: Reader, letters: Sequence[DeadLetter], *, at: datetime) -> Letter:
    """Remind somebody of what waits for him."""
    language = reader.language
    texts = texts_in(language)
    _ = texts.gettext
    number = len(letters)
    head = texts.ngettext(
        "%(number)s message to the ERP is assigned to you",
        "%(number)s messages to the ERP are assigned to you",
        number,
    )
    lines = [
        f"– {one.number or '–'}: {clean_line(said_in(one.reason, language))}"
        for one in letters[:MOST]
    ]
    return _letter(
        reader,
        f"dead-letters-{reader.person_id}-{at.date()}",
        head % {"number": number},
        _(
            "Messages that follow them are not sent either. Take them over, fix the "
            "cause, try again."
        ),
        "\n".join(lines),
    )


def exchange_alarm(reader: Reader, stops: Sequence[Stop], *, key: str) -> Letter:
    """Say at once that something has stopped which does not go on by itself."""
    language = reader.language
    _ = texts_in(language).gettext
    lines = [f"– {one.title}: {clean_line(said_in(one.reason, language))}" for one in stops[:MOST]]
    return _letter(
        reader,
        f"alarm-{reader.person_id}-{key}",
        _("The exchange with the ERP has stopped"),
        _("Manual action is needed:"),
        "\n".join(lines),
    )


def _letter(reader: Reader, key: str, subject: str, *paragraphs: str) -> Letter:
    _ = texts_in(reader.language).gettext
    greeting = _("Hello, %(name)s!") % {"name": reader.name}
    text = "\n\n".join((greeting, *paragraphs, _("Open the exchange:") + " " + reader.link))
    return Letter(key=key, to=reader.email, subject=clean_line(subject), text=text)
