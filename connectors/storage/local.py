"""A storage in a folder of this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from connectors.errors import Rejected, Unavailable
from connectors.reasons import StorageReason
from connectors.storage.keys import check_key


class LocalStorage:
    """One file a key, spread over 256 folders.

    A file appears under its name only when all of it is on the disk, so that a power cut leaves
    either the whole of it or nothing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, content: bytes) -> None:
        path = self._path(key)
        with _translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._folder)
            _publish(path, content)

    def get(self, key: str) -> bytes:
        path = self._path(key)
        with _translated():
            try:
                return path.read_bytes()
            except FileNotFoundError:
                raise Rejected(StorageReason.MISSING, details=key) from None

    def exists(self, key: str) -> bool:
        path = self._path(key)
        with _translated():
            return path.exists()

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _translated():
            path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        shard = sha256(check_key(key).encode()).hexdigest()[:2]
        return self._folder / shard / key.replace("/", "_")


def _publish(path: Path, content: bytes) -> None:
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A rename would replace what another process has just put; a second link never does.
        with suppress(FileExistsError):
            path.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there, and NTFS journals names by itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(StorageReason.FOLDER, words=str(error)) from error
