"""Drafts: one page, saved while one types, and the step from draft to claim."""

from http import HTTPStatus
from uuid import UUID

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.claims import drafts, queries, service
from app.claims.attachment_rules import all_requirements
from app.claims.forms import LONGEST_NAME, DraftForms, add_error, line_prefix
from app.claims.models import Claim
from app.claims.rules import ClaimState
from app.claims.views.blueprint import bp
from app.claims.views.draft_form import (
    asked_lines,
    forms_of,
    locked_claim,
    locked_draft,
    news_for_window,
    save_typed,
    show_page,
    show_refused,
)
from app.claims.views.uploads import matches_by_line, take_uploads
from app.core.access import needs
from app.core.clock import now
from app.core.confirmation import Question, ask_first, is_sure
from app.core.db import db
from app.core.errors import Refusal
from app.core.i18n import show_moment
from app.core.text import clean_line
from app.core.web import done
from app.vocabulary import DEALERS

Answer = Response | str | tuple[str, int]


@bp.post("/claims/drafts")
@needs(*DEALERS)
def start() -> Answer:
    claim = drafts.start_draft(by=current_user, at=now())
    found = asked_lines()
    if len(found) == 1:
        drafts.add_line(claim, found[0], by=current_user, at=now())
    unlisted = clean_line(request.form.get("unlisted", ""))[:LONGEST_NAME]
    if "unlisted" in request.form:
        return done(url_for(".edit", claim_id=claim.id, unlisted=unlisted, _anchor="item_name"))
    return done(url_for(".edit", claim_id=claim.id))


@bp.get("/claims/<uuid:claim_id>/edit")
@needs(*DEALERS)
def edit(claim_id: UUID) -> Answer:
    claim = queries.get_claim(current_user, claim_id) or abort(404)
    if claim.state is not ClaimState.DRAFT:
        return redirect(url_for(".show", claim_id=claim.id))
    return show_page(claim, forms_of(claim))


@bp.post("/claims/<uuid:claim_id>/edit")
@needs(*DEALERS)
def save(claim_id: UUID) -> Answer:
    claim = locked_draft(claim_id)
    forms = save_typed(claim)
    _take_files(claim)
    if not forms.is_valid():
        return show_refused(claim, forms, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(gettext("The draft is saved."), "success")
    return done(url_for(".edit", claim_id=claim.id))


@bp.post("/claims/<uuid:claim_id>/autosave")
@needs(*DEALERS)
def autosave(claim_id: UUID) -> Response:
    claim = locked_draft(claim_id)
    forms = save_typed(claim)
    db.commit()
    return jsonify(news_for_window(claim, forms))


@bp.get("/claims/<uuid:claim_id>/readiness")
@needs(*DEALERS)
def readiness(claim_id: UUID) -> str:
    claim = queries.get_claim(current_user, claim_id) or abort(404)
    return render_template(
        "claims/readiness.html",
        claim=claim,
        readiness=drafts.readiness_of(claim),
        matches=matches_by_line(claim, all_requirements()),
        is_apart=True,
    )


@bp.post("/claims/<uuid:claim_id>/delete")
@needs(*DEALERS)
def delete(claim_id: UUID) -> Answer:
    claim = locked_claim(claim_id)
    if not is_sure():
        return ask_first(
            Question(
                gettext("Delete the draft of %(at)s?", at=show_moment(claim.created_at)),
                gettext("What you typed and the attached files are deleted."),
                gettext("Delete"),
                url_for(".edit", claim_id=claim.id),
            )
        )
    drafts.delete_draft(claim)
    flash(gettext("The draft is deleted."), "success")
    return done(url_for(".home"))


@bp.post("/claims/<uuid:claim_id>/submit")
@needs(*DEALERS)
def submit(claim_id: UUID) -> Answer:
    claim = locked_claim(claim_id)
    if claim.state is not ClaimState.DRAFT:
        return redirect(url_for(".show", claim_id=claim.id), HTTPStatus.SEE_OTHER)
    forms = save_typed(claim)
    _take_files(claim)
    if not forms.is_valid():
        forms.mark(drafts.readiness_of(claim).problems)
        return show_refused(claim, forms, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        # What was typed stays when filing is refused: only the filing is undone.
        with db.begin_nested():
            service.file_claim(claim, by=current_user, at=now())
    except Refusal as refusal:
        trouble = _mark_refusal(forms, claim, refusal)
        return show_refused(claim, forms, refusal.status, trouble)
    flash(gettext("The claim is filed. Its number is %(number)s.", number=claim.number), "success")
    return done(url_for(".show", claim_id=claim.id))


def _take_files(claim: Claim) -> None:
    """Take in what came with the form itself, as it does without scripts."""
    take_uploads(claim, None, "file")
    for line in claim.lines:
        take_uploads(claim, line, f"{line_prefix(line.id)}file")


def _mark_refusal(forms: DraftForms, claim: Claim, refusal: Refusal) -> str:
    """Put a refusal beside the lines it is about, and return its words for the top of the page."""
    if isinstance(refusal, service.NotReady):
        forms.mark(refusal.problems)
    item, serial = refusal.values.get("item"), refusal.values.get("serial")
    for line in claim.lines:
        is_meant = line.item_name == item or (serial and line.serial == serial)
        if is_meant and line.shipment_line_id is not None:
            add_error(forms.lines[line.id], "quantity", refusal.words())
    return refusal.words()
