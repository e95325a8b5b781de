"""The one large form of a draft: finding the draft, saving what was typed, showing the page."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask_babel import get_locale
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from app.catalog.queries import defect_choices, product_groups_of
from app.claims import drafts, queries
from app.claims.attachment_rules import all_requirements
from app.claims.days import Fact, day_of
from app.claims.forms import CodeForm, DraftForms, draft_forms
from app.claims.merging import marks_of, merge
from app.claims.models import Claim
from app.claims.parts import parts_of
from app.claims.rules import ClaimState
from app.claims.views.uploads import ACCEPT, files_by_line, matches_by_line
from app.core.clock import now
from app.core.commands import forget
from app.core.db import db
from app.core.errors import NotAllowed
from app.shipments import queries as shipments
from app.shipments.queries import FoundLine
from app.shipments.rules import UnreadableCode, parse_code
from app.vocabulary import Language

MARK = "dealer_reference"  # a field that every complete form of a draft has
SEEN = "seen"


def locked_claim(claim_id: UUID) -> Claim:
    """Return a claim of the reader's company, locked until the commit."""
    return queries.lock_claim(current_user, claim_id) or abort(404)


def locked_draft(claim_id: UUID) -> Claim:
    """Return a draft, locked until the commit: nobody files it while it is being changed."""
    claim = locked_claim(claim_id)
    if claim.state is not ClaimState.DRAFT:
        raise NotAllowed
    return claim


def asked_lines() -> list[FoundLine]:
    """Return the shipment lines that the request names: by reference, or by a code."""
    ref, serial = request.form.get("ref", ""), request.form.get("serial", "")
    lot = request.form.get("lot", "").strip()
    try:
        if ref:
            found = shipments.get_line(current_user, UUID(ref), serial, lot)
            return [found] if found else abort(404)
        found_by_code = shipments.find_by_code(
            current_user, parse_code(request.form.get("code", ""))
        )
        return shipments.claimable(found_by_code)
    except (ValueError, UnreadableCode):
        return []


@dataclass(frozen=True)
class Apart:
    """A line that belongs in a claim of its own, which of its lots is meant, and why."""

    line: FoundLine
    lot: str
    words: str


def line_apart(claim: Claim) -> Apart | None:
    """Return the line that the address offers to claim apart, if it does not belong in here."""
    try:
        ref = UUID(request.args.get("apart", ""))
    except ValueError:
        return None
    serial, lot = request.args.get("serial", ""), request.args.get("lot", "")
    found = shipments.get_line(current_user, ref, serial, lot)
    if found is None and lot:  # the lot of a whole line is no part of one
        lot, found = "", shipments.get_line(current_user, ref, serial)
    if found is None:
        return None
    try:
        drafts.refuse_stranger(claim, found)
    except drafts.BelongsApart as refusal:
        return Apart(found, lot, refusal.words())
    return None


def save_typed(claim: Claim) -> DraftForms:
    """Save what was typed as far as it makes sense, and return the forms as they were typed."""
    forms = forms_of(claim, is_typed=True)
    drafts.save_draft(claim, forms.change(claim), by=current_user, at=now())
    return forms


def forms_of(claim: Claim, *, is_typed: bool = False) -> DraftForms:
    """Return the forms as saved, or as the request has typed them."""
    defects = defect_choices(Language(str(get_locale())))
    groups = product_groups_of({line.item_id for line in claim.lines if line.item_id is not None})
    today = day_of(claim, Fact.DEMANDED, now()).day
    parts = parts_of(claim.lines)
    saved = draft_forms(claim, defects, today=today, typed=None, groups=groups, parts=parts)
    if not (is_typed and MARK in request.form):
        return saved
    merged = merge(_seen(), saved.values(), request.form)
    return draft_forms(
        claim,
        defects,
        today=today,
        typed=MultiDict(merged.values),
        merged=merged,
        groups=groups,
        parts=parts,
    )


def seen_now(claim: Claim) -> dict[str, str]:
    """Return the marks of what a window sees of a draft that is shown in it now."""
    return marks_of(forms_of(claim).values())


def news_for_window(claim: Claim, forms: DraftForms) -> dict[str, Any]:
    """Return what a window has to know after it saved: what others changed, what both changed.

    A field that both changed stays unseen until the window's writer has chosen.
    """
    unseen, now_seen, before = forms.merged.conflicts, seen_now(claim), _seen()
    return {
        "saved": not unseen,
        "seen": now_seen | {name: before[name] for name in unseen},
        "taken": dict(forms.merged.taken),
        "lines": [str(line.id) for line in claim.lines],
        "conflicts": {
            name: {"value": value, "words": forms.theirs(name), "mark": now_seen[name]}
            for name, value in unseen.items()
        },
    }


def _seen() -> dict[str, str]:
    """Return what the window had seen that sends the form; nothing senseless is believed."""
    try:
        seen = json.loads(request.form.get(SEEN, ""))
    except ValueError:
        return {}
    return {str(name): str(mark) for name, mark in seen.items()} if isinstance(seen, dict) else {}


def show_page(claim: Claim, forms: DraftForms, *, trouble: str = "") -> str:
    """Return the page of a draft."""
    table = all_requirements()
    return render_template(
        "claims/edit.html",
        claim=claim,
        forms=forms,
        trouble=trouble,
        code_form=CodeForm(formdata=None),
        readiness=drafts.readiness_of(claim),
        is_marked=request.method == "POST",
        unlisted=request.args.get("unlisted"),
        apart=line_apart(claim),
        files=files_by_line(claim, table),
        matches=matches_by_line(claim, table),
        seen=seen_now(claim),
        accept=ACCEPT,
    )


def show_refused(
    claim: Claim, forms: DraftForms, status: int, trouble: str = ""
) -> tuple[str, int]:
    """Show the form as it was typed, with its marks; what could be saved is saved.

    The step itself was not done, so its key is forgotten.
    """
    forget()
    db.commit()
    return show_page(claim, forms, trouble=trouble), status
