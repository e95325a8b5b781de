"""An ERP behind any SOAP service, in the words of its mapping: our reference contract is one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from lxml import etree

from connectors.erp.codec import NO_NAMES, Answer, Reader
from connectors.erp.feed import FeedPlan, plan_feed
from connectors.erp.fill import Filler, Style
from connectors.erp.fingerprint import shape_of
from connectors.erp.mapping.asked import DRY_RUN
from connectors.erp.mapping.model import Asked, Call, Mapping, Thing
from connectors.erp.mapping.needed import needed_by_things
from connectors.erp.objects import choose, object_of, objects_in, thing_of_file
from connectors.erp.pages import (
    PagedChanges,
    Pages,
    Patience,
    WholeChanges,
    read_rows,
    said_in,
)
from connectors.erp.paths import Node
from connectors.erp.port import (
    Approach,
    Capabilities,
    ChangeStream,
    ClaimMessage,
    DecisionMessage,
    ErpInfo,
    FileMessage,
    Receipt,
    Row,
    RowKind,
)
from connectors.erp.probe import bare_url, probe
from connectors.erp.recording import NOBODY, Recorder, Tape, masked, secrets_of
from connectors.erp.replies import read_message, refusal, refuse_status
from connectors.erp.sessions import Lines
from connectors.erp.stream import SoapChangeStream
from connectors.erp.transport import Endpoint, Limits, Reply
from connectors.erp.wsdl import Contract
from connectors.errors import NotOffered, OutsideError, Rejected
from connectors.reasons import ErpReason

FEED_BYTES = 4 * 1024**3  # of a change feed that is read as it arrives
WHOLE_BYTES = 128 * 1024**2  # of one that has to be held as a whole


class SoapErp:
    """Implements `port.Erp`; one instance may be used from several threads.

    `recorder` is told of every call when it is over, however it went. What the service does not
    offer raises `NotOffered` without asking anybody.
    """

    def __init__(
        self, mapping: Mapping, *, password: str = "", recorder: Recorder = NOBODY
    ) -> None:
        service, patience = mapping.service, mapping.patience
        self._mapping = mapping
        self._endpoint = Endpoint(service.url, service.user, password, service.ca_file or None)
        self._lines = Lines(
            service.sessions, self._endpoint, most=patience.parallel, farewell=self._farewell
        )
        zone = ZoneInfo(service.zone)
        self._style = Style(mapping.words, zone, service.times)
        self._reader = Reader(mapping.words, zone)
        self._limits = Limits(
            patience.connect_seconds, patience.read_seconds, patience.call_seconds
        )
        self._recorder = recorder
        self._secrets = secrets_of(service.user, password)
        self._mine = threading.local()

    def ping(self) -> ErpInfo:
        """Ask who answers."""
        return self._reader.info(self._ask(Asked.PING, {}))

    @contextmanager
    def changes(self, *, after: int) -> Iterator[ChangeStream]:
        """Open the next message after the acknowledged number `after`; 0 asks for everything."""
        if self._mapping.feed_from_pages:
            yield PagedChanges(after + 1, list(self._lists()))
            return
        call = self._choose(Asked.CHANGES)
        said = {"after": after, "limit": self._mapping.patience.max_items}
        plan = self._plan(call)
        size = FEED_BYTES if plan else WHOLE_BYTES
        limits = self._limits.scaled(total=self._mapping.patience.feed_seconds, reply_bytes=size)
        with self._open(call, said, limits=limits) as reply:
            if plan is None:
                yield self._whole(call, reply)
            else:
                refuse_status(reply)
                version = self._contract.version
                yield SoapChangeStream(reply, plan=plan, version=version, reader=self._reader)

    def confirm(self, message_no: int) -> None:
        """Acknowledge a message, after our commit."""
        if self._mapping.feed_from_pages:
            return
        done = self._ask(Asked.CONFIRM, {"message_no": message_no})
        if done.has("done") and not done.truth("done"):
            raise Rejected(ErpReason.NOT_ACKNOWLEDGED, number=message_no)

    def put_claim(self, message: ClaimMessage) -> Receipt:
        """Hand over a claim; the ERP keeps it once under (external id, revision)."""
        return self._put(Asked.PUT_CLAIM, Thing.CLAIM, message)

    def put_decision(self, message: DecisionMessage) -> Receipt:
        """Hand over a decision under its own key."""
        return self._put(Asked.PUT_DECISION, Thing.DECISION, message)

    def put_file(self, message: FileMessage) -> Receipt:
        """Hand over a file, in parts if the service wants it; repeating all does no harm."""
        transfer = str(uuid5(message.external_id, f"{message.revision} {message.sha256}"))
        thing = thing_of_file(message.kind)
        if not self._mapping.calls.get(Asked.PUT_PART):
            return self._put(Asked.PUT_FILE, thing, message, transfer_id=transfer, parts=1)
        size = self._mapping.patience.part_bytes
        starts = range(0, max(len(message.content), 1), size)
        for number, start in enumerate(starts, start=1):
            part = message.content[start : start + size]
            said = {"transfer_id": transfer, "part_no": number, "part": part, "parts": len(starts)}
            self._put_part(self._about(thing, message, **said))
        return self._put(Asked.PUT_FILE, thing, message, transfer_id=transfer, parts=len(starts))

    def states(self, external_ids: list[UUID]) -> list[Receipt]:
        """Return what the ERP holds under these keys; unknown keys are absent."""
        if not external_ids:
            return []
        call = self._choose(Asked.STATES)
        if "external_ids" not in said_in(call.request):
            return [receipt for key in external_ids for receipt in self._state(call, key)]
        message = self._call(call, {"external_ids": tuple(external_ids)})
        answers = self._reader.answers(call.reply, message)
        receipts = [self._reader.receipt(answer, None, 0) for answer in answers]
        if not {receipt.external_id for receipt in receipts} <= set(external_ids):
            raise Rejected(ErpReason.STRANGE_STATE)
        return receipts

    def approach(self) -> Approach:
        """Walk up to the ERP's door; raises `Rejected` only when the pinned file is no WSDL."""
        service, used = self._mapping.service, self._mapping.operations
        pinned = self._pinned()
        return probe(
            self._endpoint,
            Approach(
                url=bare_url(service.url),
                user=service.user,
                zone=service.zone,
                pinned=shape_of(pinned, used),
                schema_fault=self._contract.schema_fault,
                needed=needed_by_things(self._mapping, pinned),
                objects=objects_in(self._mapping),
            ),
            used=used,
            limits=self._limits,
        )

    def version(self) -> str:
        """Ask which version of the contract is implemented."""
        return self._ask(Asked.VERSION, {}).text("version").strip()

    def capabilities(self) -> Capabilities:
        """Ask what the ERP can do."""
        return self._reader.capabilities(self._ask(Asked.CAPABILITIES, {}))

    def sample(self, kind: RowKind, *, limit: int) -> list[Row]:
        """Return the first rows of a kind; the change feed does not move."""
        for call in self._mapping.calls.get(Asked.PAGES, ()):
            if kind in call.kinds:
                return self._pages(call, kind, limit).first()[:limit]
        raise NotOffered(ErpReason.NO_LIST, kind=kind)

    def draft_claim(self, message: ClaimMessage) -> str:
        """Return what `put_claim` would send, laid out; the log-in is masked."""
        said = self._about(Thing.CLAIM, message)
        call = self._choose(Asked.PUT_CLAIM, said["object"])
        body = self._filler.request(call, self._said(said))
        headers = self._contract.headers(call.operation)
        head = [f"POST {bare_url(self._endpoint.url)}"]
        head += [
            f"{name}: {value.decode() if isinstance(value, bytes) else value}"
            for name, value in headers.items()
        ]
        if self._endpoint.user:
            head.append("Authorization: Basic ***")
        envelope = etree.fromstring(body)
        etree.indent(envelope)
        return "\n".join([*head, "", etree.tostring(envelope, encoding="unicode")])

    def rehearse_claim(self, message: ClaimMessage) -> Receipt:
        """Have the ERP check a claim without keeping it."""
        said = {**self._about(Thing.CLAIM, message), DRY_RUN: True}
        call = self._choose(Asked.PUT_CLAIM, said["object"])
        if DRY_RUN not in said_in(call.request):
            raise NotOffered(ErpReason.NO_REHEARSAL)
        answer = self._reader.answer(call.reply, self._call(call, said))
        return self._reader.receipt(answer, message.external_id, message.revision)

    def close(self) -> None:
        """End the sessions that nobody is using; the next call begins a new one."""
        self._lines.close()

    def _farewell(self) -> tuple[bytes, dict[str, str | bytes]]:
        call = self._choose(Asked.PING)
        return self._filler.request(call, self._said({})), self._contract.headers(call.operation)

    def _pinned(self) -> bytes:
        path = self._mapping.service.wsdl
        try:
            return path.read_bytes()
        except OSError as error:
            raise Rejected(
                ErpReason.CONTRACT_UNREADABLE, file=path.name, details=str(error)
            ) from error

    def _lists(self) -> Iterator[Pages]:
        patience = Patience(self._mapping.patience.feed_seconds)
        for call in self._mapping.calls[Asked.PAGES]:
            for kind in call.kinds:
                yield self._pages(call, kind, self._mapping.patience.page_items, patience)

    def _pages(
        self, call: Call, kind: RowKind, limit: int, patience: Patience | None = None
    ) -> Pages:
        reader = self._reader
        return Pages(call, kind, ask=self._call, reader=reader, limit=limit, patience=patience)

    def _whole(self, call: Call, reply: Reply) -> ChangeStream:
        """Return a message of the feed whose rows cannot be told before it has come."""
        message = Node(read_message(reply, self._contract, call.operation))
        answer = self._reader.answer(call.reply, message)
        rows = list(read_rows(call, answer, self._reader))
        more = answer.has("more") and answer.truth("more")
        return WholeChanges(answer.whole("message_no"), more, rows)

    def _state(self, call: Call, key: UUID) -> list[Receipt]:
        """Return what is held under one key: nothing where all that is answered is empty."""
        answers = self._reader.answers(call.reply, self._call(call, {"external_id": str(key)}))
        if not all(answer.is_recognised() for answer in answers):
            raise Rejected(ErpReason.UNRECOGNISED)
        receipts = [self._reader.receipt(answer, key, 0) for answer in answers]
        return [
            one
            for one in receipts
            if one.ref not in NO_NAMES or one.number or (one.status and not one.errors)
        ]

    def _put_part(self, said: dict[str, Any]) -> None:
        """A part alone changes nothing that anybody sees, so its outcome is never in doubt."""
        taken = self._ask(Asked.PUT_PART, said)
        if taken.has("done") and not taken.truth("done"):
            raise Rejected(ErpReason.PART_REFUSED, part=said["part_no"])

    def _put(
        self,
        asked: Asked,
        thing: Thing,
        message: ClaimMessage | DecisionMessage | FileMessage,
        **more: Any,
    ) -> Receipt:
        said = self._about(thing, message, **more)
        call = self._choose(asked, said["object"])
        found = self._call(call, said, effect=True)
        raw = etree.tostring(found.element, encoding="unicode")
        try:
            answer = self._reader.answer(call.reply, found)
            receipt = self._reader.receipt(answer, message.external_id, message.revision)
        except Rejected as error:
            error.outcome_unknown = True
            raise
        if (receipt.external_id, receipt.revision) != (message.external_id, message.revision):
            raise Rejected(ErpReason.OTHER_RECEIPT, details=raw, outcome_unknown=True)
        if receipt.errors:
            raise refusal(receipt.errors, raw)
        if not answer.names_something():
            raise Rejected(ErpReason.NAMES_NOTHING, details=raw, outcome_unknown=True)
        wanted = said["object"] or ""
        if wanted and receipt.object and receipt.object != wanted:
            raise Rejected(
                ErpReason.OTHER_OBJECT,
                made=receipt.object,
                wanted=wanted,
                details=raw,
                outcome_unknown=True,
            )
        return replace(receipt, object=receipt.object or wanted)

    def _about(self, thing: Thing, message: Any, **more: Any) -> dict[str, Any]:
        """Return everything that can be said of a message."""
        wanted = object_of(self._mapping, thing, message)
        return {**vars(message), "object": wanted or None, DRY_RUN: False, **more}

    def _choose(self, asked: Asked, wanted: str | None = None) -> Call:
        return choose(self._mapping.calls.get(asked, ()), wanted or "", asked)

    def _ask(self, asked: Asked, said: dict[str, Any]) -> Answer:
        """Return the answer to a question that changes nothing."""
        call = self._choose(asked, said.get("object"))
        return self._reader.answer(call.reply, self._call(call, said))

    def _call(self, call: Call, said: dict[str, Any], *, effect: bool = False) -> Node:
        """Return the message of a small reply."""
        with self._open(call, said, limits=self._limits, effect=effect) as reply:
            return Node(read_message(reply, self._contract, call.operation))

    @contextmanager
    def _open(
        self, call: Call, said: dict[str, Any], *, limits: Limits, effect: bool = False
    ) -> Iterator[Reply]:
        body = self._filler.request(call, self._said(said))
        headers = self._contract.headers(call.operation)
        tape = Tape(call.operation, body, self._secrets)
        try:
            with self._lines.call(body, headers, limits=limits, effect=effect, tape=tape) as reply:
                tape.status = reply.status
                yield reply
        except OutsideError as error:
            error.details = masked(error.details, self._secrets)
            raise
        finally:
            self._recorder(tape.stop())

    def _said(self, said: dict[str, Any]) -> dict[str, Any]:
        return {"node": self._mapping.service.node, **said}

    def _plan(self, call: Call) -> FeedPlan | None:
        if not hasattr(self._mine, "plan"):
            self._mine.plan = plan_feed(call, self._contract)
        plan: FeedPlan | None = self._mine.plan
        return plan

    @property
    def _filler(self) -> Filler:
        if not hasattr(self._mine, "filler"):
            self._mine.filler = Filler(self._contract, self._style)
        filler: Filler = self._mine.filler
        return filler

    @property
    def _contract(self) -> Contract:
        """The contract as this thread reads it: neither zeep nor a schema may be shared."""
        if not hasattr(self._mine, "contract"):
            service = self._mapping.service
            self._mine.contract = Contract(service.wsdl, service.soap, port=service.port)
        contract: Contract = self._mine.contract
        return contract
