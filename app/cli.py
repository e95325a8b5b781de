"""The commands of the portal; `python3 run.py COMMAND` runs them on the demo's data."""

import sys

import click

from app.accounts.service import hash_password
from app.core.clock import now
from app.core.db import DatabaseAway, ask_database, connect_database, db
from app.core.words import label
from app.deadlines.law import load_rules
from app.deadlines.policies import load_policies
from app.erp.doctor import examine
from app.erp.intake import pull_now
from app.erp.reconcile import ReconciliationIsRunning, reconcile
from app.erp.reconciled import open_differences
from app.erp.verdicts import Verdict
from app.portal import create_app
from app.seed import claims as seed_claims
from app.seed import is_seeded, load_world
from app.seed.people import log_ins
from config.settings import Settings, SettingsError
from connectors.errors import OutsideError
from migrations import upgrade

DEMO_PASSWORD = "demo"  # noqa: S105  (printed to everybody who starts the demo)


@click.group()
def main() -> None:
    """Work on the portal from the command line."""


@main.command()
def migrate() -> None:
    """Bring the database to the present schema, and the rules of law into their tables."""
    upgrade(_settings().database_url)
    load_rules(at=now())
    load_policies(at=now())
    db.commit()
    db.remove()


@main.command()
def seed() -> None:
    """Load the demo: reference data, what the ERP sends, people, and claims in all states."""
    settings = _settings()
    if settings.is_production:
        sys.exit("The demo is not loaded into production.")
    with create_app(settings).app_context():
        if not is_seeded():
            load_world(settings.erp_node, hash_password(DEMO_PASSWORD))
            seed_claims.load_claims(now())


@main.command(name="log-ins")
def list_log_ins() -> None:
    """Print one log-in for each role."""
    with create_app(_settings()).app_context():
        for log_in in log_ins():
            click.echo(f"{log_in.role:20} {log_in.email:28} {DEMO_PASSWORD:8} {log_in.who}")


@main.group()
def erp() -> None:
    """Work on the exchange with the ERP."""


@erp.command()
def pull() -> None:
    """Fetch what changed in the ERP."""
    settings = _settings()
    with create_app(settings).app_context():
        try:
            reports = pull_now(settings.erp_node)
        except OutsideError as error:
            sys.exit(f"The ERP did not answer as it should: {error}")
        finally:
            db.remove()
    for report in reports:
        click.echo(report.words())


@erp.command()
def doctor() -> None:
    """Examine the connection to the ERP; end with an error when something is bad."""
    settings = _settings()
    with create_app(settings).app_context():
        findings = examine(settings.erp_node, by=None)
        db.commit()
        for one in findings:
            click.echo(f"{label(one.verdict):12} {label(one.question):26} {one.seen.said()}")
            for line in (one.step.said(), *"\n".join(one.details).splitlines()):
                if line:
                    click.echo(f"{'':40}{line}")
        db.remove()
    if any(one.verdict is Verdict.BAD for one in findings):
        sys.exit("Something is bad; the lines above name the next step.")


@erp.command(name="reconcile")
def compare_with_erp() -> None:
    """Compare what the ERP holds with what the portal believes; print the differences."""
    settings = _settings()
    with create_app(settings).app_context():
        try:
            outcome = reconcile(settings.erp_node, by=None, at=now())
            db.commit()
        except (OutsideError, ReconciliationIsRunning) as error:
            sys.exit(f"The comparison did not come to its end: {error}")
        rows = open_differences()
        click.echo(
            f"{outcome.asked} documents compared, {outcome.on_its_way} on their way, "
            f"{outcome.found} differences"
        )
        for row in rows:
            mending = label(row.offered) if row.offered else "only in the ERP"
            click.echo(f"{row.claim_number or '-':20} {mending:24} {row.sentence()}")
        db.remove()


def _settings() -> Settings:
    try:
        settings = Settings.from_env()
        connect_database(settings.database_url)
        ask_database()
    except SettingsError as error:
        sys.exit(f"The settings do not make sense:\n{error}")
    except DatabaseAway as error:
        sys.exit(str(error))
    return settings


if __name__ == "__main__":
    main()
