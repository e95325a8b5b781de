"""The commands of the portal; `python3 run.py COMMAND` runs them on the demo's data."""

import json
import sys
import traceback
from collections.abc import Callable
from typing import TextIO

import click
from flask import Flask
from sqlalchemy import select

from app.accounts.links import token_of
from app.accounts.models import Person
from app.accounts.people import send_link
from app.accounts.service import hash_password
from app.core.clock import now
from app.core.db import DatabaseAway, ask_database, connect_database, db
from app.core.errors import Refusal
from app.core.i18n import say
from app.core.words import label
from app.deadlines.law import load_rules
from app.deadlines.policies import load_policies
from app.erp.doctor import examine
from app.erp.installed import newest_version
from app.erp.job_models import JobKind, JobSource, JobState
from app.erp.job_runner import run_here
from app.erp.known import erp_titles
from app.erp.mappings import installed, text_at
from app.erp.queries import list_freshness
from app.erp.reconcile import reconcile
from app.erp.reconciled import open_differences
from app.erp.tryouts import try_reply
from app.erp.verdicts import Verdict
from app.portal import create_app
from app.scenarios.answers import answers
from app.scenarios.reading import DEFAULTS
from app.seed import claims as seed_claims
from app.seed import is_seeded, load_world
from app.seed.people import as_table, log_ins
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
            load_world(hash_password(DEMO_PASSWORD), say=_say)
            seed_claims.load_claims(now(), say=_say)


@main.command(name="log-ins")
def list_log_ins() -> None:
    """Print one log-in for each role and each language of dealers."""
    with _portal().app_context():
        click.echo(f"Log-ins, each with the password {DEMO_PASSWORD}:\n")
        for line in as_table(log_ins()):
            click.echo(line)


@main.command()
@click.argument("files", nargs=-1, type=click.File(encoding="utf-8"))
@click.option("--explain", is_flag=True, help="List the defaults of the fields, and end.")
def plan(files: tuple[TextIO, ...], *, explain: bool) -> None:
    """Plan scenarios, one JSON object a line, from standard input or files; no database is asked.

    Each answer is a line of JSON as well. See docs/planning.md.
    """
    if explain:
        for field, default in DEFAULTS.items():
            click.echo(f"{field:32} {default}")
        return
    for lines in files or (sys.stdin,):
        for found in answers(lines):
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


@main.command(name="password-link")
@click.argument("email")
def send_password_link(email: str) -> None:
    """Send somebody a link to set a password, and print it for whoever runs the server."""
    portal = _portal()
    with portal.app_context():
        person = db.scalars(select(Person).filter_by(email=email.lower())).one_or_none()
        if person is None or not person.is_active:
            sys.exit(f"Nobody with access has the e-mail {email}.")
        link = send_link(person, by=None, at=now())
        db.commit()
        token = token_of(link.id, secret=str(portal.secret_key))
        click.echo(f"{str(portal.config['PUBLIC_URL']).rstrip('/')}/password/{token}")


@main.group()
def erp() -> None:
    """Work on the exchange with the ERP."""


@erp.command()
@click.argument("connection", required=False, default="")
@click.option("--full", is_flag=True, help="Read everything anew; what is missing there is gone.")
def pull(connection: str, *, full: bool) -> None:
    """Fetch what changed in an ERP, or in each."""
    kind = JobKind.READ_ALL if full else JobKind.READ
    with _portal().app_context():
        failed = _failed(_chosen(connection), lambda name: _pull(name, kind))
    if failed:
        sys.exit(1)


@erp.command()
@click.argument("connection", required=False, default="")
def doctor(connection: str) -> None:
    """Examine a connection, or each; end with an error when something is bad."""
    with _portal().app_context():
        failed = _failed(_chosen(connection), _examine)
    if failed:
        sys.exit("Something is bad; the lines above name the next step.")


@erp.command(name="try")
@click.argument("connection")
@click.argument("operation")
@click.argument("reply", required=False, type=click.File(encoding="utf-8"))
def try_mapping(connection: str, operation: str, reply: TextIO | None) -> None:
    """Read a reply as the mapping of a connection says; - is what is piped in.

    Without a file it is the last recorded reply. End with an error when something is not there.
    """
    with _portal().app_context():
        faults = _try(_chosen(connection)[0], operation, reply.read() if reply else "")
        db.remove()
    if faults:
        sys.exit("The mapping does not fit this reply; the lines above name its lines.")


@erp.command(name="reconcile")
@click.argument("connection", required=False, default="")
def compare_with_erp(connection: str) -> None:
    """Compare what an ERP holds, or each, with the data of the portal; print the differences."""
    with _portal().app_context():
        failed = _failed(_chosen(connection), _compare)
    if failed:
        sys.exit(1)


def _chosen(connection: str) -> list[str]:
    """Return the connection that was named, or all there are."""
    names = list(erp_titles())
    if connection and connection not in names:
        sys.exit(f"There is no connection {connection}; there is: {', '.join(names)}")
    return [connection] if connection else names


def _failed(names: list[str], work: Callable[[str], bool]) -> list[str]:
    """Do the work for one connection after the other; return those where it failed, however."""
    failed = []
    for name in names:
        try:
            is_good = work(name)
        except Exception as error:
            db.remove()
            click.echo(f"{name}: {''.join(traceback.format_exception(error))}", err=True)
            is_good = False
        if not is_good:
            failed.append(name)
    return failed


def _pull(connection: str, kind: JobKind) -> bool:
    try:
        job = run_here(connection, kind, source=JobSource.COMMAND)
        freshness = list_freshness(connection)
        is_read, rows, result = job.state is JobState.DONE, job.rows, job.result
        reason = str(job.reason or "")
    except Refusal as error:
        click.echo(f"{connection}: {error}", err=True)
        return False
    finally:
        db.remove()
    click.echo(
        f"{connection}: {result.get('messages', 0)} messages, {sum(rows.values())} rows read, "
        f"{result.get('published', 0)} changed here, {result.get('rejected', 0)} put aside"
    )
    if not is_read:
        click.echo(f"{connection}: The ERP did not answer as it should: {reason}", err=True)
        return False
    if kind is JobKind.READ_ALL:
        for one in freshness:
            click.echo(f"{connection}: {one.words()}")
    return True


def _examine(connection: str) -> bool:
    """Print what was found; return whether nothing is bad."""
    findings = examine(connection, by=None)
    db.commit()
    click.echo(f"{connection}: {erp_titles()[connection]}")
    for one in findings:
        click.echo(f"{label(one.verdict):12} {label(one.question):26} {one.seen.said()}")
        for line in (one.step.said(), *"\n".join(map(say, one.details)).splitlines()):
            if line:
                click.echo(f"{'':40}{line}")
    db.remove()
    return Verdict.BAD not in {one.verdict for one in findings}


def _try(connection: str, operation: str, reply: str) -> bool:
    """Print what is read and what is not there; return whether anything is not."""
    erps = installed()
    if erps is None:
        sys.exit("The connections of this portal have no mappings.")
    text = text_at(erps, connection, newest_version(connection)) or ""
    trial = try_reply(erps, connection, text, operation, reply)
    for one in trial.heard:
        click.echo(f"{one.name:24} {one.path:40} {one.text}")
    for record in trial.records:
        click.echo(record)
    for line, fault in trial.faults:
        click.echo(f"line {line}: {fault}")
    return bool(trial.faults)


def _compare(connection: str) -> bool:
    try:
        outcome = reconcile(connection, by=None, at=now())
        db.commit()
    except (OutsideError, Refusal) as error:
        db.remove()
        click.echo(f"{connection}: The comparison did not come to its end: {error}", err=True)
        return False
    click.echo(
        f"{connection}: {outcome.asked} documents compared, {outcome.on_its_way} on their way, "
        f"{outcome.found} differences"
    )
    for kind, number in outcome.untold.items():
        click.echo(f"{connection}: {label(kind)}: {number} never told, pushed now")
    for row in open_differences(connection):
        mending = label(row.offered) if row.offered else "only in the ERP"
        click.echo(f"{row.claim_number or '-':20} {mending:24} {row.sentence()}")
    db.remove()
    return True


def _say(line: str) -> None:
    """Print a line at once, beside what is answered: stdout may be read by another process."""
    click.echo(line, err=True)


def _portal() -> Flask:
    """Return the portal, or end with what the mappings of its ERPs lack."""
    try:
        return create_app(_settings())
    except SettingsError as error:
        sys.exit(f"The connections cannot be used:\n{error}")


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
