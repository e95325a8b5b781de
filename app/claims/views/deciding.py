"""The page of a decision, of a first one and of a revised one: typed, tried out, confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.catalog.queries import defect_choices
from app.claims import confirming, proposals, queries, triage
from app.claims.attachment_rules import all_requirements
from app.claims.consequence_rules import Happened, by_line, is_settled
from app.claims.consequences import happened_to
from app.claims.context import read_plan
from app.claims.decision_inputs import Decision
from app.claims.decisions import (
    LONGEST,
    DecideForm,
    LineDecisionForm,
    ReviseForm,
    accepted_remedies,
    decision_of,
    line_forms,
    take_option,
    way_choice,
)
from app.claims.department_forms import DepartmentsForm, choices_of, department_forms
from app.claims.models import Claim
from app.claims.outcomes import Outcome
from app.claims.parts import named_parts
from app.claims.pending_queries import kept_decision, open_decision, waiting_proposal
from app.claims.promise_rules import NeedsHead
from app.claims.revising import routed_anew
from app.claims.rules import REVISABLE, Action, actions_for
from app.claims.views.blueprint import bp
from app.claims.views.decision_plan import plan_of
from app.claims.views.uploads import matches_by_line
from app.claims.views.worklist import next_in_list
from app.core.access import needs
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.text import clean_text
from app.core.web import done
from app.deadlines.network import Network
from app.deadlines.options import Option
from app.deadlines.ways import USUAL, WayChoice
from app.shipments.queries import data_as_of
from app.vocabulary import MANAGERS

Answer = Response | str | tuple[str, int]
PAGE = "claims/decision.html"
# Buttons that compute the dates anew and decide nothing.
UNDER_WAY = {"option", "usual", "recalculate"}


@dataclass(frozen=True)
class Typed:
    """The forms of a decision as they are by now."""

    form: DecideForm
    lines: dict[UUID, LineDecisionForm]
    kept: Decision | None = None

    @classmethod
    def of(
        cls,
        kind: type[DecideForm],
        claim: Claim,
        formdata: object = None,
        kept: Decision | None = None,
    ) -> Self:
        """Return the forms of a claim; those of a revision ask for its reason."""
        return cls(kind.of(claim, formdata, kept), line_forms(claim, formdata, kept), kept)

    @property
    def is_revision(self) -> bool:
        """Whether a former decision is to be replaced."""
        return isinstance(self.form, ReviseForm)

    def validate(self, departments: Mapping[UUID, DepartmentsForm]) -> bool:
        """Check all forms, so that everything that is wrong is marked at once."""
        parts = (self.form, *self.lines.values(), *departments.values())
        checks = [part.validate() for part in parts]  # a list: every part is checked
        return all(checks)

    def departments(
        self, claim: Claim, choice: WayChoice, sent: Mapping[str, str]
    ) -> dict[UUID, DepartmentsForm]:
        """Return the fields of who gets the work; in a revision, of the lines that are routed anew.

        Work that is routed already is passed on from the claim's page.
        """
        remedies = accepted_remedies(self.lines)
        way = choice.settled(remedies.values()).kind or ""
        if claim.state in REVISABLE:
            anew = routed_anew(claim, remedies, choice)
            remedies = {line: remedy for line, remedy in remedies.items() if line in anew}
        return department_forms(claim, remedies, way, sent, self.kept)

    def sift(self) -> None:
        """Keep what makes sense of a decision that is not made yet."""
        for part in (self.form, *self.lines.values()):
            part.sift()


@bp.route("/claims/<uuid:claim_id>/decide", methods=["GET", "POST"])
@needs(*MANAGERS)
def decide(claim_id: UUID) -> Answer:
    claim = _claim(claim_id)
    if request.method == "POST":
        return _answer(claim, Typed.of(DecideForm, claim, request.form))
    if Action.REJECT not in actions_for(claim.state, current_user.role):
        flash(gettext("This claim is not waiting for a decision."), "info")
        return redirect(url_for(".show", claim_id=claim.id))
    return _filled(claim, DecideForm)


@bp.route("/claims/<uuid:claim_id>/revise", methods=["GET", "POST"])
@needs(*MANAGERS)
def revise(claim_id: UUID) -> Answer:
    claim = _claim(claim_id)
    if request.method == "POST":
        return _answer(claim, Typed.of(ReviseForm, claim, request.form))
    if not may_revise(claim, happened_to(claim)):
        flash(gettext("This decision cannot be revised."), "info")
        return redirect(url_for(".show", claim_id=claim.id))
    return _filled(claim, ReviseForm, Decision.present(claim))


@bp.get("/claims/<uuid:claim_id>/plan")
@needs(*MANAGERS)
def plan(claim_id: UUID) -> str:
    """Return the dates for what is chosen now, as a part of the decision page."""
    claim = _claim(claim_id)
    typed = Typed.of(DecideForm, claim, request.args)
    typed.sift()
    choice = way_choice(request.args)
    facts = plan_of(claim, typed.form, typed.lines, choice, _fixed(claim))
    departments = typed.departments(claim, choice, request.args)
    replaced = {line_id: one for line_id, one in departments.items() if one.was_replaced}
    return render_template("claims/decision_dates.html", claim=claim, replaced=replaced, **facts)


def may_revise(claim: Claim, happened: Sequence[Happened]) -> bool:
    """Tell whether this person may revise the decision, and something of it still can be."""
    if Action.REVISE not in actions_for(claim.state, current_user.role):
        return False
    return not is_settled(happened, [line.id for line in claim.lines])


def _answer(claim: Claim, typed: Typed) -> Answer:
    """Answer what was sent: compute the dates, ask for the confirmation, or confirm."""
    if UNDER_WAY & set(request.form):
        typed.sift()
        return render_template(PAGE, **_page(claim, typed, _chosen_way(claim, typed)))
    choice = way_choice(request.form)
    departments = typed.departments(claim, choice, request.form)
    if not typed.validate(departments):
        return render_template(PAGE, **_page(claim, typed)), HTTPStatus.UNPROCESSABLE_ENTITY
    claim_id, number, next_id = claim.id, claim.number, next_in_list(claim)
    decision = decision_of(typed.form, typed.lines, choice, choices_of(departments))
    wait, moment = current_app.config["UNDO_FOR"], now()
    who = {"version": typed.form.version.data, "by": current_user, "at": moment}
    if "hand_on" in request.form:
        return _handed_on(claim, typed, decision, who)
    try:
        context = read_plan(claim, at=moment)
        outcome = confirming.try_out(claim, decision, context=context, **who)
        if request.form.get("confirmed") != outcome.seal:
            return _ask_to_confirm(claim_id, typed, outcome, context.network)
        confirming.confirm(claim, decision, wait=wait, context=context, **who)
    except Refusal as refusal:
        return _refused(refusal, claim_id, typed)
    if not wait:
        flash(_made(typed, number), "success")
    return done(url_for("claims.show", claim_id=claim_id, next=next_id))


def _made(typed: Typed, number: str | None) -> str:
    if typed.is_revision:
        return str(gettext("The decision on claim %(number)s is revised.", number=number))
    return str(gettext("Claim %(number)s is decided.", number=number))


def _handed_on(claim: Claim, typed: Typed, decision: Decision, who: dict[str, Any]) -> Answer:
    """Hand a decision on to the head of claims, whose promise only the head may give."""
    claim_id, note = claim.id, clean_text(request.form.get("hand_on_note", ""))[:LONGEST]
    try:
        proposals.hand_on(claim, decision, note, **who)
    except Refusal as refusal:
        return _refused(refusal, claim_id, typed)
    flash(gettext("The decision waits for the head of claims; the heads get a mail."), "success")
    return done(url_for("claims.show", claim_id=claim_id))


def _filled(
    claim: Claim, kind: type[DecideForm], present: Decision | None = None
) -> Response | str:
    """Return the form with what was kept of a decision, or with the present one.

    A head of claims finds what waits for them; others what they were led here with.
    """
    if open_decision(claim.id):
        flash(gettext("This claim is not waiting for a decision."), "info")
        return redirect(url_for("claims.show", claim_id=claim.id))
    kept = kept_decision(claim, _kept_id()) or _for_the_head(claim) or present
    typed = Typed.of(kind, claim, None, kept)
    return render_template(PAGE, **_page(claim, typed, kept.choice if kept else None))


def _for_the_head(claim: Claim) -> Decision | None:
    if not current_user.is_head:
        return None
    proposal = waiting_proposal(claim.id)
    return Decision.from_dict(proposal.inputs) if proposal else None


def _kept_id() -> UUID | None:
    try:
        return UUID(request.args.get("kept", ""))
    except ValueError:
        return None


def _ask_to_confirm(claim_id: UUID, typed: Typed, outcome: Outcome, network: Network) -> str:
    """Return the page with the sum of what will happen; nothing of it is saved yet."""
    db.rollback()
    return render_template(
        PAGE,
        **_page(_claim(claim_id), typed, network=network),
        outcome=outcome,
        undo_for=current_app.config["UNDO_FOR"].seconds,
    )


def _refused(refusal: Refusal, claim_id: UUID, typed: Typed) -> tuple[str, int]:
    """Show the page again with the refusal's words; what was typed is still in the forms."""
    words = refusal.words()
    db.rollback()
    page = _page(_claim(claim_id), typed)
    needs_head = isinstance(refusal, NeedsHead)
    page |= {"needs_head": needs_head, "note": request.form.get("hand_on_note", "")}
    return render_template(PAGE, **page, refused=words), refusal.status


def _chosen_way(claim: Claim, typed: Typed) -> WayChoice | None:
    """Return the way of the button that was pressed; a way out is put into the forms."""
    if "usual" in request.form:
        return USUAL
    if "option" not in request.form:
        return None
    typed_way = way_choice(request.form)
    offered: Sequence[Option] = plan_of(claim, typed.form, typed.lines, typed_way, _fixed(claim))[
        "options"
    ]
    option = next((one for one in offered if one.key == request.form["option"]), None)
    if option is None:
        return None
    take_option(typed.lines, option.instead)
    return option.choice


def _page(
    claim: Claim,
    typed: Typed,
    choice: WayChoice | None = None,
    *,
    network: Network | None = None,
) -> dict[str, object]:
    fixed, way = _fixed(claim), way_choice(request.form) if choice is None else choice
    return {
        "claim": claim,
        "form": typed.form,
        "lines": typed.lines,
        "is_revision": typed.is_revision,
        "fixed": fixed,
        "evidence": triage.evidence_for(claim),
        "parts": named_parts(line.id for line in claim.lines),
        "matches": matches_by_line(claim, all_requirements()),
        "departments": typed.departments(claim, way, request.form),
        "as_of": data_as_of(claim.dealer.home),
        "defects": {choice.code: choice.name for choice in defect_choices(current_user.language)},
        "reasons": queries.reason_names(),
        "next_id": next_in_list(claim),
        "files_of": _files_of(claim),
        **plan_of(claim, typed.form, typed.lines, way, fixed, network=network),
    }


def _fixed(claim: Claim) -> dict[UUID, list[Happened]]:
    """Return what keeps lines of a decided claim as they were decided."""
    return by_line(happened_to(claim)) if claim.state in REVISABLE else {}


def _files_of(claim: Claim) -> dict[UUID | None, list[object]]:
    found: dict[UUID | None, list[object]] = {}
    for kept in claim.files:
        found.setdefault(kept.line_id, []).append(kept)
    return found


def _claim(claim_id: UUID) -> Claim:
    return queries.get_claim(current_user, claim_id) or abort(404)
