"""What the portal relies on, asked of every storage."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from connectors.errors import Rejected
from connectors.storage.port import Storage

KEY = "0f/3a-7c"
ALL_BYTES = bytes(range(256)) * 5000


@pytest.mark.parametrize("content", [b"", b"\r\n\x00", ALL_BYTES], ids=["empty", "odd", "long"])
def test_what_was_put_comes_back_unchanged(storage: Storage, content: bytes) -> None:
    storage.put(KEY, content)

    assert storage.get(KEY) == content


def test_putting_a_key_again_keeps_the_first_bytes(storage: Storage) -> None:
    storage.put(KEY, b"evidence")

    storage.put(KEY, b"forged")

    assert storage.get(KEY) == b"evidence"


def test_a_missing_file_is_rejected_so_that_nobody_retries(storage: Storage) -> None:
    storage.put(KEY, b"another file")

    assert not storage.exists("0f/3a-7d")
    with pytest.raises(Rejected):
        storage.get("0f/3a-7d")


def test_a_deleted_file_is_gone_and_deleting_again_is_harmless(storage: Storage) -> None:
    storage.put(KEY, b"bytes")
    storage.put("0f/3b", b"neighbour")

    storage.delete(KEY)
    storage.delete(KEY)

    assert not storage.exists(KEY)
    assert storage.get("0f/3b") == b"neighbour"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "../a",
        "a/../b",
        "a//b",
        "/a",
        "a/",
        "A",
        "a b",
        "a\nb",
        "a\x00",
        "-a",
        "ё",
        "a" * 201,
    ],
)
def test_a_key_that_is_not_ours_never_reaches_the_disk(storage: Storage, key: str) -> None:
    with pytest.raises(Rejected):
        storage.put(key, b"x")
    with pytest.raises(Rejected):
        storage.get(key)
    with pytest.raises(Rejected):
        storage.exists(key)
    with pytest.raises(Rejected):
        storage.delete(key)


def test_twenty_files_put_at_once_are_all_there(storage: Storage) -> None:
    files = {uuid4().hex: uuid4().bytes for _ in range(20)}

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda item: storage.put(*item), files.items()))

    assert {key: storage.get(key) for key in files} == files
