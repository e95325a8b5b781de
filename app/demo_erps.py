"""The demo's ERPs: one simulator that keeps both plants, or one for each with its own mapping."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
SERVICE = "/ws/dealer-claims"
REFERENCE = Path(__file__).resolve().parent.parent / "config" / "erp" / "reference.yaml"
USUAL_LOG_IN = ("portal", "portal-demo")
PLANTS = {"RU-CHE": "1C, Челябинск", "PL-LDZ": "1C, Łódź"}


@dataclass(frozen=True)
class DemoErp:
    """A simulator to be started; one without a plant keeps both of them.

    `log_in` is a user and a password.
    """

    port: int
    plant: str = ""
    log_in: tuple[str, str] = USUAL_LOG_IN

    @property
    def connection(self) -> str:
        """The name of its mapping; plants look for their home under it."""
        return self.plant.lower()

    @property
    def page(self) -> str:
        """Where a person sees what it received."""
        return f"http://{LOOPBACK}:{self.port}/"

    def command(self, data: Path) -> list[str]:
        """Return how it is started."""
        folder = data / (f"erp-{self.connection}" if self.plant else "erp")
        return [
            *(sys.executable, "-m", "connectors.erp.simulator"),
            *("--port", str(self.port), "--data", str(folder), "--plant", self.plant),
            *("--user", self.log_in[0], "--password", self.log_in[1]),
            *("--infobase", folder.name),  # the demo's folder may be moved
        ]


def demo_erps(count: int, port: int, *, log_in: tuple[str, str] = USUAL_LOG_IN) -> list[DemoErp]:
    """Return so many ERPs, on ports one after another."""
    plants = PLANTS if count > 1 else ("",)
    return [DemoErp(port + number, plant, log_in) for number, plant in enumerate(plants)]


def connect_portal(erps: Sequence[DemoErp], data: Path) -> dict[str, str]:
    """Return the settings by which the portal finds them; each of several has a mapping there."""
    if len(erps) == 1:
        return {"ERP_URL": f"{erps[0].page.rstrip('/')}{SERVICE}"}
    folder = data / "mappings"
    folder.mkdir(exist_ok=True)
    for erp in erps:
        (folder / f"{erp.connection}.yaml").write_text(_mapping(erp), encoding="utf-8")
    return {
        "ERP_CONNECTIONS": ", ".join(erp.connection for erp in erps),
        "ERP_FOLDER": str(folder),
    }


def _mapping(erp: DemoErp) -> str:
    """Return the reference mapping under another name, for another address."""
    text = REFERENCE.read_text(encoding="utf-8")
    said = {
        "name": erp.connection,
        "title": PLANTS[erp.plant],
        "url": f"{erp.page.rstrip('/')}{SERVICE}",
        "user": erp.log_in[0],
    }
    for key, value in said.items():
        text, found = re.subn(rf"(?m)^( *{key}:) .*$", rf"\1 {value}", text, count=1)
        if not found:
            raise ValueError(f"the reference mapping has no {key}")
    return text
