"""What a WSDL declares: its operations, and every element of their messages with its own namespace.

Types are found by their qualified names over all the schemas of a WSDL, because 1C publishes a
service's own schema beside those of the XDTO packages it uses.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

WSDL_NS = "http://schemas.xmlsoap.org/wsdl/"
XS_NS = "http://www.w3.org/2001/XMLSchema"
CORE_NS = "http://v8.1c.ru/8.1/data/core"  # 1C's own containers: Structure, Array, ValueTable

WSDL = f"{{{WSDL_NS}}}"
XS = f"{{{XS_NS}}}"
GROUPS = {f"{XS}sequence", f"{XS}choice", f"{XS}all", f"{XS}complexContent"}
FACETS = ("enumeration", "pattern", "minInclusive", "maxInclusive", "length", "maxLength")
CONTAINERS = {f"{{{CORE_NS}}}{name}" for name in ("Structure", "FixedStructure", "Array",
              "FixedArray", "ValueTable", "Map")}  # fmt: skip


@dataclass(frozen=True)
class Declared:
    """An element of a message. `most` is None without a bound; `kind` describes its type.

    `type` is the qualified name of its type, "" for one without a name.
    """

    tag: str
    kind: str
    type: str
    least: int
    most: int | None
    nillable: bool
    node: etree._Element

    @property
    def name(self) -> str:
        """The local name."""
        return self.tag.rpartition("}")[2]

    @property
    def occurs(self) -> str:
        """How often it comes: `0..1`, `1..n nillable`."""
        most = "n" if self.most is None else str(self.most)
        return f"{self.least}..{most}{' nillable' if self.nillable else ''}"

    @property
    def is_open(self) -> bool:
        """Whether what is inside is known only when it comes: any type, or 1C's containers."""
        return self.kind == "anyType" or self.type in CONTAINERS


@dataclass(frozen=True)
class Operation:
    """An operation with the elements of its two messages, None where a message has none."""

    name: str
    request: Declared | None
    reply: Declared | None


class Declarations:
    """Reads one WSDL; `root` is its document element."""

    def __init__(self, root: etree._Element) -> None:
        self._types: dict[str, etree._Element] = {}
        self._elements: dict[str, etree._Element] = {}
        self._groups: dict[str, etree._Element] = {}
        shelves = {f"{XS}element": self._elements, f"{XS}group": self._groups}
        for schema in root.findall(f"{WSDL}types/{XS}schema"):
            space = schema.get("targetNamespace", "")
            for child in schema.iterchildren(etree.Element):
                shelf = shelves.get(str(child.tag), self._types)
                shelf[_qualified(space, child.get("name", ""))] = child
        self._inside: dict[Declared, tuple[Declared, ...]] = {}
        self._messages = {
            message.get("name", ""): message for message in root.findall(f"{WSDL}message")
        }
        self.operations: dict[str, Operation] = {}
        for operation in root.iterfind(f"{WSDL}portType/{WSDL}operation"):
            name = operation.get("name", "")
            request = self._message(operation.find(f"{WSDL}input"))
            self.operations[name] = Operation(
                name, request, self._message(operation.find(f"{WSDL}output"))
            )

    def children(self, element: Declared) -> tuple[Declared, ...]:
        """Return the elements inside an element, in the order of the schema."""
        if element not in self._inside:
            kind = self._type(element.node)
            is_complex = kind is not None and kind.tag == f"{XS}complexType"
            found = self._elements_in(kind) if kind is not None and is_complex else ()
            self._inside[element] = tuple(found)
        return self._inside[element]

    def find(self, element: Declared, name: str) -> Declared | None:
        """Return the element `name` inside an element."""
        return next((child for child in self.children(element) if child.name == name), None)

    def has_type(self, space: str, local: str) -> bool:
        """Whether a type is declared, or is one of XML Schema's own."""
        return space == XS_NS or _qualified(space, local) in self._types

    def attributes(self, element: Declared) -> set[str]:
        """Return the names of an element's attributes."""
        kind = self._type(element.node)
        found = [] if kind is None else kind.iterfind(f".//{XS}attribute")
        return {attribute.get("name", "") for attribute in found}

    def _message(self, direction: etree._Element | None) -> Declared | None:
        """Return the one element of a message; 1C publishes nothing else."""
        if direction is None:
            return None
        message = self._messages.get(direction.get("message", "").rpartition(":")[2])
        parts = [] if message is None else message.findall(f"{WSDL}part")
        if len(parts) != 1 or not parts[0].get("element"):
            return None
        node = self._elements.get(_resolve(parts[0], parts[0].get("element", "")))
        return None if node is None else self._declare(node, node)

    def _elements_in(self, kind: etree._Element) -> Iterator[Declared]:
        """Yield the elements of a complex type, through its groups and its base."""
        for child in kind.iterchildren(etree.Element):
            if child.tag == f"{XS}element":
                yield self._declare(child, self._referred(child))
            elif child.tag in GROUPS:
                yield from self._elements_in(child)
            elif child.tag == f"{XS}group":
                group = self._groups.get(_resolve(child, child.get("ref", "")))
                yield from () if group is None else self._elements_in(group)
            elif child.tag == f"{XS}extension":
                base = self._types.get(_resolve(child, child.get("base", "")))
                yield from () if base is None else self._elements_in(base)
                yield from self._elements_in(child)

    def _referred(self, element: etree._Element) -> etree._Element:
        """Return where an element is declared: here, or where its `ref` points to."""
        if element.get("ref") is None:
            return element
        return self._elements.get(_resolve(element, element.get("ref", "")), element)

    def _declare(self, place: etree._Element, node: etree._Element) -> Declared:
        """Return an element that is used at `place` and declared at `node`."""
        inner = self._type(node)
        most = place.get("maxOccurs", "1")
        named = node.get("type")
        return Declared(
            tag=_tag(node) if node.get("name") else _resolve(place, place.get("ref", "")),
            kind=_describe(node, inner),
            type=_resolve(node, named) if named else "",
            least=int(place.get("minOccurs", "1")),
            most=None if most == "unbounded" else int(most),
            nillable=node.get("nillable") in {"true", "1"},
            node=node,
        )

    def _type(self, element: etree._Element) -> etree._Element | None:
        """Return the declaration of an element's type, None for one of XML Schema's own."""
        inline = element.find(f"{XS}complexType")
        if inline is None:
            inline = element.find(f"{XS}simpleType")
        if inline is not None:
            return inline
        return self._types.get(_resolve(element, element.get("type", "")))


def _tag(node: etree._Element) -> str:
    """Return the name of an element as lxml writes it; inner ones may be without a namespace."""
    schema = next(node.iterancestors(f"{XS}schema"))
    is_global = node.getparent() is schema
    form = node.get("form") or schema.get("elementFormDefault", "unqualified")
    is_qualified = is_global or form == "qualified"
    return _qualified(
        schema.get("targetNamespace", "") if is_qualified else "", node.get("name", "")
    )


def _qualified(space: str, name: str) -> str:
    return f"{{{space}}}{name}" if space else name


def _resolve(place: etree._Element, name: str) -> str:
    """Return a prefixed name with the namespace that it means at its place."""
    prefix, _, local = name.rpartition(":")
    space = place.nsmap.get(prefix or None)
    return _qualified(space or "", local)


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


def _local(name: str) -> str:
    return name.rpartition(":")[2]
