"""PHP's SoapServer behind any WSDL, with a few lines of PHP as the programmer's part."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
PHP = shutil.which("php")


def has_soap() -> bool:
    """Whether PHP and its SOAP extension are here."""
    if PHP is None:
        return False
    listed = subprocess.run([PHP, "-m"], capture_output=True, text=True, check=False)
    return "soap" in listed.stdout.split()


needs_php = pytest.mark.skipif(not has_soap(), reason="needs php-cli and php-soap")


@contextmanager
def php_server(script: str, wsdl: Path, told: Path, *, version: str = "1.1") -> Iterator[str]:
    """Serve a WSDL with a script; yield its address. `told` collects what the script was told."""
    assert PHP is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [PHP, "-S", f"127.0.0.1:{port}", str(FOLDER / script)],
        env={**os.environ, "WSDL": str(wsdl), "SOAP_VERSION": version, "TOLD": str(told)},
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_open(port)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(5)


def _wait_until_open(port: int) -> None:
    ends_at = time.monotonic() + 10
    while time.monotonic() < ends_at:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {port}")
