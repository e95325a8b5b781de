"""What it costs to renew the forecasts of all open claims in one pass, on a real PostgreSQL.

A part of `python3 run.py bench deadlines`. The time of a statement is that until its rows are here;
what is not in a statement is ours: reading rows into what is planned, planning, comparing.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, insert, update
from sqlalchemy.engine import Engine

from app.accounts.models import Person
from app.claims.forecast_models import Cause, NewsKind, StageNews
from app.claims.models import Claim, ClaimLine
from app.claims.rules import ClaimState
from app.core.db import db
from app.core.outside import Outside, connect_outside
from app.deadlines.models import Lane
from app.deadlines.network import Network
from app.deadlines.planner import OpenWay
from app.deadlines.rules import forward
from app.deadlines.stages import Load
from app.schedule.moves import Move
from app.schedule.renewal import renew
from app.vocabulary import Language, Remedy, Role
from connectors.doorbell.silent import SilentDoorbell
from connectors.mail.memory import RememberingMail
from connectors.storage.memory import MemoryStorage

HOUR = 7  # UTC, when the claims of the benchmark were decided
MOST_SECONDS = 10.0


def print_renewal(
    engine: Engine, network: Network, claims: Sequence[OpenWay[int]], *, at: datetime
) -> float:
    """Renew the forecasts of these claims thrice; return the seconds after a change of lanes."""
    connect_outside(Outside({}, MemoryStorage(), RememberingMail(), SilentDoorbell()))
    _write_claims(network, claims, at)
    print(f"{len(claims)} open claims renewed in one pass, in seconds:")
    print(f"{'':22} {'all':>6} {'reading':>8} {'planning':>9} {'writing':>8} {'statements':>11} "
          f"{'moves':>7}")  # fmt: skip
    _pass(engine, "for the first time", at=at)
    _pass(engine, "without news", at=at)
    db.execute(
        update(Lane).where(Lane.load == Load.GOODS).values(transit_days=Lane.transit_days + 1)
    )
    db.commit()
    return _pass(engine, "after change of lanes", at=at)


def _pass(engine: Engine, name: str, *, at: datetime) -> float:
    with _statements(engine) as spent:
        began = time.perf_counter()
        moves: list[Move] = renew(Cause.MASTER_DATA, at=at)
        db.commit()
        seconds = time.perf_counter() - began
    reading, writing = sum(spent["SELECT"]), sum(spent["INSERT"]) + sum(spent["UPDATE"])
    count = sum(len(one) for one in spent.values())
    print(f"{name:22} {seconds:>6.2f} {reading:>8.2f} {seconds - reading - writing:>9.2f} "
          f"{writing:>8.2f} {count:>11} {len(moves):>7}")  # fmt: skip
    return seconds


@contextmanager
def _statements(engine: Engine) -> Iterator[dict[str, list[float]]]:
    """Give the seconds of each statement by its first word."""
    spent: dict[str, list[float]] = defaultdict(list)
    began: list[float] = []

    def before(*_: Any) -> None:
        began.append(time.perf_counter())

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        spent[statement.split(maxsplit=1)[0]].append(time.perf_counter() - began.pop())

    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": before,
        "after_cursor_execute": after,
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield spent
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


def _write_claims(network: Network, claims: Sequence[OpenWay[int]], at: datetime) -> None:
    """Write accepted claims of one line each, with what people told of their way."""
    manager_id = _person("manager", Role.CLAIM_MANAGER)
    _person("head", Role.HEAD_OF_CLAIMS)
    rows, lines, news = [], [], []
    for one in claims:
        claim_id = uuid4()
        decided_at = datetime(one.start.year, one.start.month, one.start.day, HOUR, tzinfo=UTC)
        rows.append(_claim(network, one, claim_id, decided_at) | {"manager_id": manager_id})
        lines.append(_line(claim_id))
        news += [
            {"claim_id": claim_id, "stage": stage, "kind": NewsKind.FINISHED,
             "day": actual.finished_on, "told_by": manager_id, "told_at": at}
            for stage, actual in one.actuals.items()
        ]  # fmt: skip
        rows[-1]["created_by"] = manager_id
    for table, many in ((Claim, rows), (ClaimLine, lines), (StageNews, news)):
        db.execute(insert(table), many)
    db.commit()


def _claim(
    network: Network, one: OpenWay[int], claim_id: UUID, decided_at: datetime
) -> dict[str, Any]:
    plan = forward(network.stages(one.way), one.start)
    return {
        "id": claim_id,
        "number": f"B-{one.key:06}",
        "dealer_id": one.way.dealer_id,
        "plant_id": one.way.plant_id,
        "state": ClaimState.ACCEPTED,
        "created_at": decided_at,
        "changed_at": decided_at,
        "filed_at": decided_at,
        "answer_on": one.start,
        "decided_at": decided_at,
        "earliest_on": plan.finish,
        "promise_on": plan.finish + timedelta(days=2),
        "logistics": [leg.as_dict() for leg in plan.legs],
    }


def _line(claim_id: UUID) -> dict[str, Any]:
    return {
        "claim_id": claim_id,
        "position": 1,
        "item_name": "Stove",
        "unit": "H87",
        "price": Decimal(100),
        "vat_rate": Decimal(20),
        "currency": "EUR",
        "quantity": Decimal(1),
        "demand": Remedy.REPAIR,
        "accepted_quantity": Decimal(1),
        "rejected_quantity": Decimal(0),
        "remedy": Remedy.REPAIR,
    }


def _person(name: str, role: Role) -> int:
    person = Person(
        email=f"{name}@example.test",
        name=name,
        password_hash="!",
        role=role,
        language=Language.EN,
        time_zone="UTC",
    )
    db.add(person)
    db.flush()
    return person.id
