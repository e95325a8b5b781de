"""The neighbours of this process, given once to `create_app` or to the worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.doorbell.port import Doorbell
from connectors.erp.port import Erp
from connectors.errors import Unavailable
from connectors.mail.port import Mail
from connectors.reasons import ErpReason, Reason
from connectors.storage.port import Storage

ONLY_ERP = "erp"  # the connection of an installation with one ERP
MAIL = "mail"  # the connection to the mail server


@dataclass(frozen=True)
class MostGone:
    """How much a full load may lack of a kind before it is not believed: the larger of the two."""

    percent: float = 5.0
    rows: int = 20


@dataclass(frozen=True)
class KnownErp:
    """An ERP with what people call it, how many calls at once it bears, and how far to trust it.

    One that `enforces_key` keeps a message once, however often it is told; of another nobody knows
    for `quiet_seconds` after a lost answer whether it is still at work. `tells_states`: it can be
    asked what it holds; `reads_back`: it is asked so after each message; `tells_infobase`: a ping
    says which infobase it is. A file goes in parts of `part_bytes`; of 0 where it goes as a whole.
    `zone` is the time zone of its infobase. `states` are the states of documents that its mapping
    knows; None where it has no value map for them and takes each as it is told.

    Without an `erp` its mapping cannot be used; `faults` say why, as line and reason.
    """

    erp: Erp | None
    title: str = "ERP"
    parallel: int = 2
    faults: tuple[tuple[int, Reason], ...] = ()
    enforces_key: bool = True
    quiet_seconds: float = 0.0
    tells_states: bool = True
    reads_back: bool = True
    part_bytes: int = 1024 * 1024
    zone: str = "UTC"
    tells_infobase: bool = False
    states: frozenset[str] | None = None

    @property
    def resolves_doubts(self) -> bool:
        """Whether a lost answer comes to rights without a person."""
        return self.tells_states or self.enforces_key

    def knows_state(self, state: str) -> bool:
        """Whether a state of a document is one that the mapping knows."""
        return not state or self.states is None or state in self.states


@dataclass(frozen=True)
class Outside:
    """One connector a neighbour; of ERPs there may be several, each under its connection."""

    erps: Mapping[str, KnownErp]
    storage: Storage
    mail: Mail
    doorbell: Doorbell
    most_gone: MostGone = MostGone()

    def erp(self, connection: str) -> Erp:
        """Return the ERP behind a connection; raise `Unavailable` when nobody is."""
        if connection not in self.erps:
            raise Unavailable(ErpReason.NOT_SET_UP, connection=connection)
        known = self.erps[connection]
        if known.erp is None:
            line, fault = known.faults[0]
            facts: dict[str, Any] = {"connection": connection, "line": line, "fault": fault}
            raise Unavailable(ErpReason.MAPPING_FAULTY, **facts)
        return known.erp


_present: list[Outside] = []


def connect_outside(neighbours: Outside) -> None:
    """Make these the neighbours of the process."""
    _present[:] = [neighbours]


def outside() -> Outside:
    """Return the neighbours; only services and keepers of promises ask."""
    return _present[0]
