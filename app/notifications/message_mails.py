"""The mail that somebody has written about a claim; pure, as all mails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.i18n import local_name_in, texts_in
from app.core.text import clean_line
from app.vocabulary import Language
from connectors.mail.port import Letter


@dataclass(frozen=True)
class Reader:
    """Whom the mail is for."""

    person_id: int
    name: str
    email: str
    language: Language


@dataclass(frozen=True)
class MessageFacts:
    """Who wrote what about which claim.

    `company` is the author's dealer, empty for the manufacturer's people; these have a department,
    or its names are those of the role.
    """

    message_id: UUID
    number: str
    author: str
    company: str
    department: Mapping[str, str]
    is_note: bool
    text: str
    files: Sequence[str]
    link: str


def message_written(facts: MessageFacts, reader: Reader) -> Letter:
    """Tell somebody who wrote what, in the reader's language; the text is as it was written."""
    _ = texts_in(reader.language).gettext
    values = {
        "number": facts.number,
        "name": facts.author,
        "company": facts.company or local_name_in(facts.department, reader.language),
    }
    if facts.is_note:
        subject = _("Claim %(number)s: internal note of %(name)s") % values
        lead = _("%(name)s (%(company)s) wrote an internal note. No dealer sees it.") % values
    else:
        subject = _("Claim %(number)s: message from %(name)s") % values
        lead = _("%(name)s (%(company)s) wrote:") % values
    parts = [_("Hello, %(name)s!") % {"name": reader.name}, lead]
    if facts.text:
        parts.append("\n".join(f"> {line}" for line in facts.text.splitlines()))
    if facts.files:
        parts.append(_("Attached:") + " " + ", ".join(facts.files))
    parts.append(_("Read and answer:") + " " + facts.link)
    return Letter(
        key=f"message-{facts.message_id}-{reader.person_id}",
        to=reader.email,
        subject=clean_line(subject),
        text="\n\n".join(parts),
    )
