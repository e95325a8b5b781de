"""The child may fall; we stay up."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from app.files import child
from app.files.child import look_into
from app.files.inspection.unfit import Unfit, Why
from tests.app.files.conftest import Look
from tests.app.files.pictures import encoded, photo

_LEAVE = "import sys, os; folder = os.path.dirname(sys.argv[3])"


def possess(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let the child do this instead of its work."""
    monkeypatch.setattr(child, "_BOOT", f"{_LEAVE}\n{code}")


@pytest.mark.parametrize(
    "code",
    [
        "os.abort()",
        "os._exit(1)",
        "bytearray(10**13)",
        "",
        "open(folder + '/answer', 'w').write('{')",
        "open(folder + '/answer', 'w').write('[]')",
        "open(folder + '/answer', 'w').write('{\"why\": \"because\"}')",
        "open(folder + '/answer', 'w').write('{\"width\": 1}')",
        "open(folder + '/answer', 'w').write(' ' * 70000 + '{}')",
    ],
)
def test_whatever_happens_to_the_child_the_file_is_refused_with_words(
    look: Look, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    possess(monkeypatch, code)

    with pytest.raises(Unfit) as unfit:
        look(b"text", "txt")

    assert unfit.value.why is Why.TOO_MUCH_WORK


def test_a_child_that_never_ends_is_killed(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    possess(monkeypatch, "open(folder + '/pid', 'w').write(str(os.getpid()))\nwhile True: pass")
    monkeypatch.setattr(child, "SECONDS", 1)

    with pytest.raises(Unfit):
        look(b"text", "txt")

    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_possessed_child_cannot_make_us_serve_another_file(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("password")
    possess(
        monkeypatch,
        "os.symlink(folder + '/secret', folder + '/derivative')\n"
        "os.symlink(folder + '/secret', folder + '/thumbnail')\n"
        'answer = \'{"width": 1, "height": 1, "taken_at": null, "camera": null}\'\n'
        "open(folder + '/answer', 'w').write(answer)",
    )

    with pytest.raises(Unfit):
        look(b"text", "jpg")


def test_the_child_sees_nothing_of_our_environment(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret")
    possess(
        monkeypatch,
        "open(folder + '/seen', 'w').write(repr(dict(os.environ)))\n"
        "open(folder + '/answer', 'w').write('{}')",
    )

    look(b"text", "txt")

    assert "SECRET" not in (tmp_path / "seen").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(
    "deed",
    [
        "bytearray(800 * 1024 * 1024)",
        "open(folder + '/big', 'wb').write(bytes(65 * 1024 * 1024))",
        "[os.open('/dev/null', os.O_RDONLY) for _ in range(100)]",
    ],
)
def test_the_child_lives_within_its_limits(
    look: Look, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    possess(
        monkeypatch,
        "sys.path.append(sys.argv.pop(1))\n"
        f"from inspection.main import _limit_ourselves\n_limit_ourselves()\n{deed}\n"
        "open(folder + '/answer', 'w').write('{}')",
    )

    with pytest.raises(Unfit):
        look(b"text", "txt")


def test_the_child_imports_what_its_kind_needs_and_nothing_else() -> None:
    program = (
        "import sys; sys.path.append(sys.argv.pop(1)); from inspection.main import check_of;"
        "check_of('jpg'); print(*sorted({'PIL', 'pikepdf', 'lxml', 'olefile'} & set(sys.modules)))"
    )
    words = [sys.executable, "-I", "-c", program, str(Path(child.__file__).parent)]

    done = subprocess.run(words, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["PIL"]


def test_many_threads_may_ask_at_once(tmp_path: Path) -> None:
    content = encoded(photo(), "JPEG")
    seen: list[int] = []

    def look(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "original").write_bytes(content)
        picture = look_into(folder / "original", "jpg").picture
        assert picture is not None
        seen.append(picture.width)

    threads = [threading.Thread(target=look, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [64] * 8


def test_a_photo_of_four_megabytes_does_not_keep_its_sender_waiting(look: Look) -> None:
    noise = Image.effect_noise((1000, 750), 60).convert("RGB").resize((4000, 3000))
    content = encoded(noise, "JPEG", quality=88)
    assert 3_000_000 < len(content) < 6_000_000
    began = time.monotonic()

    look(content, "jpg")

    # On a quiet machine it takes a third of a second; this leaves room for a crowded one.
    assert time.monotonic() - began < 5
