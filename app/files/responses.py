"""A stored file as an HTTP answer; apart from views, because the owning domains have the routes."""

from pathlib import PurePosixPath
from urllib.parse import quote

from flask import Response

from app.files.models import StoredFile
from app.files.rules import PICTURE, Variant
from app.files.service import read

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'self'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
}


def file_response(file: StoredFile, variant: Variant = Variant.SERVED) -> Response:
    """Answer with a variant: our own pictures are shown in place, all else is downloaded."""
    content = read(file, variant)
    is_ours = file.is_picture and variant is not Variant.ORIGINAL
    name = str(PurePosixPath(file.name).with_suffix(".jpg")) if is_ours else file.name
    response = Response(content, mimetype=PICTURE if is_ours else file.media_type)
    response.headers.update(_HEADERS)
    response.headers["Content-Disposition"] = _disposition(name, in_place=is_ours)
    return response


def _disposition(name: str, *, in_place: bool) -> str:
    return f"{'inline' if in_place else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"
