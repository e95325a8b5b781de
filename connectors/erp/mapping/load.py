"""From the text of a mapping to the mapping, or to everything that is wrong with it."""

import re
from pathlib import Path
from zoneinfo import available_timezones

from connectors.erp.mapping.against import check
from connectors.erp.mapping.asked import QUESTIONS, find_type
from connectors.erp.mapping.calls import CallReader
from connectors.erp.mapping.model import (
    Asked,
    Mapping,
    ObjectRule,
    Patience,
    Service,
    Thing,
    Times,
    Words,
)
from connectors.erp.mapping.reasons import MappingReason
from connectors.erp.mapping.sheet import Entry, MappingError, open_sheet
from connectors.erp.sessions import SessionMode
from connectors.erp.wsdl import PACKAGED_WSDL, SoapVersion
from connectors.reasons import Reason

SECTIONS = ("name", "title", "service", "limits", "words", "objects", "operations")
SERVICE = (
    "wsdl", "url", "port", "soap", "user", "password_from", "ca_file", "node", "time_zone",
    "times", "sessions", "enforces_key", "quiet_seconds", "read_back",
)  # fmt: skip
LIMITS = (
    "parallel", "connect_seconds", "read_seconds", "call_seconds", "feed_seconds", "part_bytes",
    "max_items", "page_items",
)  # fmt: skip
NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
MADE_FOR_MAPPINGS = re.compile("ERP_PASSWORD(_|$)")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
PACKAGED = "packaged"
ANY_WORD = "*"
ASKED = {
    Thing.CLAIM: Asked.PUT_CLAIM, Thing.DECISION: Asked.PUT_DECISION,
    Thing.ACT: Asked.PUT_FILE, Thing.EVIDENCE: Asked.PUT_FILE,
}  # fmt: skip


def read(path: Path) -> Mapping:
    """Return the mapping in a file; raise `MappingError` when it cannot be used."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(
            [(1, Reason(MappingReason.UNREADABLE_FILE, {"file": path.name, "words": str(error)}))]
        ) from error
    return parse(text, folder=path.parent)


def parse(text: str, *, folder: Path) -> Mapping:
    """Return the mapping in a text; its WSDL is looked for in `folder`.

    Raise `MappingError` with all that is wrong, each with its line.
    """
    sheet = open_sheet(text)
    try:
        mapping = _Loader(folder).mapping(sheet)
    except RecursionError as error:
        raise MappingError([(1, Reason(MappingReason.TOO_DEEP))]) from error
    if not sheet.sheet.faults:
        sheet.sheet.faults += check(mapping)
    if sheet.sheet.faults:
        raise MappingError(sheet.sheet.faults)
    return mapping


class _Loader:
    """Reads section by section; the value maps first, because the others name them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def mapping(self, entry: Entry) -> Mapping:
        found = entry.block(SECTIONS, needed=("name", "service", "operations"))
        maps = found["words"].pairs() if "words" in found else ()
        words = {key: _one_map(inner) for key, inner in maps}
        name = _name(found["name"]) if "name" in found else ""
        operations = CallReader(tuple(words)).read(found.get("operations"))
        return Mapping(
            name=name,
            title=found["title"].text() if "title" in found else name,
            service=self._service(found["service"]) if "service" in found else Service(Path()),
            patience=_patience(found["limits"]) if "limits" in found else Patience(),
            words=words,
            objects=_objects(found["objects"]) if "objects" in found else {},
            calls=operations.calls,
            feed_from_pages=operations.feed_from_pages,
        )

    def _service(self, entry: Entry) -> Service:
        found = entry.block(SERVICE, needed=("wsdl",))

        def text(name: str, usual: str = "") -> str:
            return found[name].text() if name in found else usual

        def word(name: str, words: tuple[str, ...], usual: str) -> str:
            said = found[name].one_of(words) if name in found else usual
            return said if said in words else usual

        if ":" in text("user"):
            found["user"].fault(MappingReason.COLON)
        zone = text("time_zone", "UTC")
        if zone not in available_timezones():
            found["time_zone"].fault(MappingReason.NO_ZONE, value=zone)
        variable = text("password_from")
        if variable and not VARIABLE.fullmatch(variable):
            found["password_from"].fault(MappingReason.NOT_VARIABLE)
        elif variable and not MADE_FOR_MAPPINGS.match(variable):
            # Else whoever edits mappings could send any secret of the portal to any server.
            found["password_from"].fault(MappingReason.OTHER_SECRET)
        quiet = found.get("quiet_seconds")
        return Service(
            wsdl=self._wsdl(found["wsdl"]) if "wsdl" in found else PACKAGED_WSDL,
            url=text("url"),
            port=text("port"),
            soap=SoapVersion(word("soap", tuple(SoapVersion), SoapVersion.V1_1)),
            user=text("user"),
            password_from=variable,
            ca_file=str(self._folder / text("ca_file")) if text("ca_file") else "",
            node=text("node", "portal"),
            zone=zone,
            times=Times(word("times", tuple(Times), Times.UTC)),
            sessions=SessionMode(word("sessions", tuple(SessionMode), SessionMode.NONE)),
            enforces_key=found["enforces_key"].truth() if "enforces_key" in found else False,
            quiet_seconds=quiet.seconds(least=0, most=86_400) if quiet else 0.0,
            read_back=found["read_back"].truth() if "read_back" in found else True,
            lines={name: one.line for name, one in found.items()},
        )

    def _wsdl(self, entry: Entry) -> Path:
        """Return the pinned file; nothing outside the mapping's own folder is read."""
        name = entry.text()
        if name == PACKAGED:
            return PACKAGED_WSDL
        path = self._folder / name
        if not path.resolve().is_relative_to(self._folder.resolve()):
            entry.fault(MappingReason.OUTSIDE, file=name)
        elif not path.is_file():
            entry.fault(MappingReason.NO_FILE, file=name)
        return path


def _name(entry: Entry) -> str:
    name = entry.text()
    if not NAME.fullmatch(name):
        entry.fault(MappingReason.BAD_NAME, value=name)
    return name


def _objects(entry: Entry) -> dict[Thing, ObjectRule]:
    found = entry.block(tuple(Thing))
    return {Thing(name): _object_rule(Thing(name), inner) for name, inner in found.items()}


def _patience(entry: Entry) -> Patience:
    found = entry.block(LIMITS)
    usual = Patience()

    def seconds(name: str, most: float) -> float:
        entry = found.get(name)
        return entry.seconds(least=0.01, most=most) if entry else float(getattr(usual, name))

    def whole(name: str, most: int, least: int = 1) -> int:
        entry = found.get(name)
        return entry.whole(least=least, most=most) if entry else int(getattr(usual, name))

    return Patience(
        parallel=whole("parallel", 64),
        connect_seconds=seconds("connect_seconds", 60),
        read_seconds=seconds("read_seconds", 600),
        call_seconds=seconds("call_seconds", 3600),
        feed_seconds=seconds("feed_seconds", 86_400),
        part_bytes=whole("part_bytes", 64 * 1024 * 1024, 1024),
        max_items=whole("max_items", 10_000_000, 0),
        page_items=whole("page_items", 100_000),
    )


def _one_map(entry: Entry) -> Words:
    theirs: dict[str, str] = {}
    ours: dict[str, str] = {}
    otherwise = None
    for our, inner in entry.pairs():
        if our == ANY_WORD:
            otherwise = inner.text()
            continue
        words = inner.texts()
        if not words:
            inner.fault(MappingReason.NO_WORD, name=our)
            continue
        theirs[our] = words[0]
        for word in words:
            if word in ours:
                inner.fault(MappingReason.SECOND_WORD, word=word, name=ours[word])
            ours[word] = our
    return Words(entry.line, theirs, ours, otherwise)


def _object_rule(thing: Thing, entry: Entry) -> ObjectRule:
    if entry.is_text:
        return ObjectRule(entry.line, otherwise=entry.text())
    found = entry.block(("by", "rules", "otherwise"), needed=("by", "rules"))
    by = tuple(found["by"].text().split(".")) if "by" in found else ()
    if by and find_type(by, [QUESTIONS[ASKED[thing]].scope()]) is None:
        found["by"].fault(MappingReason.NO_FIELD, path=".".join(by), thing=thing.value)
    pairs = found["rules"].pairs() if "rules" in found else ()
    rules = tuple((word, name.text()) for word, name in pairs)
    otherwise = found["otherwise"].text() if "otherwise" in found else ""
    return ObjectRule(entry.line, otherwise, by, rules)
