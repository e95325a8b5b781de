"""A fake ERP for unit tests: it remembers what it was told and fails when it is asked to."""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid5

from connectors.erp.fingerprint import Shape, shape_of
from connectors.erp.port import (
    Approach,
    Capabilities,
    ChangeStream,
    ClaimMessage,
    DecisionMessage,
    ErpInfo,
    FileMessage,
    HttpAnswer,
    Needed,
    Receipt,
    Row,
    RowKind,
)
from connectors.erp.wsdl import PACKAGED_WSDL
from connectors.errors import OutsideError, Rejected, Unavailable
from connectors.reasons import ErpReason

Key = tuple[UUID, int]
Message = ClaimMessage | DecisionMessage | FileMessage
M = TypeVar("M", ClaimMessage, DecisionMessage, FileMessage)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
USUAL = Capabilities((), (), max_part_bytes=2 * 1024**2, max_file_bytes=200 * 1024**2)

PUTS = {
    "claim": frozenset({"PutClaim"}),
    "decision": frozenset({"PutDecision"}),
    "act": frozenset({"PutFilePart", "SaveFile"}),
    "evidence": frozenset({"PutFilePart", "SaveFile"}),
}


@dataclass
class RememberedChanges:
    """One message of the feed, as `port.ChangeStream`."""

    message_no: int
    more: bool
    count: int
    rows: list[tuple[RowKind, Row]]

    def __iter__(self) -> Iterator[tuple[RowKind, Row]]:
        return iter(self.rows)


@dataclass
class RememberingErp:
    """Implements `port.Erp` in memory, with the same rules about keys."""

    claims: dict[Key, ClaimMessage] = field(default_factory=dict)
    decisions: dict[Key, DecisionMessage] = field(default_factory=dict)
    files: dict[Key, FileMessage] = field(default_factory=dict)
    receipts: dict[UUID, Receipt] = field(default_factory=dict)
    confirmed: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    approached: Approach | None = None
    told_at: datetime = AT
    infobase: str = ""
    able: Capabilities = USUAL
    objections: tuple[str, ...] = ()
    _messages: list[list[tuple[RowKind, Row]]] = field(default_factory=list)
    _failures: deque[OutsideError] = field(default_factory=deque)
    _receipts_to_lose: int = 0

    def fail_next(self, error: OutsideError, *, times: int = 1) -> None:
        """Let the next calls fail before they have any effect."""
        self._failures.extend([error] * times)

    def lose_next_receipt(self) -> None:
        """Let the next put take effect and its receipt get lost on the way."""
        self._receipts_to_lose += 1

    def serve(self, rows: Iterable[tuple[RowKind, Row]]) -> None:
        """Add one message to the change feed."""
        self._messages.append(list(rows))

    def serve_anew(self, *messages: Iterable[tuple[RowKind, Row]]) -> None:
        """Have only these messages for who asks for everything."""
        self._messages = [list(rows) for rows in messages]

    def ping(self) -> ErpInfo:
        """Answer."""
        self._enter("ping")
        return ErpInfo("Remembering ERP", "1.0", self.told_at, self.infobase)

    @contextmanager
    def changes(self, *, after: int) -> Iterator[ChangeStream]:
        """Open the message after `after`; an empty one when all have been taken."""
        self._enter("changes")
        rows = self._messages[after] if after < len(self._messages) else []
        more = after + 1 < len(self._messages)
        yield RememberedChanges(after + 1, more, len(rows), rows)

    def confirm(self, message_no: int) -> None:
        """Remember the acknowledgement."""
        self._enter("confirm")
        self.confirmed.append(message_no)

    def put_claim(self, message: ClaimMessage) -> Receipt:
        """Keep a claim."""
        self._enter("put_claim")
        return self._keep(self.claims, message)

    def put_decision(self, message: DecisionMessage) -> Receipt:
        """Keep a decision."""
        self._enter("put_decision")
        return self._keep(self.decisions, message)

    def put_file(self, message: FileMessage) -> Receipt:
        """Keep a file."""
        self._enter("put_file")
        return self._keep(self.files, message)

    def states(self, external_ids: list[UUID]) -> list[Receipt]:
        """Return the receipts of what is held."""
        self._enter("states")
        return [self.receipts[key] for key in external_ids if key in self.receipts]

    def approach(self) -> Approach:
        """Return what the test has set, or an ERP in good health."""
        self.calls.append("approach")
        if self.approached is not None:
            return self.approached
        pinned = shape_of(PACKAGED_WSDL.read_bytes())
        needed = {thing: _needed(pinned, operations) for thing, operations in PUTS.items()}
        return Approach(
            url="https://erp.example/ws/dealer-claims",
            user="portal",
            zone="UTC",
            pinned=pinned,
            addresses=("192.0.2.1",),
            is_encrypted=True,
            answer=HttpAnswer(200, "text/xml", "", "<definitions>"),
            needed=needed,
            live=pinned,
        )

    def version(self) -> str:
        """Answer."""
        self._enter("version")
        return "1.0"

    def capabilities(self) -> Capabilities:
        """Answer."""
        self._enter("capabilities")
        return self.able

    def sample(self, kind: RowKind, *, limit: int) -> list[Row]:
        """Return rows of what it serves in its messages; none of them counts as taken."""
        self._enter("sample")
        rows = [row for message in self._messages for known, row in message if known is kind]
        return rows[:limit]

    def draft_claim(self, message: ClaimMessage) -> str:
        """Return the claim in a form that a test can recognise."""
        return f"PutClaim {message.number} revision {message.revision}"

    def rehearse_claim(self, message: ClaimMessage) -> Receipt:
        """Answer as `put_claim` would, and keep nothing."""
        self._enter("rehearse_claim")
        held = self.claims.get((message.external_id, message.revision), message)
        clash = () if held == message else ("The key already holds another content.",)
        return replace(self._receipt(message), errors=(*self.objections, *clash))

    def _enter(self, call: str) -> None:
        self.calls.append(call)
        if self._failures:
            raise self._failures.popleft()

    def _keep(self, shelf: dict[Key, M], message: M) -> Receipt:
        key = (message.external_id, message.revision)
        if shelf.setdefault(key, message) != message:
            raise Rejected(ErpReason.KEY_TAKEN)
        receipt = self._receipt(message)
        held = self.receipts.setdefault(message.external_id, receipt)
        if held.revision < receipt.revision:
            self.receipts[message.external_id] = receipt
        if self._receipts_to_lose:
            self._receipts_to_lose -= 1
            raise Unavailable(ErpReason.LOST_RECEIPT, outcome_unknown=True)
        return receipt

    def _receipt(self, message: Message) -> Receipt:
        held = self.receipts.get(message.external_id)
        amount, currency = _sum_of(message)
        return Receipt(
            external_id=message.external_id,
            revision=message.revision,
            ref=str(uuid5(message.external_id, "ref")),
            number=held.number if held else f"ERP-{len(self.receipts) + 1:06}",
            date=AT.date(),
            posted=False,
            status="registered",
            amount=amount,
            currency=currency,
            **_stored(message),
        )


def _needed(pinned: Shape, operations: frozenset[str]) -> Needed:
    """All fields of some operations: this one fills and reads the whole contract."""
    sent = (path for path in pinned if path.partition("/")[0] in operations)
    answers = {f"{name}Response" for name in operations}
    heard = (path for path in pinned if path.partition("/")[0] in answers)
    return Needed(frozenset(sent), frozenset(heard))


def _stored(message: Message) -> dict[str, Any]:
    """Return what is kept of a file."""
    if not isinstance(message, FileMessage):
        return {}
    digest = hashlib.sha256(message.content).hexdigest()
    return {"name": message.name, "sha256": digest, "size": len(message.content)}


def _sum_of(message: Message) -> tuple[Decimal | None, str]:
    """Return what a decision comes to; in several currencies it has no one sum."""
    if not isinstance(message, DecisionMessage):
        return None, ""
    currencies = {line.currency for line in message.lines}
    if len(currencies) != 1:
        return None, ""
    return sum((line.amount for line in message.lines), Decimal(0)), currencies.pop()
