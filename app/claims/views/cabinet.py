"""The dealer's cabinet: what needs them, their claims, one claim, and their steps."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.catalog.queries import defect_choices
from app.claims import queries, service
from app.claims.attachment_rules import all_requirements
from app.claims.attachments import is_open
from app.claims.clock_table import clocks_for_page
from app.claims.consequences import happened_to
from app.claims.decided import decision_versions
from app.claims.decided_words import in_words
from app.claims.forms import LONGEST_TEXT, CodeForm
from app.claims.models import Claim, ClaimEvent
from app.claims.parts import named_parts
from app.claims.pending_models import PendingDecision, PendingState
from app.claims.queries import FILTERS, due_of_claim
from app.claims.rules import BALL, FINAL, Action, BallWith, ClaimState, actions_for
from app.claims.views.blueprint import bp
from app.claims.views.deciding import may_revise
from app.claims.views.pending import pending_of
from app.claims.views.stories import stages_of
from app.claims.views.timeline import timeline
from app.claims.views.unread import unread_of
from app.claims.views.uploads import ACCEPT, files_by_line, matches_by_line
from app.core.access import needs
from app.core.clock import now
from app.core.confirmation import Question, ask_first, is_sure
from app.core.db import db
from app.core.errors import NotAllowed, Refusal
from app.core.fields import StepForm
from app.core.text import clean_line, clean_text
from app.core.web import done
from app.core.words import label
from app.shipments.queries import latest_lines
from app.vocabulary import DEALERS, MANAGERS, Language, Role

Answer = Response | str | tuple[str, int]
LATEST = 5
LONGEST_SEARCH = 100
UNDER_WAY = tuple(
    state for state, holder in BALL.items() if holder is not BallWith.DEALER and state not in FINAL
)
TO_CONFIRM = (ClaimState.RESOLVED, ClaimState.REJECTED)


@bp.get("/home")
@needs(*DEALERS)
def home() -> str:
    groups = {
        "asked": queries.claims_in(current_user, (ClaimState.NEEDS_INFO,)),
        "to_confirm": queries.claims_in(current_user, TO_CONFIRM),
        "drafts": queries.claims_in(current_user, (ClaimState.DRAFT,)),
        "under_way": queries.claims_in(current_user, UNDER_WAY),
    }
    return render_template(
        "claims/home.html",
        code_form=CodeForm(formdata=None),
        unread=unread_of([row for rows in groups.values() for row in rows]),
        **groups,
        shipped=latest_lines(current_user, LATEST),
        at=now(),
    )


@bp.get("/claims")
@needs(*DEALERS)
def list_claims() -> str:
    states = request.args.get("states", "")
    search = clean_line(request.args.get("q", ""))[:LONGEST_SEARCH]
    page = queries.list_claims(
        current_user, states=states, search=search, after=request.args.get("after", "")
    )
    return render_template(
        "claims/list.html",
        page=page, states=states, search=search, filters=FILTERS, at=now(),
        unread=unread_of(page.rows),
    )  # fmt: skip


@bp.get("/claims/<uuid:claim_id>")
@needs(*DEALERS, *MANAGERS)
def show(claim_id: UUID) -> Answer:
    claim = _claim(claim_id)
    if claim.state is ClaimState.DRAFT:
        return redirect(url_for(".edit", claim_id=claim.id))
    return _page(claim)


@bp.get("/claims/<uuid:claim_id>/<any(submit, answers, confirm, dispute, close, cancel):_step>")
@needs(*DEALERS)
def come_back(claim_id: UUID, _step: str) -> Response:
    """Lead somebody who reloads or goes back to a refused step to the claim as it is now."""
    return redirect(url_for(".show", claim_id=claim_id))


@bp.post("/claims/<uuid:claim_id>/answers")
@needs(*DEALERS)
def answer(claim_id: UUID) -> Answer:
    answers = {
        question.id: clean_text(request.form.get(f"answer-{question.id}", ""))[:LONGEST_TEXT]
        for question in _claim(claim_id).questions
    }
    return _step(
        claim_id,
        lambda claim, version: service.answer(
            claim, answers, version=version, by=current_user, at=now()
        ),
        gettext("Your answers are sent."),
        typed={"answers": answers},
    )


@bp.post("/claims/<uuid:claim_id>/confirm")
@needs(*DEALERS)
def confirm(claim_id: UUID) -> Answer:
    return _step(
        claim_id,
        lambda claim, version: service.confirm(claim, version=version, by=current_user, at=now()),
        gettext("Thank you. The claim is closed."),
    )


@bp.post("/claims/<uuid:claim_id>/dispute")
@needs(*DEALERS)
def dispute(claim_id: UUID) -> Answer:
    reason = clean_text(request.form.get("reason", ""))[:LONGEST_TEXT]
    return _step(
        claim_id,
        lambda claim, version: service.dispute(
            claim, reason, version=version, by=current_user, at=now()
        ),
        gettext("The claim is back with the departments."),
        typed={"reason": reason},
    )


@bp.post("/claims/<uuid:claim_id>/close")
@needs(*DEALERS)
def close(claim_id: UUID) -> Answer:
    return _step(
        claim_id,
        lambda claim, version: service.close_rejected(
            claim, version=version, by=current_user, at=now()
        ),
        gettext("The claim is closed."),
    )


@bp.post("/claims/<uuid:claim_id>/cancel")
@needs(*DEALERS)
def cancel(claim_id: UUID) -> Answer:
    question = Question(
        gettext("Withdraw claim %(number)s?", number=_claim(claim_id).number or ""),
        gettext("Its number stays, the pieces can be claimed again."),
        gettext("Withdraw"),
        url_for(".show", claim_id=claim_id),
    )
    return _step(
        claim_id,
        lambda claim, version: service.cancel(claim, version=version, by=current_user, at=now()),
        gettext("The claim is withdrawn."),
        question=question,
    )


def _step(
    claim_id: UUID,
    act: Callable[[Claim, int], None],
    words: str,
    *,
    typed: dict[str, Any] | None = None,
    question: Question | None = None,
) -> Answer:
    """Do a step of the dealer; a refused one shows the claim as it is now and what was typed.

    One with a `question` is done by who has answered it.
    """
    claim, form = _claim(claim_id), StepForm()
    if claim.state is ClaimState.DRAFT:
        raise NotAllowed  # a draft has a page of its own, on which no step of a claim is
    if not form.validate():
        abort(HTTPStatus.BAD_REQUEST)
    if question and not is_sure():
        return ask_first(question)
    try:
        act(claim, form.version.data)
    except Refusal as refusal:
        db.rollback()
        return _page(_claim(claim_id), trouble=refusal.words(), **(typed or {})), refusal.status
    flash(words, "success")
    return done(url_for(".show", claim_id=claim_id))


def _page(claim: Claim, **typed: Any) -> str:
    events, table = queries.events_of(claim.id), all_requirements()
    versions, pending = decision_versions(events), pending_of(claim)
    stands = happened_to(claim) if versions and current_user.is_manager else []
    return render_template(
        "claims/show.html",
        claim=claim,
        actions=actions_for(claim.state, current_user.role),
        Action=Action,
        holder=_holder(claim, pending),
        is_mine=_is_mine(claim, pending),
        next_id=_following(),
        pending=pending,
        versions=versions,
        in_words=in_words,
        may_revise=may_revise(claim, stands),
        stands=stands,
        due=due_of_claim(claim, now()),
        stages=stages_of(claim),
        files=files_by_line(claim, table),
        matches=matches_by_line(claim, table),
        parts=named_parts(line.id for line in claim.lines),
        accept=ACCEPT,
        may_add=is_open(claim),
        **timeline(claim, events),
        clocks=clocks_for_page(claim, events, at=now()),
        defects={defect.code: defect.name for defect in defect_choices(_language())},
        reasons=queries.reason_names(),
        dispute=_dispute(claim, events),
        heads=[panel(claim, current_user) for panel in _panels("claim_heads")],
        panels=[panel(claim, current_user) for panel in _panels("claim_panels")],
        **typed,
    )


def _dispute(claim: Claim, events: Sequence[ClaimEvent]) -> str:
    """Return why the dealer sent back the result that is being worked on again."""
    if claim.state is not ClaimState.EXECUTION:
        return ""
    newest_first = (event.facts["reason"] for event in events if event.action is Action.DISPUTE)
    return next(newest_first, "")


def _following() -> UUID | None:
    """Return the claim to which somebody goes on who has just decided this one."""
    try:
        claim_id = UUID(request.args.get("next", ""))
    except ValueError:
        return None
    return claim_id if queries.is_visible(current_user, claim_id) else None


def _holder(claim: Claim, pending: PendingDecision | None) -> str:
    """Return in words whose move it is: the person or the departments by name, where known."""
    if _is_mine(claim, pending):
        return str(gettext("You"))
    if _waits_for_head(pending):
        return label(Role.HEAD_OF_CLAIMS)
    if BALL[claim.state] is BallWith.MANAGER and claim.manager:
        return claim.manager.name
    if BALL[claim.state] is BallWith.DEPARTMENT:
        named = ", ".join(_departments_at_work(claim))
        return named or label(BALL[claim.state])
    return label(BALL[claim.state])


def _departments_at_work(claim: Claim) -> list[str]:
    """Return who works on a claim; work orders are known above claims, which register this."""
    list_names: Callable[[Claim], list[str]] = current_app.extensions["departments_at_work"]
    return list_names(claim)


def _waits_for_head(pending: PendingDecision | None) -> bool:
    return pending is not None and pending.state is PendingState.HANDED_ON


def _is_mine(claim: Claim, pending: PendingDecision | None) -> bool:
    if current_user.is_dealer:
        return BALL[claim.state] is BallWith.DEALER
    if _waits_for_head(pending):
        return bool(current_user.is_head)
    return BALL[claim.state] is BallWith.MANAGER and claim.manager_id in (None, current_user.id)


def _panels(place: str) -> tuple[Callable[[Claim, Any], str], ...]:
    """Return the parts of the page that upper domains have registered for this place."""
    panels: tuple[Callable[[Claim, Any], str], ...] = current_app.extensions.get(place, ())
    return panels


def _language() -> Language:
    return Language(str(get_locale()))


def _claim(claim_id: UUID) -> Claim:
    return queries.get_claim(current_user, claim_id) or abort(404)
