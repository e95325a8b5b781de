"""From a mapping to the ERP that it describes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.erp.mapping import Mapping
from connectors.erp.port import Erp
from connectors.erp.recording import NOBODY, Recorder
from connectors.erp.sessions import SessionMode
from connectors.erp.soap import SoapErp


def build_erp(mapping: Mapping, *, password: str = "", recorder: Recorder = NOBODY) -> Erp:
    """Return the ERP behind a mapping; nobody is spoken to yet."""
    return SoapErp(mapping, password=password, recorder=recorder)


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
) -> Mapping:
    """Return the mapping with what this machine says instead of the file."""
    mode = None if sessions is None else SessionMode(sessions)
    said = {"url": url, "user": user, "node": node, "zone": zone, "sessions": mode, "wsdl": wsdl}
    told: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    patience = mapping.patience
    if parallel is not None:
        patience = replace(patience, parallel=parallel)
    return replace(mapping, service=replace(mapping.service, **told), patience=patience)
