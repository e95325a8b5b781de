"""The plan on the page of a decision: the days for what is typed by now, and the ways out."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_login import current_user

from app.claims.axis import draw_axis, slack_of
from app.claims.circumstances import possible_circumstances
from app.claims.days import Fact, day_of
from app.claims.decisions import DecideForm, LineDecisionForm, accepted_remedies, grants_of
from app.claims.models import Claim
from app.claims.promise_rules import PromiseDays, check_promise
from app.claims.promising import Weighed, weigh_promise
from app.claims.revising import usual_day
from app.claims.way_outs import way_outs
from app.core.clock import now
from app.core.errors import Refusal
from app.deadlines.closures import guessed_years
from app.deadlines.forecast import decide_by
from app.deadlines.network import Network
from app.deadlines.options import lanes_to_choose
from app.deadlines.ways import WayChoice
from app.vocabulary import Remedy, Role

_NOTHING: dict[str, Any] = {"plan": None, "plan_refused": "", "options": [], "grants": []}


def plan_of(
    claim: Claim,
    form: DecideForm,
    lines: Mapping[UUID, LineDecisionForm],
    choice: WayChoice,
    fixed: Collection[UUID] = (),
    *,
    network: Network | None = None,
) -> dict[str, Any]:
    """Return the plan for what is accepted, on its axis, or the words why there is none.

    `fixed` are lines of which something has happened: they go on as they were planned. The network
    is read unless the caller has read it.
    """
    accepted = accepted_remedies(lines)
    remedies = {line_id: one for line_id, one in accepted.items() if line_id not in fixed}
    if not remedies:
        return _NOTHING | {"is_under_way": bool(accepted)}
    grants = [one for one in grants_of(claim, lines) if one.line.id not in fixed]
    return {**_dates(claim, form, lines, choice, remedies, network), "grants": grants}


def _dates(
    claim: Claim,
    form: DecideForm,
    lines: Mapping[UUID, LineDecisionForm],
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
    promised = form.promise_on.data or usual_day(claim, days)
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
        "needed": _needed(days, promised, form, is_kept=promised == claim.promise_on),
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


def _accepted(lines: Mapping[UUID, LineDecisionForm]) -> dict[UUID, Decimal]:
    return {line_id: line.accepted.data or Decimal(0) for line_id, line in lines.items()}


def _decide_by(weighed: Weighed) -> date | None:
    """Return the last day for a decision whose slowest way still ends by the safe day."""
    safe = weighed.days.safe
    if safe is None:
        return None
    return min(decide_by(weighed.network.stages(way), safe) for way in weighed.ways)


def _needed(days: PromiseDays, promised: date, form: DecideForm, *, is_kept: bool) -> str:
    """Return what this manager would have to bring or whom to ask for this day; mostly nothing.

    A day that is promised already and kept needs no reason of its own.
    """
    wish = replace(form.wish(), reason="–") if is_kept else form.wish()
    try:
        check_promise(days, promised, wish, is_head=current_user.role is Role.HEAD_OF_CLAIMS)
    except Refusal as refusal:
        return refusal.words()
    return ""
