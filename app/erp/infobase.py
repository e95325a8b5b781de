"""Which infobase answers: the one that was seen first, or that an administrator has accepted.

A copy of an infobase answers under our node as well, and would count on from another place. So an
ERP that says who it is is held against what is pinned, before it is read and before it is told
anything; while it is another one the connection stops.
"""

import time
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db, own_session
from app.core.outside import outside
from app.erp.models import Infobase
from connectors.erp.port import ErpInfo
from connectors.errors import Foreign
from connectors.reasons import ErpReason

FRESH_SECONDS = 10.0  # a ping before each of many messages would cost as much as they do

_checked: dict[str, float] = {}


def ensure_ours(connection: str) -> ErpInfo | None:
    """Ask an ERP who it is; raise `Foreign` when it is another than is pinned.

    One that does not say who it is is not asked.
    """
    if not outside().erps[connection].tells_infobase:
        return None
    info = outside().erp(connection).ping()
    check(connection, info)
    _checked[connection] = time.monotonic()
    return info


def ensure_ours_lately(connection: str) -> None:
    """Do so unless this process has done it a moment ago."""
    checked = _checked.get(connection)
    if checked is None or time.monotonic() - checked > FRESH_SECONDS:
        ensure_ours(connection)


def check(connection: str, info: ErpInfo) -> None:
    """Hold an answer against what is pinned; raise `Foreign` when another infobase has answered.

    It is read beside the caller's session: a neighbour is spoken to outside of any transaction.
    """
    with own_session() as session:
        known = session.get(Infobase, connection)
    if known is not None and known.infobase != info.infobase:
        _checked.pop(connection, None)
        if not info.infobase:
            raise Foreign(ErpReason.FOREIGN_NAMELESS, ours=known.infobase)
        raise Foreign(ErpReason.FOREIGN, theirs=info.infobase, ours=known.infobase)


def pin_first(connection: str, info: ErpInfo, *, at: datetime) -> None:
    """Pin the infobase that answers first; what is pinned already stays."""
    if info.infobase:
        first = {"connection": connection, "infobase": info.infobase, "pinned_at": at}
        db.execute(insert(Infobase).values(**first).on_conflict_do_nothing())


def pinned(connection: str) -> str:
    """Return the infobase that is pinned, "" when none is."""
    query = select(Infobase.infobase).where(Infobase.connection == connection)
    return db.scalar(query) or ""


def accept(connection: str, seen: str, *, by: int, at: datetime) -> bool:
    """Pin the infobase that somebody has seen; False when it is another one that answers now."""
    if outside().erp(connection).ping().infobase != seen:
        return False
    values = {"infobase": seen, "pinned_at": at, "pinned_by": by}
    query = insert(Infobase).values(connection=connection, **values)
    db.execute(query.on_conflict_do_update(index_elements=[Infobase.connection], set_=values))
    return True
