"""A Redis of our own on a free loopback port, as a peer to be measured beside."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.checks.exchange.stage import free_port

REDIS = shutil.which("redis-server")
PATIENCE = 10.0
NOTHING = ("--appendonly", "no")


@contextmanager
def running_redis(folder: Path, *, durable: bool) -> Iterator[str]:
    """Run a server that keeps nothing on the disk, or all of it at once; give its address."""
    folder.mkdir(exist_ok=True)
    keeping = ("--appendonly", "yes", "--appendfsync", "always") if durable else NOTHING
    assert REDIS is not None
    port = free_port()
    process = subprocess.Popen(
        [
            *(REDIS, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)),
            *("--save", "", "--daemonize", "no"),
            *keeping,
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_until_open(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_until_open(port: int) -> None:
    ends_at = time.monotonic() + PATIENCE
    with redis.Redis(port=port) as client:
        while time.monotonic() < ends_at:
            try:
                client.ping()
            except redis.ConnectionError:
                time.sleep(0.05)
            else:
                return
    raise TimeoutError(f"redis does not listen on {port}")
