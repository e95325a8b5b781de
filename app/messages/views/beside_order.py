"""The thread of a claim on the page of a work order."""

from flask import render_template
from markupsafe import Markup

from app.accounts.policy import User
from app.messages.views.thread import thread
from app.work.models import WorkOrder


def panel(order: WorkOrder, user: User) -> Markup:
    """Return the thread of the order's claim as far as it concerns the department."""
    return Markup(render_template("messages/thread.html", **thread(order.claim, user)))  # noqa: S704
