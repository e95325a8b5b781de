"""Versions of the mappings, and the homes of the plants: what an administrator changes there."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import exists, func, or_, select

from app.accounts.models import Dealer, Person, Plant
from app.accounts.policy import User
from app.catalog.models import Item
from app.core.db import db
from app.core.errors import N_, Refusal
from app.core.outside import outside
from app.core.reasons import OwnReason
from app.core.text import clean_text
from app.erp.installed import FROM_FILE, Fault, InstalledErps, newest_version
from app.erp.models import DeskAct, MappingVersion
from app.erp.service import given, note
from app.outbox.service import wake_worker
from app.shipments.models import Shipment
from connectors.reasons import Reason

WRITING = 20_261_125  # the first half of the advisory locks' keys


class NothingNew(Refusal):
    message = N_("The text is the same as the one in force.")


class Overtaken(Refusal):
    message = N_("Version %(number)s was put in force in the meantime; compare and save again.")
    status = HTTPStatus.CONFLICT


class FaultyVersion(Refusal):
    message = N_("Version %(number)s has faults today: %(faults)s")


class PlantIsAtHome(Refusal):
    message = N_(
        "Dealers, items or shipments of this plant have come from its ERP "
        "already: its ERP cannot be changed."
    )


@dataclass(frozen=True)
class VersionRow:
    """A version with its author; nobody wrote the file's."""

    version: int
    written_at: datetime | None
    author: str
    reason: str


@dataclass(frozen=True)
class FaultRow:
    """What is wrong in a line of a text, and the line."""

    line: int
    fault: Reason
    code: str


def installed() -> InstalledErps | None:
    """Return the connections whose mappings can be changed here."""
    erps = outside().erps
    return erps if isinstance(erps, InstalledErps) else None


def text_at(erps: InstalledErps, connection: str, version: int) -> str | None:
    """Return a version's text; the file stands for the first until another is written."""
    kept = db.get(MappingVersion, (connection, version))
    if kept is not None:
        return kept.text
    return erps.file_text(connection) if version == FROM_FILE else None


def history(connection: str) -> list[VersionRow]:
    """Return all versions, the newest first."""
    query = (
        select(
            MappingVersion.version, MappingVersion.written_at, Person.name, MappingVersion.reason
        )
        .outerjoin(Person, Person.id == MappingVersion.written_by)
        .where(MappingVersion.connection == connection)
        .order_by(MappingVersion.version.desc())
    )
    rows = [VersionRow(row[0], row[1], row[2] or "", row[3]) for row in db.execute(query)]
    return rows or [VersionRow(FROM_FILE, None, "", "")]


def difference(before: str, after: str) -> list[str]:
    """Return what differs between two texts, as lines that begin with -, + or a blank."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return list(lines)[2:]


def changes_by(erps: InstalledErps, connection: str, text: str) -> list[str]:
    """Return what a clean text would change of the version in force; nothing when nothing."""
    present = text_at(erps, connection, newest_version(connection)) or ""
    return difference(clean_text(present), text)


def in_place(text: str, faults: Sequence[Fault]) -> list[FaultRow]:
    """Return faults beside the lines of the text that they are about."""
    lines = text.split("\n")
    return [
        FaultRow(line, fault, lines[line - 1] if 0 < line <= len(lines) else "")
        for line, fault in faults
    ]


def save(
    erps: InstalledErps,
    connection: str,
    text: str,
    reason: str,
    *,
    base: int,
    by: User,
    at: datetime,
) -> tuple[Fault, ...]:
    """Put a clean text in force as the next after `base`; return its faults instead, if any.

    Raise a `Refusal` when the reason is missing, nothing has changed or somebody was faster.
    """
    reading = erps.read(connection, text)
    if reading.faults:
        return reading.faults
    reason = given(reason)
    db.execute(select(func.pg_advisory_xact_lock(WRITING, func.hashtext(connection))))
    newest = newest_version(connection)
    if newest != base:
        raise Overtaken(number=newest)
    present = text_at(erps, connection, newest) or ""
    if clean_text(present) == text:
        raise NothingNew
    if newest == FROM_FILE:
        _keep(connection, FROM_FILE, present, None, "", at)
    _keep(connection, newest + 1, text, by.id, reason, at)
    note(DeskAct.MAPPING, by, at, connection=connection, reason=reason)
    wake_worker()
    return ()


def restore(
    erps: InstalledErps, connection: str, version: int, reason: str, *, by: User, at: datetime
) -> bool:
    """Put an older text in force again, as a version of its own; False when there is none."""
    text = text_at(erps, connection, version)
    if text is None:
        return False
    base = newest_version(connection)
    faults = save(erps, connection, clean_text(text), reason, base=base, by=by, at=at)
    if faults:
        rows = [Reason(OwnReason.LINE, {"line": line, "fault": fault}) for line, fault in faults]
        raise FaultyVersion(number=version, faults=rows)
    return True


def list_plants() -> list[Plant]:
    """Return the plants by their code."""
    return list(db.scalars(select(Plant).order_by(Plant.code)))


def give_home(plant: Plant, connection: str, *, by: User, at: datetime) -> None:
    """Say which ERP keeps a plant, while nothing of it has come from another."""
    if plant.home == connection:
        return
    told = [
        exists().where(model.plant_id == plant.id, model.home == plant.home)
        for model in (Dealer, Item, Shipment)
    ]
    if db.scalar(select(or_(*told))):
        raise PlantIsAtHome
    note(DeskAct.HOME, by, at, connection=connection, reason=f"{plant.code}: {plant.home}")
    plant.home = connection


def _keep(
    connection: str, version: int, text: str, author: int | None, reason: str, at: datetime
) -> None:
    db.add(
        MappingVersion(
            connection=connection,
            version=version,
            text=text,
            written_at=at,
            written_by=author,
            reason=reason,
        )
    )
