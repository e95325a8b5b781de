"""Which infobase answers: the one that was seen first, or that an administrator has accepted.

A copy of an infobase answers under our node as well, and would count on from another place. So an
ERP that says who it is is held against what is pinned, before it is read and before it is told
anything; while it is another one the connection stops.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.core.db import db, own_session
from app.core.outside import outside
from app.erp.models import Infobase
from connectors.erp.port import ErpInfo
from connectors.errors import Foreign

FRESH_SECONDS = 10.0  # a ping before each of many messages would cost as much as they do
ANOTHER = "Another infobase answers: {theirs} instead of {ours}. Nothing is read or sent there."

_checked: dict[str, float] = {}


@dataclass(frozen=True)
class Stranger:
    """Another infobase that has answered, and the one that is pinned."""

    pinned: str
    seen: str
    seen_at: datetime


def ensure_ours(connection: str) -> None:
    """Ask an ERP who it is; raise `Foreign` when it is another than is pinned.

    One that does not say who it is is not asked.
    """
    if not outside().erps[connection].tells_infobase:
        return
    check(connection, outside().erp(connection).ping(), at=now())
    _checked[connection] = time.monotonic()


def ensure_ours_lately(connection: str) -> None:
    """Do so unless this process has done it a moment ago."""
    checked = _checked.get(connection)
    if checked is None or time.monotonic() - checked > FRESH_SECONDS:
        ensure_ours(connection)


def check(connection: str, info: ErpInfo, *, at: datetime) -> None:
    """Hold an answer against what is pinned; the first one is pinned. Commits by itself.

    Raise `Foreign` when another infobase has answered; it is remembered for whoever may accept it.
    """
    with own_session() as session:
        if info.infobase:
            first = {"connection": connection, "infobase": info.infobase, "pinned_at": at}
            session.execute(insert(Infobase).values(**first).on_conflict_do_nothing())
        known = session.get(Infobase, connection)
        ours = known.infobase if known else info.infobase
        if known is not None and ours == info.infobase and known.stranger is not None:
            known.stranger = known.stranger_at = None
        elif known is not None and ours != info.infobase:
            known.stranger, known.stranger_at = info.infobase, at
        session.commit()
    if ours != info.infobase:
        _checked.pop(connection, None)
        raise Foreign(ANOTHER.format(theirs=info.infobase or "nameless", ours=ours))


def stranger_of(connection: str) -> Stranger | None:
    """Return the other infobase that answered last, None when ours did."""
    query = select(Infobase.infobase, Infobase.stranger, Infobase.stranger_at).where(
        Infobase.connection == connection, Infobase.stranger.is_not(None)
    )
    row = db.execute(query).one_or_none()
    return Stranger(*row) if row else None


def accept(connection: str, seen: str, *, by: int, at: datetime) -> bool:
    """Pin the infobase that somebody has seen; False when another one has answered since."""
    known = db.get(Infobase, connection, with_for_update=True)
    if known is None or known.stranger != seen:
        return False
    known.infobase, known.pinned_at, known.pinned_by = seen, at, by
    known.stranger = known.stranger_at = None
    return True
