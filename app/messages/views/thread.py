"""The thread of a claim on screen: on the claim's page, on an order's, by itself, and the list."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, g, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.policy import User
from app.claims.attachments import is_open
from app.claims.models import Claim, ClaimLine
from app.core import commands
from app.core.access import needs
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.web import done, is_partial
from app.files.models import StoredFile
from app.files.responses import file_response
from app.files.rules import SUFFIXES, Variant
from app.files.service import take_in
from app.messages import queries, service
from app.messages.forms import Written, read_number, read_written
from app.messages.queries import LATEST
from app.messages.rules import LONGEST_MESSAGE, kinds_for
from app.messages.views.blueprint import bp
from app.vocabulary import DEALERS, MANAGERS, Role, Visibility

Answer = AnyResponse | str | tuple[str, int]
READERS = (*DEALERS, *MANAGERS, Role.DEPARTMENT_WORKER)
ACCEPT = ",".join(SUFFIXES)


@bp.get("/messages")
@needs(*READERS)
def inbox() -> str:
    page = queries.list_threads(current_user, at=now(), after=request.args.get("after", ""))
    return render_template("messages/inbox.html", page=page)


@bp.get("/messages/<uuid:claim_id>")
@needs(*READERS)
def show(claim_id: UUID) -> str:
    return _page(_claim(claim_id))


@bp.get("/messages/<uuid:claim_id>/part")
@needs(*READERS)
def part(claim_id: UUID) -> str:
    """Return the thread as scripts put it into a page after a message was sent."""
    return render_template("messages/thread.html", **thread(_claim(claim_id), current_user))


@bp.post("/messages/<uuid:claim_id>")
@needs(*READERS)
def write(claim_id: UUID) -> Answer:
    written, files, refused = read_written(request.form), list[StoredFile](), list[str]()
    claim = queries.lock_claim(current_user, claim_id) or abort(404)
    files += queries.waiting_uploads(current_user, claim, written.kept)
    _take_uploads(claim, files, refused)
    if refused:
        return _keep_for_another_try(claim, written, files, refused)
    try:
        with db.begin_nested():
            service.write(
                claim,
                written.text,
                visibility=written.visibility,
                line=_line(claim, written.line_id),
                files=files,
                by=current_user,
                at=now(),
            )
    except Refusal as refusal:
        words, status = refusal.words(), refusal.status
        return _keep_for_another_try(claim, written, files, [words], status)
    if is_partial():
        return done(url_for(".part", claim_id=claim.id))
    flash(_sent(written.visibility), "success")
    return done(_place(claim))


@bp.post("/messages/<uuid:claim_id>/read")
@needs(*READERS)
def read(claim_id: UUID) -> Answer:
    claim = _claim(claim_id)
    number = read_number(request.form)
    if number is None:
        abort(HTTPStatus.BAD_REQUEST)
    service.mark_read(claim.id, number, by=current_user, at=now())
    if is_partial():
        db.commit()
        return "", HTTPStatus.NO_CONTENT
    return done(_place(claim))


@bp.get(
    "/messages/<uuid:claim_id>/files/<int(max=2147483647):kept_id>/<any(served, thumbnail):variant>"
)
@needs(*READERS)
def file(claim_id: UUID, kept_id: int, variant: str) -> Response:
    kept = queries.get_file(current_user, claim_id, kept_id) or abort(404)
    return file_response(kept.file, Variant(variant))


def count_unread() -> int:
    """Return how many messages wait for the reader; the menu asks this once a request."""
    if "unread_messages" not in g:
        g.unread_messages = queries.count_unread(current_user, at=now())
    return int(g.unread_messages)


def panel(claim: Claim, user: User) -> Markup:
    """Return the thread of a claim as a part of its page."""
    return Markup(render_template("messages/thread.html", **thread(claim, user)))  # noqa: S704


def thread(
    claim: Claim,
    user: User,
    *,
    latest: int | None = LATEST,
    written: Written | None = None,
    kept: Sequence[StoredFile] = (),
    troubles: Sequence[str] = (),
) -> dict[str, Any]:
    """Return what `messages/thread.html` shows.

    `written` is a message that was refused, `troubles` says why, `kept` are its good files.
    """
    messages = queries.list_messages(user, claim, latest=latest)
    is_cut = latest is not None and len(messages) == latest
    return {
        "claim": claim,
        "messages": messages,
        "earlier": queries.count_messages(user, claim) - len(messages) if is_cut else 0,
        "unread": sum(message.is_new for message in messages),
        "kinds": kinds_for(user.role) if is_open(claim) else (),
        "about": queries.lines_for(user, claim),
        "written": written,
        "kept": kept,
        "troubles": troubles,
        "accept": ACCEPT,
        "longest": LONGEST_MESSAGE,
    }


def _page(claim: Claim, **refused: Any) -> str:
    """Return the thread by itself, or the part of a page that a script asks for."""
    if is_partial():
        return render_template("messages/thread.html", **thread(claim, current_user, **refused))
    return render_template(
        "messages/show.html",
        contact=queries.contact_of(claim, at=now()),
        **thread(claim, current_user, latest=None, **refused),
    )


def _keep_for_another_try(
    claim: Claim,
    written: Written,
    files: Sequence[StoredFile],
    troubles: Sequence[str],
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> tuple[str, int]:
    """Show the form as it was typed, with the words of the refusal; good files wait for it."""
    commands.forget()
    db.commit()  # the files that were taken in
    return _page(claim, written=written, kept=files, troubles=troubles), status


def _take_uploads(claim: Claim, files: list[StoredFile], refused: list[str]) -> None:
    """Take in what came with the form; the words of a refusal name the file."""
    for upload in request.files.getlist("file"):
        if not upload.filename:
            continue
        stream: Any = upload.stream
        try:
            files.append(
                take_in(
                    upload.filename, stream, dealer_id=claim.dealer_id, by=current_user.id, at=now()
                )
            )
        except Refusal as refusal:
            refused.append(refusal.words())


def _sent(visibility: Visibility) -> str:
    if visibility is Visibility.INTERNAL:
        return str(gettext("The note is saved. No dealer sees it."))
    return str(gettext("The message is sent."))


def _line(claim: Claim, line_id: UUID | None) -> ClaimLine | None:
    if line_id is None:
        return None
    lines = queries.lines_for(current_user, claim)
    return next((line for line in lines if line.id == line_id), None) or abort(404)


def _place(claim: Claim) -> str:
    """Return where the thread is read: on the claim's page, by departments by itself."""
    if current_user.role is Role.DEPARTMENT_WORKER:
        return url_for(".show", claim_id=claim.id)
    return url_for("claims.show", claim_id=claim.id, _anchor="messages")


def _claim(claim_id: UUID) -> Claim:
    return queries.find_claim(current_user, claim_id) or abort(404)
