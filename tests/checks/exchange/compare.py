"""The ERP's journal and what people were told, against our database: lost, doubled, mistaken."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from app.claims.models import Claim, ClaimFile, Settlement
from app.core.db import db
from app.erp.models import ErpDocument
from app.outbox.models import MessageState, OutboxMessage
from app.paperwork.models import Act
from tests.checks.exchange.people import Told

Key = tuple[UUID, int]
FILING, DECISION = 1, 2  # the revisions of a claim's act
REVISIONS_OF_ACTS = select(Act.claim_id, Act.revision)
FAULTS = (
    *("owed", "lost", "doubled", "unknown", "out_of_order", "wrong_receipts"),
    *("forgotten", "strays", "surprises"),
)
NO_FIGURES = ("killed", "troubles")


@dataclass(frozen=True)
class Effect:
    """Something that the ERP really did, in the order in which it did it."""

    key: Key
    change: str
    number: str
    ref: str


@dataclass(frozen=True)
class Verdict:
    """What came of it; everything from `owed` on must be zero."""

    seed: int
    claims: int
    kills: int
    killed: Mapping[str, int]
    messages: int
    repeated_sends: int
    repeated_requests: int
    calls: int
    effects: int
    slowest_recovery: float
    seconds: float
    owed: int
    lost: int
    doubled: int
    unknown: int
    out_of_order: int
    wrong_receipts: int
    forgotten: int
    strays: int
    surprises: int
    troubles: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Nothing lost, doubled, mistaken or still owed."""
        return not any(getattr(self, name) for name in FAULTS)

    def table(self) -> str:
        """Return a line for each figure."""
        figures = {name: value for name, value in vars(self).items() if name not in NO_FIGURES}
        lines = [f"{name.replace('_', ' '):18} {value:>8}" for name, value in figures.items()]
        killed = ", ".join(f"{who} {count}" for who, count in sorted(self.killed.items()))
        end = "CLEAN" if self.is_clean else f"NOT CLEAN; --seed {self.seed} kills the same again"
        return "\n".join([*lines, f"killed: {killed}", *self.troubles, end])


@dataclass(frozen=True)
class Story:
    """What went on while the journal was written."""

    seed: int
    kills: Counter[str]
    told: Sequence[Told]
    repeats: int
    seconds: float
    recovery: float = 0.0


def compare(journal: Path, story: Story) -> Verdict:
    """Read all sides once everything is drained."""
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    effects = [_effect(entry) for entry in entries if entry["what"] == "effect"]
    done = Counter(effect.key for effect in effects)
    created = Counter(effect.key[0] for effect in effects if effect.change == "created")
    expected = _expected()
    known = {key for key, _ in expected}
    attempts = db.scalar(select(func.sum(OutboxMessage.attempts))) or 0
    messages = _count(OutboxMessage)
    return Verdict(
        seed=story.seed,
        claims=_count(Claim),
        kills=story.kills.total(),
        killed=story.kills,
        messages=messages,
        repeated_sends=attempts - messages,
        repeated_requests=story.repeats,
        calls=sum(entry["what"] == "call" for entry in entries),
        effects=len(effects),
        slowest_recovery=round(story.recovery, 1),
        seconds=round(story.seconds, 1),
        owed=_owed(),
        lost=len(expected - set(done)) + _missing_acts(),
        doubled=_surplus(done) + _surplus(created),
        unknown=len({key for key, _ in done} - known),
        out_of_order=_out_of_order(effects),
        wrong_receipts=_wrong_receipts(effects),
        forgotten=sum(not _is_true(told) for told in story.told),
        strays=_count(Claim) - len(story.told),
        surprises=sum(bool(told.surprise) for told in story.told),
        troubles=(*_troubles(), *(told.surprise for told in story.told if told.surprise)),
    )


def _effect(entry: dict[str, object]) -> Effect:
    key = (UUID(str(entry["external_id"])), int(str(entry["revision"])))
    return Effect(key, str(entry["change"]), str(entry["number"]), str(entry["ref"]))


def _expected() -> set[Key]:
    """Return the keys that the ERP must hold: the last revision of everything."""
    expected: set[Key] = set()
    for claim in db.scalars(select(Claim).where(Claim.number.is_not(None))):
        expected.add((claim.id, claim.revision))
        expected |= {(key, claim.decision_revision) for key in _settlements(claim)}
    expected |= {(act.id, act.revision) for act in db.scalars(select(Act))}
    expected |= {(file_id, 1) for file_id in db.scalars(select(ClaimFile.file_id))}
    return expected


def _settlements(claim: Claim) -> Iterable[UUID]:
    """Return the keys of a decided claim's documents: one a remedy, one for what was refused."""
    return db.scalars(select(Settlement.id).where(Settlement.claim_id == claim.id))


def _missing_acts() -> int:
    """A filed claim has an act, and a decided one has two: each has one line here.

    A story that a surprise has cut short is a surprise, not a lost act as well.
    """
    acts = {(claim_id, revision) for claim_id, revision in db.execute(REVISIONS_OF_ACTS)}
    filed = db.scalars(select(Claim.id).where(Claim.number.is_not(None)))
    decided = db.scalars(select(Claim.id).where(Claim.decided_at.is_not(None)))
    due = {(claim_id, FILING) for claim_id in filed} | {(each, DECISION) for each in decided}
    return len(due - acts)


def _out_of_order(effects: list[Effect]) -> int:
    """Count claims whose things reached the ERP in another order than they were promised."""
    first: dict[UUID, int] = {}
    for place, effect in enumerate(effects):
        first.setdefault(effect.key[0], place)
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.queue.startswith("erp/"))
        .order_by(OutboxMessage.queue, OutboxMessage.id)
    )
    queues: dict[str, list[UUID]] = {}
    for message in db.scalars(query):
        key = message.subject_id
        queue = queues.setdefault(message.queue, [])
        if key not in queue:
            queue.append(key)
    wrong = sum(
        queue != sorted(queue, key=lambda key: first.get(key, -1)) for queue in queues.values()
    )
    return wrong + _falling_revisions(effects)


def _falling_revisions(effects: list[Effect]) -> int:
    last: dict[UUID, int] = {}
    falls = 0
    for effect in effects:
        key, revision = effect.key
        falls += revision < last.get(key, 0)
        last[key] = revision
    return falls


def _wrong_receipts(effects: list[Effect]) -> int:
    """Count documents that we remember otherwise than the ERP made them."""
    made = {effect.key[0]: (effect.key[1], effect.number, effect.ref) for effect in effects}
    held = {
        document.id: (document.revision, document.number, document.ref)
        for document in db.scalars(select(ErpDocument))
    }
    return len(made.items() ^ held.items())


def _is_true(told: Told) -> bool:
    """Whether what somebody has read about a claim is so."""
    claim = db.get(Claim, told.claim_id) if told.claim_id else None
    if claim is None or claim.number != told.number:
        return False
    answers = [question.answer for question in claim.questions]
    return answers == ([told.answer] if told.answer else []) and (
        told.is_decided == (claim.decided_at is not None)
    )


def _owed() -> int:
    query = select(func.count()).select_from(OutboxMessage)
    return db.scalar(query.where(OutboxMessage.state != MessageState.DONE)) or 0


def _troubles() -> tuple[str, ...]:
    """Say of each message that is still owed what is the matter with it."""
    owed = select(OutboxMessage).where(OutboxMessage.state != MessageState.DONE)
    return tuple(
        f"{message.id} {message.kind} {message.state} after {message.attempts}"
        f" attempts, due {message.due_at:%H:%M:%S}: {message.last_error}"
        for message in db.scalars(owed.order_by(OutboxMessage.id))
    )


def _surplus(counted: Counter[Key] | Counter[UUID]) -> int:
    return sum(count - 1 for count in counted.values())


def _count(model: type[Claim] | type[OutboxMessage]) -> int:
    return db.scalar(select(func.count()).select_from(model)) or 0
