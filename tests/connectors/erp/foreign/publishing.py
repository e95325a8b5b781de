"""From a web service as 1C keeps it to the WSDL as 1C publishes it: the platform's part, for tests.

The descriptor names operations, parameters with their direction, and types; the WSDL is wrapped
document/literal, with the result in `return`, `Out` and `InOut` parameters beside it, a port for
each version of SOAP, and one schema for each package, imported without saying from where.
"""

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from lxml import etree

MD = "{http://v8.1c.ru/8.3/MDClasses}"
CORE = "http://v8.1c.ru/8.1/data/core"
XS = "http://www.w3.org/2001/XMLSchema"
ENVELOPES = {"": "soapbind", "12": "soap12bind"}

# What every service that uses the package gets; `Value` has no type: values tell their own.
CORE_SCHEMA = f"""
<xs:schema xmlns:xs="{XS}" xmlns:tns="{CORE}" targetNamespace="{CORE}"
    attributeFormDefault="unqualified" elementFormDefault="qualified">
  <xs:complexType name="Array"><xs:sequence>
    <xs:element name="Value" nillable="true" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType>
  <xs:complexType name="Structure"><xs:sequence>
    <xs:element name="Property" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
      <xs:sequence><xs:element name="Value" nillable="true" minOccurs="0"/></xs:sequence>
      <xs:attribute name="name" type="xs:NCName" use="required"/>
    </xs:complexType></xs:element>
  </xs:sequence></xs:complexType>
  <xs:simpleType name="Type"><xs:restriction base="xs:QName"/></xs:simpleType>
  <xs:complexType name="TypeDescription"><xs:sequence>
    <xs:element name="Type" type="tns:Type" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="NumberQualifiers" minOccurs="0"/>
    <xs:element name="StringQualifiers" minOccurs="0"/>
    <xs:element name="DateQualifiers" minOccurs="0"/>
  </xs:sequence></xs:complexType>
  <xs:simpleType name="UUID"><xs:restriction base="xs:string">
    <xs:pattern value="[0-9a-fA-F]{{8}}(-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}"/>
  </xs:restriction></xs:simpleType>
  <xs:simpleType name="ValueStorage"><xs:restriction base="xs:base64Binary"/></xs:simpleType>
  <xs:complexType name="ValueTableColumn"><xs:sequence>
    <xs:element name="Name"/>
    <xs:element name="ValueType" type="tns:TypeDescription" minOccurs="0"/>
    <xs:element name="Title" type="xs:string" minOccurs="0"/>
  </xs:sequence></xs:complexType>
  <xs:complexType name="ValueTableRow"><xs:sequence>
    <xs:element name="Value" nillable="true" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType>
  <xs:complexType name="ValueTable"><xs:sequence>
    <xs:element name="column" type="tns:ValueTableColumn" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="row" type="tns:ValueTableRow" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType>
</xs:schema>
"""


@dataclass(frozen=True)
class Parameter:
    name: str
    type: str  # a qualified name
    nillable: bool
    direction: str


@dataclass(frozen=True)
class Operation:
    name: str
    result: str
    nillable: bool
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class Service:
    name: str
    namespace: str
    operations: tuple[Operation, ...]


def read_descriptor(path: Path) -> Service:
    """Read a web service out of 1C's configuration files."""
    service = etree.parse(path).getroot().find(f"{MD}WebService")
    assert service is not None
    operations = []
    for element in service.iterfind(f"{MD}ChildObjects/{MD}Operation"):
        parameters = [
            Parameter(
                _text(one, "Name"), _type(one, "XDTOValueType"),
                _text(one, "Nillable") == "true", _text(one, "TransferDirection"),
            )
            for one in element.iterfind(f"{MD}ChildObjects/{MD}Parameter")
        ]  # fmt: skip
        operations.append(
            Operation(
                _text(element, "Name"), _type(element, "XDTOReturningValueType"),
                _text(element, "Nillable") == "true", tuple(parameters),
            )
        )  # fmt: skip
    return Service(_text(service, "Name"), _text(service, "Namespace"), tuple(operations))


def publish(service: Service) -> bytes:
    """Return the WSDL of a service."""
    types = {one.type for operation in service.operations for one in operation.parameters} | {
        operation.result for operation in service.operations
    }
    spaces = sorted({etree.QName(name).namespace or "" for name in types} - {XS, ""})
    prefixes = {space: f"pack{number}" for number, space in enumerate(spaces)}
    prefixes |= {XS: "xs", service.namespace: "tns"}
    declared = "".join(f" xmlns:{prefix}={quoteattr(space)}" for space, prefix in prefixes.items())
    parts = [
        f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" name={quoteattr(service.name)}'
        ' xmlns:soapbind="http://schemas.xmlsoap.org/wsdl/soap/"'
        ' xmlns:soap12bind="http://schemas.xmlsoap.org/wsdl/soap12/"'
        f"{declared} targetNamespace={quoteattr(service.namespace)}><types>",
        *(_package(space, types) for space in spaces if space != service.namespace),
        f'<xs:schema targetNamespace={quoteattr(service.namespace)} elementFormDefault="qualified"'
        ' attributeFormDefault="unqualified">',
        *(f"<xs:import namespace={quoteattr(space)}/>" for space in spaces),
        *(_elements(one, prefixes) for one in service.operations),
        "</xs:schema></types>",
        *(_messages(one) for one in service.operations),
        _port_type(service),
        *(_binding(service, version) for version in ENVELOPES),
        _ports(service),
        "</definitions>",
    ]
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(parts).encode()


def _package(space: str, types: set[str]) -> str:
    """Return the schema of a package; of one that is not at hand the types are plain texts."""
    if space == CORE:
        return CORE_SCHEMA
    names = sorted(etree.QName(name).localname for name in types if f"{{{space}}}" in name)
    simple = "".join(
        f'<xs:simpleType name={quoteattr(name)}><xs:restriction base="xs:string"/></xs:simpleType>'
        for name in names
    )
    return f"<xs:schema targetNamespace={quoteattr(space)}>{simple}</xs:schema>"


def _elements(operation: Operation, prefixes: dict[str, str]) -> str:
    sent = [one for one in operation.parameters if one.direction != "Out"]
    heard = [one for one in operation.parameters if one.direction != "In"]
    result = Parameter("return", operation.result, operation.nillable, "Out")
    return _message(operation.name, sent, prefixes) + _message(
        f"{operation.name}Response", [result, *heard], prefixes
    )


def _message(name: str, parameters: list[Parameter], prefixes: dict[str, str]) -> str:
    inner = "".join(
        f"<xs:element name={quoteattr(one.name)} type={quoteattr(_prefixed(one.type, prefixes))}"
        + (' nillable="true"/>' if one.nillable else "/>")
        for one in parameters
    )
    return (
        f"<xs:element name={quoteattr(name)}><xs:complexType><xs:sequence>{inner}</xs:sequence>"
        "</xs:complexType></xs:element>"
    )


def _messages(operation: Operation) -> str:
    return "".join(
        f"<message name={quoteattr(operation.name + kind + 'Message')}><part name='parameters'"
        f" element={quoteattr('tns:' + operation.name + element)}/></message>"
        for kind, element in (("Request", ""), ("Response", "Response"))
    )


def _port_type(service: Service) -> str:
    operations = "".join(
        f"<operation name={quoteattr(one.name)}>"
        f"<input message={quoteattr('tns:' + one.name + 'RequestMessage')}/>"
        f"<output message={quoteattr('tns:' + one.name + 'ResponseMessage')}/></operation>"
        for one in service.operations
    )
    return f"<portType name={quoteattr(service.name + 'PortType')}>{operations}</portType>"


def _binding(service: Service, version: str) -> str:
    soap = ENVELOPES[version]
    operations = "".join(
        f"<operation name={quoteattr(one.name)}><{soap}:operation style='document' soapAction="
        f"{quoteattr(f'{service.namespace}#{service.name}:{one.name}')}/>"
        f"<input><{soap}:body use='literal'/></input><output><{soap}:body use='literal'/></output>"
        "</operation>"
        for one in service.operations
    )
    return (
        f"<binding name={quoteattr(f'{service.name}Soap{version}Binding')}"
        f" type={quoteattr(f'tns:{service.name}PortType')}>"
        f"<{soap}:binding style='document' transport='http://schemas.xmlsoap.org/soap/http'/>"
        f"{operations}</binding>"
    )


def _ports(service: Service) -> str:
    ports = "".join(
        f"<port name={quoteattr(f'{service.name}Soap{version}')}"
        f" binding={quoteattr(f'tns:{service.name}Soap{version}Binding')}>"
        f"<{soap}:address location={quoteattr(f'http://srv-1c/base/ws/{service.name}')}/></port>"
        for version, soap in ENVELOPES.items()
    )
    return f"<service name={quoteattr(service.name)}>{ports}</service>"


def _prefixed(name: str, prefixes: dict[str, str]) -> str:
    found = etree.QName(name)
    return f"{prefixes[found.namespace or XS]}:{found.localname}"


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{MD}Properties/{MD}{name}") or ""


def _type(element: etree._Element, name: str) -> str:
    found = element.find(f"{MD}Properties/{MD}{name}")
    assert found is not None
    prefix, _, local = (found.text or "").rpartition(":")
    return f"{{{found.nsmap[prefix or None]}}}{local}"
