"""What a mapping says, as frozen values; lines are kept to speak of them when something is wrong.

A *source* says where a value of a request comes from, a *place* where a value of a reply is found.
"""

from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from connectors.erp.port import RowKind
from connectors.erp.sessions import SessionMode
from connectors.erp.wsdl import SoapVersion

PART_BYTES = 1024 * 1024
MESSAGE_ROWS = 100_000
PARENT = ".."


class Asked(StrEnum):
    """What the portal asks; the value is the key under `operations`."""

    PING = "ping"
    VERSION = "version"
    CAPABILITIES = "capabilities"
    CHANGES = "changes"
    CONFIRM = "confirm"
    PAGES = "pages"
    PUT_CLAIM = "put_claim"
    PUT_DECISION = "put_decision"
    PUT_PART = "put_part"
    PUT_FILE = "put_file"
    STATES = "states"


class Thing(StrEnum):
    """What of ours becomes an object over there."""

    CLAIM = "claim"
    DECISION = "decision"
    ACT = "act"
    EVIDENCE = "evidence"


class Times(StrEnum):
    """How moments are written in requests: in UTC, or in the infobase's zone without naming it."""

    UTC = "utc"
    LOCAL = "local"


class Form(StrEnum):
    """As what a value is written, where its own type would not do."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    MOMENT = "moment"
    BASE64 = "base64"


class Nothing(StrEnum):
    """What is sent for a value of ours that is not there."""

    OMIT = "omit"
    NIL = "nil"
    EMPTY = "empty"


class Packing(StrEnum):
    """1C's own containers of values, out of http://v8.1c.ru/8.1/data/core."""

    STRUCTURE = "$structure"
    ARRAY = "$array"
    TABLE = "$table"


@dataclass(frozen=True)
class Service:
    """Where and how one speaks to it. `password_from` names an environment variable."""

    wsdl: Path
    url: str = ""
    port: str = ""
    soap: SoapVersion = SoapVersion.V1_1
    user: str = ""
    password_from: str = ""
    ca_file: str = ""
    node: str = "portal"
    zone: str = "UTC"
    times: Times = Times.UTC
    sessions: SessionMode = SessionMode.NONE
    enforces_key: bool = False
    quiet_seconds: float = 0.0
    read_back: bool = True
    lines: Table[str, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Patience:
    """What a call may cost."""

    parallel: int = 2
    connect_seconds: float = 3.05
    read_seconds: float = 30.0
    call_seconds: float = 60.0
    feed_seconds: float = 900.0
    part_bytes: int = PART_BYTES
    max_items: int = MESSAGE_ROWS
    page_items: int = 1000


@dataclass(frozen=True)
class Words:
    """A value map. Several words of theirs may stand for one of ours; the first is sent.

    `otherwise` is sent for all other words of ours; an unknown word of theirs has no such way out.
    """

    line: int
    theirs: Table[str, str]
    ours: Table[str, str]
    otherwise: str | None = None


@dataclass(frozen=True)
class Value:
    """A source: a field of what the portal says, by its path; once or for `each` of a list."""

    line: int
    path: tuple[str, ...]
    words: str = ""
    form: Form | None = None
    nothing: Nothing = Nothing.OMIT
    each: tuple[str, ...] = ()


@dataclass(frozen=True)
class Constant:
    """A source: always the same text, or an explicit nil."""

    line: int
    text: str | None
    form: Form | None = None


@dataclass(frozen=True)
class Group:
    """A source: an element with others inside, once or for `each` of a list of ours."""

    line: int
    children: tuple[tuple[str, "Source"], ...]
    each: tuple[str, ...] = ()


@dataclass(frozen=True)
class Packed:
    """A source: one of 1C's containers around `inner`.

    A structure and a row of a table are a group; a table has a row for `each` of its group.
    """

    line: int
    packing: Packing
    inner: "Source"
    each: tuple[str, ...] = ()


Source = Value | Constant | Group | Packed


@dataclass(frozen=True)
class Place:
    """Where in a reply a field of ours is found, and what stands for it when it is not there."""

    line: int
    steps: tuple[str, ...]
    words: str = ""
    absent: str | None = None
    nil: str | None = None
    empty: str | None = None
    constant: str | None = None


@dataclass(frozen=True)
class RowRule:
    """How the records at `each` become rows of a kind."""

    line: int
    kind: RowKind
    each: tuple[str, ...]
    columns: Table[str, Place]


@dataclass(frozen=True)
class Rows:
    """Where the records of a reply are, and what becomes of them."""

    line: int
    within: tuple[str, ...]
    rules: tuple[RowRule, ...]


@dataclass(frozen=True)
class Reply:
    """Where the answer's fields are: under `within`, or under `each` of a list."""

    line: int
    within: tuple[str, ...] = ()
    each: tuple[str, ...] | None = None
    fields: Table[str, Place] = field(default_factory=dict)
    rows: Rows | None = None


@dataclass(frozen=True)
class Call:
    """One operation of the service. `objects` are those for which it is chosen; empty is all.

    `kinds` are the kinds of rows for which a page is asked, one request each.
    """

    line: int
    operation: str
    request: Group
    reply: Reply
    objects: frozenset[str] = frozenset()
    kinds: tuple[RowKind, ...] = ()


@dataclass(frozen=True)
class ObjectRule:
    """Which object a thing becomes: `rules` in order, by the words at `by`; else `otherwise`."""

    line: int
    otherwise: str = ""
    by: tuple[str, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()

    def names(self) -> frozenset[str]:
        """Return every object that may come of it."""
        return frozenset({self.otherwise, *(name for _, name in self.rules)} - {""})


@dataclass(frozen=True)
class Mapping:
    """One connection: where the service is, and what everything is called there.

    `feed_from_pages` says that the service has no change feed and everything is read page by page.
    """

    name: str
    title: str
    service: Service
    patience: Patience = field(default_factory=Patience)
    words: Table[str, Words] = field(default_factory=dict)
    objects: Table[Thing, ObjectRule] = field(default_factory=dict)
    calls: Table[Asked, tuple[Call, ...]] = field(default_factory=dict)
    feed_from_pages: bool = False

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations of the service that are used, each once."""
        every = (call.operation for calls in self.calls.values() for call in calls)
        return tuple(dict.fromkeys(every))
