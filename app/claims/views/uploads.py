"""Files that come by a form: one by one from a script, or several from a plain form."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO, cast
from uuid import UUID

from flask import Response as FlaskResponse
from flask import abort, flash, get_template_attribute, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.claims import attachment_tags, attachments, queries
from app.claims.attachment_rules import all_requirements
from app.claims.models import Claim, ClaimFile, ClaimLine
from app.claims.requirements import Match, Requirement, match_files
from app.claims.rules import ClaimState
from app.claims.views.blueprint import bp
from app.core.access import needs
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.i18n import local_name, show_quantity
from app.core.web import done, is_partial, turn_back
from app.core.words import label
from app.files.models import StoredFile
from app.files.responses import file_response
from app.files.rules import SUFFIXES, Variant
from app.vocabulary import DEALERS, MANAGERS, Visibility

Answer = Response | str | tuple[str, int]
# Photos and films by what they are: cameras and messengers give them any name.
ACCEPT = ",".join(("image/*", "video/*", *SUFFIXES))
KILO = 1024
MEGA = KILO * KILO
_LOOKS = {
    "image": "image",
    "video": "video",
    "application/pdf": "pdf",
    "application/vnd.ms-excel": "table",
    "application/zip": "archive",
    "message/rfc822": "text",
    "text/plain": "text",
    "text/csv": "table",
}


@dataclass(frozen=True)
class ShownTags:
    """What a file can be said to show: where that is sent, the choices, and the chosen one.

    `in_form`: the list stands in a form of its page, and no other form can be in it.
    """

    url: str
    choices: Sequence[tuple[str, str]]
    chosen: str
    in_form: bool


@dataclass(frozen=True)
class ShownFile:
    """A file as the lists of `components/files.html` show it; `is_internal`: no dealer sees it.

    `shows` is what somebody said that it shows, `tags` the choice of it while it can be said.
    """

    id: int
    name: str
    url: str
    thumb: str | None
    kind: str
    note: str
    remove_url: str | None
    original_url: str | None = None
    is_internal: bool = False
    shows: str = ""
    tags: ShownTags | None = None


@bp.get("/claims/<uuid:claim_id>/files/<int(max=2147483647):kept_id>/<variant>")
@needs(*DEALERS, *MANAGERS)
def file(claim_id: UUID, kept_id: int, variant: str) -> FlaskResponse:
    if variant not in set(Variant):
        abort(404)
    if variant == Variant.ORIGINAL and not current_user.is_manager:
        abort(404)  # a photo's original says where and with what it was taken
    claim = _claim(claim_id)
    return file_response(_kept(claim, kept_id).file, Variant(variant))


@bp.get("/claims/<uuid:claim_id>/files/<int(max=2147483647):kept_id>")
@needs(*DEALERS, *MANAGERS)
def file_item(claim_id: UUID, kept_id: int) -> str:
    """Return one file as the lists on the pages show it."""
    claim = _claim(claim_id)
    return _fragment("file_item", shown_file(claim, _kept(claim, kept_id), all_requirements()))


@bp.post("/claims/<uuid:claim_id>/files/<int(max=2147483647):kept_id>/shows")
@needs(*DEALERS, *MANAGERS)
def tag_file(claim_id: UUID, kept_id: int) -> Answer:
    """Take what a file shows; in a draft the button stands in the form of the whole draft."""
    claim = queries.lock_claim(current_user, claim_id) or abort(404)
    kept, table = _kept(claim, kept_id), all_requirements()
    key = request.form.get(f"shows-{kept.id}", "")
    attachment_tags.tag_file(claim, kept, key, table, by=current_user, at=now())
    if is_partial():
        db.commit()
        return _fragment("file_item", shown_file(claim, kept, table))
    endpoint = ".edit" if claim.state is ClaimState.DRAFT else ".show"
    return done(url_for(endpoint, claim_id=claim.id, _anchor=f"file-{kept.id}"))


def matches_by_line(
    claim: Claim, table: Sequence[Requirement]
) -> dict[UUID, list[Match[ClaimFile]]]:
    """Return what each line needs, with the files that meet it as far as the reader sees them."""
    files = attachments.files_for(current_user, claim)
    return {line.id: match_files(line, table, files) for line in claim.lines}


def files_by_line(
    claim: Claim, table: Sequence[Requirement] = ()
) -> dict[UUID | None, list[ShownFile]]:
    """Return the files of each line, and those of the claim as a whole under None.

    `table` are the required attachments among which is chosen what a file shows.
    """
    found: defaultdict[UUID | None, list[ShownFile]] = defaultdict(list)
    for kept in attachments.files_for(current_user, claim):
        found[kept.line_id].append(shown_file(claim, kept, table))
    return found


def shown_file(claim: Claim, kept: ClaimFile, table: Sequence[Requirement] = ()) -> ShownFile:
    """Return a file with its addresses; only a draft's files can be removed."""
    file = kept.file
    return ShownFile(
        id=kept.id,
        name=file.name,
        url=_url(kept, Variant.SERVED),
        thumb=_url(kept, Variant.THUMBNAIL) if file.is_picture else None,
        kind=_look(file),
        note=_note(file),
        remove_url=url_for(".remove_file", claim_id=claim.id, kept_id=kept.id)
        if claim.state is ClaimState.DRAFT
        else None,
        original_url=_url(kept, Variant.ORIGINAL) if current_user.is_manager else None,
        is_internal=kept.is_internal,
        shows=local_name(kept.shows) if kept.shows else "",
        tags=_tags(claim, kept, table),
    )


def answer_upload(claim: Claim, line: ClaimLine | None, back: str) -> Answer:
    """Take in the files of a request; a script gets the fragment of its one file."""
    if not is_partial():
        return done(back) if take_uploads(claim, line, "file") else turn_back(back)
    upload = request.files.get("file") or abort(400)
    try:
        kept = _attach(claim, line, upload)
    except Refusal as refusal:
        return _fragment("file_refused", upload.filename, refusal.words()), refusal.status
    return done(url_for(".file_item", claim_id=claim.id, kept_id=kept.id))


def take_uploads(claim: Claim, line: ClaimLine | None, field: str) -> int:
    """Take in all files of a field; those that are refused are named, the others are counted."""
    taken = 0
    for upload in request.files.getlist(field):
        if upload.filename:
            try:
                _attach(claim, line, upload)
                taken += 1
            except Refusal as refusal:
                flash(refusal.words(), "danger")
    return taken


def _attach(claim: Claim, line: ClaimLine | None, upload: FileStorage) -> ClaimFile:
    name, stream = upload.filename or "", cast("BinaryIO", upload.stream)
    return attachments.attach(
        claim, line, name, stream, by=current_user, at=now(), visibility=_visibility()
    )


def _visibility() -> Visibility:
    """Return for whom the request's files are; unknown values are ignored."""
    chosen = request.args.get("visibility", "")
    return Visibility(chosen) if chosen in set(Visibility) else Visibility.PUBLIC


def _tags(claim: Claim, kept: ClaimFile, table: Sequence[Requirement]) -> ShownTags | None:
    known = attachment_tags.tags_for(claim, kept, table)
    if not known or not attachments.is_open(claim):
        return None
    return ShownTags(
        url=url_for(".tag_file", claim_id=claim.id, kept_id=kept.id),
        choices=[
            (attachment_tags.BY_KIND, gettext("Not stated")),
            *((tag.key, local_name(tag.names)) for tag in known),
            (attachment_tags.SOMETHING_ELSE, gettext("Something else")),
        ],
        chosen=attachment_tags.tag_key(kept.shows),
        in_form=claim.state is ClaimState.DRAFT,
    )


def _url(kept: ClaimFile, variant: Variant) -> str:
    return url_for(".file", claim_id=kept.claim_id, kept_id=kept.id, variant=variant.value)


def _fragment(macro: str, *values: object) -> str:
    return str(get_template_attribute("components/files.html", macro)(*values))


def _look(file: StoredFile) -> str:
    group = file.media_type.split("/", maxsplit=1)[0]
    if "spreadsheet" in file.media_type:
        return "table"
    return _LOOKS.get(file.media_type) or _LOOKS.get(group) or "document"


def _note(file: StoredFile) -> str:
    """Return the size, and what was changed in the file before it is shown."""
    changed = [label(file.change)] if file.change else []
    return " · ".join([_size(file.size), *changed])


def _size(size: int) -> str:
    if size < MEGA:
        return str(gettext("%(size)s KB", size=max(1, size // KILO)))
    megabytes = round(Decimal(size) / MEGA, 1)
    return str(gettext("%(size)s MB", size=show_quantity(megabytes)))


def _claim(claim_id: UUID) -> Claim:
    return queries.get_claim(current_user, claim_id) or abort(404)


def _kept(claim: Claim, kept_id: int) -> ClaimFile:
    seen = attachments.files_for(current_user, claim)
    return next((kept for kept in seen if kept.id == kept_id), None) or abort(404)
