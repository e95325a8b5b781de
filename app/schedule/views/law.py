"""The rules of law and contract, and the policies of service, each with its versions."""

from collections.abc import Iterable
from dataclasses import replace

from flask import abort, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user

from app.claims.policy_changes import (
    Move,
    preview_policy,
    preview_removal,
    remove_and_move,
    running_by,
    save_and_move,
)
from app.core.access import needs
from app.core.clock import now
from app.core.words import label
from app.deadlines import law, policies
from app.deadlines.clock_models import ClockRule, SlaPolicy
from app.deadlines.clocks import Rule
from app.deadlines.words import DUTIES
from app.schedule.desk_forms import Choices, PolicyForm, RuleForm, group_choices
from app.schedule.views.blueprint import bp
from app.schedule.views.changing import DESK, Answer, Shift, answer_change, named
from app.vocabulary import Remedy


@bp.get("/deadlines/rules")
@needs(*DESK)
def rules() -> str:
    rows = law.list_rules()
    country = request.args.get("country", "")
    return render_template(
        "schedule/rules.html",
        rules=[row for row in rows if not country or row.country == country],
        countries=sorted({row.country for row in rows}),
        country=country,
    )


@bp.route("/deadlines/rules/<code>", methods=["GET", "POST"])
@needs(*DESK)
def rule(code: str) -> Answer:
    versions = law.versions_of(code)
    present = next((row for row in versions if row.replaced_at is None), None) or abort(404)
    form = RuleForm.of(present)

    def page(form: RuleForm, refused: str = "") -> str:
        return render_template(
            "schedule/rule.html",
            rule=present,
            versions=versions,
            duty=gettext(DUTIES.get(present.duty, present.duty)),
            demands=[label(Remedy(one)) for one in present.demands if one in set(Remedy)],
            trigger=label(present.as_rule().starts_at),
            form=form,
            refused=refused,
        )

    if request.method == "GET":
        return page(form)
    return answer_change(
        form,
        lambda: law.change_rule(_changed(present, form), by=current_user, at=now()),
        page,
        location=url_for(".rule", code=code),
        note=_keeps_running(code),
    )


@bp.get("/deadlines/service")
@needs(*DESK)
def service_policies() -> str:
    return _policies_page()


@bp.post("/deadlines/service")
@needs(*DESK)
def save_policy() -> Answer:
    form = PolicyForm()
    return answer_change(
        form,
        lambda: save_and_move(form.policy(), by=current_user, at=now()),
        _policies_page,
        location=url_for(".service_policies"),
        preview=lambda: _shifts(preview_policy(form.policy())),
    )


@bp.post("/deadlines/service/remove")
@needs(*DESK)
def remove_policy() -> Answer:
    form = PolicyForm()
    return answer_change(
        form,
        lambda: remove_and_move(form.policy().clock, form.scope(), by=current_user, at=now()),
        _policies_page,
        location=url_for(".service_policies"),
        preview=lambda: _shifts(preview_removal(form.policy().clock, form.scope())),
        note=gettext(
            "Removed: %(policy)s. The more general policy applies.",
            policy=named(
                form.clock, form.dealer_class, form.product_group, form.demand, form.priority
            ),
        ),
    )


def _keeps_running(code: str) -> str:
    """Say what a change of the rule does to the clocks that run by it: nothing, and to how many."""
    count = running_by(code)
    kept = gettext("Running deadlines keep the version they began with; new claims get this one.")
    now_running = ngettext(
        "%(num)s running deadline uses it now.", "%(num)s running deadlines use it now.", count
    )
    return f"{kept} {now_running}"


def _shifts(moves: Iterable[Move]) -> list[Shift]:
    return [
        Shift(move.claim_id, move.number, move.dealer, None, move.was, move.becomes)
        for move in moves
    ]


def _changed(present: ClockRule, form: RuleForm) -> Rule:
    return replace(present.as_rule(), **form.changes())


def _policies_page(form: PolicyForm | None = None, refused: str = "") -> str:
    rows, groups = policies.list_policies(), group_choices()
    typed = form.key() if form else None
    place = next((row.id for row in rows if (row.clock, _scope(row)) == typed), None)
    return render_template(
        "schedule/policies.html",
        rows=[
            (row, form if form and row.id == place else _policy_form(row, groups)) for row in rows
        ],
        added=form if form and place is None else PolicyForm(groups, formdata=None),
        replaced=policies.list_replaced(),
        refused=refused,
    )


def _policy_form(row: SlaPolicy, groups: Choices) -> PolicyForm:
    data = {
        name: getattr(row, name) or ""
        for name in ("dealer_class", "product_group", "demand", "priority")
    }
    data |= {
        "clock": row.clock,
        "amount": row.amount,
        "unit": row.unit,
        "is_pausable": row.is_pausable,
    }
    return PolicyForm(groups, formdata=None, data=data)


def _scope(row: SlaPolicy) -> object:
    return row.as_policy().scope
