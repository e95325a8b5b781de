"""When a department will be done, asked on its work order."""

from uuid import UUID

from flask import abort, flash, render_template, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts.policy import User
from app.claims.forecast_models import NewsKind
from app.core.access import needs
from app.core.web import done
from app.schedule.forms import ExpectedForm
from app.schedule.views.blueprint import bp
from app.schedule.views.news import first_fault, tell_or_say_why
from app.vocabulary import Role
from app.work.models import WorkOrder
from app.work.queries import get_order
from app.work.rules import LAST_STAGE_OF, OPEN


@bp.post("/work/<uuid:order_id>/expected")
@needs(Role.DEPARTMENT_WORKER)
def expect(order_id: UUID) -> Response:
    order = get_order(current_user, order_id) or abort(404)
    form, page = ExpectedForm(), url_for("work.show", order_id=order_id)
    if not form.validate():
        flash(first_fault(form), "danger")
        return done(page)
    stage = LAST_STAGE_OF.get(order.department.code) or abort(409)
    tell_or_say_why(order.claim, stage, NewsKind.EXPECTED, form.day.data)
    return done(page)


def panel(order: WorkOrder, user: User) -> Markup:
    """Return the question when the work will be done, for those who do it."""
    if user.role is not Role.DEPARTMENT_WORKER or order.state not in OPEN:
        return Markup()
    if order.department.code not in LAST_STAGE_OF:
        return Markup()
    page = render_template("schedule/expected.html", order=order, form=ExpectedForm())
    return Markup(page)  # noqa: S704  (rendered by our own template)
