"""The thread of a claim on the page of a work order."""

from flask import render_template
from markupsafe import Markup

from app.accounts.policy import User
from app.core.clock import now
from app.messages.queries import contact_of
from app.messages.views.thread import thread
from app.work.models import WorkOrder


def panel(order: WorkOrder, user: User) -> Markup:
    """Return the thread of the order's claim as far as it concerns the department."""
    page = render_template(
        "messages/beside_order.html",
        contact=contact_of(order.claim, at=now()),
        **thread(order.claim, user),
    )
    return Markup(page)  # noqa: S704  (rendered by our own template)
