"""A confirmed decision on the claim's page: when it takes effect, and taking it back."""

from uuid import UUID

from flask import abort, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.claims import confirming, queries
from app.claims.models import Claim
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.rules import Action, actions_for
from app.claims.views.blueprint import bp
from app.core.access import needs
from app.core.clock import now
from app.core.web import done
from app.vocabulary import MANAGERS


@bp.get("/claims/<uuid:claim_id>/pending")
@needs(*MANAGERS)
def pending(claim_id: UUID) -> str:
    """Return how the confirmed decision stands, as a part of the claim's page."""
    claim = _claim(claim_id)
    shown = confirming.latest_decision(claim.id)
    return render_template("claims/pending.html", claim=claim, pending=shown, looked_again=True)


@bp.post("/claims/<uuid:claim_id>/pending/<uuid:pending_id>/undo")
@needs(*MANAGERS)
def undo_decision(claim_id: UUID, pending_id: UUID) -> Response:
    confirming.undo(pending_id, _claim(claim_id), by=current_user, at=now())
    flash(gettext("The decision is undone. What you typed is still here."), "success")
    return done(url_for(".decide", claim_id=claim_id, kept=pending_id))


def pending_of(claim: Claim) -> PendingDecision | None:
    """Return the confirmed decision that managers have to see: a waiting or a failed one."""
    if not current_user.is_manager:
        return None
    latest = confirming.latest_decision(claim.id)
    if latest is None or latest.state is PendingState.OPEN:
        return latest
    may_decide = Action.REJECT in actions_for(claim.state, current_user.role)
    return latest if latest.state is PendingState.REFUSED and may_decide else None


def _claim(claim_id: UUID) -> Claim:
    return queries.get_claim(current_user, claim_id) or abort(404)
