"""SOAP as the simulator speaks it: envelopes in, envelopes and faults out."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from connectors.erp.simulator.kinds import Content
from connectors.erp.simulator.papers import Slip
from connectors.erp.wsdl import (
    ENVELOPES,
    PACKAGED_WSDL,
    SoapVersion,
    message_schema,
    safe_parser,
)

_WSDL = etree.fromstring(PACKAGED_WSDL.read_bytes(), safe_parser())
NAMESPACE = _WSDL.get("targetNamespace", "")
_SCHEMA = message_schema(_WSDL)
LISTS = {"Lines", "Parts"}
_schema_lock = threading.Lock()


class BadRequest(Exception):
    """The request is not a message of the contract; the words are 1C's."""


@dataclass(frozen=True)
class Request:
    """One operation and its parameters."""

    version: SoapVersion
    operation: str
    element: etree._Element

    def text(self, name: str) -> str:
        """Return a simple parameter."""
        return (self.element.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()

    def number(self, name: str) -> int:
        """Return a whole number."""
        return int(self.text(name))

    def flag(self, name: str) -> bool:
        """Return a boolean."""
        return self.text(name) in {"true", "1"}

    def texts(self, name: str) -> list[str]:
        """Return the texts of a list parameter's children."""
        parent = self.element.find(f"{{{NAMESPACE}}}{name}")
        return [(child.text or "").strip() for child in parent] if parent is not None else []

    def part(self, name: str) -> etree._Element:
        """Return a structured parameter, which the schema has made sure of."""
        found = self.element.find(f"{{{NAMESPACE}}}{name}")
        if found is None:
            raise BadRequest(f"Не указано свойство {name}")
        return found


def read_request(body: bytes) -> Request:
    """Return the validated request, or raise `BadRequest`."""
    try:
        root = etree.fromstring(body, safe_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadRequest(f"Ошибка разбора XML: {error}") from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise BadRequest("DOCTYPE не допускается")
    namespace = etree.QName(root).namespace
    version = next((v for v, known in ENVELOPES.items() if known == namespace), None)
    content = root.find(f"{{{namespace}}}Body")
    if version is None or content is None or len(content) != 1:
        raise BadRequest("Сообщение не является конвертом SOAP")
    element = content[0]
    content.remove(element)
    with _schema_lock:
        if not _SCHEMA.validate(etree.ElementTree(element)):
            reason = _SCHEMA.error_log.last_error  # type: ignore[attr-defined]
            raise BadRequest(f"Ошибка преобразования данных XDTO:\n{reason.message}")
    return Request(version, etree.QName(element).localname, element)


def read_content(element: etree._Element) -> Content:
    """Return an element's fields; `Lines` of a document and `Parts` of a line are lists of such."""
    return {
        etree.QName(child).localname: (
            [read_content(line) for line in child]
            if etree.QName(child).localname in LISTS
            else (child.text or "")
        )
        for child in element
    }


def envelope(request: Request, result: Iterable[str]) -> Iterator[str]:
    """Yield the response in pieces, however long it gets."""
    name = f"{request.operation}Response"
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soap:Envelope xmlns:soap="{request.version.namespace}"><soap:Body>'
        f'<{name} xmlns="{NAMESPACE}"><return>'
    )
    yield from result
    yield f"</return></{name}></soap:Body></soap:Envelope>"


def fault(version: SoapVersion, text: str) -> str:
    """Return a Fault in the envelope of the request."""
    words = escape(text)
    body = (
        f"<faultcode>soap:Server</faultcode><faultstring>{words}</faultstring><detail></detail>"
        if version is SoapVersion.V1_1
        else "<soap:Code><soap:Value>soap:Receiver</soap:Value></soap:Code>"
        f'<soap:Reason><soap:Text xml:lang="ru">{words}</soap:Text></soap:Reason>'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soap:Envelope xmlns:soap="{version.namespace}"><soap:Body><soap:Fault>{body}'
        "</soap:Fault></soap:Body></soap:Envelope>"
    )


def slip_xml(slip: Slip) -> str:
    """Return the inside of a receipt."""
    return elements(
        ExternalId=slip.external_id,
        Revision=slip.revision,
        Ref=slip.ref or None,
        Number=slip.number or None,
        Date=slip.at or None,
        Posted=slip.posted,
        Status=slip.status,
        Amount=slip.amount or None,
        Currency=slip.currency or None,
        Object=slip.object or None,
        Name=slip.name or None,
        SHA256=slip.sha256 or None,
        Size=slip.size,
        Errors=slip.errors,
    )


def elements(**values: Any) -> str:
    """Return simple elements, in this order; None is left out, a tuple is repeated."""
    return "".join(_element(name, value) for name, value in values.items())


def _element(name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case tuple():
            return "".join(_element(name, one) for one in value)
        case bool():
            return f"<{name}>{'true' if value else 'false'}</{name}>"
    return f"<{name}>{escape(str(value))}</{name}>"
