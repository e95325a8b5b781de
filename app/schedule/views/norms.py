"""The norms of the stages, planned beside measured."""

from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from app.core.access import needs
from app.core.clock import local_day, now
from app.deadlines import service
from app.deadlines.measures import FEWEST, MeasuredNorm, measured_norms
from app.deadlines.stages import Stage
from app.schedule.desk_forms import Choices, NormForm, group_choices
from app.schedule.views.blueprint import bp
from app.schedule.views.changing import DESK, Answer, answer_change, named

A_YEAR = timedelta(days=365)


@bp.get("/deadlines/norms")
@needs(*DESK)
def norms() -> str:
    return _page()


@bp.post("/deadlines/norms")
@needs(*DESK)
def set_norm() -> Answer:
    form = NormForm()
    return answer_change(
        form,
        lambda: service.set_norm(Stage(form.stage.data), form.working_days.data, **form.key()),
        _page,
        location=url_for(".norms"),
    )


@bp.post("/deadlines/norms/remove")
@needs(*DESK)
def drop_norm() -> Answer:
    form = NormForm()
    return answer_change(
        form,
        lambda: service.drop_norm(Stage(form.stage.data), **form.key()),
        _page,
        location=url_for(".norms"),
        note=gettext(
            "Removed: %(norm)s. The more general norm applies.",
            norm=named(form.stage, form.product_group, form.remedy),
        ),
    )


def _page(form: NormForm | None = None, refused: str = "") -> str:
    today = local_day(now(), current_user.time_zone)
    rows = measured_norms(today - A_YEAR)
    typed = _key_of(form) if form else None
    is_new = form is not None and typed not in [_key(row) for row in rows]
    groups = group_choices()
    return render_template(
        "schedule/norms.html",
        rows=[(row, form if _key(row) == typed and form else _form(row, groups)) for row in rows],
        added=form if is_new else NormForm(groups, formdata=None),
        fewest=FEWEST,
        refused=refused,
        is_typed=request.method == "POST",
    )


def _form(row: MeasuredNorm, groups: Choices) -> NormForm:
    data = {
        "stage": row.stage,
        "product_group": row.product_group,
        "remedy": row.remedy or "",
        "working_days": row.planned,
    }
    return NormForm(groups, formdata=None, data=data)


def _key(row: MeasuredNorm) -> tuple[Any, ...]:
    return row.stage, row.product_group, row.remedy or ""


def _key_of(form: NormForm) -> tuple[Any, ...]:
    return form.stage.data, form.product_group.data, form.remedy.data
