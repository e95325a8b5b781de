"""Whom to write to, at the top of a claim's page, with the way to the thread."""

from flask import render_template
from markupsafe import Markup

from app.accounts.policy import User
from app.claims.attachments import is_open
from app.claims.models import Claim
from app.core.clock import now
from app.messages import queries


def panel(claim: Claim, user: User) -> Markup:
    """Return who answers for the claim, and how many messages are new to the reader."""
    page = render_template(
        "messages/contact.html",
        contact=queries.contact_of(claim, at=now()),
        unread=queries.count_new(user, claim),
        may_write=is_open(claim),
    )
    return Markup(page)  # noqa: S704  (rendered by our own template)
