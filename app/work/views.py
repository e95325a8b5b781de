"""The screens of the departments."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, flash, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.policy import User
from app.claims import attachments
from app.claims.models import Claim
from app.claims.part_forms import LinePartForm, part_entries, part_forms
from app.claims.parts import named_parts, parts_of
from app.claims.queries import get_claim
from app.claims.rules import ClaimState
from app.core.access import needs
from app.core.clock import local_day, now
from app.core.errors import Refusal
from app.core.fields import BaseForm, StepForm
from app.core.web import done
from app.files.responses import file_response
from app.files.rules import SUFFIXES, Variant
from app.vocabulary import MANAGERS, Role, Visibility
from app.work import passing, queries, service
from app.work.forms import DepartmentForm, RedirectForm, WordsForm, department_choices
from app.work.models import WorkOrder
from app.work.rules import MEET_CUSTOMERS, OPEN, WorkState, work_actions

FormT = TypeVar("FormT", bound=BaseForm)

Answer = AnyResponse | str | tuple[str, int]

bp = Blueprint("work", __name__, template_folder="templates")


@bp.get("/work")
@needs(Role.DEPARTMENT_WORKER, *MANAGERS)
def mine() -> str:
    return render_template(
        "work/mine.html",
        page=queries.list_open(current_user, after=request.args.get("after", "")),
        count=queries.count_open(current_user),
        finished=queries.list_done(current_user),
        today=local_day(now(), current_user.time_zone),
    )


@bp.get("/work/<uuid:order_id>")
@needs(Role.DEPARTMENT_WORKER, *MANAGERS)
def show(order_id: UUID) -> str:
    return _page(_order(order_id))


@bp.get(
    "/work/<uuid:order_id>/files/<int(max=2147483647):kept_id>/<any(served, thumbnail):variant>"
)
@needs(Role.DEPARTMENT_WORKER, *MANAGERS)
def file(order_id: UUID, kept_id: int, variant: str) -> Response:
    kept = queries.get_file(current_user, order_id, kept_id) or abort(404)
    return file_response(kept.file, Variant(variant))


@bp.post("/work/<uuid:order_id>/files")
@needs(Role.DEPARTMENT_WORKER)
def attach(order_id: UUID) -> AnyResponse:
    """Add files to the order's line; those that are refused are named, the others stay."""
    order = _order(order_id)
    chosen = request.form.get("visibility", "")
    visibility = Visibility(chosen) if chosen in set(Visibility) else Visibility.INTERNAL
    for upload in request.files.getlist("file"):
        if upload.filename:
            _attach(order, upload.filename, upload.stream, visibility)
    return done(url_for(".show", order_id=order_id, _anchor="files"))


@bp.post("/work/<uuid:order_id>/start")
@needs(Role.DEPARTMENT_WORKER)
def start(order_id: UUID) -> AnyResponse:
    order, form = _order(order_id), _sent(StepForm())
    service.start(order, version=form.version.data, by=current_user, at=now())
    return done(url_for(".show", order_id=order_id))


@bp.post("/work/<uuid:order_id>/block")
@needs(Role.DEPARTMENT_WORKER)
def block(order_id: UUID) -> AnyResponse:
    order, form = _order(order_id), _sent(WordsForm())
    service.block(order, form.words.data, version=form.version.data, by=current_user, at=now())
    return done(url_for(".show", order_id=order_id))


@bp.post("/work/<uuid:order_id>/resume")
@needs(Role.DEPARTMENT_WORKER)
def resume(order_id: UUID) -> AnyResponse:
    order, form = _order(order_id), _sent(StepForm())
    service.resume(order, version=form.version.data, by=current_user, at=now())
    return done(url_for(".show", order_id=order_id))


@bp.post("/work/<uuid:order_id>/finish")
@needs(Role.DEPARTMENT_WORKER)
def finish(order_id: UUID) -> AnyResponse:
    order, form = _order(order_id), _sent(WordsForm())
    service.finish(order, form.words.data, version=form.version.data, by=current_user, at=now())
    return done(url_for(".mine"))


@bp.post("/work/<uuid:order_id>/parts")
@needs(Role.DEPARTMENT_WORKER)
def name_parts(order_id: UUID) -> Answer:
    order, step = _order(order_id), _sent(StepForm())
    forms = _part_forms(order, request.form)
    # A list, not a generator: every part is checked, so that all that is wrong is marked at once.
    checks = [form.validate() for form in forms.values()]
    if not all(checks):
        return _page(order, forms), HTTPStatus.UNPROCESSABLE_ENTITY
    service.name_parts(
        order, part_entries(forms), version=step.version.data, by=current_user, at=now()
    )
    return done(url_for(".show", order_id=order_id, _anchor="parts"))


@bp.post("/claims/<uuid:claim_id>/work")
@needs(*MANAGERS)
def add(claim_id: UUID) -> AnyResponse:
    """Let one more department work on a line."""
    claim = get_claim(current_user, claim_id) or abort(404)
    form = _sent(DepartmentForm.of(claim))
    line_id, department_id = UUID(form.line.data), form.department.data
    passing.add_order(claim.id, line_id, department_id, form.words.data, by=current_user, at=now())
    return done(_panel_of(claim_id))


@bp.post("/work/<uuid:order_id>/redirect")
@needs(*MANAGERS)
def redirect(order_id: UUID) -> AnyResponse:
    order, form = _order(order_id), _sent(RedirectForm.to_any())
    passing.redirect(
        order,
        form.department.data,
        form.words.data,
        version=form.version.data,
        by=current_user,
        at=now(),
    )
    return done(_panel_of(order.claim_id))


@bp.post("/work/<uuid:order_id>/take-back")
@needs(*MANAGERS)
def take_back(order_id: UUID) -> AnyResponse:
    order, form = _order(order_id), _sent(WordsForm())
    passing.take_back(order, form.words.data, version=form.version.data, by=current_user, at=now())
    return done(_panel_of(order.claim_id))


def panel(claim: Claim, user: User) -> Markup:
    """Return the work of a claim as a part of its page; the dealer sees every step."""
    may_pass_on = user.is_manager and claim.state is ClaimState.EXECUTION
    page = render_template(
        "work/panel.html",
        orders=queries.list_of_claim(claim.id),
        user=user,
        claim=claim,
        departments=department_choices() if may_pass_on else [],
        open_states=OPEN,
    )
    return Markup(page)  # noqa: S704  (rendered by our own template)


def _page(order: WorkOrder, typed: Mapping[int, LinePartForm] | None = None) -> str:
    """Return the page of an order, with the parts as they were typed where that was refused."""
    earlier = queries.waits_for(order)
    may_act = current_user.role is Role.DEPARTMENT_WORKER
    return render_template(
        "work/show.html",
        order=order,
        actions=work_actions(order.state) if may_act and not earlier else (),
        parts=(typed or _part_forms(order)) if may_act and order.state in OPEN else None,
        named_parts=named_parts([order.claim_line_id]).get(order.claim_line_id, []),
        earlier=earlier if order.state is WorkState.QUEUED else [],
        form=WordsForm(version=order.version),
        meets_customer=order.department.code in MEET_CUSTOMERS,
        may_add=may_act and attachments.is_open(order.claim),
        accept=",".join(SUFFIXES),
        today=local_day(now(), current_user.time_zone),
        panels=[panel(order, current_user) for panel in current_app.extensions["order_panels"]],
    )


def _part_forms(
    order: WorkOrder, typed: MultiDict[str, str] | None = None
) -> dict[int, LinePartForm]:
    return part_forms("", parts_of([order.line])[order.claim_line_id], typed)


def _attach(order: WorkOrder, name: str, stream: Any, visibility: Visibility) -> None:
    try:
        attachments.attach(
            order.claim, order.line, name, stream, by=current_user, at=now(), visibility=visibility
        )
    except Refusal as refusal:
        flash(refusal.words(), "danger")


def _panel_of(claim_id: UUID) -> str:
    return url_for("claims.show", claim_id=claim_id, _anchor="work")


def _sent(form: FormT) -> FormT:
    """Return the form that our own page sent; anything else is not worth words."""
    if not form.validate():
        abort(400)
    return form


def _order(order_id: UUID) -> WorkOrder:
    return queries.get_order(current_user, order_id) or abort(404)
