"""Every storage the portal can have, each empty and ready."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from connectors.storage.local import LocalStorage
from connectors.storage.memory import MemoryStorage
from connectors.storage.port import Storage
from connectors.storage.s3 import CONFIG, S3Storage

ACCESS_KEY = "portal"
SECRET_KEY = "a-secret-for-tests"
PATIENCE_SECONDS = 60


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def rclone_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("rclone")
    port = _free_port()
    server = subprocess.Popen(
        [_rclone(), "serve", "s3", str(folder), "--addr", f"127.0.0.1:{port}",
         "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}", "--config", os.devnull],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture(params=["memory", "local", "moto", "rclone"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "memory":
        return MemoryStorage()
    if request.param == "local":
        return LocalStorage(tmp_path)
    url = request.getfixturevalue(f"{request.param}_url")
    return s3(url, new_bucket(url))


def new_bucket(url: str) -> str:
    bucket = f"files-{uuid4().hex[:12]}"
    _client(url).create_bucket(Bucket=bucket)
    return bucket


@cache
def _client(url: str) -> Any:
    """Return the client that makes buckets; making it takes longer than most tests."""
    return boto3.session.Session().client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=CONFIG,
    )


def s3(url: str, bucket: str, secret_key: str = SECRET_KEY) -> S3Storage:
    return S3Storage(
        bucket=bucket,
        endpoint_url=url,
        region="us-east-1",
        access_key=ACCESS_KEY,
        secret_key=secret_key,
    )


def _rclone() -> str:
    found = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
    assert found, "rclone comes with the development packages"
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        assert server.poll() is None, "rclone did not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("rclone does not answer")
