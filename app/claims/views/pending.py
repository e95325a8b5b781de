"""A decision that is not made yet, on the claim's page: taking it back, giving it back."""

from uuid import UUID

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.claims import confirming, proposals, queries
from app.claims.models import Claim
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.pending_queries import shown_decision
from app.claims.rules import Action, actions_for
from app.claims.views.blueprint import bp
from app.core.access import needs
from app.core.clock import now
from app.core.text import clean_text
from app.core.web import done
from app.vocabulary import MANAGERS, Role

WAITING = (PendingState.OPEN, PendingState.HANDED_ON)
CAME_TO_NOTHING = (PendingState.REFUSED, PendingState.HANDED_BACK, PendingState.OBSOLETE)
LONGEST = 4000


@bp.get("/claims/<uuid:claim_id>/pending")
@needs(*MANAGERS)
def pending(claim_id: UUID) -> str:
    """Return how the confirmed decision stands, as a part of the claim's page."""
    claim = _claim(claim_id)
    shown = shown_decision(claim.id)
    return render_template("claims/pending.html", claim=claim, pending=shown, looked_again=True)


@bp.post("/claims/<uuid:claim_id>/pending/<uuid:pending_id>/undo")
@needs(*MANAGERS)
def undo_decision(claim_id: UUID, pending_id: UUID) -> Response:
    undone = confirming.undo(pending_id, _claim(claim_id), by=current_user, at=now())
    flash(gettext("The decision is undone. What you typed is still here."), "success")
    return done(_filled_form(undone))


@bp.post("/claims/<uuid:claim_id>/pending/<uuid:pending_id>/withdraw")
@needs(*MANAGERS)
def withdraw_proposal(claim_id: UUID, pending_id: UUID) -> Response:
    withdrawn = proposals.withdraw(pending_id, _claim(claim_id), by=current_user, at=now())
    flash(gettext("The decision is withdrawn. What you typed is still here."), "success")
    return done(_filled_form(withdrawn))


@bp.post("/claims/<uuid:claim_id>/pending/<uuid:pending_id>/hand-back")
@needs(Role.HEAD_OF_CLAIMS)
def hand_back_proposal(claim_id: UUID, pending_id: UUID) -> Response:
    words = clean_text(request.form.get("words", ""))[:LONGEST]
    proposals.hand_back(pending_id, _claim(claim_id), words, by=current_user, at=now())
    flash(gettext("The decision is handed back; its author gets a mail."), "success")
    return done(url_for(".show", claim_id=claim_id))


def pending_of(claim: Claim) -> PendingDecision | None:
    """Return what managers have to see: a decision that waits, or one that came to nothing."""
    if not current_user.is_manager:
        return None
    shown = shown_decision(claim.id)
    if shown is None or shown.state in WAITING:
        return shown
    actions = actions_for(claim.state, current_user.role)
    may_decide = (Action.REVISE if shown.is_revision else Action.REJECT) in actions
    return shown if shown.state in CAME_TO_NOTHING and may_decide else None


def _filled_form(pending: PendingDecision) -> str:
    """Return the address of the page with what was typed."""
    page = ".revise" if pending.is_revision else ".decide"
    return url_for(page, claim_id=pending.claim_id, kept=pending.id)


def _claim(claim_id: UUID) -> Claim:
    return queries.get_claim(current_user, claim_id) or abort(404)
