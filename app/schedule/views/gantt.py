"""The open work of a department as a chart."""

from flask import render_template, request
from flask_login import current_user

from app.accounts.queries import list_departments
from app.core.access import needs
from app.core.clock import local_day, now
from app.core.fields import read_id
from app.schedule.gantt import Grouping, Zoom, draw_gantt
from app.schedule.queries import list_open_orders
from app.schedule.views.blueprint import bp
from app.vocabulary import MANAGERS, Role
from app.work.queries import count_open


@bp.get("/work/chart")
@needs(Role.DEPARTMENT_WORKER, *MANAGERS)
def gantt() -> str:
    today = local_day(now(), current_user.time_zone)
    department = request.args.get("department", type=read_id) if current_user.is_manager else None
    zoom, grouping = _zoom(), _grouping()
    page = list_open_orders(current_user, department, after=request.args.get("after", ""))
    return render_template(
        "schedule/gantt.html",
        orders=page.rows,
        after=page.after,
        count=count_open(current_user, department),
        gantt=draw_gantt(page.rows, today=today, zoom=zoom, grouping=grouping),
        today=today,
        zoom=zoom,
        zooms=list(Zoom),
        grouping=grouping,
        groupings=list(Grouping),
        department=department,
        departments=list_departments() if current_user.is_manager else (),
    )


def _zoom() -> Zoom:
    chosen = request.args.get("zoom", "")
    return Zoom(chosen) if chosen in set(Zoom) else Zoom.MONTH


def _grouping() -> Grouping:
    chosen = request.args.get("by", "")
    return Grouping(chosen) if chosen in set(Grouping) else Grouping.PERSON
