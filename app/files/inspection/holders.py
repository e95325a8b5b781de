"""Files that hold files: a ZIP of photos, a mail with attachments. What is inside is laid beside
them, one file each, and judged by itself."""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path, PurePosixPath
from typing import Any

from .archives import unpack
from .unfit import Unfit, Why

MOST_MEMBERS = 30
MOST_PARTS = 100
LARGEST_WHOLE = 50 * 1024 * 1024
# What mail programs put into every mail and no program opens: text, logos, signatures, invitations.
_OF_MAIL = ("text/", "multipart/", "message/", "application/pkcs7-signature", "application/pgp-")
_LOGO = b"GIF8"
_SYSTEMS_OWN = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


def look_at_zip(path: Path) -> dict[str, Any]:
    """Lay the files of an archive beside it."""
    members = [
        (name, content)
        for name, content in unpack(path).items()
        if not name.endswith("/") and not _is_the_systems(name)
    ]
    if not members:
        raise Unfit(Why.EMPTY)
    return _lay_out(path, members)


def look_at_mail(path: Path) -> dict[str, Any]:
    """Lay the attachments of a mail beside it."""
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    if not isinstance(message, EmailMessage) or not (message["from"] and message["date"]):
        raise Unfit(Why.OTHER_CONTENT)
    members: list[tuple[str, bytes]] = []
    for count, part in enumerate(message.walk()):
        if count > MOST_PARTS:
            raise Unfit(Why.TOO_MUCH_WORK)
        kind, name = part.get_content_type(), part.get_filename("")
        if part.is_multipart() or (kind.startswith(_OF_MAIL) and not name):
            continue
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise Unfit(Why.DAMAGED)
        if content and not (kind.startswith(_OF_MAIL[3:]) or content.startswith(_LOGO)):
            members.append((name or "part", content))
    return _lay_out(path, members)


def _is_the_systems(name: str) -> bool:
    place = name.lower()
    return place.startswith(_SYSTEMS_OWN[0]) or place.rpartition("/")[2] in _SYSTEMS_OWN


def _lay_out(path: Path, members: list[tuple[str, bytes]]) -> dict[str, Any]:
    if len(members) > MOST_MEMBERS:
        raise Unfit(Why.TOO_MANY_MEMBERS, MOST_MEMBERS)
    if sum(len(content) for _, content in members) > LARGEST_WHOLE:
        raise Unfit(Why.UNPACKS_TOO_LARGE, LARGEST_WHOLE // 1024 // 1024)
    for number, (_, content) in enumerate(members):
        path.with_name(f"member-{number}").write_bytes(content)
    return {"members": [PurePosixPath(name).name[-200:] for name, _ in members]}
