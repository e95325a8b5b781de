"""Taking files in, keeping our own documents, giving bytes back."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from uuid import uuid4

from app.core.db import db
from app.core.outside import outside
from app.files.child import Picture, look_into
from app.files.inspection.unfit import Unfit
from app.files.models import StoredFile
from app.files.rules import (
    HEAD_BYTES,
    FileRefused,
    FileTooLarge,
    Kind,
    NothingToShow,
    Variant,
    clean_name,
    kind_of,
)
from connectors.errors import Rejected

CHUNK = 256 * 1024


@dataclass(frozen=True)
class _Spooled:
    path: Path
    size: int
    sha256: str


def take_in(
    name: str, stream: BinaryIO, *, dealer_id: int | None, by: int | None, at: datetime
) -> StoredFile:
    """Check a stranger's file and keep it; raise `FileRefused` with words for its sender.

    The row is flushed, not committed. A rollback leaves bytes that no row knows, and no harm.
    """
    name = clean_name(name)
    head = _read_head(stream)
    kind = kind_of(name, head)
    with TemporaryDirectory(prefix="intake-") as folder:
        spooled = _spool(head, stream, Path(folder) / "original", name=name, kind=kind)
        picture = _checked(spooled, name=name, kind=kind)
        content = spooled.path.read_bytes()

    file = StoredFile(
        dealer_id=dealer_id,
        name=name,
        media_type=kind.media_type,
        size=spooled.size,
        sha256=spooled.sha256,
        original_key=_keep(content),
        uploaded_by=by,
        uploaded_at=at,
    )
    if picture:
        _add_picture(file, picture)
    db.add(file)
    db.flush()  # whoever owns the file needs its id
    return file


def keep_document(
    name: str, media_type: str, content: bytes, *, dealer_id: int | None, at: datetime
) -> StoredFile:
    """Keep a document of our own making, which needs no check."""
    file = StoredFile(
        dealer_id=dealer_id,
        name=clean_name(name),
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        original_key=_keep(content),
        uploaded_at=at,
    )
    db.add(file)
    db.flush()  # whoever owns the document needs its id
    return file


def read(file: StoredFile, variant: Variant = Variant.SERVED) -> bytes:
    """Return the bytes of a variant; what is served of a document is its original."""
    if variant is Variant.THUMBNAIL:
        if file.thumbnail_key is None:
            raise NothingToShow
        return outside().storage.get(file.thumbnail_key)
    if variant is Variant.SERVED and file.derivative_key is not None:
        return outside().storage.get(file.derivative_key)
    return _read_original(file)


def _read_original(file: StoredFile) -> bytes:
    content = outside().storage.get(file.original_key)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Rejected("A stored file has changed since it was taken in", details=str(file.id))
    return content


def _read_head(stream: BinaryIO) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (chunk := stream.read(HEAD_BYTES - len(head))):
        head += chunk
    return head


def _spool(head: bytes, stream: BinaryIO, path: Path, *, name: str, kind: Kind) -> _Spooled:
    digest = hashlib.sha256()
    size = 0
    chunk = head
    with path.open("xb") as file:
        while chunk:
            size += len(chunk)
            if size > kind.limit:
                raise FileTooLarge(name, kind)
            digest.update(chunk)
            file.write(chunk)
            chunk = stream.read(CHUNK)
    return _Spooled(path, size, digest.hexdigest())


def _checked(spooled: _Spooled, *, name: str, kind: Kind) -> Picture | None:
    try:
        return look_into(spooled.path, kind.code)
    except Unfit as unfit:
        raise FileRefused(name, unfit.why, unfit.value) from unfit


def _add_picture(file: StoredFile, picture: Picture) -> None:
    file.derivative_key = _keep(picture.derivative)
    file.thumbnail_key = _keep(picture.thumbnail)
    file.width = picture.width
    file.height = picture.height
    file.taken_at = picture.taken_at
    file.camera = picture.camera


def _keep(content: bytes) -> str:
    # Keys made from the content would tell one dealer that another has the same file.
    key = str(uuid4())
    outside().storage.put(key, content)
    return key
