"""The ERPs of this installation, each built of the newest version of its mapping.

A file of the mapping is its first version. Whoever asks for a connection has the database asked
whether there is a newer one: what an administrator saves is in force at once, in every process.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.core.db import own_session
from app.core.outside import KnownErp
from app.erp.models import MappingVersion
from connectors.erp.build import at_place, build_erp, ca_fault
from connectors.erp.mapping import Mapping as ErpMapping
from connectors.erp.mapping import MappingError, parse
from connectors.erp.mapping.against import check
from connectors.erp.mapping.model import Asked
from connectors.erp.mapping.reasons import MappingReason
from connectors.erp.recording import Recorder
from connectors.reasons import Reason

FROM_FILE = 1  # the version that the file is

Fault = tuple[int, Reason]
Safety = Callable[[str], Reason | None]


@dataclass(frozen=True)
class MappingFile:
    """Where a connection's first mapping is; `place` is what this machine says instead of it."""

    name: str
    folder: Path
    file: str = ""
    title: str = ""
    place: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The file itself."""
        return self.folder / (self.file or f"{self.name}.yaml")


@dataclass(frozen=True)
class Reading:
    """A text as a mapping, or everything that is wrong with it."""

    mapping: ErpMapping | None = None
    faults: tuple[Fault, ...] = ()


class InstalledErps(Mapping[str, KnownErp]):
    """Implements the `erps` of `Outside`; may be used from several threads."""

    def __init__(
        self,
        files: Sequence[MappingFile],
        secret: Callable[[str], str],
        *,
        recorder: Recorder,
        safety: Safety | None = None,
    ) -> None:
        self._files = {one.name: one for one in files}
        self._secret = secret
        self._recorder = recorder
        self._safety = safety
        self._built: dict[str, tuple[int, KnownErp]] = {}

    def __getitem__(self, name: str) -> KnownErp:
        """Return the ERP of the newest version; a text that cannot be used has no ERP."""
        file = self._files[name]
        version = newest_version(name)
        built = self._built.get(name)
        if built is None or built[0] != version:
            text = self.file_text(name) if version == FROM_FILE else text_of(name, version)
            built = self._built[name] = (version, self._build(file, text))
        return built[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def file_text(self, name: str) -> str:
        """Return the first version; nothing when the file cannot be read."""
        try:
            return self._files[name].path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def file_name(self, name: str) -> str:
        """Return what the file of the first version is called."""
        return self._files[name].path.name

    def fixed(self, name: str) -> list[str]:
        """Return the settings of this machine that stand above the text."""
        return [f"ERP_{said.upper()}" for said in self._files[name].place]

    def read(self, name: str, text: str) -> Reading:
        """Return a text as this connection's mapping, at the place where this machine puts it."""
        file = self._files[name]
        if not text.strip():
            return Reading(faults=(_fault(1, MappingReason.EMPTY_FILE, file=file.path.name),))
        try:
            mapping = at_place(parse(text, folder=file.folder), **file.place)
        except MappingError as error:
            return Reading(faults=tuple(error.faults))
        # The text was held against the WSDL that it names itself.
        misfits = check(mapping) if "wsdl" in file.place else []
        return Reading(mapping, (*misfits, *self._faults(file, mapping)))

    def _faults(self, file: MappingFile, mapping: ErpMapping) -> Iterator[Fault]:
        if not file.file and mapping.name != file.name:
            yield _fault(1, MappingReason.OTHER_NAME, name=file.name)
        service = mapping.service
        if not service.url:
            yield _fault(service.lines.get("wsdl", 1), MappingReason.NO_URL)
        line = service.lines.get("password_from", service.lines.get("user", 1))
        password = self._password(mapping)
        if service.user and service.password_from and not password:
            yield _fault(line, MappingReason.UNSET, name=service.password_from)
        if fault := ca_fault(mapping):
            yield service.lines.get("ca_file", service.lines.get("url", 1)), fault
        if self._safety and (fault := self._safety(password)):
            yield line, fault

    def _build(self, file: MappingFile, text: str) -> KnownErp:
        reading = self.read(file.name, text)
        mapping = reading.mapping
        title = file.title or (mapping.title if mapping else file.name)
        if mapping is None or reading.faults:
            return KnownErp(None, title, faults=reading.faults)
        erp = build_erp(mapping, password=self._password(mapping), recorder=self._recorder)
        return KnownErp(
            erp,
            title,
            mapping.patience.parallel,
            enforces_key=mapping.service.enforces_key,
            quiet_seconds=_quiet_seconds(mapping),
            tells_states=Asked.STATES in mapping.calls,
            tells_infobase=any(
                "infobase" in call.reply.fields for call in mapping.calls.get(Asked.PING, ())
            ),
            reads_back=mapping.service.read_back,
            part_bytes=mapping.patience.part_bytes if Asked.PUT_PART in mapping.calls else 0,
            zone=mapping.service.zone,
            states=_states(mapping),
        )

    def _password(self, mapping: ErpMapping) -> str:
        return self._secret(mapping.service.password_from) if mapping.service.password_from else ""


def _fault(line: int, code: MappingReason, **values: str) -> Fault:
    return line, Reason(code, values)


def _states(mapping: ErpMapping) -> frozenset[str] | None:
    """Return the states that the value maps of receipts know; None where one is taken as told."""
    told = [
        call.reply.fields["status"]
        for calls in mapping.calls.values()
        for call in calls
        if "status" in call.reply.fields
    ]
    if not told or not all(place.words for place in told):
        return None
    return frozenset(state for place in told for state in mapping.words[place.words].theirs)


def _quiet_seconds(mapping: ErpMapping) -> float:
    """Return the quiet time; where nobody has said it, as long as one of our calls may last."""
    service = mapping.service
    is_said = "quiet_seconds" in service.lines
    return service.quiet_seconds if is_said else mapping.patience.call_seconds


def newest_version(name: str) -> int:
    """Return the version in force; no transaction stays open, for a neighbour is spoken to next."""
    query = select(func.max(MappingVersion.version)).where(MappingVersion.connection == name)
    with own_session() as session:
        return session.scalar(query) or FROM_FILE


def text_of(name: str, version: int) -> str:
    """Return the text of a version that an administrator wrote."""
    with own_session() as session:
        return session.get_one(MappingVersion, (name, version)).text
