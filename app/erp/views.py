"""The exchange screen of the administrator, and the ERP's part of a claim's page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask_babel import format_timedelta, gettext, ngettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.accounts.policy import User
from app.claims.history import readdressed_letters
from app.claims.models import Claim
from app.core.access import needs
from app.core.clock import now
from app.core.web import done
from app.erp import health, jobs, mapping_pages, messages, queries, service
from app.erp.clockwork import list_runs
from app.erp.job_models import SLOTS, JobKind
from app.erp.known import all_titles, erp_titles
from app.erp.messages import Age, ExchangeRow, Wanted
from app.erp.metadata import changes_in, object_name
from app.erp.words import CONNECTION_COLOURS, SENTENCES, job_words
from app.outbox.connections import list_connections
from app.outbox.halts import list_halted
from app.outbox.history import history_of
from app.outbox.models import Connection, MessageState
from app.outbox.queries import backlog, count_by_state
from app.outbox.rules import BREAK_AFTER, ConnectionState
from app.vocabulary import Role

bp = Blueprint("erp", __name__, template_folder="templates")

READDRESSED_SINCE = timedelta(days=30)
MESSAGE = "/exchange/<int(max=9223372036854775807):message_id>"


@bp.get("/exchange")
@needs(Role.ADMINISTRATOR)
def exchange() -> str:
    wanted = Wanted.read(request.args)
    titles = all_titles()
    connections = list_connections(titles)
    measured = backlog(now())
    return render_template(
        "erp/exchange.html",
        feeds=[queries.freshness(name) for name in erp_titles()],
        kinds={name: queries.list_freshness(name) for name in erp_titles()},
        readings={name: jobs.of_slot(name, "feed", at=now()) for name in erp_titles()},
        **job_words(),
        connections=connections,
        stopped=_stopped(connections),
        unresolved=service.unresolved(),
        connection_names=titles,
        connection_colours=CONNECTION_COLOURS,
        break_after=BREAK_AFTER,
        backlog=measured,
        runs=list_runs(now()),
        longest_way=format_timedelta(measured.longest_way) if measured.longest_way else "",
        halted=list_halted(),
        changes_in=changes_in,
        readdressed=readdressed_letters(now() - READDRESSED_SINCE),
        dead_classes=messages.list_dead_classes(),
        actions=messages.list_actions(),
        counts=count_by_state(),
        wanted=wanted,
        states=list(MessageState),
        ages=list(Age),
        page=messages.list_messages(wanted, at=now(), after=request.args.get("after", "")),
        sentences=SENTENCES,
    )


@bp.get(MESSAGE)
@needs(Role.ADMINISTRATOR)
def message(message_id: int) -> str:
    titles = all_titles()
    return render_template(
        "erp/message.html",
        row=_message(message_id),
        document=queries.document_of(message_id),
        object_name=object_name,
        record=messages.get_record(message_id),
        history=history_of(message_id),
        actions=messages.list_actions(message_id),
        stopped=_stopped(list_connections(titles)),
        unresolved=service.unresolved(),
        connection_names=titles,
        sentences=SENTENCES,
        wanted=Wanted(),
    )


@bp.post("/exchange/connection/<name>/pull")
@needs(Role.ADMINISTRATOR)
def pull(name: str) -> Response:
    if name not in erp_titles():
        abort(404)
    kind = JobKind.READ_ALL if "full" in request.form else JobKind.READ
    service.ask_for(name, kind, by=current_user, at=now())
    flash(gettext("The ERP is read in the background; its progress is shown below."), "info")
    return done(url_for(".exchange", _anchor=f"jobs-feed-{name}"))


@bp.get("/exchange/connection/<name>/jobs/<slot>")
@needs(Role.ADMINISTRATOR)
def job_list(name: str, slot: str) -> Response:
    """Return the jobs of a slot; when none is open any more the whole page is asked for anew."""
    if name not in erp_titles() or slot not in SLOTS.values():
        abort(404)
    shown = jobs.of_slot(name, slot, at=now())
    page = render_template(
        "erp/job_list.html", connection=name, slot=slot, job_rows=shown, **job_words()
    )
    answer = make_response(page)
    if not any(one.is_open for one in shown):
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.post(MESSAGE + "/retry")
@needs(Role.ADMINISTRATOR)
def retry(message_id: int) -> Response:
    service.retry(_message(message_id), by=current_user, at=now())
    flash(gettext("The message is tried again at once."), "success")
    return done(_back())


@bp.post(MESSAGE + "/send-again")
@needs(Role.ADMINISTRATOR)
def send_again(message_id: int) -> Response:
    reason = request.form.get("reason", "")
    service.send_again(_message(message_id), reason, by=current_user, at=now())
    flash(gettext("The message is sent again."), "success")
    return done(_back())


@bp.post(MESSAGE + "/done")
@needs(Role.ADMINISTRATOR)
def done_by_hand(message_id: int) -> Response:
    reason = request.form.get("reason", "")
    service.settle(_message(message_id), reason, by=current_user, at=now())
    return done(_back())


@bp.post(MESSAGE + "/own")
@needs(Role.ADMINISTRATOR)
def take_over(message_id: int) -> Response:
    service.take_over(_message(message_id), by=current_user, at=now())
    flash(gettext("The message is yours now."), "success")
    return done(_back())


@bp.post("/exchange/class/<kind>/retry")
@needs(Role.ADMINISTRATOR)
def retry_class(kind: str) -> Response:
    if kind not in SENTENCES:
        abort(404)
    count = service.retry_class(kind, by=current_user, at=now())
    words = ngettext("%(num)d message is tried again.", "%(num)d messages are tried again.", count)
    flash(words, "success")
    return done(_back())


@bp.post("/exchange/connection/<name>/pause")
@needs(Role.ADMINISTRATOR)
def pause(name: str) -> Response:
    reason = request.form.get("reason", "")
    service.pause(_connection(name), reason, by=current_user, at=now())
    flash(gettext("Nothing is sent there until the connection is resumed."), "info")
    return done(_back())


@bp.post("/exchange/connection/<name>/resume")
@needs(Role.ADMINISTRATOR)
def resume(name: str) -> Response:
    reason = request.form.get("reason", "")
    service.resume(_connection(name), reason, by=current_user, at=now())
    flash(gettext("The connection is resumed."), "success")
    return done(_back())


@bp.post("/exchange/connection/<name>/halted/<kind>/release")
@needs(Role.ADMINISTRATOR)
def release(name: str, kind: str) -> Response:
    reason = request.form.get("reason", "")
    service.release(_connection(name), kind, reason, by=current_user, at=now())
    flash(gettext("Messages of this kind are sent again."), "success")
    return done(_back())


def panel(claim: Claim, user: User) -> Markup:
    """Return what the ERP knows of a claim; raw errors are for administrators only."""
    page = render_template(
        "erp/panel.html",
        state=queries.erp_state(claim.id),
        user=user,
        claim=claim,
        messages=messages.messages_of(claim.id) if user.is_manager else [],
        sentences=SENTENCES,
        knows_state=queries.knows_state,
        object_name=object_name,
    )
    return Markup(page)  # noqa: S704  (rendered by our own template)


def _stopped(connections: Sequence[Connection]) -> set[str]:
    return {one.name for one in connections if one.state is not ConnectionState.WORKING}


def _message(message_id: int) -> ExchangeRow:
    return messages.get_message(message_id) or abort(404)


def _connection(name: str) -> str:
    return name if name in all_titles() else abort(404)


def _back() -> str:
    """Return the list as it was narrowed, or the page of the one message."""
    if "message" in request.args:
        return url_for(".message", message_id=(request.view_args or {})["message_id"])
    words: dict[str, Any] = {**Wanted.read(request.args).words()}
    return url_for(".exchange", **words)


bp.register_blueprint(health.bp)
bp.register_blueprint(mapping_pages.bp)
