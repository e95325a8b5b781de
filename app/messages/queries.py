"""Reading threads: one of them, the list of them, and what is unread."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.absences import Away, away_at
from app.accounts.models import Dealer, Department, Person
from app.accounts.policy import User
from app.claims.models import Claim, ClaimFile, ClaimLine
from app.core.db import db, is_one_of
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key
from app.files.models import StoredFile
from app.messages.models import Message, MessageFile, ReadMark
from app.messages.policy import is_concern_of, thread_visible_to, visible_to
from app.vocabulary import Role, Visibility
from app.work.models import WorkOrder

# Of which each row has the fields of its dataclass, in their order.
Rows = Select[*tuple[Any, ...]]
LATEST = 20  # messages of a thread on a claim's page; the thread's own page has all


@dataclass(frozen=True)
class MessageRow:
    """A message as the thread shows it; `works_for` is the author's company or department."""

    id: UUID
    number: int
    visibility: Visibility
    text: str
    position: int | None
    author: str
    role: Role
    dealer: str | None
    department: dict[str, str] | None
    written_at: datetime
    is_mine: bool
    is_new: bool
    files: Sequence[ClaimFile] = ()


@dataclass(frozen=True)
class Contact:
    """Who answers for a claim at the manufacturer's; without a name nobody has taken it yet."""

    name: str = ""
    away: Away | None = None


@dataclass(frozen=True)
class ThreadRow:
    """A thread in the list: its last message, and how many are new to the reader."""

    claim_id: UUID
    number: str
    dealer: str
    last: int
    unread: int
    author: str
    visibility: Visibility
    text: str
    written_at: datetime


def find_claim(user: User, claim_id: UUID) -> Claim | None:
    """Return the claim of a thread, if this person may read it."""
    query = select(Claim).where(Claim.id == claim_id, thread_visible_to(user))
    return db.scalars(query.options(*_shown())).one_or_none()


def lock_claim(user: User, claim_id: UUID) -> Claim | None:
    """Return the claim of a thread as it is now, locked until the commit."""
    query = select(Claim).where(Claim.id == claim_id, thread_visible_to(user))
    locked = query.options(*_shown()).with_for_update(of=Claim)
    return db.scalars(locked.execution_options(populate_existing=True)).one_or_none()


def lines_for(user: User, claim: Claim) -> Sequence[ClaimLine]:
    """Return the lines that this person may write about: a department's are those of its orders."""
    if user.role is not Role.DEPARTMENT_WORKER:
        return claim.lines
    mine = select(WorkOrder.claim_line_id).where(
        WorkOrder.claim_id == claim.id, WorkOrder.department_id == user.department_id
    )
    ids = set(db.scalars(mine))
    return [line for line in claim.lines if line.id in ids]


def list_messages(user: User, claim: Claim, *, latest: int | None = None) -> list[MessageRow]:
    """Return the messages that this person may see, the oldest first; of many the latest."""
    query: Rows = (
        select(
            Message.id, Message.number, Message.visibility, Message.text, ClaimLine.position,
            Person.name, Person.role, Dealer.name, Department.names, Message.written_at,
            Message.author_id == user.id,
            _is_unread(user),
        )
        .join(Person, Person.id == Message.author_id)
        .outerjoin(Dealer, Dealer.id == Person.dealer_id)
        .outerjoin(Department, Department.id == Person.department_id)
        .outerjoin(ClaimLine, ClaimLine.id == Message.line_id)
        .outerjoin(ReadMark, _mark_of(user))
        .where(Message.claim_id == claim.id, visible_to(user))
        .order_by(Message.number.desc())
        .limit(latest)
    )  # fmt: skip
    found = [MessageRow(*row) for row in db.execute(query)]
    files = _files_of([row.id for row in found])
    return [replace(row, files=files.get(row.id, ())) for row in reversed(found)]


def count_messages(user: User, claim: Claim) -> int:
    """Return how many messages of a claim this person may see."""
    query = select(func.count()).where(Message.claim_id == claim.id, visible_to(user))
    return db.scalar(query) or 0


def count_new(user: User, claim: Claim) -> int:
    """Return how many messages of a claim this person has not read."""
    query = (
        select(func.count())
        .select_from(Message)
        .outerjoin(ReadMark, _mark_of(user))
        .where(Message.claim_id == claim.id, visible_to(user), _is_unread(user))
    )
    return db.scalar(query) or 0


def contact_of(claim: Claim, *, at: datetime) -> Contact:
    """Return who answers for a claim, until when that person is away, and who stands in."""
    if claim.manager is None:
        return Contact()
    return Contact(claim.manager.name, away_at(claim.manager.id, at))


def list_threads(user: User, *, at: datetime, after: str = "") -> Page[ThreadRow]:
    """Return the threads that concern somebody, what was written last first."""
    last = (
        select(
            Message.claim_id,
            func.max(Message.number).label("last"),
            func.count().filter(_is_unread(user)).label("unread"),
        )
        .join(Claim, Claim.id == Message.claim_id)
        .outerjoin(ReadMark, _mark_of(user))
        .where(is_concern_of(user, at), visible_to(user))
        .group_by(Message.claim_id)
        .subquery()
    )
    query = (
        select(
            Claim.id, Claim.number, Dealer.name, last.c.last, last.c.unread, Person.name,
            Message.visibility, Message.text, Message.written_at,
        )
        .join(last, last.c.claim_id == Claim.id)
        .join(Message, Message.number == last.c.last)
        .join(Person, Person.id == Message.author_id)
        .join(Dealer, Dealer.id == Claim.dealer_id)
        .order_by(last.c.last.desc())
    )  # fmt: skip
    key = read_key(after, 1)
    if key and key[0].isdecimal():
        query = query.where(last.c.last < int(key[0][:18]))
    rows = [ThreadRow(*row) for row in db.execute(query.limit(PAGE_SIZE + 1))]
    return cut_page(rows, lambda row: (row.last,))


def count_unread(user: User, *, at: datetime) -> int:
    """Return how many messages somebody has not read in the threads that concern him."""
    return db.scalar(_unread(select(func.count()), user, at)) or 0


def unread_by_claim(user: User, claim_ids: Collection[UUID], *, at: datetime) -> dict[UUID, int]:
    """Return how many messages somebody has not read of each of these claims that concern him."""
    if not claim_ids:
        return {}
    query = _unread(select(Message.claim_id, func.count()), user, at)
    query = query.where(is_one_of(Message.claim_id, claim_ids)).group_by(Message.claim_id)
    return {claim_id: int(count) for claim_id, count in db.execute(query)}


def get_file(user: User, claim_id: UUID, kept_id: int) -> ClaimFile | None:
    """Return an attachment of a message that this person may see."""
    query = (
        select(ClaimFile)
        .join(MessageFile, MessageFile.file_id == ClaimFile.id)
        .join(Message, Message.id == MessageFile.message_id)
        .join(Claim, Claim.id == Message.claim_id)
        .where(Claim.id == claim_id, ClaimFile.id == kept_id)
        .where(thread_visible_to(user), visible_to(user))
        .options(joinedload(ClaimFile.file))
    )
    return db.scalars(query).one_or_none()


def waiting_uploads(user: User, claim: Claim, ids: Collection[UUID]) -> Sequence[StoredFile]:
    """Return those of these files that this person uploaded for the claim and did not send yet."""
    query = select(StoredFile).where(
        StoredFile.id.in_(ids),
        StoredFile.uploaded_by == user.id,
        StoredFile.dealer_id == claim.dealer_id,
        ~select(ClaimFile.id).where(ClaimFile.file_id == StoredFile.id).exists(),
    )
    return db.scalars(query.order_by(StoredFile.uploaded_at)).all()


def _shown() -> tuple[Any, ...]:
    return (
        joinedload(Claim.dealer),
        joinedload(Claim.plant),
        selectinload(Claim.manager),
        selectinload(Claim.lines),
        selectinload(Claim.files),
    )


def _unread(query: Rows, user: User, at: datetime) -> Rows:
    return (
        query.select_from(Message)
        .join(Claim, Claim.id == Message.claim_id)
        .outerjoin(ReadMark, _mark_of(user))
        .where(is_concern_of(user, at), visible_to(user), _is_unread(user))
    )


def _mark_of(user: User) -> ColumnElement[bool]:
    return and_(ReadMark.claim_id == Message.claim_id, ReadMark.person_id == user.id)


def _is_unread(user: User) -> ColumnElement[bool]:
    return and_(Message.author_id != user.id, Message.number > func.coalesce(ReadMark.read_to, 0))


def _files_of(message_ids: Collection[UUID]) -> dict[UUID, list[ClaimFile]]:
    query: Select[UUID, ClaimFile] = (
        select(MessageFile.message_id, ClaimFile)
        .join(ClaimFile, ClaimFile.id == MessageFile.file_id)
        .where(MessageFile.message_id.in_(message_ids))
        .options(joinedload(ClaimFile.file))
        .order_by(ClaimFile.id)
    )
    found: dict[UUID, list[ClaimFile]] = {}
    if message_ids:
        for message_id, kept in db.execute(query):
            found.setdefault(message_id, []).append(kept)
    return found
