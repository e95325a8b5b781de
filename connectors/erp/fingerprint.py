"""The shape of a contract: each field of the messages that we use, with its type.

Order, formatting, documentation and everything that no message of ours touches are left out, so
two publications of one service have the same shape, and a difference is one that matters.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping

from lxml import etree

from connectors.erp.schema import WSDL_NS, Declarations, Declared
from connectors.erp.wsdl import read_xml
from connectors.errors import Rejected
from connectors.reasons import ErpReason

USED = (
    "Ping", "GetVersion", "GetCapabilities", "GetChanges", "ConfirmChanges", "GetFullPage",
    "PutClaim", "PutDecision", "PutFilePart", "SaveFile", "GetStates",
)  # fmt: skip
DEEPEST = 12  # a type that holds itself must not be followed for ever

Shape = Mapping[str, str]


def shape_of(wsdl: bytes, used: Collection[str] = USED) -> dict[str, str]:
    """Return the shape of a WSDL as far as the operations `used` go.

    A key is a path, `PutClaim/Claim/Lines/Line/Quantity`; a value is type and occurrence,
    `decimal 1..1`. Raise `Rejected` when the bytes are no WSDL.
    """
    return dict(sorted(_messages(_declarations(wsdl), used)))


def operations_in(wsdl: bytes) -> tuple[str, ...]:
    """Return the names of all operations of a WSDL; raise `Rejected` when the bytes are none."""
    return tuple(sorted(_declarations(wsdl).operations))


def _declarations(wsdl: bytes) -> Declarations:
    try:
        root = read_xml(wsdl)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Rejected(ErpReason.NOT_XML, details=str(error)) from error
    if root.tag != f"{{{WSDL_NS}}}definitions":
        raise Rejected(ErpReason.NOT_WSDL, details=str(root.tag))
    return Declarations(root)


def fingerprint(shape: Shape) -> str:
    """Return 64 characters that differ when anything in the shape does."""
    text = "\n".join(f"{path}\t{kind}" for path, kind in sorted(shape.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def _messages(declared: Declarations, used: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the fields of requests and answers."""
    for name in used:
        operation = declared.operations.get(name)
        if operation is None:
            continue
        for message in (operation.request, operation.reply):
            if message is not None:
                yield message.name, "message"
                yield from _fields(declared, message, message.name)


def _fields(declared: Declarations, element: Declared, path: str) -> Iterator[tuple[str, str]]:
    if path.count("/") > DEEPEST:
        return
    for child in declared.children(element):
        place = f"{path}/{child.name}"
        yield place, f"{child.kind} {child.occurs}"
        yield from _fields(declared, child, place)
