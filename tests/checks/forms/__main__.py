"""Post mutated forms and print what came of it."""

import argparse
import sys
import tempfile
from pathlib import Path

from app.core.db import db
from app.core.outside import Outside
from app.portal import create_app
from config.settings import Settings
from connectors.doorbell.silent import SilentDoorbell
from connectors.erp.memory import RememberingErp
from connectors.mail.memory import RememberingMail
from connectors.postgres import embedded
from connectors.storage.memory import MemoryStorage
from migrations import upgrade
from tests.app.neighbours import one_erp
from tests.checks.forms.run import Report, post_everything

DATABASE = "portal"


def main() -> int:
    """Return 0 when no answer was a 5xx."""
    parser = argparse.ArgumentParser(prog="run.py check forms", description=__doc__)
    parser.add_argument("--posts", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="forms-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run under an account of its own
        with embedded.running(folder / "postgres", durable=False) as server:
            server.address.ensure_database(DATABASE)
            url = server.address.url(DATABASE)
            upgrade(url)
            report = _post(url, folder, posts=options.posts, seed=options.seed)
    print(report.table())
    return 0 if report.is_clean else 1


def _post(url: str, folder: Path, *, posts: int, seed: int) -> Report:
    settings = Settings(
        environment="test", database_url=url, data_dir=folder / "data", log_level="CRITICAL"
    )
    fakes = Outside(one_erp(RememberingErp()), MemoryStorage(), RememberingMail(), SilentDoorbell())
    app = create_app(settings, fakes)
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False)
    engine = db.session_factory.kw["bind"]
    with engine.connect() as connection:
        outer = connection.begin()
        db.remove()
        db.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            return post_everything(app, connection, posts=posts, seed=seed)
        finally:
            db.remove()
            outer.rollback()


if __name__ == "__main__":
    sys.exit(main())
