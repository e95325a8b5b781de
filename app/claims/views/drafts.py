"""Drafts: one page, saved while one types, and the step from draft to claim."""

from http import HTTPStatus
from uuid import UUID

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.catalog.queries import defect_choices
from app.claims import drafts, queries, service
from app.claims.forms import CodeForm, DraftForms, add_error, draft_forms, line_prefix
from app.claims.models import Claim, ClaimFile, ClaimLine
from app.claims.rules import ClaimState, problems_of
from app.claims.views.blueprint import bp
from app.claims.views.uploads import ACCEPT, answer_upload, files_by_line, take_uploads
from app.core.access import needs
from app.core.clock import local_day, now
from app.core.commands import finish
from app.core.db import db
from app.core.errors import NotAllowed, Refusal
from app.core.text import clean_line
from app.core.web import done, is_partial
from app.shipments import queries as shipments
from app.shipments.queries import FoundLine
from app.shipments.rules import UnreadableCode, parse_code
from app.vocabulary import DEALERS, Language

Answer = Response | str | tuple[str, int]
LONGEST_NAME = 200
MARK = "dealer_reference"  # a field that every complete form of a draft has


@bp.post("/claims/drafts")
@needs(*DEALERS)
def start() -> Answer:
    claim = drafts.start_draft(by=current_user, at=now())
    found = _asked_lines()
    if len(found) == 1:
        drafts.add_line(claim, found[0], at=now())
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
    return _page(claim, _forms(claim))


@bp.post("/claims/<uuid:claim_id>/edit")
@needs(*DEALERS)
def save(claim_id: UUID) -> Answer:
    claim = _locked_draft(claim_id)
    forms = _save_typed(claim)
    _take_files(claim)
    if not forms.is_valid():
        return _show_refused(claim, forms, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(gettext("The draft is saved."), "success")
    return done(url_for(".edit", claim_id=claim.id))


@bp.post("/claims/<uuid:claim_id>/autosave")
@needs(*DEALERS)
def autosave(claim_id: UUID) -> Response:
    claim = _locked_draft(claim_id)
    _save_typed(claim)
    db.commit()
    return jsonify(saved=True)


@bp.get("/claims/<uuid:claim_id>/readiness")
@needs(*DEALERS)
def readiness(claim_id: UUID) -> str:
    claim = queries.get_claim(current_user, claim_id) or abort(404)
    return render_template(
        "claims/readiness.html", claim=claim, readiness=drafts.readiness_of(claim)
    )


@bp.post("/claims/<uuid:claim_id>/lines")
@needs(*DEALERS)
def add_line(claim_id: UUID) -> Answer:
    claim = _locked_draft(claim_id)
    found = _asked_lines()
    if len(found) != 1:
        code = request.form.get("code", "")
        return redirect(url_for("shipments.look_up", code=code, claim=claim.id))
    try:
        line = drafts.add_line(claim, found[0], at=now())
    except drafts.AlreadyInDraft as refusal:
        flash(refusal.words(), "warning")
        return done(url_for(".edit", claim_id=claim.id))
    return done(_place_of(line))


@bp.post("/claims/<uuid:claim_id>/unlisted")
@needs(*DEALERS)
def add_unlisted(claim_id: UUID) -> Answer:
    claim = _locked_draft(claim_id)
    name = clean_line(request.form.get("item_name", ""))[:LONGEST_NAME]
    if not name:
        flash(gettext("Write what the item is called."), "warning")
        return done(url_for(".edit", claim_id=claim.id, _anchor="item_name"))
    return done(_place_of(drafts.add_unlisted_line(claim, name, at=now())))


@bp.post("/claims/<uuid:claim_id>/lines/<uuid:line_id>/remove")
@needs(*DEALERS)
def remove_line(claim_id: UUID, line_id: UUID) -> Answer:
    claim = _locked_draft(claim_id)
    _save_typed(claim)
    drafts.remove_line(claim, _line_of(claim, line_id), at=now())
    return done(url_for(".edit", claim_id=claim.id))


@bp.post("/claims/<uuid:claim_id>/files")
@needs(*DEALERS)
def attach(claim_id: UUID) -> Answer:
    claim = _locked(claim_id)
    return answer_upload(claim, None, _page_of(claim))


@bp.post("/claims/<uuid:claim_id>/lines/<uuid:line_id>/files")
@needs(*DEALERS)
def attach_to_line(claim_id: UUID, line_id: UUID) -> Answer:
    claim = _locked(claim_id)
    line = _line_of(claim, line_id)
    return answer_upload(claim, line, _page_of(claim))


@bp.post("/claims/<uuid:claim_id>/files/<int:kept_id>/remove")
@needs(*DEALERS)
def remove_file(claim_id: UUID, kept_id: int) -> Answer:
    claim = _locked_draft(claim_id)
    _save_typed(claim)
    drafts.detach(claim, _file_of(claim, kept_id))
    if is_partial():
        db.commit()
        return ""
    return done(url_for(".edit", claim_id=claim.id))


@bp.post("/claims/<uuid:claim_id>/delete")
@needs(*DEALERS)
def delete(claim_id: UUID) -> Answer:
    drafts.delete_draft(_locked(claim_id))
    flash(gettext("The draft is deleted."), "success")
    return done(url_for(".home"))


@bp.post("/claims/<uuid:claim_id>/submit")
@needs(*DEALERS)
def submit(claim_id: UUID) -> Answer:
    claim = _locked(claim_id)
    if claim.state is not ClaimState.DRAFT:
        return redirect(url_for(".show", claim_id=claim.id), HTTPStatus.SEE_OTHER)
    forms = _save_typed(claim)
    _take_files(claim)
    if not forms.is_valid():
        forms.mark(problems_of(claim))
        return _show_refused(claim, forms, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        # What was typed stays when filing is refused: only the filing is undone.
        with db.begin_nested():
            service.file_claim(claim, by=current_user, at=now())
    except Refusal as refusal:
        trouble = _mark_refusal(forms, claim, refusal)
        return _show_refused(claim, forms, refusal.status, trouble)
    flash(gettext("The claim is filed. Its number is %(number)s.", number=claim.number), "success")
    return done(url_for(".show", claim_id=claim.id))


def _locked(claim_id: UUID) -> Claim:
    return queries.lock_claim(current_user, claim_id) or abort(404)


def _locked_draft(claim_id: UUID) -> Claim:
    claim = _locked(claim_id)
    if claim.state is not ClaimState.DRAFT:
        raise NotAllowed
    return claim


def _line_of(claim: Claim, line_id: UUID) -> ClaimLine:
    return next((line for line in claim.lines if line.id == line_id), None) or abort(404)


def _file_of(claim: Claim, kept_id: int) -> ClaimFile:
    return next((kept for kept in claim.files if kept.id == kept_id), None) or abort(404)


def _asked_lines() -> list[FoundLine]:
    """Return the shipment lines that the request names: by reference, or by a code."""
    ref, serial = request.form.get("ref", ""), request.form.get("serial", "")
    try:
        if ref:
            found = shipments.get_line(current_user, UUID(ref), serial)
            return [found] if found else abort(404)
        return shipments.find_by_code(current_user, parse_code(request.form.get("code", "")))
    except (ValueError, UnreadableCode):
        return []


def _save_typed(claim: Claim) -> DraftForms:
    """Save what was typed as far as it makes sense, and return the forms as they were typed."""
    forms = _forms(claim, is_typed=True)
    drafts.save_draft(claim, forms.change(claim), at=now())
    return forms


def _forms(claim: Claim, *, is_typed: bool = False) -> DraftForms:
    return draft_forms(
        claim,
        defect_choices(Language(str(get_locale()))),
        today=local_day(now(), current_user.time_zone),
        typed=request.form if is_typed and MARK in request.form else None,
    )


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


def _show_refused(
    claim: Claim, forms: DraftForms, status: int, trouble: str = ""
) -> tuple[str, int]:
    """Show the form as it was typed, with its marks; what could be saved is saved."""
    finish(url_for(".edit", claim_id=claim.id))
    db.commit()
    return _page(claim, forms, trouble=trouble), status


def _page(claim: Claim, forms: DraftForms, *, trouble: str = "") -> str:
    return render_template(
        "claims/edit.html",
        claim=claim,
        forms=forms,
        trouble=trouble,
        code_form=CodeForm(formdata=None),
        readiness=drafts.readiness_of(claim),
        is_marked=request.method == "POST",
        unlisted=request.args.get("unlisted"),
        files=files_by_line(claim),
        accept=ACCEPT,
    )


def _page_of(claim: Claim) -> str:
    """Return where somebody is who adds files: at the draft, or at the questions to answer."""
    if claim.state is ClaimState.DRAFT:
        return url_for(".edit", claim_id=claim.id)
    return url_for(".show", claim_id=claim.id, _anchor="questions")


def _place_of(line: ClaimLine) -> str:
    return url_for(".edit", claim_id=line.claim_id, _anchor=f"line-{line.id}")
