"""The lanes between sites, and the payment runs, which are lanes for money."""

from flask import abort, render_template, request, url_for
from flask_login import current_user

from app.core.access import needs
from app.core.clock import local_day, now
from app.core.text import clean_line
from app.deadlines import service
from app.deadlines.stages import Load
from app.schedule import desk
from app.schedule.desk_forms import LaneForm, weekday_choices
from app.schedule.views.blueprint import bp
from app.schedule.views.calendars import LONGEST_SEARCH
from app.schedule.views.changing import DESK, Answer, answer_change

# Each list keeps lanes for its own loads.
LISTS = {"lanes": (Load.GOODS, Load.TECHNICIAN), "payments": (Load.MONEY,)}
LIST = "/deadlines/<any(lanes, payments):kind>"


@bp.get(LIST)
@needs(*DESK)
def lanes(kind: str) -> str:
    search = clean_line(request.args.get("q", ""))[:LONGEST_SEARCH]
    return render_template(
        "schedule/lanes.html",
        kind=kind,
        lanes=desk.list_lanes(LISTS[kind], search),
        search=search,
        weekdays=dict(weekday_choices()),
        today=local_day(now(), current_user.time_zone),
    )


@bp.route(LIST + "/new", methods=["GET", "POST"])
@needs(*DESK)
def add_lane(kind: str) -> Answer:
    form = LaneForm.of(None, loads=LISTS[kind])
    on = local_day(now(), current_user.time_zone)

    def page(form: LaneForm, refused: str = "") -> str:
        return render_template("schedule/lane.html", kind=kind, form=form, refused=refused)

    if request.method == "GET":
        return page(form)
    return answer_change(
        form,
        lambda: service.add_lane(form.facts(), on=on),
        page,
        location=url_for(".lanes", kind=kind),
    )


@bp.route(LIST + "/<int(max=2147483647):lane_id>", methods=["GET", "POST"])
@needs(*DESK)
def change_lane(kind: str, lane_id: int) -> Answer:
    lane = desk.get_lane(lane_id)
    if lane is None or lane.load not in LISTS[kind]:
        abort(404)
    form = LaneForm.of(lane, loads=LISTS[kind])
    on = local_day(now(), current_user.time_zone)

    def page(form: LaneForm, refused: str = "") -> str:
        return render_template(
            "schedule/lane.html", kind=kind, form=form, lane_id=lane_id, refused=refused
        )

    if request.method == "GET":
        return page(form)
    return answer_change(
        form,
        lambda: service.change_lane(lane_id, form.facts(), on=on),
        page,
        location=url_for(".lanes", kind=kind),
    )
