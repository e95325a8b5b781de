"""Acts on the claim's page, and to download."""

from uuid import UUID

from flask import Blueprint, Response, abort, render_template
from flask_login import current_user
from markupsafe import Markup

from app.accounts.policy import User
from app.claims.models import Claim
from app.core.access import needs
from app.files.responses import file_response
from app.paperwork import queries
from app.vocabulary import DEALERS, MANAGERS

bp = Blueprint("paperwork", __name__, template_folder="templates")


@bp.get("/acts/<uuid:act_id>")
@needs(*DEALERS, *MANAGERS)
def download(act_id: UUID) -> Response:
    act = queries.get_act(current_user, act_id) or abort(404)
    return file_response(act.file)


def panel(claim: Claim, user: User) -> Markup:
    """Return the acts of a claim as a part of its page."""
    acts = queries.list_acts(claim.id)
    return Markup(render_template("paperwork/panel.html", acts=acts, claim=claim))  # noqa: S704
