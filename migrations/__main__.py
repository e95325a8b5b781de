"""Write a migration: `python -m migrations "Add the remedy"`, on a server made for it."""

import sys
import tempfile
from pathlib import Path

from connectors.postgres.embedded import running
from migrations import upgrade, write_revision

USAGE = 'Usage: python -m migrations "What changes"'


def main(words: list[str]) -> None:
    """Migrate an empty database and write down what it lacks."""
    if not words:
        sys.exit(USAGE)
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o711)  # the server may run as another user
        with running(Path(scratch) / "postgres", durable=False) as server:
            server.address.ensure_database("scratch")
            url = server.address.url("scratch")
            upgrade(url)
            write_revision(url, " ".join(words))


if __name__ == "__main__":
    main(sys.argv[1:])
