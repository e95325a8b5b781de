"""The shape of a contract: each field of the messages that we use, with its type.

Order, formatting, documentation and everything that no message of ours touches are left out, so
two publications of one service have the same shape, and a difference is one that matters.
"""

import hashlib
from collections.abc import Iterator, Mapping

from lxml import etree

from connectors.erp.wsdl import WSDL_NS, XS_NS, safe_parser
from connectors.errors import Rejected

USED = (
    "Ping", "GetVersion", "GetCapabilities", "GetChanges", "ConfirmChanges", "GetFullPage",
    "PutClaim", "PutDecision", "PutFilePart", "SaveFile", "GetStates",
)  # fmt: skip
DEEPEST = 12  # a type that holds itself must not be followed for ever
XS = f"{{{XS_NS}}}"
GROUPS = {f"{XS}sequence", f"{XS}choice", f"{XS}all"}
FACETS = ("enumeration", "pattern", "minInclusive", "maxInclusive", "length", "maxLength")

Shape = Mapping[str, str]


def shape_of(wsdl: bytes) -> dict[str, str]:
    """Return the shape of a WSDL; raise `Rejected` when it is none.

    A key is a path, `PutClaim/Claim/Lines/Line/Quantity`; a value is type and occurrence,
    `decimal 1..1`.
    """
    try:
        root = etree.fromstring(wsdl, safe_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Rejected("What is published is not XML.", details=str(error)) from error
    if root.tag != f"{{{WSDL_NS}}}definitions":
        raise Rejected("What is published is not a WSDL.", details=str(root.tag))
    reader = _Reader(root)
    return dict(sorted(reader.messages()))


def fingerprint(shape: Shape) -> str:
    """Return 64 characters that differ when anything in the shape does."""
    text = "\n".join(f"{path}\t{kind}" for path, kind in sorted(shape.items()))
    return hashlib.sha256(text.encode()).hexdigest()


class _Reader:
    """Finds types by their name, in all the schemas of one WSDL."""

    def __init__(self, root: etree._Element) -> None:
        self._types: dict[str, etree._Element] = {}
        self._elements: dict[str, etree._Element] = {}
        for schema in root.findall(f"{{{WSDL_NS}}}types/{XS}schema"):
            for child in schema:
                shelf = self._elements if child.tag == f"{XS}element" else self._types
                shelf[child.get("name", "")] = child

    def messages(self) -> Iterator[tuple[str, str]]:
        """Yield the fields of requests and answers."""
        for operation in USED:
            for name in (operation, f"{operation}Response"):
                if name in self._elements:
                    yield name, "message"
                    yield from self._fields(self._type(self._elements[name]), name)

    def _fields(self, kind: etree._Element | None, path: str) -> Iterator[tuple[str, str]]:
        if kind is None or kind.tag != f"{XS}complexType" or path.count("/") > DEEPEST:
            return
        for element in _elements_in(kind):
            place = f"{path}/{element.get('name') or _local(element.get('ref', ''))}"
            inner = self._type(element)
            yield place, f"{_describe(element, inner)} {_occurs(element)}"
            yield from self._fields(inner, place)

    def _type(self, element: etree._Element) -> etree._Element | None:
        """Return the declaration of an element's type, None for one of XML Schema's own."""
        if element.get("ref"):
            element = self._elements.get(_local(element.get("ref", "")), element)
        name = element.get("type")
        if name is not None:
            return self._types.get(_local(name))
        return next((child for child in element if child.tag != f"{XS}annotation"), None)


def _elements_in(kind: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements of a complex type, through its groups and its base."""
    for child in kind:
        if child.tag == f"{XS}element":
            yield child
        elif child.tag in GROUPS or child.tag in {f"{XS}complexContent", f"{XS}extension"}:
            yield from _elements_in(child)


def _describe(element: etree._Element, kind: etree._Element | None) -> str:
    """Name a type by what it allows: its own name may change without any harm."""
    if kind is None:
        return _local(element.get("type", "anyType"))
    if kind.tag == f"{XS}complexType":
        return "structure"
    restriction = kind.find(f"{XS}restriction")
    if restriction is None:
        return "structure"
    facets = sorted(
        f"{name}={facet.get('value')}"
        for name in FACETS
        for facet in restriction.findall(f"{XS}{name}")
    )
    return " ".join([_local(restriction.get("base", "")), *facets])


def _occurs(element: etree._Element) -> str:
    at_most = element.get("maxOccurs", "1")
    nil = " nillable" if element.get("nillable") in {"true", "1"} else ""
    return f"{element.get('minOccurs', '1')}..{'n' if at_most == 'unbounded' else at_most}{nil}"


def _local(name: str) -> str:
    return name.rpartition(":")[2]
