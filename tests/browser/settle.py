"""Keep every promise that is owed: `python -m tests.browser.settle`, with the worker's settings."""

from app.connect import connect
from app.core.db import connect_database, db
from app.core.outside import connect_outside
from app.outbox.delivery import drain
from app.worker import KEEPERS
from config.settings import Settings


def main() -> None:
    """Deliver until nothing is due."""
    settings = Settings.from_env()
    connect_database(settings.database_url)
    connect_outside(connect(settings))
    drain(KEEPERS)
    db.remove()


if __name__ == "__main__":
    main()
