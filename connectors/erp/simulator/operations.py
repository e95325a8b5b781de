"""The thirteen operations of the contract, each as the ERP's programmer would write it."""

import hashlib
import sqlite3
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from connectors.erp.simulator import feed, kinds, papers, wire
from connectors.erp.simulator.ledger import Ledger, note, now
from connectors.erp.simulator.papers import Paper, Slip

PRODUCT = "Огнеград-Демо ERP"
VERSION = "1.0"
MAX_PART_BYTES = 2 * 1024 * 1024
MAX_FILE_BYTES = 50 * 1024 * 1024
STATUSES = ("Зарегистрирована", "Обрабатывается", "Удовлетворена", "Отклонена")

Result = Iterable[str]


class DryRun(Exception):
    """Carries the answer out of a transaction that must leave nothing behind."""

    def __init__(self, slip: Slip) -> None:
        super().__init__()
        self.slip = slip


def answer(ledger: Ledger, request: wire.Request) -> Result:
    """Do what a valid request asks for and return the inside of `return`."""
    return OPERATIONS[request.operation](ledger, request)


def _ping(ledger: Ledger, request: wire.Request) -> Result:
    _note_call(ledger, request)
    who = wire.elements(Product=PRODUCT, Version=VERSION, At=now(), Infobase=ledger.identity)
    return [who]


def _get_version(ledger: Ledger, request: wire.Request) -> Result:
    _note_call(ledger, request)
    return [VERSION]


def _get_capabilities(ledger: Ledger, request: wire.Request) -> Result:
    _note_call(ledger, request)
    remedies = tuple(sorted({remedy for _, asked in kinds.PAPERS for remedy in asked}))
    return [
        wire.elements(
            Document=kinds.MADE,
            Status=STATUSES,
            Remedy=remedies,
            MaxPartBytes=MAX_PART_BYTES,
            MaxFileBytes=MAX_FILE_BYTES,
        )
    ]


def _get_changes(ledger: Ledger, request: wire.Request) -> Result:
    node = request.text("Node")
    with ledger.transaction() as connection:
        message = feed.open_message(
            connection, node, request.number("MessageNo"), request.number("MaxItems")
        )
        note(connection, "call", operation=request.operation, node=node, message_no=message.number)
    return _message(ledger, node, message)


def _message(ledger: Ledger, node: str, message: feed.Message) -> Iterator[str]:
    """Stream a message from one snapshot, so that the count fits the rows."""
    with ledger.snapshot() as connection:
        count, rows = feed.message_rows(connection, node, message.number)
        yield wire.elements(MessageNo=message.number, More=message.more, Count=count)
        yield "<Items>"
        yield from in_blocks(rows)
        yield "</Items>"


def in_blocks(rows: Iterator[str], size: int = 500) -> Iterator[str]:
    """Join rows, because each piece becomes one chunk on the wire."""
    block: list[str] = []
    for row in rows:
        block.append(row)
        if len(block) == size:
            yield "".join(block)
            block.clear()
    yield "".join(block)


def _confirm_changes(ledger: Ledger, request: wire.Request) -> Result:
    node, number = request.text("Node"), request.number("MessageNo")
    with ledger.transaction() as connection:
        feed.acknowledge(connection, node, number)
        note(connection, "call", operation=request.operation, node=node, message_no=number)
    return ["true"]


def _get_objects(ledger: Ledger, request: wire.Request) -> Result:
    _note_call(ledger, request)
    rows: list[str] = []
    with ledger.snapshot() as connection:
        for ref in request.texts("Refs"):
            found = connection.execute(
                "SELECT xml FROM item_row WHERE kind = ? AND owner = ? ORDER BY id",
                (request.text("Type"), ref.lower()),
            )
            rows.extend(row["xml"] for row in found)
    return [_page(rows, more=False)]


def _get_full_page(ledger: Ledger, request: wire.Request) -> Result:
    _note_call(ledger, request)
    limit = max(request.number("Limit"), 1)
    with ledger.snapshot() as connection:
        rows = [
            row["xml"]
            for row in connection.execute(
                "SELECT xml FROM item_row WHERE kind = ? AND key > ? ORDER BY key LIMIT ?",
                (request.text("Type"), request.text("AfterRef"), limit + 1),
            )
        ]
    return [_page(rows[:limit], more=len(rows) > limit)]


def _page(rows: list[str], *, more: bool) -> str:
    return wire.elements(More=more, Count=len(rows)) + f"<Items>{''.join(rows)}</Items>"


def _put_claim(ledger: Ledger, request: wire.Request) -> Result:
    content = wire.read_content(request.part("Claim"))
    return _put(ledger, request, _paper(request, content, content["ExternalId"]))


def _put_decision(ledger: Ledger, request: wire.Request) -> Result:
    content = wire.read_content(request.part("Decision"))
    return _put(ledger, request, _paper(request, content, content["ClaimId"]))


def _paper(request: wire.Request, content: kinds.Content, claim_id: str) -> Paper:
    kind = kinds.kind_of(request.operation, content)
    return Paper(request.operation, kind, claim_id.lower(), content)


def _put(
    ledger: Ledger,
    request: wire.Request,
    paper: Paper,
    keep: Callable[[sqlite3.Connection, Paper], Slip] = papers.keep,
) -> Result:
    """Keep a paper and its journal entries in one transaction."""
    try:
        with ledger.transaction() as connection:
            slip = keep(connection, paper)
            if request.flag("DryRun"):
                raise DryRun(slip)
            note(
                connection, "call", operation=request.operation, external_id=paper.external_id,
                revision=paper.revision, number=slip.number, errors=list(slip.errors),
            )  # fmt: skip
    except DryRun as rehearsal:
        slip = rehearsal.slip
    return [wire.slip_xml(slip)]


def _put_file_part(ledger: Ledger, request: wire.Request) -> Result:
    content = b64decode(request.text("Content"))
    number = request.number("PartNo")
    if request.flag("DryRun"):
        return ["true"]
    with ledger.transaction() as connection:
        connection.execute(
            """INSERT INTO part (transfer_id, part_no, content) VALUES (?, ?, ?)
               ON CONFLICT DO UPDATE SET content = excluded.content""",
            (request.text("TransferId").lower(), number, content),
        )
        note(connection, "call", operation=request.operation, part_no=number, bytes=len(content))
    return ["true"]


def _save_file(ledger: Ledger, request: wire.Request) -> Result:
    content = wire.read_content(request.part("File"))
    paper = _paper(request, content, content["ClaimId"])
    transfer, quantity = request.text("TransferId").lower(), request.number("PartQuantity")

    def keep_file(connection: sqlite3.Connection, paper: Paper) -> Slip:
        return _keep_file(connection, paper, transfer, quantity)

    return _put(ledger, request, paper, keep_file)


def _keep_file(connection: sqlite3.Connection, paper: Paper, transfer: str, quantity: int) -> Slip:
    """Put the parts together; a file saved before needs none of them."""
    known = papers.is_kept(connection, paper)
    if known:
        slip = papers.keep(connection, paper)
    else:
        parts = [
            row["content"]
            for row in connection.execute(
                "SELECT content FROM part WHERE transfer_id = ? ORDER BY part_no", (transfer,)
            )
        ]
        body = b"".join(parts)
        if len(parts) != quantity:
            return papers.refuse(paper, f"Получено частей файла: {len(parts)} из {quantity}")
        if hashlib.sha256(body).hexdigest() != paper.content["SHA256"]:
            return papers.refuse(paper, "Контрольная сумма файла не совпадает")
        if len(body) > MAX_FILE_BYTES:
            return papers.refuse(paper, "Файл больше допустимого размера")
        slip = papers.keep(connection, paper.with_body(body))
    if not slip.errors:
        connection.execute("DELETE FROM part WHERE transfer_id = ?", (transfer,))
    return slip


def _get_states(ledger: Ledger, request: wire.Request) -> Result:
    _note_call(ledger, request)
    with ledger.snapshot() as connection:
        found = [papers.find_slip(connection, key) for key in request.texts("ExternalIds")]
    return [f"<Receipt>{wire.slip_xml(slip)}</Receipt>" for slip in found if slip]


def _get_closing_date(ledger: Ledger, request: wire.Request) -> Result:
    """The books are closed up to the end of the month before last."""
    _note_call(ledger, request)
    this_month = datetime.now(UTC).replace(day=1)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    return [f"{(last_month - timedelta(days=1)).date()}T00:00:00"]


def _note_call(ledger: Ledger, request: wire.Request) -> None:
    with ledger.transaction() as connection:
        note(connection, "call", operation=request.operation)


OPERATIONS: dict[str, Callable[[Ledger, wire.Request], Result]] = {
    "Ping": _ping,
    "GetVersion": _get_version,
    "GetCapabilities": _get_capabilities,
    "GetChanges": _get_changes,
    "ConfirmChanges": _confirm_changes,
    "GetObjects": _get_objects,
    "GetFullPage": _get_full_page,
    "PutClaim": _put_claim,
    "PutDecision": _put_decision,
    "PutFilePart": _put_file_part,
    "SaveFile": _save_file,
    "GetStates": _get_states,
    "GetClosingDate": _get_closing_date,
}
# The reading of the contract may go wrong too.
WSDL = "WSDL"
HITTABLE = frozenset({*OPERATIONS, WSDL})
