"""What pages and the terminal show of the last reconciliations."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.accounts.models import Person
from app.claims.models import Claim
from app.core.db import db
from app.core.errors import N_
from app.core.i18n import show_money
from app.core.words import call, label
from app.erp.differences import MENDS, Mending, What
from app.erp.models import Difference, DocumentKind, Reconciliation

SHOWN = 200
LOGGED = 50

call(
    {
        Mending.PUSH: N_("Push again"),
        Mending.TELL_ANEW: N_("Push again as a new revision"),
        Mending.TAKE_OVER: N_("Take over from the ERP"),
        Mending.GONE: N_("No longer found"),
    }
)
# Which field of both receipts shows the difference.
COMPARED = {
    What.OLDER: "revision",
    What.NEWER: "revision",
    What.NUMBER: "number",
    What.STATUS: "status",
    What.DELETED: "status",
    What.AMOUNT: "amount",
    What.CONTENT: "sha256",
    What.DOUBLED: "ref",
}


@dataclass(frozen=True)
class LastRun:
    """The last comparison: when, by whom (nobody by the clock) and how much was asked for."""

    at: datetime
    by: str
    asked: int
    on_its_way: int


@dataclass(frozen=True)
class DifferenceRow:
    """A difference with its claim; a mended one says who mended it, when and how."""

    id: int
    what: What
    kind: DocumentKind
    claim_id: UUID
    claim_number: str | None
    ours: dict[str, Any]
    theirs: dict[str, Any] | None
    found_at: datetime
    mended_at: datetime | None
    mended_by: str | None
    mending: Mending | None

    @property
    def offered(self) -> Mending | None:
        """What the button beside it does; None when only the ERP can mend it."""
        return MENDS[self.what]

    @property
    def is_pushable(self) -> bool:
        """Whether telling the ERP once more mends it."""
        return self.offered is Mending.PUSH

    def sentence(self) -> str:
        """Return the difference in the reader's language."""
        document = f"{label(self.kind)} {self.ours['number']}".strip()
        values = {"document": document, "claim": self.claim_number or "–", "what": label(self.what)}
        words = str(gettext("%(document)s of claim %(claim)s: %(what)s", **values))
        if self.what not in COMPARED or self.theirs is None:
            return words
        pair = {"ours": self._shown(self.ours), "theirs": self._shown(self.theirs)}
        both = gettext("portal: %(ours)s, ERP: %(theirs)s", **pair)
        return f"{words} ({both})"

    def _shown(self, side: dict[str, Any]) -> str:
        """Return what one side holds of that which differs."""
        if self.what is What.AMOUNT:
            return show_money(Decimal(side["amount"]), side["currency"] or self.ours["currency"])
        if self.what is What.CONTENT:
            return _file_words(side)
        return str(side[COMPARED[self.what]] or "–")


def _file_words(side: dict[str, Any]) -> str:
    """Return name, size and the beginning of the digest: enough to tell two files apart."""
    size = "" if side["size"] is None else f"{side['size']} B"
    digest = side["sha256"] and f"SHA-256 {side['sha256'][:12]}…"
    return ", ".join(word for word in (side["name"], size, digest) if word)


def last_run(connection: str) -> LastRun | None:
    """Return the last comparison, None when there was none yet."""
    query = (
        select(
            Reconciliation.compared_at, Person.name, Reconciliation.asked, Reconciliation.on_its_way
        )
        .outerjoin(Person, Person.id == Reconciliation.compared_by)
        .where(Reconciliation.connection == connection)
    )
    row = db.execute(query).first()
    return LastRun(row[0], row[1] or "", row[2], row[3]) if row else None


def open_differences(connection: str, limit: int = SHOWN) -> list[DifferenceRow]:
    """Return what is still different, claim by claim."""
    query = _rows(connection).where(Difference.mended_at.is_(None))
    rows = db.execute(query.order_by(Claim.number, Difference.id).limit(limit))
    return [DifferenceRow(*row) for row in rows]


def mended_differences(connection: str, limit: int = LOGGED) -> list[DifferenceRow]:
    """Return what was mended, the last first: the log."""
    query = _rows(connection).where(Difference.mended_at.is_not(None))
    rows = db.execute(
        query.order_by(Difference.mended_at.desc(), Difference.id.desc()).limit(limit)
    )
    return [DifferenceRow(*row) for row in rows]


def _rows(connection: str) -> Any:
    elsewhere = {"claim_number": Claim.number, "mended_by": Person.name}
    columns: list[Any] = [
        elsewhere.get(name, getattr(Difference, name, None))
        for name in DifferenceRow.__dataclass_fields__
    ]
    return (
        select(*columns)
        .join(Claim, Claim.id == Difference.claim_id)
        .outerjoin(Person, Person.id == Difference.mended_by)
        .where(Difference.connection == connection)
    )
