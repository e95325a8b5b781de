"""The lines and files of a draft: added and taken out one by one."""

from http import HTTPStatus
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.claims import attachments, drafts
from app.claims.forms import LONGEST_NAME
from app.claims.models import Claim, ClaimFile, ClaimLine
from app.claims.rules import ClaimState
from app.claims.views.blueprint import bp
from app.claims.views.draft_form import (
    asked_lines,
    locked_claim,
    locked_draft,
    save_typed,
    show_refused,
)
from app.claims.views.uploads import answer_upload
from app.core.access import needs
from app.core.clock import now
from app.core.confirmation import Question, ask_first, is_sure
from app.core.db import db
from app.core.text import clean_line
from app.core.web import done, is_partial, turn_back
from app.vocabulary import DEALERS, MANAGERS

Answer = Response | str | tuple[str, int]


@bp.post("/claims/<uuid:claim_id>/lines")
@needs(*DEALERS)
def add_line(claim_id: UUID) -> Answer:
    claim = locked_draft(claim_id)
    found = asked_lines()
    if len(found) != 1:
        code = request.form.get("code", "")
        return redirect(url_for("shipments.look_up", code=code, claim=claim.id))
    try:
        line = drafts.add_line(claim, found[0], by=current_user, at=now())
    except drafts.AlreadyInDraft as refusal:
        flash(refusal.words(), "warning")
        return turn_back(url_for(".edit", claim_id=claim.id))
    except drafts.BelongsApart:
        one = found[0]
        place = url_for(".edit", claim_id=claim.id, apart=one.ref, serial=one.serial, lot=one.lot)
        return turn_back(place)
    return done(_place_of(line))


@bp.post("/claims/<uuid:claim_id>/unlisted")
@needs(*DEALERS)
def add_unlisted(claim_id: UUID) -> Answer:
    claim = locked_draft(claim_id)
    name = clean_line(request.form.get("item_name", ""))[:LONGEST_NAME]
    if not name:
        flash(gettext("Write what the item is called."), "warning")
        return turn_back(url_for(".edit", claim_id=claim.id, _anchor="item_name"))
    line = drafts.add_unlisted_line(claim, name, by=current_user, at=now())
    return done(_place_of(line))


@bp.post("/claims/<uuid:claim_id>/lines/<uuid:line_id>/remove")
@needs(*DEALERS)
def remove_line(claim_id: UUID, line_id: UUID) -> Answer:
    claim = locked_draft(claim_id)
    forms = save_typed(claim)
    if forms.merged.conflicts:
        return show_refused(claim, forms, HTTPStatus.CONFLICT)
    line = _line_of(claim, line_id)
    if not is_sure():
        return ask_first(
            Question(
                gettext("Take %(item)s out of the claim?", item=line.item_name),
                gettext("What you typed about it is deleted; its files stay with the claim."),
                gettext("Take it out"),
                url_for(".edit", claim_id=claim.id),
            )
        )
    drafts.remove_line(claim, line, by=current_user, at=now())
    return done(url_for(".edit", claim_id=claim.id))


@bp.post("/claims/<uuid:claim_id>/files")
@needs(*DEALERS, *MANAGERS)
def attach(claim_id: UUID) -> Answer:
    claim = locked_claim(claim_id)
    return answer_upload(claim, None, _page_of(claim))


@bp.post("/claims/<uuid:claim_id>/lines/<uuid:line_id>/files")
@needs(*DEALERS, *MANAGERS)
def attach_to_line(claim_id: UUID, line_id: UUID) -> Answer:
    claim = locked_claim(claim_id)
    line = _line_of(claim, line_id)
    return answer_upload(claim, line, _page_of(claim))


@bp.post("/claims/<uuid:claim_id>/files/<int(max=2147483647):kept_id>/remove")
@needs(*DEALERS)
def remove_file(claim_id: UUID, kept_id: int) -> Answer:
    claim = locked_draft(claim_id)
    save_typed(claim)
    kept = _file_of(claim, kept_id)
    if not is_sure():
        return ask_first(
            Question(
                gettext("Remove the file %(name)s?", name=kept.file.name),
                gettext("It is no longer attached to the claim."),
                gettext("Remove"),
                url_for(".edit", claim_id=claim.id),
            )
        )
    attachments.detach(claim, kept, by=current_user, at=now())
    if is_partial():
        db.commit()
        return ""
    return done(url_for(".edit", claim_id=claim.id))


def _line_of(claim: Claim, line_id: UUID) -> ClaimLine:
    return next((line for line in claim.lines if line.id == line_id), None) or abort(404)


def _file_of(claim: Claim, kept_id: int) -> ClaimFile:
    return next((kept for kept in claim.files if kept.id == kept_id), None) or abort(404)


def _page_of(claim: Claim) -> str:
    """Return where somebody is who adds files: at the draft, at the questions, at the files."""
    if claim.state is ClaimState.DRAFT:
        return url_for(".edit", claim_id=claim.id)
    is_answering = claim.state is ClaimState.NEEDS_INFO and current_user.is_dealer
    anchor = "questions" if is_answering else "add-files"
    return url_for(".show", claim_id=claim.id, _anchor=anchor)


def _place_of(line: ClaimLine) -> str:
    return url_for(".edit", claim_id=line.claim_id, _anchor=f"line-{line.id}")
