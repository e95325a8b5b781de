"""The first command of a newcomer works or says what is missing."""

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import run

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall(lock.read_text(encoding="utf-8")):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def wanted(requirements: list[str]) -> list[Requirement]:
    return [Requirement(text) for text in requirements]


def test_an_old_python_is_told_which_one_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))

    assert run.main(["demo"]) == 1
    assert capsys.readouterr().err == (
        "This is Python 3.9; the portal needs Python 3.11 or newer.\n"
    )


def test_an_old_python_can_read_the_file_as_far_as_that_sentence() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_a_debian_without_venv_gets_the_one_line_to_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use_folder(tmp_path, monkeypatch)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    assert run.main(["demo"]) == 1
    assert "apt-get install -y python3-venv" in capsys.readouterr().err


def test_an_installation_that_broke_off_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_folder(tmp_path, monkeypatch)
    commands: list[list[str]] = []
    codes = iter([0, 1, 0, 0])

    def note(command: list[str], **_: object) -> object:
        commands.append(command)
        return type("Done", (), {"returncode": next(codes)})

    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/uv")
    monkeypatch.setattr(subprocess, "run", note)
    (tmp_path / ".venv").mkdir()

    assert "could not be installed" in str(run.set_up(run.PROD))
    assert run.set_up(run.PROD) is None
    (tmp_path / ".venv" / "bin").mkdir()
    run.PYTHON.touch()
    assert run.set_up(run.PROD) is None  # in place: nothing is run

    installs = [command for command in commands if "install" in command]
    assert len(installs) == 2
    assert all("--require-hashes" in command for command in installs)


PIP = """
print("Ignoring colorama: markers 'sys_platform == \\"win32\\"' don't match your environment")
for number in range(39):
    print(f"Collecting package-{number}")
    print("  Using cached wheel")
print("Installing collected packages: all of them")
exit(2)
"""


def test_pips_progress_is_told_a_line_for_many_packages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run.run_pip([sys.executable, "-c", PIP], 40) == 2

    assert capsys.readouterr().out.splitlines() == [
        "  20 of 40 packages fetched",
        "  40 of 40 packages fetched",
        "  installing them",
    ]


def test_a_changed_lock_is_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_folder(tmp_path, monkeypatch)
    before = run.fingerprint(run.PROD)

    run.PROD.write_text("flask==3.1.4 --hash=sha256:0\n")

    assert run.fingerprint(run.PROD) != before


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (["demo", "--fresh"], ["-m", "app.supervisor", "--fresh"]),
        (["bench", "pull-lines"], ["-m", "tests.benchmarks.pull_lines"]),
        (["check", "exchange", "--claims", "9"], ["-m", "tests.checks.exchange", "--claims", "9"]),
        (["erp", "pull"], ["-m", "app.supervisor", "run", "erp", "pull"]),
        (["plan", "--explain"], ["-m", "app.cli", "plan", "--explain"]),
    ],
)
def test_each_word_leads_to_its_module(words: list[str], arguments: list[str]) -> None:
    assert run.python_arguments(words[0], words[1:]) == arguments


@pytest.mark.parametrize("lock", [run.PROD, run.DEV], ids=lambda lock: lock.name)
def test_a_lock_names_no_host_and_hashes_every_pin(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    assert not re.search(r"https?:|file:|--index|--find-links|--trusted", text)
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        (run.PROD, PYPROJECT["project"]["dependencies"]),
        (run.PROD, PYPROJECT["project"]["optional-dependencies"]["embedded"]),
        (run.DEV, PYPROJECT["dependency-groups"]["dev"]),
    ],
    ids=["runtime", "embedded", "development"],
)
def test_a_lock_covers_what_the_project_wants(lock: Path, requirements: list[str]) -> None:
    pinned = pins(lock)

    for requirement in wanted(requirements):
        versions = pinned.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is missing: python3 run.py lock"
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_development_runs_on_the_versions_of_production() -> None:
    production, development = pins(run.PROD), pins(run.DEV)

    assert {name: development.get(name) for name in production} == production


def use_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `run.py` believe that it lies in this folder."""
    (folder / "requirements.lock").write_text("flask==3.1.3 --hash=sha256:0\n")
    (folder / "requirements-dev.lock").write_text("flask==3.1.3 --hash=sha256:0\n")
    monkeypatch.chdir(folder)
    for name, place in {
        "ROOT": folder,
        "VENV": folder / ".venv",
        "PYTHON": folder / ".venv" / "bin" / "python",
        "PROD": folder / "requirements.lock",
        "DEV": folder / "requirements-dev.lock",
    }.items():
        monkeypatch.setattr(run, name, place)
