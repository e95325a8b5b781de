"""The board of claims that silence will accept, and of those that it has accepted."""

from flask import render_template
from flask_login import current_user

from app.claims import silence_board as board
from app.core.access import needs
from app.core.clock import local_day, now
from app.schedule.views.blueprint import bp
from app.vocabulary import MANAGERS, Role


@bp.get("/silence")
@needs(*MANAGERS)
def silence() -> str:
    rows = board.silence_board(current_user, today=local_day(now(), current_user.time_zone))
    return render_template(
        "schedule/silence.html",
        rows=rows,
        sums=board.sums(rows),
        accepted=board.accepted_claims(current_user),
        contesters=board.who_may_contest(),
        may_contest=current_user.role is Role.HEAD_OF_CLAIMS,
    )
