"""Telling how a stage goes, from a claim's page and from a department's work order."""

from datetime import date
from uuid import UUID

from flask import abort, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts.policy import User
from app.claims.forecast_models import NewsKind
from app.claims.models import Claim
from app.claims.queries import get_claim
from app.claims.rules import PROMISED
from app.core.access import needs
from app.core.clock import now
from app.core.errors import Refusal
from app.core.web import done
from app.deadlines.stages import Stage
from app.schedule import news
from app.schedule.forms import ExpectedForm, NewsForm
from app.schedule.queries import tracked_legs
from app.schedule.subjects import LAST_STAGE_OF
from app.schedule.views.blueprint import bp
from app.vocabulary import DEALERS, MANAGERS, Role
from app.work.models import WorkOrder
from app.work.queries import get_order
from app.work.rules import OPEN


@bp.post("/claims/<uuid:claim_id>/news")
@needs(*DEALERS, *MANAGERS)
def tell(claim_id: UUID) -> Response:
    claim = get_claim(current_user, claim_id) or abort(404)
    form = news_form(claim, current_user) or abort(409)
    page = url_for("claims.show", claim_id=claim_id, _anchor="promise")
    if not form.validate():
        flash(_first_fault(form), "danger")
        return done(page)
    _tell(claim, Stage(form.stage.data), NewsKind(form.kind.data), form.day.data)
    return done(page)


@bp.post("/work/<uuid:order_id>/expected")
@needs(Role.DEPARTMENT_WORKER)
def expect(order_id: UUID) -> Response:
    order = get_order(current_user, order_id) or abort(404)
    form, page = ExpectedForm(), url_for("work.show", order_id=order_id)
    if not form.validate():
        flash(_first_fault(form), "danger")
        return done(page)
    stage = LAST_STAGE_OF.get(order.department.code) or abort(409)
    _tell(order.claim, stage, NewsKind.EXPECTED, form.day.data)
    return done(page)


def news_form(claim: Claim, user: User) -> NewsForm | None:
    """Return the form for the stages that are not over and that this person may tell of."""
    if claim.state not in PROMISED:
        return None
    stages = [
        Stage(leg.stage)
        for leg in tracked_legs(claim)
        if leg.actual is None and news.may_tell(user, Stage(leg.stage))
    ]
    return NewsForm(stages) if stages else None


def order_panel(order: WorkOrder, user: User) -> Markup:
    """Return the question when the work will be done, for those who do it."""
    if user.role is not Role.DEPARTMENT_WORKER or order.state not in OPEN:
        return Markup()
    if order.department.code not in LAST_STAGE_OF:
        return Markup()
    page = render_template("schedule/expected.html", order=order, form=ExpectedForm())
    return Markup(page)  # noqa: S704  (rendered by our own template)


def _tell(claim: Claim, stage: Stage, kind: NewsKind, day: date) -> None:
    try:
        news.tell_news(claim, stage, kind, day, by=current_user, at=now())
    except Refusal as refusal:
        flash(refusal.words(), "danger")
    else:
        flash(gettext("Noted. The expected days follow in a moment."), "success")


def _first_fault(form: NewsForm | ExpectedForm) -> str:
    return next(str(fault) for faults in form.errors.values() for fault in faults)
