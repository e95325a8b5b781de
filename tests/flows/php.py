"""PHP's SoapServer as the ERP of the whole flow: a process that can be held and killed."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

from app.core.clock import now
from connectors.erp.port import COLUMNS
from connectors.erp.simulator.demo_data import generate
from connectors.erp.wsdl import PACKAGED_WSDL
from tests.checks.exchange.crew import answers, wait_until

FACTORY = Path(__file__).with_name("factory.php")
PHP = shutil.which("php")
USER, PASSWORD = "portal", "portal-demo"

TRUTHS: dict[str, object] = {"true": True, "false": False}


def has_soap() -> bool:
    """Whether PHP and its SOAP extension are installed here."""
    if PHP is None:
        return False
    listed = subprocess.run([PHP, "-m"], capture_output=True, text=True, check=False)
    return "soap" in listed.stdout.split()


class PhpErp:
    """An ERP that is not ours, with a small trade and an fsynced journal of what it did."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}/"
        self.journal = folder / "journal.jsonl"
        folder.mkdir()
        (folder / "rows.json").write_text(json.dumps(_trade()))
        self._command = [PHP or "php", "-S", f"127.0.0.1:{port}", str(FACTORY)]
        self._process = self._start()

    def hold(self, operation: str) -> None:
        """Have the next call of this operation wait between its commit and its answer."""
        (self.folder / f"hold-{operation}").touch()

    def wait_until_held(self, operation: str) -> None:
        """Wait for the call that has done its work and does not answer."""
        wait_until((self.folder / f"held-{operation}").exists)

    def release(self, operation: str) -> None:
        """Let the held call answer, if anybody still listens."""
        (self.folder / f"held-{operation}").unlink(missing_ok=True)

    def kill(self) -> None:
        """Pull the plug of all its processes, and start it again on the same store."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for held in self.folder.glob("held-*"):
            held.unlink()
        self._process = self._start()

    def stop(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def count(self, what: str, **facts: object) -> int:
        """Return how many entries of the journal are like this."""
        entries = map(json.loads, self.journal.read_text().splitlines())
        wanted = {"what": what, **facts}
        return sum(wanted.items() <= entry.items() for entry in entries)

    def _start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "php.log").open("ab") as log:
            process = subprocess.Popen(
                self._command,
                env={
                    **os.environ,
                    "PHP_CLI_SERVER_WORKERS": "4",
                    **{"WSDL": str(PACKAGED_WSDL), "STORE": str(self.folder)},
                    **{"USER": USER, "PASSWORD": PASSWORD},
                },
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(lambda: answers(self.url))
        return process


def _trade() -> dict[str, list[dict[str, object]]]:
    """Return the rows of a few weeks of trade by their kinds, as PHP wants its values."""
    rows: dict[str, list[dict[str, object]]] = {}
    for kind, row in generate(1, now().date(), shipments=40, lines=200):
        named = zip(COLUMNS[kind], row, strict=True)
        # To PHP every text but the empty one is true.
        values = {name: TRUTHS.get(value, value) for name, value in named if value is not None}
        rows.setdefault(kind.value, []).append(values)
    return rows
