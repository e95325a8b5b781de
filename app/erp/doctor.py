"""The doctor: asks everything that can be asked of an ERP and remembers the answers.

Nothing here moves the change feed or leaves a document behind.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person, Plant
from app.claims.models import Claim
from app.core.clock import now
from app.core.db import db
from app.core.outside import outside
from app.erp import answers, arrival, drift, infobase, translate
from app.erp.models import Checkup
from app.erp.push import known_of
from app.erp.sample import PORTIONS, SHOWN_ROWS, as_record, faults_of, ten_of
from app.erp.verdicts import (
    Examination,
    Question,
    Verdict,
    failed,
    not_asked,
    pack,
    unpack,
)
from app.erp.watch import heed_drift
from app.files.rules import KINDS
from connectors.erp.platform_messages import closed_by
from connectors.erp.port import Approach, Erp, ErpInfo, Row, RowKind
from connectors.errors import Closed, NotOffered, OutsideError, Rejected

LARGEST = max(kind.limit for kind in KINDS)
ARRIVAL = (Question.ADDRESS, Question.CONNECTION, Question.SERVICE, Question.LOG_IN)
BEHIND_THE_DOOR = (
    Question.PING, Question.INFOBASE, Question.VERSION, Question.CLOCK, Question.ZONE,
    Question.LIMITS, Question.OBJECTS, Question.SAMPLE, Question.PUSH,
)  # fmt: skip


@dataclass(frozen=True)
class Stranger:
    """Another infobase that has answered, and the one that is pinned."""

    pinned: str
    seen: str
    seen_at: datetime


@dataclass(frozen=True)
class LastCheckup:
    """The last examination: when, by whom (nobody at a terminal) and what was found."""

    at: datetime
    by: str
    findings: tuple[Examination, ...]


def examine(connection: str, *, by: int | None) -> list[Examination]:
    """Ask every question, remember the answers, and return them in the order of asking."""
    last = db.get(Checkup, connection)
    shape = last.shape if last else None
    known = outside().erps[connection]
    mapping = drift.judge_mapping(known.title, known.faults)
    if known.erp is None:
        findings = [mapping, *(not_asked(one) for one in Question if one is not Question.MAPPING)]
        return _remember(connection, by, findings, shape)
    try:
        found = known.erp.approach()
    except Rejected as error:
        findings = [mapping, failed(Question.CONTRACT, error.reason, error.details)]
    else:
        heed_drift(connection, found, at=now())
        findings = [mapping, *_examine(connection, known.erp, found, shape)]
        is_ours = found.live is not None and not arrival.is_another_service(found)
        shape = dict(found.live or {}) if is_ours else shape
    return _remember(connection, by, findings, shape)


def _remember(
    connection: str, by: int | None, findings: list[Examination], shape: dict[str, str] | None
) -> list[Examination]:
    facts = {"findings": [pack(one) for one in findings], "shape": shape}
    db.merge(Checkup(connection=connection, examined_at=now(), examined_by=by, **facts))
    return findings


def last_checkup(connection: str) -> LastCheckup | None:
    """Return what the last examination found."""
    query = (
        select(Checkup.examined_at, Person.name, Checkup.findings)
        .outerjoin(Person, Person.id == Checkup.examined_by)
        .where(Checkup.connection == connection)
    )
    row = db.execute(query).first()
    if row is None:
        return None
    return LastCheckup(row[0], row[1] or "", tuple(unpack(one) for one in row[2]))


def stranger_in(connection: str) -> Stranger | None:
    """Return the other infobase that the last examination met, unless it was accepted since."""
    last = last_checkup(connection)
    found = [one for one in last.findings if one.question is Question.INFOBASE] if last else []
    if last is None or not found or found[0].verdict is not Verdict.BAD:
        return None
    told, ours = str(found[0].seen.values["told"]), infobase.pinned(connection)
    return None if told == ours else Stranger(ours, told, last.at)


def _examine(
    connection: str, erp: Erp, found: Approach, last: Mapping[str, str] | None
) -> list[Examination]:
    way = list(_arrive(found))
    is_let_in = not {Verdict.BAD, Verdict.NOT_ASKED} & {one.verdict for one in way}
    live = None if arrival.is_another_service(found) else found.live
    contract = [drift.judge_contract(found), drift.judge_drift(last, live)]
    talk = _talk(connection, erp, found) if is_let_in else map(not_asked, BEHIND_THE_DOOR)
    return [*way, *contract, *talk]


def _arrive(found: Approach) -> Iterator[Examination]:
    """Judge step by step; behind the first that failed nothing was asked."""
    steps: tuple[Callable[[], Examination], ...] = (
        lambda: arrival.judge_address(found),
        lambda: arrival.judge_connection(found, at=now()),
        lambda: arrival.judge_service(found),
        lambda: arrival.judge_log_in(found),
    )
    is_open = True
    for question, judge in zip(ARRIVAL, steps, strict=True):
        one = judge() if is_open else not_asked(question)
        is_open = is_open and one.verdict is not Verdict.BAD
        yield one


def _talk(connection: str, erp: Erp, found: Approach) -> list[Examination]:
    """Put the questions that are messages; without an answer to the first there are no others."""
    started, moment = time.monotonic(), now()
    try:
        info = erp.ping()
    except OutsideError as error:
        return [_failed(Question.PING, error), *map(not_asked, BEHIND_THE_DOOR[1:])]
    seconds = time.monotonic() - started
    middle = moment + (now() - moment) / 2
    clock = answers.judge_clock(info.at, middle) if info.at else answers.no_clock()
    return [
        answers.judge_ping(info, seconds),
        _infobase(connection, info),
        _ask(Question.VERSION, lambda: _version(erp, info)),
        clock,
        answers.judge_zone(found.zone, clock),
        *_abilities(connection, erp, found.objects),
        _ask(Question.SAMPLE, lambda: _sample(erp)),
        _ask(Question.PUSH, lambda: _push(connection, erp)),
    ]


def _infobase(connection: str, info: ErpInfo) -> Examination:
    infobase.pin_first(connection, info, at=now())
    return answers.judge_infobase(info.infobase, infobase.pinned(connection))


def _version(erp: Erp, info: ErpInfo) -> Examination:
    return answers.judge_version(erp.version(), info)


def _abilities(connection: str, erp: Erp, objects: Sequence[str]) -> list[Examination]:
    """Judge what the ERP says of itself, asked once."""
    try:
        able = erp.capabilities()
    except OutsideError as error:
        return [_failed(Question.LIMITS, error), not_asked(Question.OBJECTS)]
    part = outside().erps[connection].part_bytes
    return [
        answers.judge_limits(able, part=part, largest=LARGEST),
        answers.judge_objects(objects, able.documents),
    ]


def _sample(erp: Erp) -> Examination:
    found: dict[RowKind, list[Row]] = {}
    refusal: NotOffered | None = None
    for kind in PORTIONS:
        try:
            found[kind] = erp.sample(kind, limit=SHOWN_ROWS)
        except NotOffered as error:  # a service without lists of this kind may have others
            refusal = error
    if refusal and not found:
        raise refusal
    rows = ten_of(found)
    faults = [fault for kind, row in rows for fault in faults_of(kind, row)]
    return answers.judge_sample([as_record(kind, row) for kind, row in rows], faults)


def _push(connection: str, erp: Erp) -> Examination:
    """Show what the newest claim looks like on the wire, and have the ERP rehearse it."""
    filed = select(Claim).join(Claim.plant)
    filed = filed.where(Claim.filed_at.is_not(None), Plant.home == connection)
    claim = db.scalars(filed.order_by(Claim.filed_at.desc()).limit(1)).first()
    if claim is None:
        return answers.no_claim_yet()
    message = translate.claim_message(claim, known_of(claim))
    draft = erp.draft_claim(message)
    receipt = erp.rehearse_claim(message)
    return answers.judge_push(message.number, receipt.errors, draft)


def _ask(question: Question, judge: Callable[[], Examination]) -> Examination:
    try:
        return judge()
    except OutsideError as error:
        return _failed(question, error)


def _failed(question: Question, error: OutsideError) -> Examination:
    if isinstance(error, NotOffered):
        return answers.not_offered(question, error.reason)
    if isinstance(error, Closed) and (closed := closed_by(error.details)):
        return arrival.judge_closed(question, closed, error.details)
    return failed(question, error.reason, error.details)
