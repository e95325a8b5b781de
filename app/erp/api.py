"""The door of the ERPs: they ring when something has changed, nobody waits for the minute."""

from http import HTTPStatus

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.accounts.service import check_service_password
from app.core.access import open_to_all
from app.core.clock import now
from app.core.db import db
from app.core.outside import ONLY_ERP, outside
from app.core.web import csrf
from app.erp import jobs
from app.erp.job_models import JobKind, JobSource
from app.outbox.connections import ConnectionIsHeld

bp = Blueprint("erp_api", __name__)

UNKNOWN = {"WWW-Authenticate": 'Basic realm="Dealer Claims", charset="UTF-8"'}


@bp.post("/api/erp/changes", defaults={"connection": ONLY_ERP})
@bp.post("/api/erp/<connection>/changes")
@csrf.exempt  # type: ignore[untyped-decorator]  # a machine with its own password, no browser with a cookie
@open_to_all("the ERP signs in with each call, by HTTP Basic")
def read_changes(connection: str) -> ResponseReturnValue:
    """Have a connection's change feed read by a worker at once; answer what was asked for."""
    if not _is_the_erp():
        db.commit()
        return "", HTTPStatus.UNAUTHORIZED, UNKNOWN
    if connection not in outside().erps:
        return jsonify(state="unknown", reason="No such connection"), HTTPStatus.NOT_FOUND
    try:
        job_id = jobs.ask(connection, JobKind.READ, source=JobSource.ERP, by=None, at=now())
    except ConnectionIsHeld as error:
        return jsonify(state="paused", reason=str(error)), HTTPStatus.CONFLICT
    db.commit()
    return jsonify(state="asked", job=str(job_id)), HTTPStatus.ACCEPTED


def _is_the_erp() -> bool:
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    account = check_service_password(
        given.username or "", given.password or "", address=request.remote_addr or "", at=now()
    )
    return account is not None
