"""What was said to the ERP and what it answered, to be shown: laid out, without any secret."""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape

from lxml import etree

MASK = "***"
LONGEST = 64 * 1024  # characters of a laid out message
HEARD_BYTES = 1024 * 1024
SHORTEST_SECRET = 4  # masking every "1" of a reply would hide nothing and spoil everything

_HIDDEN = r"[\w:.-]*(?:passw|secret|token|парол)[\w.-]*"
_ELEMENT = re.compile(rf"(<({_HIDDEN})(?:\s[^>]*)?>)[^<]+", re.IGNORECASE)
_ATTRIBUTE = re.compile(rf"(\s{_HIDDEN}\s*=\s*)(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_LOG_IN = re.compile(r"(authorization\W{1,6}\w+\s+)[\w+/=.~-]+", re.IGNORECASE)
_CONTENT = re.compile(r"[A-Za-z0-9+/\r\n]{1000,}={0,2}")


@dataclass(frozen=True)
class Exchange:
    """One call: what was sent, what came back, and how long it took.

    `status` is None when no answer came at all. The texts are made when somebody wants them.
    """

    operation: str
    status: int | None
    seconds: float
    request: bytes
    reply: bytes
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def request_text(self) -> str:
        """Return the request for a reader."""
        return laid_out(self.request, self.secrets)

    def reply_text(self) -> str:
        """Return the answer for a reader."""
        return laid_out(self.reply, self.secrets)


Recorder = Callable[[Exchange], None]


def NOBODY(exchange: Exchange) -> None:  # noqa: N802  a constant that happens to be a function
    """Where nobody wants to know what was said."""


class Tape:
    """Runs while a call does."""

    def __init__(self, operation: str, request: bytes, secrets: tuple[str, ...]) -> None:
        self.status: int | None = None
        self._operation = operation
        self._request = request
        self._secrets = secrets
        self._reply = bytearray()
        self._started = time.monotonic()

    def hear(self, chunk: bytes) -> None:
        """Note a piece of the answer; of a very long one the beginning is enough."""
        self._reply += chunk[: HEARD_BYTES - len(self._reply)]

    def rewind(self) -> None:
        """The same request is made again; what was answered first is of no interest."""
        self._reply.clear()

    def stop(self) -> Exchange:
        """Return what was said."""
        seconds = time.monotonic() - self._started
        reply = bytes(self._reply)
        return Exchange(self._operation, self.status, seconds, self._request, reply, self._secrets)


def secrets_of(user: str, password: str) -> tuple[str, ...]:
    """Return the forms in which a password could come back to us."""
    if len(password) < SHORTEST_SECRET:
        return ()
    log_in = b64encode(f"{user}:{password}".encode()).decode()
    return (log_in, password, escape(password))


def laid_out(body: bytes, secrets: Iterable[str] = ()) -> str:
    """Return a message indented, with secrets masked and long contents shortened."""
    text = masked(_indented(body), secrets)
    text = _CONTENT.sub(lambda found: f"… {len(found.group())} …", text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n…"


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text without passwords, tokens and log-ins."""
    for secret in secrets:
        text = text.replace(secret, MASK)
    text = _ELEMENT.sub(rf"\1{MASK}", text)
    text = _ATTRIBUTE.sub(rf'\1"{MASK}"', text)
    return _LOG_IN.sub(rf"\1{MASK}", text)


def _indented(body: bytes) -> str:
    """Return XML laid out, anything else as it came."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return body.decode("utf-8-sig", errors="replace")
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")
