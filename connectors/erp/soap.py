"""The ERP behind our contract over SOAP: zeep writes the requests, we read the replies."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from connectors.erp.codec import read_capabilities, read_info, read_receipt, read_rows, to_wire
from connectors.erp.fingerprint import shape_of
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
from connectors.erp.recording import Recorder, Tape, masked, secrets_of
from connectors.erp.replies import read_message, refuse_status
from connectors.erp.sessions import Lines, SessionMode
from connectors.erp.stream import SoapChangeStream
from connectors.erp.transport import Endpoint, Limits, Reply
from connectors.erp.wsdl import PACKAGED_WSDL, Contract, SoapVersion
from connectors.errors import Rejected

PART_BYTES = 1024 * 1024
MESSAGE_ROWS = 100_000
FEED_SECONDS = 900.0
FEED_BYTES = 4 * 1024**3


class SoapErp:
    """Implements `port.Erp`; one instance may be used from several threads.

    `zone` is the infobase's own time zone: 1C writes local time without saying so. `recorder` is
    told of every call when it is over, however it went. `sessions` says how the service keeps
    them; where they are used, no more than `parallel` are.
    """

    def __init__(
        self,
        *,
        url: str,
        user: str = "",
        password: str = "",
        node: str,
        wsdl: Path = PACKAGED_WSDL,
        soap_version: SoapVersion | str = SoapVersion.V1_1,
        ca_file: str | None = None,
        zone: tzinfo = UTC,
        max_items: int = MESSAGE_ROWS,
        connect_timeout: float = 3.05,
        read_timeout: float = 30.0,
        total_timeout: float = 60.0,
        feed_timeout: float = FEED_SECONDS,
        recorder: Recorder = lambda _: None,
        sessions: SessionMode | str = SessionMode.NONE,
        parallel: int = 2,
    ) -> None:
        self._endpoint = Endpoint(url, user, password, ca_file)
        mode = SessionMode(sessions)
        self._lines = Lines(mode, self._endpoint, most=parallel, farewell=self._farewell)
        self._node = node
        self._wsdl = wsdl
        self._version = SoapVersion(soap_version)
        self._zone = zone
        self._max_items = max_items
        self._limits = Limits(connect_timeout, read_timeout, total_timeout)
        self._feed_limits = self._limits.scaled(total=feed_timeout, reply_bytes=FEED_BYTES)
        self._recorder = recorder
        self._secrets = secrets_of(user, password)
        self._mine = threading.local()

    def ping(self) -> ErpInfo:
        """Ask who answers."""
        return read_info(self._call("Ping"), self._zone)

    @contextmanager
    def changes(self, *, after: int) -> Iterator[ChangeStream]:
        """Open the next message after the acknowledged number `after`; 0 asks for everything."""
        values = {"Node": self._node, "MessageNo": after, "MaxItems": self._max_items}
        with self._open("GetChanges", values, limits=self._feed_limits) as reply:
            refuse_status(reply)
            yield SoapChangeStream(reply, self._contract)

    def confirm(self, message_no: int) -> None:
        """Acknowledge a message, after our commit."""
        done = self._call("ConfirmChanges", {"Node": self._node, "MessageNo": message_no})
        if (done.text or "").strip() not in {"true", "1"}:
            raise Rejected(f"The ERP did not take the acknowledgement of message {message_no}.")

    def put_claim(self, message: ClaimMessage) -> Receipt:
        """Hand over a claim; the ERP keeps it once under (external id, revision)."""
        return self._put("PutClaim", message, {"Claim": to_wire(message)})

    def put_decision(self, message: DecisionMessage) -> Receipt:
        """Hand over a decision under its own key."""
        return self._put("PutDecision", message, {"Decision": to_wire(message)})

    def put_file(self, message: FileMessage) -> Receipt:
        """Hand over a file in parts, then have it saved; repeating all of it does no harm."""
        transfer = str(uuid5(message.external_id, f"{message.revision} {message.sha256}"))
        parts = [
            message.content[start : start + PART_BYTES]
            for start in range(0, max(len(message.content), 1), PART_BYTES)
        ]
        for number, part in enumerate(parts, start=1):
            self._put_part(transfer, number, part)
        file = to_wire(message)
        del file["Content"]
        values = {"File": file, "TransferId": transfer, "PartQuantity": len(parts)}
        return self._put("SaveFile", message, values)

    def states(self, external_ids: list[UUID]) -> list[Receipt]:
        """Return what the ERP holds under these keys; unknown keys are absent."""
        if not external_ids:
            return []
        keys = {"ExternalId": [str(key) for key in external_ids]}
        found = self._call("GetStates", {"ExternalIds": keys})
        receipts = [read_receipt(element, self._zone) for element in found]
        if not {receipt.external_id for receipt in receipts} <= set(external_ids):
            raise Rejected("The ERP told the state of something we did not ask about.")
        return receipts

    def approach(self) -> Approach:
        """Walk up to the ERP's door; raises `Rejected` only when the pinned file is no WSDL."""
        pinned = shape_of(self._pinned())
        return probe(self._endpoint, zone=str(self._zone), pinned=pinned, limits=self._limits)

    def version(self) -> str:
        """Ask which version of the contract is implemented."""
        return (self._call("GetVersion").text or "").strip()

    def capabilities(self) -> Capabilities:
        """Ask what the ERP can do."""
        return read_capabilities(self._call("GetCapabilities"))

    def sample(self, kind: RowKind, *, limit: int) -> list[Row]:
        """Return the first rows of a kind; the change feed does not move."""
        page = self._call("GetFullPage", {"Type": kind.value, "AfterRef": "", "Limit": limit})
        return read_rows(page, kind)

    def draft_claim(self, message: ClaimMessage) -> str:
        """Return what `put_claim` would send, laid out; the log-in is masked."""
        body = self._contract.request("PutClaim", {"Claim": to_wire(message), "DryRun": False})
        headers = self._contract.headers("PutClaim")
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
        values = {"Claim": to_wire(message), "DryRun": True}
        return read_receipt(self._call("PutClaim", values), self._zone)

    def close(self) -> None:
        """End the sessions that nobody is using; the next call begins a new one."""
        self._lines.close()

    def _farewell(self) -> tuple[bytes, dict[str, str | bytes]]:
        return self._contract.request("Ping", {}), self._contract.headers("Ping")

    def _pinned(self) -> bytes:
        try:
            return self._wsdl.read_bytes()
        except OSError as error:
            reason = f"The contract {self._wsdl.name} cannot be read."
            raise Rejected(reason, details=str(error)) from error

    def _put_part(self, transfer: str, number: int, part: bytes) -> None:
        """A part alone changes nothing that anybody sees, so its outcome is never in doubt."""
        values = {"TransferId": transfer, "PartNo": number, "Content": part, "DryRun": False}
        taken = self._call("PutFilePart", values)
        if (taken.text or "").strip() not in {"true", "1"}:
            raise Rejected(f"The ERP did not take part {number} of the file.")

    def _put(
        self,
        operation: str,
        message: ClaimMessage | DecisionMessage | FileMessage,
        values: dict[str, Any],
    ) -> Receipt:
        element = self._call(operation, {**values, "DryRun": False}, effect=True)
        raw = etree.tostring(element, encoding="unicode")
        try:
            receipt = read_receipt(element, self._zone)
        except Rejected as error:
            error.outcome_unknown = True
            raise
        if (receipt.external_id, receipt.revision) != (message.external_id, message.revision):
            reason = "The ERP's receipt is about something else."
            raise Rejected(reason, details=raw, outcome_unknown=True)
        if receipt.errors:
            raise Rejected("; ".join(receipt.errors), details=raw)
        return receipt

    def _call(
        self, operation: str, values: dict[str, Any] | None = None, *, effect: bool = False
    ) -> etree._Element:
        """Return the `return` element of a small reply."""
        with self._open(operation, values or {}, limits=self._limits, effect=effect) as reply:
            return read_message(reply, self._contract, operation)[0]

    @contextmanager
    def _open(
        self, operation: str, values: dict[str, Any], *, limits: Limits, effect: bool = False
    ) -> Iterator[Reply]:
        body = self._contract.request(operation, values)
        headers = self._contract.headers(operation)
        tape = Tape(operation, body, self._secrets)
        try:
            with self._lines.call(body, headers, limits=limits, effect=effect, tape=tape) as reply:
                tape.status = reply.status
                yield reply
        except Rejected as error:
            error.details = masked(error.details, self._secrets)
            raise
        finally:
            self._recorder(tape.stop())

    @property
    def _contract(self) -> Contract:
        """The contract as this thread reads it: neither zeep nor a schema may be shared."""
        if not hasattr(self._mine, "contract"):
            self._mine.contract = Contract(self._wsdl, self._version)
        contract: Contract = self._mine.contract
        return contract
