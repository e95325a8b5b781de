"""From a mapping to the ERP that it describes."""

import ssl
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.erp.mapping import Mapping
from connectors.erp.mapping.reasons import MappingReason
from connectors.erp.port import Erp
from connectors.erp.recording import NOBODY, Recorder
from connectors.erp.sessions import SessionMode
from connectors.erp.soap import SoapErp
from connectors.reasons import Reason


def build_erp(mapping: Mapping, *, password: str = "", recorder: Recorder = NOBODY) -> Erp:
    """Return the ERP behind a mapping; nobody is spoken to yet."""
    return SoapErp(mapping, password=password, recorder=recorder)


def ca_fault(mapping: Mapping) -> Reason | None:
    """Return what is wrong with the file of certificates that a mapping trusts, if anything is."""
    path = mapping.service.ca_file
    if not path:
        return None
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        return Reason(MappingReason.BAD_CA_FILE, {"file": Path(path).name})
    except OSError:
        return Reason(MappingReason.NO_CA_FILE, {"file": Path(path).name})
    return None


def at_place(
    mapping: Mapping,
    *,
    url: str | None = None,
    user: str | None = None,
    node: str | None = None,
    zone: str | None = None,
    sessions: str | None = None,
    parallel: int | None = None,
    wsdl: Path | None = None,
    ca_file: Path | None = None,
) -> Mapping:
    """Return the mapping with what this machine says instead of the file."""
    mode = None if sessions is None else SessionMode(sessions)
    said = {
        "url": url, "user": user, "node": node, "zone": zone, "sessions": mode, "wsdl": wsdl,
        "ca_file": str(ca_file) if ca_file else None,
    }  # fmt: skip
    told: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    patience = mapping.patience
    if parallel is not None:
        patience = replace(patience, parallel=parallel)
    return replace(mapping, service=replace(mapping.service, **told), patience=patience)
