"""The administrator's pages of the doctor and of the reconciliation."""

from flask import Blueprint, current_app, flash, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.access import needs
from app.core.clock import now
from app.core.web import done
from app.erp import doctor, reconcile, reconciled
from app.vocabulary import Role
from connectors.errors import OutsideError

bp = Blueprint("health", __name__)


@bp.get("/exchange/doctor")
@needs(Role.ADMINISTRATOR)
def show_doctor() -> str:
    node = current_app.config["ERP_NODE"]
    return render_template("erp/doctor.html", last=doctor.last_checkup(node))


@bp.post("/exchange/doctor")
@needs(Role.ADMINISTRATOR)
def examine() -> Response:
    doctor.examine(current_app.config["ERP_NODE"], by=current_user.id)
    return done(url_for(".show_doctor"))


@bp.get("/exchange/reconciliation")
@needs(Role.ADMINISTRATOR)
def show_reconciliation() -> str:
    return render_template(
        "erp/reconcile.html",
        last=reconciled.last_run(current_app.config["ERP_NODE"]),
        differences=reconciled.open_differences(),
        log=reconciled.mended_differences(),
    )


@bp.post("/exchange/reconciliation")
@needs(Role.ADMINISTRATOR)
def compare() -> Response:
    try:
        node = current_app.config["ERP_NODE"]
        outcome = reconcile.reconcile(node, by=current_user.id, at=now())
    except OutsideError as error:
        flash(gettext("The ERP did not answer as it should: %(reason)s", reason=error), "danger")
    else:
        flash(gettext("%(number)s documents compared.", number=outcome.asked), "success")
    return done(url_for(".show_reconciliation"))


@bp.post("/exchange/reconciliation/<int(max=9223372036854775807):difference_id>/mend")
@needs(Role.ADMINISTRATOR)
def mend(difference_id: int) -> Response:
    if reconcile.mend(difference_id, by=current_user.id, at=now()):
        flash(gettext("Mended; the next comparison shows whether it holds."), "success")
    else:
        flash(gettext("Somebody has mended this already."), "info")
    return done(url_for(".show_reconciliation"))


@bp.post("/exchange/reconciliation/push-all")
@needs(Role.ADMINISTRATOR)
def push_all() -> Response:
    number = reconcile.push_all_again(by=current_user.id, at=now())
    flash(gettext("%(number)s documents are pushed again.", number=number), "success")
    return done(url_for(".show_reconciliation"))
