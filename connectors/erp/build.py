"""From a mapping to the ERP that it describes."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from connectors.erp.mapping import Mapping
from connectors.erp.port import Erp
from connectors.erp.recording import Recorder
from connectors.erp.sessions import SessionMode
from connectors.erp.soap import SoapErp

NOBODY: Recorder = lambda _: None  # noqa: E731


def build_erp(mapping: Mapping, *, password: str = "", recorder: Recorder = NOBODY) -> Erp:
    """Return the ERP behind a mapping; nobody is spoken to yet."""
    service, patience = mapping.service, mapping.patience
    return SoapErp(
        url=service.url,
        user=service.user,
        password=password,
        node=service.node,
        wsdl=service.wsdl,
        soap_version=service.soap,
        ca_file=service.ca_file or None,
        zone=ZoneInfo(service.zone),
        max_items=patience.max_items,
        connect_timeout=patience.connect_seconds,
        read_timeout=patience.read_seconds,
        total_timeout=patience.call_seconds,
        feed_timeout=patience.feed_seconds,
        recorder=recorder,
        sessions=service.sessions,
        parallel=patience.parallel,
    )


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
