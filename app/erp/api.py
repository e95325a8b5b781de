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
from app.erp import intake
from app.erp.pull import PullIsRunning
from app.outbox.connections import ConnectionIsHeld
from connectors.errors import OutsideError

bp = Blueprint("erp_api", __name__)

UNKNOWN = {"WWW-Authenticate": 'Basic realm="Dealer Claims", charset="UTF-8"'}


@bp.post("/api/erp/changes", defaults={"connection": ONLY_ERP})
@bp.post("/api/erp/<connection>/changes")
@csrf.exempt  # type: ignore[untyped-decorator]  # a machine with its own password, no browser with a cookie
@open_to_all("the ERP signs in with each call, by HTTP Basic")
def read_changes(connection: str) -> ResponseReturnValue:
    """Read a connection's change feed now; answer how many rows are different."""
    if not _is_the_erp():
        db.commit()
        return "", HTTPStatus.UNAUTHORIZED, UNKNOWN
    if connection not in outside().erps:
        return jsonify(state="unknown", reason="No such connection"), HTTPStatus.NOT_FOUND
    try:
        reports = intake.pull_now(connection)
    except PullIsRunning:
        return jsonify(state="running"), HTTPStatus.ACCEPTED
    except ConnectionIsHeld as error:
        return jsonify(state="paused", reason=str(error)), HTTPStatus.CONFLICT
    except OutsideError as error:
        return jsonify(state="failed", reason=str(error)), HTTPStatus.BAD_GATEWAY
    return jsonify(
        state="read",
        message=reports[-1].message_no,
        published=sum(report.published for report in reports),
        rejected=sum(report.rejected for report in reports),
    )


def _is_the_erp() -> bool:
    given = request.authorization
    if given is None or given.type != "basic":
        return False
    account = check_service_password(
        given.username or "", given.password or "", address=request.remote_addr or "", at=now()
    )
    return account is not None
