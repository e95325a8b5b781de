"""A way to show one file to the inspection, as the service does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.files.child import Look as Looked
from app.files.child import Picture, look_into
from app.files.inspection.unfit import Unfit, Why

Look = Callable[[bytes, str], Picture | None]
Found = Callable[[bytes, str], Looked]
Verdict = Callable[[bytes, str], Why | None]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """What a real child finds in these bytes."""

    def look_at(content: bytes, kind_code: str) -> Looked:
        path = tmp_path / "original"
        path.write_bytes(content)
        return look_into(path, kind_code)

    return look_at


@pytest.fixture
def look(found: Found) -> Look:
    """The pictures that a real child makes of these bytes."""

    def look_at(content: bytes, kind_code: str) -> Picture | None:
        return found(content, kind_code).picture

    return look_at


@pytest.fixture
def verdict(look: Look) -> Verdict:
    """Why these bytes are refused, or None."""

    def verdict_on(content: bytes, kind_code: str) -> Why | None:
        try:
            look(content, kind_code)
        except Unfit as unfit:
            return unfit.why
        return None

    return verdict_on
