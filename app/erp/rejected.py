"""Rows of the feeds that could not be used, for the person who has them mended in the ERP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import ColumnElement, Text, cast, func, select

from app.core.db import db
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key
from app.erp.field_names import FIELD_NAMES
from app.erp.models import RejectedRow

SHOWN_REASONS = 20


@dataclass(frozen=True)
class Faulty:
    """Which rows to list; what is empty does not narrow."""

    kind: str = ""
    fault: str = ""

    @classmethod
    def read(cls, words: Mapping[str, str]) -> "Faulty":
        """Return what an address asks for."""
        return cls(kind=words.get("kind", "")[:64], fault=words.get("fault", "")[:64])


@dataclass(frozen=True)
class Reason:
    """How many rows of a kind have the same fault, and when the last of them came.

    `fault` stands for the reasons in an address.
    """

    kind: str
    fault: str
    reasons: list[dict[str, Any]]
    count: int
    last_at: datetime


@dataclass(frozen=True)
class RejectedRowView:
    """A row of the feed that could not be used, with all that it said."""

    id: int
    message_no: int
    kind: str
    reasons: list[dict[str, Any]]
    content: str
    rejected_at: datetime

    def laid_out(self) -> str:
        """Return what the row said, one field a line with both its names; nothing empty."""
        try:
            fields = json.loads(self.content)
        except ValueError:
            return self.content
        return "\n".join(f"{_name(name)}: {value}" for name, value in fields.items() if value != "")


def list_rejected(
    connection: str, wanted: Faulty = Faulty(), *, after: str = ""
) -> Page[RejectedRowView]:
    """Return a page of rows that could not be used, the newest first."""
    columns = (getattr(RejectedRow, name) for name in RejectedRowView.__dataclass_fields__)
    query = select(*columns).where(RejectedRow.connection == connection)
    if wanted.kind:
        query = query.where(RejectedRow.kind == wanted.kind)
    if wanted.fault:
        query = query.where(_fault() == wanted.fault)
    key = read_key(after, 1)
    if key and key[0].isdecimal() and len(key[0]) < len(str(2**63)):
        query = query.where(RejectedRow.id < int(key[0]))
    rows = db.execute(query.order_by(RejectedRow.id.desc()).limit(PAGE_SIZE + 1))
    return cut_page([RejectedRowView(*row) for row in rows], lambda row: (row.id,))


def list_reasons(connection: str) -> list[Reason]:
    """Return the most frequent faults, so that one cause is mended once."""
    count = func.count()
    query = (
        select(
            RejectedRow.kind,
            _fault(),
            RejectedRow.reasons,
            count,
            func.max(RejectedRow.rejected_at),
        )
        .where(RejectedRow.connection == connection)
        .group_by(RejectedRow.kind, RejectedRow.reasons)
        .order_by(count.desc(), RejectedRow.kind, RejectedRow.reasons)
        .limit(SHOWN_REASONS)
    )
    return [Reason(*row) for row in db.execute(query)]


def _name(field: str) -> str:
    """Return a field as people call it, with the ERP's own name behind it."""
    known = FIELD_NAMES.get(field)
    return f"{gettext(known)} ({field})" if known else field


def _fault() -> ColumnElement[str]:
    """Return what stands for a row's reasons in an address."""
    return func.md5(cast(RejectedRow.reasons, Text))
