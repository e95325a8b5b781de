"""What only a server can do wrong."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from connectors.errors import Rejected, Unavailable
from tests.connectors.storage.conftest import new_bucket, s3


class Grumpy(BaseHTTPRequestHandler):
    """Answers everything with the status of its server."""

    def do_HEAD(self) -> None:
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT = do_DELETE = do_HEAD  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def grumpy() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Grumpy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_wrong_secret_is_rejected(rclone_url: str) -> None:
    bucket = new_bucket(rclone_url)
    s3(rclone_url, bucket).put("ab", b"bytes")

    with pytest.raises(Rejected, match="refused: “SignatureDoesNotMatch"):
        s3(rclone_url, bucket, secret_key="wrong").get("ab")


def test_a_server_that_is_away_is_unavailable() -> None:
    storage = s3("http://127.0.0.1:9", "files")

    with pytest.raises(Unavailable):
        storage.get("ab")


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(503, Unavailable), (500, Unavailable), (429, Unavailable), (403, Rejected)],
)
def test_an_angry_answer_is_told_apart_from_a_no(
    grumpy: HTTPServer, status: int, refusal: type[Exception]
) -> None:
    grumpy.status = status  # type: ignore[attr-defined]
    storage = s3(f"http://127.0.0.1:{grumpy.server_port}", "files")

    with pytest.raises(refusal):
        storage.get("ab")
    with pytest.raises(refusal):
        storage.put("ab", b"bytes")


def test_a_missing_bucket_is_rejected_when_something_is_put(moto_url: str) -> None:
    with pytest.raises(Rejected):
        s3(moto_url, "no-such-bucket").put("ab", b"bytes")
