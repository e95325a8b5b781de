"""Taking files in, keeping our own documents, giving bytes back."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO
from uuid import uuid4
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from flask import g, has_request_context

from app.core.db import db
from app.core.errors import Refusal
from app.core.outside import outside
from app.files.child import Look, look_into
from app.files.inspection.unfit import Unfit, Why
from app.files.models import StoredFile
from app.files.rules import (
    HEAD_BYTES,
    HOLDERS,
    Change,
    FileRefused,
    FileTooLarge,
    Kind,
    NothingToShow,
    Variant,
    clean_name,
    kind_of,
    name_for,
)
from connectors.errors import Rejected
from connectors.reasons import StorageReason

CHUNK = 256 * 1024


@dataclass(frozen=True)
class Received:
    """A file that was found good and whose bytes are stored; no row knows it yet."""

    name: str
    kind: Kind
    size: int
    sha256: str
    original_key: str
    look: Look
    derivative_key: str | None = None
    thumbnail_key: str | None = None


def take_in(
    name: str, stream: BinaryIO, *, dealer_id: int | None, by: int | None, at: datetime
) -> StoredFile:
    """Check an untrusted upload and keep it; raise `FileRefused` with words for its sender.

    The row is flushed, not committed. A rollback leaves bytes that no row knows, and no harm.
    An upload of this request was received before its transaction began (`receiving`).
    """
    outcomes = g.get("received", {}) if has_request_context() else {}
    outcome: Received | Refusal | None = outcomes.get(id(stream))
    if isinstance(outcome, Refusal):
        raise outcome
    received = receive(name, stream) if outcome is None else outcome
    return keep(received, dealer_id=dealer_id, by=by, at=at)


def receive(name: str, stream: BinaryIO) -> Received:
    """Check an untrusted upload and store its bytes, without the database; raise `FileRefused`.

    It takes seconds: whoever holds a lock calls it before.
    """
    name = clean_name(name)
    head = _read_head(stream)
    kind = kind_of(name, head)
    name = clean_name(name_for(name, kind))
    with TemporaryDirectory(prefix="intake-") as folder:
        path = _spool(head, stream, Path(folder) / "original", name=name, kind=kind)
        look = _checked(path, name=name, kind=kind)
        content = path.read_bytes()
    if look.is_replaced and look.shown is not None:
        content, look = look.shown, Look()
    return Received(
        name=name,
        kind=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        original_key=_keep(content),
        look=look,
        derivative_key=_keep_if_any(look.picture.derivative if look.picture else look.shown),
        thumbnail_key=_keep_if_any(look.picture.thumbnail if look.picture else None),
    )


def keep(received: Received, *, dealer_id: int | None, by: int | None, at: datetime) -> StoredFile:
    """Give a received file its row."""
    file = StoredFile(
        dealer_id=dealer_id,
        name=received.name,
        media_type=received.kind.media_type,
        size=received.size,
        sha256=received.sha256,
        original_key=received.original_key,
        derivative_key=received.derivative_key,
        thumbnail_key=received.thumbnail_key,
        change=Change(received.look.change) if received.look.change else None,
        uploaded_by=by,
        uploaded_at=at,
    )
    if picture := received.look.picture:
        file.width = picture.width
        file.height = picture.height
        file.taken_at = picture.taken_at
        file.camera = picture.camera
    db.add(file)
    db.flush()  # whoever owns the file needs its id
    return file


@dataclass(frozen=True)
class StoredDocument:
    """A document of our own making whose bytes are stored and which has no row yet."""

    name: str
    media_type: str
    size: int
    sha256: str
    key: str


def store_document(name: str, media_type: str, content: bytes) -> StoredDocument:
    """Store the bytes of a document; outside of any transaction, for this may take its time."""
    digest = hashlib.sha256(content).hexdigest()
    return StoredDocument(clean_name(name), media_type, len(content), digest, _keep(content))


def keep_document(
    name: str, media_type: str, content: bytes, *, dealer_id: int | None, at: datetime
) -> StoredFile:
    """Keep a document of our own making, which needs no check."""
    return add_document(store_document(name, media_type, content), dealer_id=dealer_id, at=at)


def add_document(document: StoredDocument, *, dealer_id: int | None, at: datetime) -> StoredFile:
    """Give a stored document its row."""
    file = StoredFile(
        dealer_id=dealer_id,
        name=document.name,
        media_type=document.media_type,
        size=document.size,
        sha256=document.sha256,
        original_key=document.key,
        uploaded_at=at,
    )
    db.add(file)
    db.flush()  # whoever owns the document needs its id
    return file


def read(file: StoredFile, variant: Variant = Variant.SERVED) -> bytes:
    """Return the bytes of a variant; what is served of most documents is their original."""
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
        raise Rejected(StorageReason.CHANGED, details=str(file.id))
    return content


def _read_head(stream: BinaryIO) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (chunk := stream.read(HEAD_BYTES - len(head))):
        head += chunk
    return head


def _spool(head: bytes, stream: BinaryIO, path: Path, *, name: str, kind: Kind) -> Path:
    size = 0
    chunk = head
    with path.open("xb") as file:
        while chunk:
            size += len(chunk)
            if size > kind.limit:
                raise FileTooLarge(name, kind)
            file.write(chunk)
            chunk = stream.read(CHUNK)
    return path


def _checked(path: Path, *, name: str, kind: Kind) -> Look:
    """Let a child look at a file, then at each file in it; one that is unfit spoils the whole.

    What people get of an archive is packed anew where a file in it is shown otherwise than it came.
    """
    try:
        look = look_into(path, kind.code)
        members = [_checked_member(clean_name(member), inside) for member, inside in look.members]
    except Unfit as unfit:
        raise FileRefused(name, unfit.why, unfit.value) from unfit
    if kind.code != "zip" or not any(member.is_changed for member in members):
        return look
    return Look(
        shown=_packed(members),
        change=Change.LOCATION_REMOVED,
        is_replaced=any(member.is_replaced for member in members),
    )


@dataclass(frozen=True)
class _Member:
    """A file of an archive as people get it; `is_replaced`: its original is not kept."""

    name: str
    content: bytes
    is_changed: bool
    is_replaced: bool


def _checked_member(name: str, path: Path) -> _Member:
    with path.open("rb") as stream:
        kind = kind_of(name, stream.read(HEAD_BYTES))
    if kind.code in HOLDERS:
        raise FileRefused(name, Why.NESTED)
    if path.stat().st_size > kind.limit:
        raise FileTooLarge(name, kind)
    with TemporaryDirectory(prefix="member-") as folder:
        own = path.rename(Path(folder) / "original")
        look = _checked(own, name=name, kind=kind)
        if look.picture:
            shown_as = PurePosixPath(name).with_suffix(".jpg").name
            return _Member(shown_as, look.picture.derivative, is_changed=True, is_replaced=False)
        content = own.read_bytes() if look.shown is None else look.shown
    return _Member(name, content, look.shown is not None, look.is_replaced)


def _packed(members: Iterable[_Member]) -> bytes:
    """Return an archive of files that are packed already, each under a name of its own."""
    buffer, taken = io.BytesIO(), set[str]()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for number, member in enumerate(members, start=1):
            name = member.name if member.name.lower() not in taken else f"{number}-{member.name}"
            taken.add(name.lower())
            archive.writestr(ZipInfo(name), member.content)
    return buffer.getvalue()


def _keep_if_any(content: bytes | None) -> str | None:
    return None if content is None else _keep(content)


def _keep(content: bytes) -> str:
    # Keys made from the content would tell one dealer that another has the same file.
    key = str(uuid4())
    outside().storage.put(key, content)
    return key
