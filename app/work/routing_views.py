"""The routing table on screen: which departments work on which remedy, in which order."""

from http import HTTPStatus

import structlog
from flask import Blueprint, abort, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.table_history import ManagedTable, Row, record_table_change, table_history
from app.core.access import needs
from app.core.clock import now
from app.core.confirmation import as_sent, flash_undo
from app.core.db import db
from app.core.errors import Refusal
from app.core.i18n import local_name
from app.core.web import done
from app.core.words import label
from app.deadlines.stages import OTHER_CHAINS
from app.routing import service
from app.routing.models import Route
from app.routing.queries import find_route, list_routes
from app.vocabulary import Remedy, Role
from app.work.routing_forms import RouteForm

Answer = Response | str | tuple[str, int]
KEEPERS = (Role.ADMINISTRATOR, Role.HEAD_OF_CLAIMS)

bp = Blueprint("routing", __name__, template_folder="templates")
log = structlog.get_logger(__name__)


@bp.get("/routing")
@needs(*KEEPERS)
def table() -> str:
    return _page(RouteForm(formdata=None))


@bp.post("/routing")
@needs(*KEEPERS)
def add() -> Answer:
    form = RouteForm()
    if not form.validate():
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        route = service.add_route(form.facts())
    except Refusal as refusal:
        return _refused(form, refusal)
    _record(None, _row(route))
    log.info("route.added", **_logged(form), by=current_user.id)
    flash(_saved(), "success")
    return done(url_for(".table"))


@bp.get("/routing/<int(max=2147483647):route_id>")
@needs(*KEEPERS)
def edit(route_id: int) -> str:
    route = find_route(route_id) or _gone()
    return _page(RouteForm.of(route), changed=route_id)


@bp.post("/routing/<int(max=2147483647):route_id>")
@needs(*KEEPERS)
def change(route_id: int) -> Answer:
    before = _row(find_route(route_id) or _gone())
    form = RouteForm()
    if not form.validate():
        return _page(form, changed=route_id), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        route = service.change_route(route_id, form.facts()) or _gone()
    except Refusal as refusal:
        return _refused(form, refusal, changed=route_id)
    _record(before, _row(route))
    log.info("route.changed", route=route_id, **_logged(form), by=current_user.id)
    flash(_saved(), "success")
    return done(url_for(".table"))


@bp.post("/routing/<int(max=2147483647):route_id>/remove")
@needs(*KEEPERS)
def remove(route_id: int) -> Answer:
    before = _row(find_route(route_id) or _gone())
    try:
        route = service.remove_route(route_id) or _gone()
    except Refusal as refusal:
        return _refused(RouteForm(formdata=None), refusal)
    _record(before, None)
    log.info(
        "route.removed",
        remedy=route.remedy.value,
        way=route.way,
        department=route.department_id,
        by=current_user.id,
    )
    flash_undo(
        gettext("The row is removed. Work orders that are open stay as they are."),
        url_for(".add"),
        as_sent(RouteForm.of(route)),
    )
    return done(url_for(".table"))


def _record(before: Row | None, after: Row | None) -> None:
    record_table_change(ManagedTable.ROUTING, before, after, by=current_user, at=now())


def _row(route: Route) -> Row:
    """Return a row as the history keeps it: with the names that it has now."""
    db.flush()  # a new row is listed with its id
    listed = next(one for one in list_routes() if one.id == route.id)
    return {name: value for name, value in vars(listed).items() if name != "id"}


def _tell(row: Row) -> str:
    known = {one.kind.value: one.kind for one in OTHER_CHAINS}
    way = row["way"]
    said = [
        label(Remedy(row["remedy"])),
        label(known[way]) if way in known else way or gettext("Usual procedure"),
        row["plant"] or gettext("Every plant"),
        str(row["position"]),
        local_name(row["department"]),
        gettext("waits for lower positions") if row["waits"] else "",
    ]
    return " · ".join(part for part in said if part)


def _saved() -> str:
    return str(gettext("Saved. The row applies to claims that are accepted from now on."))


def _gone() -> Route:
    abort(404, gettext("This row no longer exists."))


def _logged(form: RouteForm) -> dict[str, str]:
    return {name: str(value) for name, value in vars(form.facts()).items()}


def _refused(form: RouteForm, refusal: Refusal, changed: int | None = None) -> tuple[str, int]:
    db.rollback()
    return _page(form, refused=refusal.words(), changed=changed), refusal.status


def _page(form: RouteForm, refused: str = "", changed: int | None = None) -> str:
    return render_template(
        "work/routing.html",
        routes=list_routes(),
        ways={one.kind.value: one.kind for one in OTHER_CHAINS},
        form=form,
        refused=refused,
        changed=changed,
        changes=table_history(ManagedTable.ROUTING, _tell),
    )
