"""What can be learnt at the ERP's address before any message: name, connection, HTTP, WSDL."""

import socket
import ssl
import time
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from connectors.erp.fingerprint import operations_in, shape_of
from connectors.erp.port import Approach, HttpAnswer
from connectors.erp.transport import Endpoint, Limits
from connectors.errors import Rejected

PORTS = {"http": 80, "https": 443}
WSDL_BYTES = 20 * 1024 * 1024
SHOWN = 2_000
CHUNK = 64 * 1024


def probe(
    endpoint: Endpoint, start: Approach, *, used: Collection[str], limits: Limits
) -> Approach:
    """Go step by step and stop where it goes no further; `used` are the operations we call."""
    found = _look_up(start, endpoint)
    if not found.lookup_fault:
        found = _connect(found, endpoint, limits)
    if not (found.lookup_fault or found.connect_fault):
        found = _visit(found, endpoint, used, limits)
    return found


def bare_url(url: str) -> str:
    """Return the address without a log-in that somebody may have put into it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _look_up(found: Approach, endpoint: Endpoint) -> Approach:
    try:
        host, port = _place(endpoint.url)
        known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        return replace(found, lookup_fault=str(error))
    addresses = dict.fromkeys(str(entry[4][0]) for entry in known)
    return replace(found, addresses=tuple(addresses))


def _place(url: str) -> tuple[str, int]:
    """Return host and port; raise ValueError when the text is no web address."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(f"not a web address: {bare_url(url)}")
    return parts.hostname, parts.port or PORTS[parts.scheme]


def _connect(found: Approach, endpoint: Endpoint, limits: Limits) -> Approach:
    is_encrypted = urlsplit(endpoint.url).scheme == "https"
    host, port = _place(endpoint.url)
    try:
        with socket.create_connection((host, port), timeout=limits.connect) as line:
            until = _certificate_end(line, host, endpoint.ca_file) if is_encrypted else None
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        return replace(found, is_encrypted=is_encrypted, connect_fault=str(error))
    return replace(found, is_encrypted=is_encrypted, certificate_until=until)


def _certificate_end(line: socket.socket, host: str, ca_file: str | None) -> datetime | None:
    """Shake hands as the real calls do, and return until when the certificate is good."""
    context = ssl.create_default_context(cafile=ca_file or DEFAULT_CA_BUNDLE_PATH)
    with context.wrap_socket(line, server_hostname=host) as secured:
        certificate = secured.getpeercert() or {}
    ends = certificate.get("notAfter")
    if not isinstance(ends, str):
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)


def _visit(found: Approach, endpoint: Endpoint, used: Collection[str], limits: Limits) -> Approach:
    """Ask for the published WSDL; its answer tells what kind of door this is."""
    try:
        answer, body = _get(endpoint, f"{endpoint.url}?wsdl", limits)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        return replace(found, answer_fault=f"{type(error).__name__}: {error}"[:SHOWN])
    found = replace(found, answer=answer)
    if answer.status != requests.codes.ok:
        return found
    try:
        return replace(found, live=shape_of(body, used), offered=operations_in(body))
    except Rejected as error:
        return replace(found, live_fault=f"{error} {error.details}"[:SHOWN])


def _get(endpoint: Endpoint, url: str, limits: Limits) -> tuple[HttpAnswer, bytes]:
    with requests.Session() as session:
        session.trust_env = False
        response = session.get(
            url,
            headers={**endpoint.headers(), "Connection": "close"},
            stream=True,
            allow_redirects=False,
            timeout=(limits.connect, limits.read),
            verify=endpoint.ca_file or True,
        )
        with response:
            body = _read(response, until=time.monotonic() + limits.total)
    answer = HttpAnswer(
        status=response.status_code,
        content_type=response.headers.get("Content-Type", ""),
        location=bare_url(response.headers.get("Location", "")),
        text=body[:SHOWN].decode("utf-8-sig", errors="replace"),
    )
    return answer, body


def _read(response: requests.Response, *, until: float) -> bytes:
    """Return the body; a server that drips must not hold the doctor for ever."""
    body = bytearray()
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        body += chunk
        if len(body) > WSDL_BYTES:
            raise ValueError(f"the answer is longer than {WSDL_BYTES} bytes")
        if time.monotonic() > until:
            raise TimeoutError("the answer did not come to its end in time")
    return bytes(body)
