"""The manager's screens: the worklist, the questions, the decision."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.catalog.queries import defect_choices
from app.claims import confirming, queries, service, triage
from app.claims.attachment_rules import all_requirements
from app.claims.axis import draw_axis, slack_of
from app.claims.circumstances import possible_circumstances
from app.claims.context import read_plan
from app.claims.days import Fact, day_of
from app.claims.decision_inputs import NO_WISH, Decision
from app.claims.decisions import (
    AskForm,
    DecideForm,
    LineDecisionForm,
    accepted_remedies,
    decision_of,
    grants_of,
    line_forms,
    take_option,
    way_choice,
)
from app.claims.department_forms import DepartmentsForm, choices_of, department_forms
from app.claims.models import Claim
from app.claims.parts import named_parts
from app.claims.promise_rules import PromiseDays, check_promise
from app.claims.promising import Weighed, weigh_promise
from app.claims.rules import Action, actions_for
from app.claims.triage import Filter
from app.claims.views.blueprint import bp
from app.claims.views.unread import unread_of
from app.claims.views.uploads import matches_by_line
from app.claims.way_outs import way_outs
from app.core.access import needs
from app.core.clock import local_day, now
from app.core.db import db
from app.core.errors import Refusal
from app.core.fields import StepForm
from app.core.web import done
from app.deadlines.closures import guessed_years
from app.deadlines.forecast import decide_by
from app.deadlines.network import Network
from app.deadlines.options import Option, lanes_to_choose
from app.deadlines.ways import USUAL, WayChoice
from app.shipments.queries import data_as_of
from app.vocabulary import MANAGERS, Remedy, Role

# Buttons that compute the dates anew and decide nothing.
UNDER_WAY = {"option", "usual", "recalculate"}
LIST = "worklist"  # in the session: the filter and the search that the manager works through


@bp.get("/worklist")
@needs(*MANAGERS)
def worklist() -> str:
    today = local_day(now(), current_user.time_zone)
    search = request.args.get("search", "").strip()[:100]
    # Who searches looks for a claim wherever it stands, unless a filter is chosen besides.
    chosen = _chosen(request.args.get("filter", Filter.ALL if search else ""))
    session[LIST] = [chosen.value, search]
    page = triage.list_worklist(
        current_user, chosen=chosen, search=search, after=request.args.get("after", ""), today=today
    )
    counts = triage.count_filters(current_user, today=today)
    return render_template(
        "claims/worklist.html",
        page=page, chosen=chosen, counts=counts, search=search, today=today, filters=list(Filter),
        unread=unread_of(page.rows),
    )  # fmt: skip


@bp.post("/claims/<uuid:claim_id>/take")
@needs(*MANAGERS)
def take(claim_id: UUID) -> Response:
    claim = _claim(claim_id)
    service.take(claim, version=_version(), by=current_user, at=now())
    return done(url_for("claims.decide", claim_id=claim_id))


@bp.route("/claims/<uuid:claim_id>/ask", methods=["GET", "POST"])
@needs(*MANAGERS)
def ask(claim_id: UUID) -> Response | str | tuple[str, int]:
    claim = _claim(claim_id)
    form = AskForm(version=claim.version)
    if not form.validate_on_submit():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
        return render_template("claims/ask.html", claim=claim, form=form), status
    try:
        service.ask(claim, form.texts(), version=form.version.data, by=current_user, at=now())
    except Refusal as refusal:
        return _refused("claims/ask.html", refusal, claim_id, form=form)
    flash(gettext("The questions are with the dealer."), "success")
    return done(url_for("claims.show", claim_id=claim_id))


@bp.route("/claims/<uuid:claim_id>/decide", methods=["GET", "POST"])
@needs(*MANAGERS)
def decide(claim_id: UUID) -> Response | str | tuple[str, int]:
    claim = _claim(claim_id)
    if request.method == "GET":
        return _decision_form(claim)
    form, lines = DecideForm.of(claim), line_forms(claim, request.form)
    if UNDER_WAY & set(request.form):
        _sift(form, lines)
    if "option" in request.form:
        page = _chosen_option(claim, form, lines, request.form["option"])
        return render_template("claims/decision.html", **page)
    if "usual" in request.form:
        page = _decision_page(claim, form, lines, USUAL)
        return render_template("claims/decision.html", **page)
    if "recalculate" in request.form:
        return render_template("claims/decision.html", **_decision_page(claim, form, lines))
    departments = _department_forms(claim, lines, way_choice(request.form), request.form)
    parts = (form, *lines.values(), *departments.values())
    # A list, not a generator: every line is checked, so that all that is wrong is marked at once.
    checks = [part.validate() for part in parts]
    if not all(checks):
        page = _decision_page(claim, form, lines)
        return render_template("claims/decision.html", **page), HTTPStatus.UNPROCESSABLE_ENTITY
    chosen, next_id = choices_of(departments), _next_in_list(claim)
    decision = decision_of(form, lines, way_choice(request.form), chosen)
    wait, moment = current_app.config["UNDO_FOR"], now()
    try:
        context = read_plan(claim, at=moment)
        who = {"version": form.version.data, "by": current_user, "at": moment, "context": context}
        outcome = confirming.try_out(claim, decision, **who)
        if request.form.get("confirmed") != outcome.seal:
            return _ask_to_confirm(claim_id, form, lines, outcome, context.network)
        confirming.confirm(claim, decision, wait=wait, **who)
    except Refusal as refusal:
        return _refused("claims/decision.html", refusal, claim_id, form=form, lines=lines)
    if not wait:
        flash(gettext("Claim %(number)s is decided.", number=claim.number), "success")
    return done(url_for("claims.show", claim_id=claim_id, next=next_id))


def _decision_form(claim: Claim) -> Response | str:
    """Return the empty form, or the one with what was kept when a decision was undone."""
    waiting = confirming.open_decision(claim.id)
    if waiting or Action.REJECT not in actions_for(claim.state, current_user.role):
        flash(gettext("This claim is not waiting for a decision."), "info")
        return redirect(url_for("claims.show", claim_id=claim.id))
    kept = confirming.kept_decision(claim, _kept_id())
    form = DecideForm.of(claim, kept=kept.wish if kept else NO_WISH)
    lines = line_forms(claim, kept=kept)
    page = _decision_page(claim, form, lines, kept.choice if kept else None, kept)
    return render_template("claims/decision.html", **page)


def _kept_id() -> UUID | None:
    try:
        return UUID(request.args.get("kept", ""))
    except ValueError:
        return None


def _ask_to_confirm(
    claim_id: UUID,
    form: DecideForm,
    lines: dict[UUID, LineDecisionForm],
    outcome: confirming.Outcome,
    network: Network,
) -> str:
    """Return the page with the sum of what will happen; nothing of it is saved yet."""
    db.rollback()
    claim = _claim(claim_id)
    return render_template(
        "claims/decision.html",
        **_decision_page(claim, form, lines, network=network),
        outcome=outcome,
        reasons=queries.reason_names(),
        undo_for=current_app.config["UNDO_FOR"].seconds,
    )


@bp.get("/claims/<uuid:claim_id>/plan")
@needs(*MANAGERS)
def plan(claim_id: UUID) -> str:
    """Return the dates for what is chosen now, as a part of the decision page."""
    claim = _claim(claim_id)
    form, lines = DecideForm.of(claim, request.args), line_forms(claim, request.args)
    _sift(form, lines)
    choice = way_choice(request.args)
    facts = _plan(claim, form, lines, choice)
    departments = _department_forms(claim, lines, choice, request.args)
    replaced = {line_id: one for line_id, one in departments.items() if one.was_replaced}
    return render_template("claims/decision_dates.html", claim=claim, replaced=replaced, **facts)


def _sift(form: DecideForm, lines: dict[UUID, LineDecisionForm]) -> None:
    """Keep what makes sense of a decision that is not made yet."""
    for part in (form, *lines.values()):
        part.sift()


def _chosen_option(
    claim: Claim, form: DecideForm, lines: dict[UUID, LineDecisionForm], key: str
) -> dict[str, object]:
    """Return the page with one of the ways out put into its forms; nothing is saved yet."""
    offered: Sequence[Option] = _plan(claim, form, lines, way_choice(request.form))["options"]
    option = next((one for one in offered if one.key == key), None)
    if option is None:
        return _decision_page(claim, form, lines)
    take_option(lines, option.instead)
    return _decision_page(claim, form, lines, option.choice)


def _decision_page(
    claim: Claim,
    form: DecideForm,
    lines: dict[UUID, LineDecisionForm],
    choice: WayChoice | None = None,
    kept: Decision | None = None,
    *,
    network: Network | None = None,
) -> dict[str, object]:
    choice = way_choice(request.form) if choice is None else choice
    return {
        "claim": claim,
        "form": form,
        "lines": lines,
        "evidence": triage.evidence_for(claim),
        "parts": named_parts(line.id for line in claim.lines),
        "as_of": data_as_of(claim.dealer.home),
        "defects": {choice.code: choice.name for choice in defect_choices(current_user.language)},
        "next_id": _next_in_list(claim),
        "files_of": _files_of(claim),
        "matches": matches_by_line(claim, all_requirements()),
        "departments": _department_forms(claim, lines, choice, request.form, kept),
        **_plan(claim, form, lines, choice, network),
    }


def _plan(
    claim: Claim,
    form: DecideForm,
    lines: dict[UUID, LineDecisionForm],
    choice: WayChoice,
    network: Network | None = None,
) -> dict[str, Any]:
    """Return the plan for what is accepted, on its axis, or the words why there is none.

    The network is read unless the caller has read it.
    """
    remedies = accepted_remedies(lines)
    if not remedies:
        return {"plan": None, "plan_refused": "", "options": [], "grants": []}
    dates = _dates(claim, form, lines, choice, remedies, network)
    return {**dates, "grants": grants_of(claim, lines)}


def _dates(
    claim: Claim,
    form: DecideForm,
    lines: dict[UUID, LineDecisionForm],
    choice: WayChoice,
    remedies: dict[UUID, Remedy],
    network: Network | None,
) -> dict[str, Any]:
    at = now()
    try:
        weighed = weigh_promise(
            claim, remedies, at=at, choice=choice, accepted=_accepted(lines), network=network
        )
        decided_by = _decide_by(weighed)
    except Refusal as refusal:
        return {"plan": None, "plan_refused": refusal.words(), "options": []}
    days = weighed.days
    promised = form.promise_on.data or days.proposed
    end, today = days.safe or promised, day_of(claim, Fact.PROMISED, at).day
    return {
        "plan": weighed.plan,
        "plan_refused": "",
        "days": days,
        "promised": promised,
        "choice": weighed.choice,
        "is_late": days.earliest > min(day for day in (days.safe, promised) if day),
        "options": way_outs(claim, weighed, remedies, wished=form.promise_on.data),
        "lanes": lanes_to_choose(weighed.network, weighed.ways),
        "weight": weighed.weight,
        "limits": weighed.limits,
        "may_depend": bool(possible_circumstances(claim, at=at)),
        "guesses": guessed_years(
            claim.dealer_id,
            claim.plant_id,
            (today, days.earliest, days.proposed, promised, days.safe, days.legal),
        ),
        "needed": _needed(days, promised, form),
        "reserve": (promised - days.earliest).days,
        "slack": slack_of(days.slack) if days.slack is not None else None,
        "axis": draw_axis(
            {
                "today": today,
                "answer": claim.answer_on,
                "decide_by": decided_by if decided_by and decided_by >= today else None,
                "earliest": days.earliest,
                "promise": promised,
                "proposed": days.proposed if promised != days.proposed else None,
                "safe": days.safe,
                "legal": days.legal,
            },
            room=(days.earliest, end) if days.earliest <= end else None,
        ),
    }


def _department_forms(
    claim: Claim,
    lines: dict[UUID, LineDecisionForm],
    choice: WayChoice,
    sent: Mapping[str, str],
    kept: Decision | None = None,
) -> dict[UUID, DepartmentsForm]:
    remedies = accepted_remedies(lines)
    way = choice.settled(remedies.values()).kind or ""
    return department_forms(claim, remedies, way, sent, kept)


def _accepted(lines: dict[UUID, LineDecisionForm]) -> dict[UUID, Decimal]:
    return {line_id: line.accepted.data or Decimal(0) for line_id, line in lines.items()}


def _decide_by(weighed: Weighed) -> date | None:
    """Return the last day for a decision whose slowest way still ends by the safe day."""
    safe = weighed.days.safe
    if safe is None:
        return None
    return min(decide_by(weighed.network.stages(way), safe) for way in weighed.ways)


def _needed(days: PromiseDays, promised: date, form: DecideForm) -> str:
    """Return what this manager would have to bring or whom to ask for this day; mostly nothing."""
    try:
        check_promise(days, promised, form.wish(), is_head=current_user.role is Role.HEAD_OF_CLAIMS)
    except Refusal as refusal:
        return refusal.words()
    return ""


def _files_of(claim: Claim) -> dict[UUID | None, list[object]]:
    found: dict[UUID | None, list[object]] = {}
    for kept in claim.files:
        found.setdefault(kept.line_id, []).append(kept)
    return found


def _refused(template: str, refusal: Refusal, claim_id: UUID, **forms: object) -> tuple[str, int]:
    """Show the page again with the refusal's words; what was typed is still in the forms."""
    words = refusal.words()
    db.rollback()
    claim = _claim(claim_id)
    if "lines" in forms:
        forms = _decision_page(claim, **forms)  # type: ignore[arg-type]
    return render_template(template, **{**forms, "claim": claim, "refused": words}), refusal.status


def _next_in_list(claim: Claim) -> UUID | None:
    """Return what follows in the list that the manager came from, None after its last claim."""
    name, search = session.get(LIST, ("", ""))
    today = local_day(now(), current_user.time_zone)
    return triage.next_in_list(
        current_user, claim, chosen=_chosen(name), search=search, today=today
    )


def _version() -> int:
    form = StepForm()
    if not form.validate():
        abort(400)
    return int(form.version.data)


def _chosen(name: str) -> Filter:
    return Filter(name) if name in set(Filter) else Filter.TO_DECIDE


def _claim(claim_id: UUID) -> Claim:
    return queries.get_claim(current_user, claim_id) or abort(404)
