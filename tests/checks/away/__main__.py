"""Let the ERP be away for a day and print what came of it."""

import argparse
import sys
import tempfile
from pathlib import Path

from connectors.postgres import embedded
from migrations import upgrade
from tests.checks.away.day import Options, live_through_a_day

DATABASE = "portal"


def main() -> int:
    """Return 0 when nobody noticed and everything arrived in its order."""
    parser = argparse.ArgumentParser(prog="run.py check away", description=__doc__)
    parser.add_argument("--claims", type=int, default=840, help="each is six messages to the ERP")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hours", type=int, default=1, help="between two looks at the pages")
    options = Options(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory(prefix="away-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run under an account of its own
        with embedded.running(folder / "postgres", durable=False) as server:
            server.address.ensure_database(DATABASE)
            url = server.address.url(DATABASE)
            upgrade(url)
            report = live_through_a_day(options, url, folder)
    print(report.table())
    return 0 if report.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
