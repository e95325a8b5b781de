"""What the ERP makes of the portal's messages: documents with numbers, each key exactly once."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import uuid4

from connectors.erp.port import RowKind
from connectors.erp.simulator import feed
from connectors.erp.simulator.kinds import CLAIM, Content, object_of
from connectors.erp.simulator.ledger import note, now

PREFIX = "ОГДМ-"
REGISTERED = "Зарегистрирована"
MARKED = "Помечен на удаление"


@dataclass(frozen=True)
class Paper:
    """One thing the portal told: its key, its words, and what document it becomes."""

    operation: str
    kind: str
    claim_id: str
    content: Content
    body: bytes | None = None

    @property
    def external_id(self) -> str:
        """The portal's key."""
        return str(self.content["ExternalId"]).lower()

    @property
    def revision(self) -> int:
        """The second half of the key."""
        return int(self.content["Revision"])

    @property
    def digest(self) -> str:
        """What must not differ between two messages under one key."""
        told = json.dumps([self.operation, self.content], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def with_body(self, body: bytes) -> "Paper":
        """Return the paper of a file together with its bytes."""
        return replace(self, body=body)


@dataclass(frozen=True)
class Slip:
    """A receipt as it goes over the wire."""

    external_id: str
    revision: int
    ref: str = ""
    number: str = ""
    at: str = ""
    posted: bool = False
    status: str = "Отклонено"
    amount: str = ""
    currency: str = ""
    object: str = ""
    name: str = ""
    sha256: str = ""
    size: int | None = None
    errors: tuple[str, ...] = field(default=())


def find_slip(connection: sqlite3.Connection, external_id: str) -> Slip | None:
    """Return the receipt of the document's present state."""
    row = connection.execute(
        "SELECT * FROM document WHERE external_id = ?", (external_id.lower(),)
    ).fetchone()
    return _slip(connection, row, row["revision"]) if row else None


def keep(connection: sqlite3.Connection, paper: Paper) -> Slip:
    """Make or change the document of a paper, or say why not; a repeated key changes nothing."""
    digest = _kept_digest(connection, paper)
    if digest:
        return _repeat(connection, paper, same=digest == paper.digest)
    held = connection.execute(
        "SELECT * FROM document WHERE external_id = ?", (paper.external_id,)
    ).fetchone()
    errors = _objections(connection, paper, held)
    if errors:
        return refuse(paper, *errors)
    return _write(connection, paper, held)


def is_kept(connection: sqlite3.Connection, paper: Paper) -> bool:
    """Whether something has been kept under the paper's key."""
    return bool(_kept_digest(connection, paper))


def has_money(row: sqlite3.Row) -> bool:
    """Whether a document of the store is about money."""
    return any("Amount" in line for line in json.loads(row["content"]).get("Lines", ()))


def refuse(paper: Paper, *errors: str) -> Slip:
    """Say no in business words; nothing is kept, so the same key may come again."""
    return Slip(paper.external_id, paper.revision, errors=errors)


def _kept_digest(connection: sqlite3.Connection, paper: Paper) -> str:
    row = connection.execute(
        "SELECT digest FROM message WHERE external_id = ? AND revision = ?",
        (paper.external_id, paper.revision),
    ).fetchone()
    return row["digest"] if row else ""


def _repeat(connection: sqlite3.Connection, paper: Paper, *, same: bool) -> Slip:
    if not same:
        return refuse(paper, "Под этим ключом уже записано другое содержание")
    row = connection.execute(
        "SELECT * FROM document WHERE external_id = ?", (paper.external_id,)
    ).fetchone()
    return _slip(connection, row, paper.revision)


def _slip(connection: sqlite3.Connection, row: sqlite3.Row, revision: int) -> Slip:
    content = json.loads(row["content"])
    amount, currency = _sum_of(content)
    slip = Slip(
        external_id=row["external_id"],
        revision=revision,
        ref=row["ref"],
        number=row["number"],
        at=row["at"],
        posted=bool(row["posted"]),
        # The contract's receipt has no field for the mark, so that its status says it.
        status=MARKED if row["marked"] else row["status"],
        amount=amount,
        currency=currency,
        object=object_of(row["operation"], row["kind"]),
    )
    return _with_file(connection, slip, content)


def _with_file(connection: sqlite3.Connection, slip: Slip, content: Content) -> Slip:
    """Add what is really stored of a file: its digest is counted, not remembered."""
    stored = connection.execute(
        "SELECT content FROM file WHERE external_id = ?", (slip.external_id,)
    ).fetchone()
    if stored is None:
        return slip
    body = stored["content"]
    digest = hashlib.sha256(body).hexdigest()
    return replace(slip, name=content["Name"], sha256=digest, size=len(body))


def _sum_of(content: Content) -> tuple[str, str]:
    """Return what a document comes to with its currency; nothing where it has no one sum."""
    priced = [line for line in content.get("Lines", ()) if "Amount" in line]
    currencies = {str(line["Currency"]) for line in priced}
    if len(currencies) != 1:
        return "", ""
    return str(sum(Decimal(line["Amount"]) for line in priced)), currencies.pop()


def _objections(
    connection: sqlite3.Connection, paper: Paper, held: sqlite3.Row | None
) -> list[str]:
    """Return the business reasons against a paper."""
    if not paper.kind:
        return [f"Объект {paper.content['Object']} для этого не предусмотрен"]
    if held and held["operation"] != paper.operation:
        return [f"Под этим ключом уже записан другой объект: {held['kind']}"]
    if held and held["revision"] > paper.revision:
        return [f"Уже записана более новая редакция {held['revision']}"]
    if paper.operation == "PutClaim":
        return _strangers(connection, paper.content)
    claim = connection.execute(
        "SELECT 1 FROM document WHERE external_id = ? AND kind = ?", (paper.claim_id, CLAIM)
    ).fetchone()
    return [] if claim else [f"Претензия {paper.claim_id} не найдена"]


def _strangers(connection: sqlite3.Connection, claim: Content) -> list[str]:
    """Name what a claim refers to and the infobase does not know."""
    wanted = [(RowKind.DEALER, claim["DealerRef"], "Контрагент")]
    for line in claim["Lines"]:
        if ref := line.get("ShipmentLineRef"):
            wanted.append((RowKind.LINE, ref, "Строка отгрузки"))
        if ref := line.get("ItemRef"):
            wanted.append((RowKind.ITEM, ref, "Номенклатура"))
    return [
        f"{name} {ref} не найдена" if name != "Контрагент" else f"Контрагент {ref} не найден"
        for kind, ref, name in wanted
        if not _is_known(connection, kind, ref.lower())
    ]


def _is_known(connection: sqlite3.Connection, kind: RowKind, key: str) -> bool:
    found = connection.execute("SELECT 1 FROM item_row WHERE kind = ? AND key = ?", (kind, key))
    return found.fetchone() is not None


def _write(connection: sqlite3.Connection, paper: Paper, held: sqlite3.Row | None) -> Slip:
    same_kind = held is not None and held["kind"] == paper.kind
    number = held["number"] if held and same_kind else next_number(connection, paper.kind)
    ref = held["ref"] if held else str(uuid4())
    at = held["at"] if held else now()
    status = paper.content.get("Status") or REGISTERED
    connection.execute(
        """INSERT INTO document (external_id, revision, operation, kind, ref, number, at, posted,
                                 status, claim_id, content, words, changed_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (external_id) DO UPDATE SET revision = excluded.revision,
               kind = excluded.kind, number = excluded.number, status = excluded.status,
               claim_id = excluded.claim_id, content = excluded.content,
               words = excluded.words, changed_at = excluded.changed_at""",
        (
            paper.external_id, paper.revision, paper.operation, paper.kind, ref, number, at,
            paper.operation == "SaveFile", status, paper.claim_id,
            json.dumps(paper.content, ensure_ascii=False),
            _words(connection, paper, number), now(),
        ),
    )  # fmt: skip
    connection.execute(
        "INSERT INTO message (external_id, revision, digest) VALUES (?, ?, ?)",
        (paper.external_id, paper.revision, paper.digest),
    )
    if paper.body is not None:
        connection.execute(
            """INSERT INTO file (external_id, content) VALUES (?, ?)
               ON CONFLICT (external_id) DO UPDATE SET content = excluded.content""",
            (paper.external_id, paper.body),
        )
    note(
        connection, "effect", change="updated" if held else "created",
        external_id=paper.external_id, revision=paper.revision, document=paper.kind,
        number=number, ref=ref,
    )  # fmt: skip
    slip = find_slip(connection, paper.external_id)
    assert slip is not None  # noqa: S101  it has been written above
    register(connection, slip)
    return slip


def register(connection: sqlite3.Connection, slip: Slip) -> None:
    """Tell the nodes that a document has changed, as the exchange plan does for every writing.

    It cannot know who has written: the portal's own pushes come back to it.
    """
    row = (
        slip.external_id, str(slip.revision), slip.ref, slip.number, slip.at,
        "true" if slip.posted else "false", slip.status,
    )  # fmt: skip
    feed.change_rows(connection, [(RowKind.DOCUMENT, row)])


def _words(connection: sqlite3.Connection, paper: Paper, number: str) -> str:
    """Return what a person may search for: the values, without their names."""
    dealer = feed.find_name(connection, RowKind.DEALER, paper.content.get("DealerRef", "").lower())
    return " ".join([number, paper.kind, dealer, *_values(paper.content)]).casefold()


def _values(content: Content) -> Iterator[str]:
    for value in content.values():
        if isinstance(value, list):
            for line in value:
                yield from _values(line)
        else:
            yield value


def next_number(connection: sqlite3.Connection, kind: str) -> str:
    """Return the number that the next document of a kind gets."""
    row = connection.execute(
        """INSERT INTO counter (kind, last) VALUES (?, 1)
           ON CONFLICT (kind) DO UPDATE SET last = last + 1 RETURNING last""",
        (kind,),
    ).fetchone()
    return f"{PREFIX}{row['last']:06}"
