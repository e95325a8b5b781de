"""The forecasts of many claims in one pass: computed, compared, kept, and told to whom it matters.

The same pass serves an event of one claim, a new day at a plant, and a change of a lane under ten
thousand claims. It reads in a constant number of statements and writes in as few. It computes
without a lock and takes one only to write, so that an event does not wait for ten thousand claims;
what another pass has written meanwhile is then computed again.
"""

import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ColumnElement,
    Date,
    Uuid,
    cast,
    column,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.types import String

from app.accounts.models import Dealer
from app.claims.forecast_models import Cause, ClaimForecast, ForecastMove
from app.claims.models import Claim
from app.claims.rules import ClaimState
from app.core.db import Moment, db, is_one_of
from app.deadlines.network import Network
from app.deadlines.queries import load_network
from app.outbox.service import promise
from app.schedule.measuring import measure_stages
from app.schedule.moves import Move, ShownMove, Standing, moves_between
from app.schedule.notices import tell_of_moves
from app.schedule.prospects import Prospect, prospects_of
from app.schedule.subjects import AWAITED, Subject, load_subjects

RENEWING = 20_261_123  # the key of the advisory lock: of two passes the later one has the last word


@dataclass(frozen=True)
class Computed:
    """The forecasts of a pass by claim, and `before`: what was kept of each when it began.

    `written` is who wrote what was kept; another one has written it since if it is another.
    """

    subjects: Mapping[UUID, Subject]
    network: Network
    found: Mapping[UUID, Prospect]
    before: Mapping[UUID, dict[str, Any]]
    written: Mapping[UUID, str]

    def news(self) -> dict[UUID, Prospect]:
        """Return the forecasts that differ from what was kept."""
        return {key: one for key, one in self.found.items() if self.before.get(key) != one.columns}

    def replaced(self, claim_ids: Collection[UUID], later: "Computed") -> "Computed":
        """Return the same with these claims as they were computed later."""

        def merged(mine: Mapping[UUID, Any], theirs: Mapping[UUID, Any]) -> dict[UUID, Any]:
            gone = set(claim_ids)
            return {key: one for key, one in mine.items() if key not in gone} | dict(theirs)

        return Computed(
            merged(self.subjects, later.subjects),
            self.network,
            merged(self.found, later.found),
            merged(self.before, later.before),
            merged(self.written, later.written),
        )


def renew(cause: Cause, *, at: datetime, claim_ids: Collection[UUID] | None = None) -> list[Move]:
    """Compute the forecasts of open claims anew and keep what is different; return the moves.

    Without news nothing changes and nobody is told. Who has to know of what got worse is told.
    """
    with _without_collections():
        return _renew(cause, at, claim_ids)


def _renew(cause: Cause, at: datetime, claim_ids: Collection[UUID] | None) -> list[Move]:
    # What is carried out has its last news; after that only the dealer's word is awaited.
    states = (*AWAITED, ClaimState.RESOLVED) if cause is Cause.EVENT else AWAITED
    computed = _compute(_ids(claim_ids, states), states, at)
    db.execute(select(func.pg_advisory_xact_lock(RENEWING)))
    if overtaken := _overtaken(computed):
        computed = computed.replaced(overtaken, _compute(overtaken, states, at))

    news, before = computed.news(), computed.before
    moves = moves_between({key: Standing.kept(before[key]) for key in news if key in before}, news)
    subjects = computed.subjects.values()
    _keep([subject for subject in subjects if subject.claim_id in news], news, at)
    _mark_computed(subjects, news, at)
    _log(moves, cause, at)
    if cause is Cause.EVENT:
        measure_stages(subjects, computed.network, at=at)
    tell_of_moves(moves, at=at)
    return moves


def _compute(claim_ids: Collection[UUID], states: Collection[ClaimState], at: datetime) -> Computed:
    """Compute some forecasts; what is kept of them is read first, so that no change is missed."""
    written, before = _written(claim_ids), _kept(claim_ids)
    subjects = load_subjects(at, is_one_of(Claim.id, claim_ids), states=states)
    network = _network(subjects, at)
    return Computed(
        {subject.claim_id: subject for subject in subjects},
        network,
        prospects_of(subjects, network, at=at),
        before,
        written,
    )


def _overtaken(computed: Computed) -> list[UUID]:
    """Return the claims whose kept forecast somebody else has written since we began."""
    written = _written(computed.subjects)
    return [key for key in computed.subjects if written.get(key) != computed.written.get(key)]


def _ids(claim_ids: Collection[UUID] | None, states: Collection[ClaimState]) -> Collection[UUID]:
    if claim_ids is not None:
        return claim_ids
    return db.scalars(select(Claim.id).where(Claim.state.in_(states))).all()


def owe_renewal(*, at: datetime) -> None:
    """Have all forecasts renewed after a change of calendars, lanes, norms or rules."""
    promise("forecast.renew_all", uuid4(), at=at)


def what_would_change(change: Callable[[], None], *, at: datetime) -> list[ShownMove]:
    """Return which claims a change of calendars, lanes or norms would move; it is not kept.

    The change is really made, in a savepoint that is rolled back: what the preview counts is what
    saving will do. A `Refusal` of the change goes through.
    """
    subjects = load_subjects(at)
    before = {key: Standing.of(one) for key, one in _prospects(subjects, at).items()}
    savepoint = db.begin_nested()
    try:
        change()
        db.flush()  # the next statements read what the change has written
        after = _prospects(subjects, at)
    finally:
        savepoint.rollback()
    return _shown(moves_between(before, after))


@contextmanager
def _without_collections() -> Iterator[None]:
    """Have no search for cycles of garbage meanwhile.

    A pass over thousands of claims holds hundreds of thousands of small objects until its end, and
    nothing that refers to itself; Python would look through all of them again and again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _prospects(subjects: Collection[Subject], at: datetime) -> dict[UUID, Prospect]:
    return prospects_of(subjects, _network(subjects, at), at=at)


def _network(subjects: Collection[Subject], at: datetime) -> Network:
    decided = [subject.decided_at for subject in subjects if subject.decided_at]
    first = min(decided, default=at)
    return load_network(
        range(first.year - 1, at.year + 4),
        dealer_ids={subject.dealer_id for subject in subjects},
        plant_ids={subject.plant_id for subject in subjects},
    )


def _written(claim_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return by claim the transaction that wrote its kept forecast, which PostgreSQL notes."""
    writer: ColumnElement[str] = literal_column("claim_forecast.xmin::text", String)
    query = select(ClaimForecast.claim_id, writer)
    return dict(db.execute(query.where(is_one_of(ClaimForecast.claim_id, claim_ids))).all())


def _kept(claim_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return the kept forecasts in the words of `Prospect.columns`."""
    query = select(
        ClaimForecast.claim_id,
        ClaimForecast.legs,
        ClaimForecast.finish_on,
        ClaimForecast.decide_by,
        ClaimForecast.outlook,
        ClaimForecast.problem,
        ClaimForecast.calendars,
    ).where(is_one_of(ClaimForecast.claim_id, claim_ids))
    return {
        row.claim_id: {
            "legs": row.legs,
            "finish_on": str(row.finish_on) if row.finish_on else None,
            "decide_by": str(row.decide_by) if row.decide_by else None,
            "outlook": row.outlook.value,
            "problem": row.problem,
            "calendars": row.calendars,
        }
        for row in db.execute(query)
    }


def _keep(subjects: Iterable[Subject], news: Mapping[UUID, Prospect], at: datetime) -> None:
    rows = [
        {
            "claim_id": str(subject.claim_id),
            "computed_on": str(subject.today),
            **news[subject.claim_id].columns,
        }
        for subject in subjects
    ]
    if rows:
        db.execute(_upsert(rows, at))


def _upsert(rows: list[dict[str, Any]], at: datetime) -> Insert:
    """Write all rows with one statement, which takes them as one JSON document."""
    given = (
        func.jsonb_to_recordset(cast(rows, JSONB))
        .table_valued(
            column("claim_id", Uuid),
            column("legs", JSONB),
            column("finish_on", Date),
            column("decide_by", Date),
            column("outlook", String),
            column("problem", JSONB),
            column("calendars", JSONB),
            column("computed_on", Date),
        )
        .render_derived(name="given", with_types=True)
    )
    names = [one.name for one in given.c]
    query = upsert(ClaimForecast).from_select(
        [*names, "computed_at"], select(*given.c, literal(at, Moment()))
    )
    changed = {name: query.excluded[name] for name in (*names[1:], "computed_at")}
    return query.on_conflict_do_update(index_elements=[ClaimForecast.claim_id], set_=changed)


def _mark_computed(
    subjects: Iterable[Subject], news: Mapping[UUID, Prospect], at: datetime
) -> None:
    """Note for what has not changed that it was looked at on this day of its plant."""
    unchanged: dict[date, list[UUID]] = {}
    for subject in subjects:
        if subject.claim_id not in news:
            unchanged.setdefault(subject.today, []).append(subject.claim_id)
    for today, claim_ids in unchanged.items():
        db.execute(
            update(ClaimForecast)
            .where(is_one_of(ClaimForecast.claim_id, claim_ids), ClaimForecast.computed_on != today)
            .values(computed_on=today, computed_at=at)
        )


def _log(moves: Collection[Move], cause: Cause, at: datetime) -> None:
    if moves:
        rows = [{**vars(move), "cause": cause, "at": at} for move in moves]
        db.execute(insert(ForecastMove), rows)


def _shown(moves: Collection[Move]) -> list[ShownMove]:
    by_id = {move.claim_id: move for move in moves}
    query = (
        select(Claim.id, Claim.number, Dealer.name, Claim.promise_on)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .where(is_one_of(Claim.id, by_id))
        .order_by(Claim.number)
    )
    return [
        ShownMove(by_id[claim_id], number or "", dealer, promise_on)
        for claim_id, number, dealer, promise_on in db.execute(query)
    ]
