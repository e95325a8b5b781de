"""The administrator's way in: from what the deadlines are computed, and what is missing there."""

from flask import render_template
from flask_login import current_user

from app.core.access import needs
from app.core.clock import local_day, now
from app.deadlines.closures import missing_decrees
from app.schedule.views.blueprint import bp
from app.schedule.views.changing import DESK


@bp.get("/deadlines")
@needs(*DESK)
def desk() -> str:
    today = local_day(now(), current_user.time_zone)
    return render_template("schedule/desk.html", missing=missing_decrees(today))
