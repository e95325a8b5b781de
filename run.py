"""The one door: `python3 run.py demo`, `python3 run.py test`; the standard library is enough.

Sets up `.venv` from the hash-pinned lock on first use, then hands over to the command.
"""

from __future__ import annotations  # an old Python must get as far as the sentence about itself

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PROD, DEV = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"

PIN = re.compile(r"^[A-Za-z0-9._-]+(?:\[[^]]*\])?==", re.MULTILINE)
PACKAGE_SEEN = ("Collecting ", "Ignoring ", "Requirement already satisfied")
PACKAGES_A_LINE = 20

USAGE = """\
python3 run.py demo [--fresh] [--port N]   the portal with everything it needs; --erps 2: two ERPs
python3 run.py test [pytest's options]     the tests
python3 run.py gates                       ruff, mypy, import contracts, templates
python3 run.py check NAME                  a long check of tests/checks
python3 run.py bench NAME                  a benchmark of tests/benchmarks
python3 run.py plan [FILE ...]             days for scenarios in JSON lines; --explain: the defaults
python3 run.py lock                        pin the versions of pyproject.toml anew
python3 run.py COMMAND ...                 any command of the portal, on the demo's data\
"""
NAMED = {"check": "tests.checks", "bench": "tests.benchmarks"}
NO_DATABASE = {"plan"}  # the demo need not run
NEED_DEV = {"test", "gates", "lock", *NAMED}
GATES = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
    ("djlint", "app/templates", "--profile=jinja", "--lint", "--quiet"),
)
COMPILE = (
    *("uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--generate-hashes"),
    *("--no-annotate", "--no-header", "--python-version", "3.11", "--extra", "embedded"),
)


def main(words: list[str]) -> int:
    """Do what the words say and return the exit code."""
    if sys.version_info < OLDEST:
        return complain(old_python(sys.version_info[:2]))
    if not words or words[0] in {"-h", "--help", "help"}:
        print(USAGE)
        return 0
    command, rest = words[0], words[1:]
    os.chdir(ROOT)
    sentence = set_up(DEV if command in NEED_DEV else PROD)
    if sentence:
        return complain(sentence)
    if command == "gates":
        return max([run_tool(*gate) for gate in GATES])
    if command == "lock":
        return make_locks()
    return hand_over(python_arguments(command, rest))


def python_arguments(command: str, rest: list[str]) -> list[str]:
    """Return what the environment's Python is to run for a command."""
    if command == "demo":
        return ["-m", "app.supervisor", *rest]
    if command == "test":
        return ["-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal", *rest]
    if command in NAMED and rest:
        return ["-m", f"{NAMED[command]}.{rest[0].replace('-', '_')}", *rest[1:]]
    if command in NO_DATABASE:
        return ["-m", "app.cli", command, *rest]
    return ["-m", "app.supervisor", "run", command, *rest]


def set_up(lock: Path) -> str | None:
    """Make the environment have what the lock says; return a sentence if that is impossible.

    The mark is written last, so an interrupted installation is repeated.
    """
    pinned = fingerprint(lock)
    mark = mark_of(lock)
    if PYTHON.exists() and mark.exists() and mark.read_text() == pinned:
        return None
    uv = shutil.which("uv")
    if uv is None and not can_make_environments():
        return missing_venv()
    mark.unlink(missing_ok=True)
    if not has_python(uv):
        say(f"Making {VENV.name}")
        make = [uv, "venv", "--quiet"] if uv else [sys.executable, "-m", "venv"]
        if subprocess.run([*make, "--clear", str(VENV)], check=False).returncode:
            return f"{VENV} could not be made; see above."
    packages = len(PIN.findall(lock.read_text(encoding="utf-8")))
    say(f"Installing {packages} packages of {lock.name}; this takes a minute the first time")
    wanted = ["--require-hashes", "-r", lock.name]
    if uv:
        install = [uv, "pip", "install", "--python", str(PYTHON), "--quiet", *wanted]
        code = subprocess.run(install, check=False).returncode
    else:
        code = run_pip([*pip_install(), *wanted], packages)
    if code:
        return f"{lock.name} could not be installed; see above. Run the same command again."
    mark.write_text(pinned)
    if lock == DEV:  # which holds all of the other
        mark_of(PROD).write_text(fingerprint(PROD))
    return None


def mark_of(lock: Path) -> Path:
    """Return the file that says which state of the lock is installed."""
    return VENV / f"{lock.stem}.installed"


def fingerprint(lock: Path) -> str:
    """Return what the mark holds when this lock is installed, by this version of Python."""
    version = "{}.{}".format(*sys.version_info)
    return version + " " + hashlib.sha256(lock.read_bytes()).hexdigest()


def has_python(uv: str | None) -> bool:
    """Tell whether the environment is there and usable with the installer at hand."""
    probe = [] if uv else ["-m", "pip"]
    return PYTHON.exists() and not subprocess.call(
        [str(PYTHON), *probe, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def can_make_environments() -> bool:
    """Debian splits `venv` and `ensurepip` off into a package of their own."""
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def pip_install() -> list[str]:
    """Return the plain installer's command."""
    return [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]


def run_pip(command: list[str], packages: int) -> int:
    """Run pip and say now and then how far it is; return its exit code.

    It names each package on a line of its own, and then installs all of them at once.
    """
    seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as pip:
        for line in pip.stdout or ():
            if line.startswith(PACKAGE_SEEN):
                seen += 1
                if seen % PACKAGES_A_LINE == 0:
                    say(f"  {seen} of {packages} packages fetched")
            elif line.startswith("Installing collected"):
                say("  installing them")
    return pip.returncode


def say(line: str) -> None:
    """Print a step at once, also where nobody watches a terminal."""
    print(line, flush=True)


def old_python(version: tuple[int, ...]) -> str:
    """Say which Python is wanted."""
    have, want = (".".join(map(str, numbers)) for numbers in (version, OLDEST))
    return f"This is Python {have}; the portal needs Python {want} or newer."


def missing_venv() -> str:
    """Say the one line to type."""
    version = ".".join(map(str, sys.version_info[:2]))
    return (
        "Python's venv module is missing. Type this as root, then run the command again:\n"
        f"  apt-get install -y python3-venv     (or python{version}-venv)"
    )


def complain(sentence: str) -> int:
    """Print the sentence for the person at the terminal."""
    print(sentence, file=sys.stderr)
    return 1


def run_tool(name: str, *arguments: str) -> int:
    """Run one of the environment's programs."""
    print("·", name, *arguments, flush=True)
    return subprocess.run([str(PYTHON.with_name(name)), *arguments], check=False).returncode


def make_locks() -> int:
    """Pin everything anew; the development lock holds the other one's versions and more."""
    return run_tool(*COMPILE, "-o", PROD.name) or run_tool(
        *COMPILE, "--group", "dev", "-c", PROD.name, "-o", DEV.name
    )


def hand_over(arguments: list[str]) -> NoReturn:
    """Become the environment's Python, so that Ctrl-C and kill reach the command itself."""
    command = [str(PYTHON), *arguments]
    if os.name == "nt":
        sys.exit(subprocess.run(command, check=False).returncode)
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606  (no shell is what we want)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
