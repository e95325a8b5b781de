"""A pinned WSDL, read once: request envelopes, SOAP headers and the schema of every message."""

from copy import deepcopy
from enum import StrEnum
from pathlib import Path
from typing import Any

import zeep
import zeep.exceptions
import zeep.transports
import zeep.wsdl.bindings.soap
from lxml import etree

from connectors.erp.schema import CORE_NS, WSDL_NS, XS_NS, Declarations, Declared
from connectors.erp.transport import LEAD
from connectors.errors import Rejected
from connectors.reasons import ErpReason

PACKAGED_WSDL = Path(__file__).parent / "contract" / "dealer_claims.wsdl"

XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
CONTAINED = f"{{{CORE_NS}}}*"
SETTINGS = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)


class SoapVersion(StrEnum):
    """The two envelopes in which one and the same message may travel."""

    V1_1 = "1.1"
    V1_2 = "1.2"

    @property
    def namespace(self) -> str:
        """The namespace of the envelope."""
        return ENVELOPES[self]


ENVELOPES = {
    SoapVersion.V1_1: "http://schemas.xmlsoap.org/soap/envelope/",
    SoapVersion.V1_2: "http://www.w3.org/2003/05/soap-envelope",
}
BINDINGS = {
    SoapVersion.V1_1: zeep.wsdl.bindings.soap.Soap11Binding,
    SoapVersion.V1_2: zeep.wsdl.bindings.soap.Soap12Binding,
}


def safe_parser() -> etree.XMLParser:
    """Return a parser that follows nothing outside the bytes it is given."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )


def read_xml(content: bytes) -> etree._Element:
    """Return the root of a document; what stands before its prolog by mistake is forgiven."""
    return etree.fromstring(content.lstrip(LEAD), safe_parser())


class Contract:
    """What one WSDL file promises. An instance belongs to one thread.

    Without `port` the first of the wanted SOAP version is taken. `schema` is None, and
    `schema_fault` says why, when the types of a foreign WSDL are no valid schema: messages are then
    read without this check. Raises `Rejected` when the file is no WSDL, or has no such port.
    """

    def __init__(self, path: Path, version: SoapVersion, *, port: str = "") -> None:
        self.schema_fault = ""
        self.schema: etree.XMLSchema | None = None
        try:
            root = read_xml(path.read_bytes())
            self.declared = Declarations(root)
            self._client = zeep.Client(str(path), settings=SETTINGS, transport=_Offline())  # type: ignore[no-untyped-call]
        except (OSError, etree.Error, zeep.exceptions.Error, ValueError, LookupError) as error:
            raise Rejected(
                ErpReason.CONTRACT_UNREADABLE, file=path.name, details=str(error)
            ) from error
        try:
            self.schema = message_schema(root)
        except etree.XMLSchemaParseError as error:
            self.schema_fault = str(error)
        self._binding = self._find_binding(version, port)
        self.version = next(one for one, kind in BINDINGS.items() if type(self._binding) is kind)
        # The address in a published WSDL names an inner host: the caller brings his own.
        self._service = self._client.create_service(str(self._binding.name), "about:blank")  # type: ignore[no-untyped-call]

    def _find_binding(self, version: SoapVersion, name: str) -> Any:
        for service in self._client.wsdl.services.values():
            for port in service.ports.values():
                fits = port.name == name if name else isinstance(port.binding, BINDINGS[version])
                if fits and type(port.binding) in BINDINGS.values():
                    return port.binding
        if name:
            raise Rejected(ErpReason.NO_PORT, port=name)
        raise Rejected(ErpReason.NO_PORT_FOR, version=version.value)

    def operation(self, name: str) -> tuple[Declared, Declared]:
        """Return the elements of an operation's two messages."""
        found = self.declared.operations.get(name)
        if found is None or found.request is None or found.reply is None:
            raise Rejected(ErpReason.NOT_IN_CONTRACT, operation=name)
        return found.request, found.reply

    def type_named(self, name: str) -> Any:
        """Return zeep's type of a qualified name, for values that tell their own type."""
        try:
            return self._client.get_type(name)  # type: ignore[no-untyped-call]
        except (zeep.exceptions.Error, LookupError) as error:
            raise Rejected(ErpReason.UNKNOWN_TYPE, type=name) from error

    def request(self, operation: str, values: dict[str, Any]) -> bytes:
        """Return the validated request envelope of `operation`."""
        try:
            envelope = self._client.create_message(self._service, operation, **values)  # type: ignore[no-untyped-call]
        except (zeep.exceptions.Error, ValueError, TypeError, AttributeError) as error:
            raise Rejected(
                ErpReason.REQUEST_MISFIT, operation=operation, details=str(error)
            ) from error
        self.check(envelope.find(f"{{{self.version.namespace}}}Body")[0])
        return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")

    def headers(self, operation: str) -> dict[str, str | bytes]:
        """Return the HTTP headers of a request; the action may be Cyrillic, so it is bytes."""
        action: str = self._binding.get(operation).soapaction
        if self.version is SoapVersion.V1_1:
            return {
                "Content-Type": "text/xml; charset=utf-8",
                "SOAPAction": f'"{action}"'.encode(),
            }
        media_type = f'application/soap+xml; charset=utf-8; action="{action}"'
        return {"Content-Type": media_type.encode()}

    def check(self, message: etree._Element) -> None:
        """Raise `Rejected` unless the body element fits the contract's schema."""
        if self.schema is None or self.schema.validate(etree.ElementTree(self._judged(message))):
            return
        name = etree.QName(message).localname
        details = "\n".join(str(entry.message) for entry in self.schema.error_log)  # type: ignore[attr-defined]
        raise Rejected(ErpReason.MESSAGE_MISFIT, message=name, details=details)

    def _judged(self, message: etree._Element) -> etree._Element:
        """Return a copy without its envelope, which the schema does not know.

        What is in 1C's containers tells its own type in `xsi:type`, also such as no schema
        declares (`CatalogRef.Номенклатура`), or with a prefix that nobody declares: such a value
        is judged by its place alone.
        """
        if not any(XSI_TYPE in element.attrib for element in message.iter(CONTAINED)):
            return deepcopy(message)
        # Written and read again, because a copy loses prefixes that only values use.
        whole = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        copy = etree.fromstring(etree.tostring(message, encoding="utf-8", with_tail=False), whole)
        for element in copy.iter(CONTAINED):
            name = element.get(XSI_TYPE)
            if name is not None and not self._knows(element, name):
                del element.attrib[XSI_TYPE]
        return copy

    def _knows(self, element: etree._Element, name: str) -> bool:
        prefix, _, local = name.strip().rpartition(":")
        space = element.nsmap.get(prefix or None)
        return space is not None and self.declared.has_type(space, local)


def message_schema(wsdl: etree._Element) -> etree.XMLSchema:
    """Build one schema of all the schemas inside a WSDL.

    They import one another without a location, as 1C publishes them, so each import gets one.
    """
    parts = wsdl.findall(f"{{{WSDL_NS}}}types/{{{XS_NS}}}schema")
    if not parts:
        raise etree.XMLSchemaParseError("the WSDL holds no schema")
    places = {part.get("targetNamespace", ""): f"inline:{n}" for n, part in enumerate(parts)}
    for part in parts:
        for wanted in part.findall(f"{{{XS_NS}}}import"):
            place = places.get(wanted.get("namespace", ""))
            if place:
                wanted.set("schemaLocation", place)
    texts = {f"inline:{n}": etree.tostring(part) for n, part in enumerate(parts)}
    parser = safe_parser()
    parser.resolvers.add(_Inline(texts))
    imports = "".join(
        f'<xs:import namespace="{ns}" schemaLocation="{place}"/>' for ns, place in places.items()
    )
    whole = f'<xs:schema xmlns:xs="{XS_NS}">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(whole, parser))


class _Inline(etree.Resolver):
    """Finds the schemas of a WSDL inside the WSDL, and nothing else."""

    def __init__(self, texts: dict[str, bytes]) -> None:
        self._texts = texts

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
        if system_url in self._texts:
            return self.resolve_string(self._texts[system_url], context)  # type: ignore[call-arg]
        return self.resolve_empty(context)  # type: ignore[attr-defined]


class _Offline(zeep.transports.Transport):
    """Reads the pinned file and refuses every address."""

    def load(self, url: str) -> bytes:
        """Return the bytes of the file from its prolog on."""
        content: bytes = super().load(url)  # type: ignore[no-untyped-call]
        return content.lstrip(LEAD)

    def _load_remote_data(self, url: str) -> bytes:
        raise zeep.exceptions.TransportError(f"The contract refers to {url}")  # type: ignore[no-untyped-call]
