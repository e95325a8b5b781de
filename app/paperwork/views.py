"""Acts on the claim's page, and to download."""

from uuid import UUID

from flask import Blueprint, abort, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts.policy import User
from app.claims.models import Claim
from app.claims.queries import get_claim
from app.core.access import needs
from app.core.clock import now
from app.core.web import done
from app.files.responses import file_response
from app.paperwork import queries, service
from app.vocabulary import DEALERS, MANAGERS

bp = Blueprint("paperwork", __name__, template_folder="templates")


@bp.get("/acts/<uuid:act_id>")
@needs(*DEALERS, *MANAGERS)
def download(act_id: UUID) -> Response:
    act = queries.get_act(current_user, act_id) or abort(404)
    response = file_response(act.file)
    if newer := queries.superseding(act):
        response.set_data(service.marked_superseded(act, response.get_data(), newer))
    return response


@bp.post("/claims/<uuid:claim_id>/acts/again")
@needs(*MANAGERS)
def issue_again(claim_id: UUID) -> Response:
    claim = get_claim(current_user, claim_id) or abort(404)
    if service.issue_again(claim.id, at=now()):
        flash(gettext("The act is being issued again."), "success")
    return done(url_for("claims.show", claim_id=claim_id, _anchor="acts"))


def panel(claim: Claim, user: User) -> Markup:
    """Return the acts of a claim as a part of its page."""
    facts = {"acts": queries.list_acts(claim.id), "owed": queries.acts_owed(claim.id)}
    page = render_template(
        "paperwork/panel.html", claim=claim, is_manager=user.role in MANAGERS, **facts
    )
    return Markup(page)  # noqa: S704
