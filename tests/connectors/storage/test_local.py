"""What only a folder can do wrong."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from connectors.errors import Unavailable
from connectors.storage.local import LocalStorage


def files_in(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        if os.fstat(handle).st_size:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    storage = LocalStorage(tmp_path)

    with pytest.raises(Unavailable, match="No space left"):
        storage.put("ab", b"bytes")

    assert files_in(tmp_path) == []


def test_of_many_writers_of_one_key_exactly_one_wins(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    contents = [bytes([number]) * 1000 for number in range(20)]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda content: storage.put("ab", content), contents))

    assert len(files_in(tmp_path)) == 1
    assert storage.get("ab") in contents


def test_a_key_may_be_the_beginning_of_another(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)

    storage.put("ab", b"one")
    storage.put("ab/cd", b"two")

    assert (storage.get("ab"), storage.get("ab/cd")) == (b"one", b"two")


def test_a_folder_that_cannot_be_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(Unavailable):
        LocalStorage(tmp_path / "file").put("ab", b"bytes")
