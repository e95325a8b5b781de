"""The simulator as a process of its own, on a free port."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import cache
from pathlib import Path
from typing import Any

import requests

import config
from connectors.erp.mapping import Mapping, parse, read
from connectors.erp.recording import NOBODY, Recorder
from connectors.erp.sessions import SessionMode
from connectors.erp.soap import SoapErp
from connectors.erp.wsdl import PACKAGED_WSDL, SoapVersion

USER = "Интеграция"
PASSWORD = "пароль с пробелом"
ROOT = Path(__file__).parents[3]
REFERENCE = Path(config.__file__).parent / "erp" / "reference.yaml"


@cache
def reference() -> Mapping:
    return read(REFERENCE)


@cache
def asking_for_contact() -> Mapping:
    """Return the reference mapping with its commented lines, which ask for the customer's data."""
    contact = r"# (\w+: (customer_|sold_on|sale_document))"
    text = re.sub(contact, r"\1", REFERENCE.read_text(encoding="utf-8"))
    return parse(text, folder=REFERENCE.parent)


def reference_erp(
    *,
    mapping: Mapping | None = None,
    url: str,
    node: str = "portal",
    user: str = "",
    password: str = "",
    wsdl: Path = PACKAGED_WSDL,
    soap_version: SoapVersion | str = SoapVersion.V1_1,
    ca_file: str = "",
    zone: tzinfo | str = "UTC",
    sessions: SessionMode | str = SessionMode.NONE,
    parallel: int = 2,
    recorder: Recorder = NOBODY,
    max_items: int = 100_000,
    connect_timeout: float = 3.05,
    read_timeout: float = 30.0,
    total_timeout: float = 60.0,
    feed_timeout: float = 900.0,
) -> SoapErp:
    """Return the ERP of the reference mapping, with what a test wants otherwise."""
    mapping = mapping or reference()
    service = replace(
        mapping.service, url=url, node=node, user=user, wsdl=wsdl, zone=str(zone),
        soap=SoapVersion(soap_version), ca_file=ca_file, sessions=SessionMode(sessions),
    )  # fmt: skip
    patience = replace(
        mapping.patience, parallel=parallel, max_items=max_items,
        connect_seconds=connect_timeout, read_seconds=read_timeout, call_seconds=total_timeout,
        feed_seconds=feed_timeout,
    )  # fmt: skip
    placed = replace(mapping, service=service, patience=patience)
    return SoapErp(placed, password=password, recorder=recorder)


@dataclass
class RunningSimulator:
    """A started simulator; `kill` is the plug pulled out."""

    process: subprocess.Popen[str]
    port: int
    data: Path

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def url(self) -> str:
        return f"{self.page}ws/dealer-claims"

    @property
    def journal(self) -> Path:
        return self.data / "journal.jsonl"

    def erp(
        self,
        *,
        node: str = "portal",
        soap_version: SoapVersion = SoapVersion.V1_1,
        password: str = PASSWORD,
        max_items: int = 0,
    ) -> SoapErp:
        return reference_erp(
            url=self.url,
            user=USER,
            password=password,
            node=node,
            soap_version=soap_version,
            max_items=max_items,
        )

    def bring(self, spec: str, *, seed: int = 1) -> None:
        """Replace the faults in force; an empty argument clears them."""
        answer = requests.post(
            f"{self.page}weather/spec",
            {"spec": spec, "seed": str(seed)},
            headers={"Origin": self.page.rstrip("/")},
            timeout=5,
        )
        assert answer.ok, answer.text

    @contextmanager
    def weather(self, spec: str, *, seed: int = 1) -> Iterator[None]:
        """Have these faults for the length of a block."""
        self.bring(spec, seed=seed)
        try:
            yield
        finally:
            self.bring("")

    def entries(self, what: str) -> list[dict[str, Any]]:
        """Return the journal's entries of one sort."""
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        return [entry for line in lines if (entry := json.loads(line))["what"] == what]

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
        return self.process.wait(10)


def start(
    data: Path,
    *,
    port: int = 0,
    shipments: int = 40,
    lines: int = 200,
    options: dict[str, str] | None = None,
) -> RunningSimulator:
    """Start a simulator and wait until it listens."""
    said = {
        "--port": str(port), "--data": str(data), "--user": USER, "--password": PASSWORD,
        "--today": "2026-11-16", "--shipments": str(shipments), "--lines": str(lines),
        **(options or {}),
    }  # fmt: skip
    command = [sys.executable, "-m", "connectors.erp.simulator"]
    for name, value in said.items():
        command += [name, value]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    greeting = process.stdout.readline()
    process.stdout.close()
    listening = int(greeting.rstrip("/\n").rpartition(":")[2])
    return RunningSimulator(process, listening, data)


@contextmanager
def running(
    data: Path, *, shipments: int = 40, lines: int = 200, options: dict[str, str] | None = None
) -> Iterator[RunningSimulator]:
    """Run a simulator for the length of a block."""
    simulator = start(data, shipments=shipments, lines=lines, options=options)
    try:
        yield simulator
    finally:
        simulator.stop()
