"""The exchange screen of the administrator, and the ERP's part of a claim's page."""

from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts.policy import User
from app.claims.models import Claim
from app.core.access import needs
from app.core.clock import now
from app.core.errors import N_, Refusal
from app.core.text import clean_text
from app.core.web import done
from app.erp import intake, queries
from app.erp.pull import PullIsRunning
from app.erp.words import SENTENCES
from app.outbox import service as outbox
from app.outbox.models import MessageState
from app.outbox.queries import count_by_state
from app.vocabulary import Role
from connectors.errors import OutsideError

bp = Blueprint("erp", __name__, template_folder="templates")


class ReasonMissing(Refusal):
    message = N_("Say why this message needs no sending any more.")


@bp.get("/exchange")
@needs(Role.ADMINISTRATOR)
def exchange() -> str:
    state = request.args.get("state", "")
    return render_template(
        "erp/exchange.html",
        freshness=queries.freshness(current_app.config["ERP_NODE"]),
        counts=count_by_state(),
        state=state,
        states=list(MessageState),
        page=queries.list_exchange(
            state=MessageState(state) if state in set(MessageState) else None,
            after=request.args.get("after", ""),
        ),
        sentences=SENTENCES,
        now=now(),
    )


@bp.post("/exchange/pull")
@needs(Role.ADMINISTRATOR)
def pull() -> Response:
    try:
        reports = intake.pull_now(current_app.config["ERP_NODE"])
    except OutsideError as error:
        flash(gettext("The ERP did not answer as it should: %(reason)s", reason=error), "danger")
    except PullIsRunning:
        flash(gettext("A pull is running already."), "info")
    else:
        rows = sum(report.published for report in reports)
        flash(gettext("The ERP was read: %(rows)s rows.", rows=rows), "success")
    return done(url_for(".exchange"))


@bp.post("/exchange/<int(max=9223372036854775807):message_id>/retry")
@needs(Role.ADMINISTRATOR)
def retry(message_id: int) -> Response:
    outbox.retry(message_id, at=now())
    flash(gettext("The message is tried again at once."), "success")
    return done(url_for(".exchange", state=request.args.get("state") or None))


@bp.post("/exchange/<int(max=9223372036854775807):message_id>/done")
@needs(Role.ADMINISTRATOR)
def done_by_hand(message_id: int) -> Response:
    reason = clean_text(request.form.get("reason", ""))[:1000]
    if not reason:
        raise ReasonMissing
    signed = f"{current_user.name}: {reason}"
    outbox.done_by_hand(message_id, reason=signed, at=now())
    return done(url_for(".exchange"))


def panel(claim: Claim, user: User) -> Markup:
    """Return what the ERP knows of a claim; raw errors are for administrators only."""
    state = queries.erp_state(claim.id)
    page = render_template("erp/panel.html", state=state, user=user, claim=claim)
    return Markup(page)  # noqa: S704  (rendered by our own template)
