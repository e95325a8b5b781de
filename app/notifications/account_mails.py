"""Mails about a person's own account."""

from dataclasses import dataclass
from uuid import UUID

from app.accounts import links
from app.accounts.models import PasswordLink, Person
from app.core.clock import now
from app.core.db import db
from app.core.i18n import texts_in
from app.core.outside import outside
from app.core.text import clean_line
from app.outbox.delivery import Keeper
from app.vocabulary import Language
from connectors.mail.port import Letter


@dataclass(frozen=True)
class LinkFacts:
    """Whose password a link sets, its whole address, and for how many days it works."""

    link_id: UUID
    address: str
    days: int
    to: str
    name: str
    language: Language


def account_keepers(public_url: str, secret: str) -> dict[str, Keeper]:
    """Return the keeper of each mail; links begin with `public_url` and are signed by `secret`."""

    def prepare(link_id: UUID, _connection: str) -> Letter | None:
        link = db.get_one(PasswordLink, link_id)
        person = db.get_one(Person, link.person_id)
        if not links.is_living(link, person, at=now()):
            return None
        address = f"{public_url}/password/{links.token_of(link_id, secret=secret)}"
        facts = (person.email, person.name, person.language)
        return password_link(LinkFacts(link_id, address, links.LIFE.days, *facts))

    def send(letter: Letter) -> None:
        outside().mail.send(letter)

    return {"mail.password_link": Keeper(prepare, send, lambda _id, _letter, _reply: None)}


def password_link(facts: LinkFacts) -> Letter:
    """Send the owner of an account the link with which to set a password."""
    _ = texts_in(facts.language).gettext
    paragraphs = (
        _("Hello, %(name)s!") % {"name": facts.name},
        _("With this link you set your password for the dealer claims portal:"),
        facts.address,
        _("It works once and for %(days)s days. A newer link replaces it.") % {"days": facts.days},
        _("If you did not expect this e-mail, tell your administrator."),
    )
    return Letter(
        key=f"password-link-{facts.link_id}",
        to=facts.to,
        subject=clean_line(_("Set your password")),
        text="\n\n".join(paragraphs),
    )
