"""What the 1C programmer is given agrees with the contract that the portal keeps."""

import re
from pathlib import Path

from lxml import etree

from connectors.erp.schema import XS_NS
from connectors.erp.wsdl import PACKAGED_WSDL

GUIDE = Path(__file__).parents[3] / "docs" / "erp-1c.md"
PACKAGE = PACKAGED_WSDL.with_name("dealer_claims.xdto.xml")
XDTO = "{http://v8.1c.ru/8.1/xdto}"
XS = f"{{{XS_NS}}}"

Field = tuple[str | None, str | None, bool, bool]


def wsdl() -> etree._Element:
    return etree.parse(PACKAGED_WSDL).getroot()


def test_the_xdto_package_has_the_types_of_the_contract() -> None:
    expected = {
        kind.get("name"): [_of_schema(one) for one in kind.iter(f"{XS}element")]
        for kind in wsdl().iterfind(f".//{XS}schema/{XS}complexType")
    }

    package = etree.parse(PACKAGE).getroot()
    kinds = {
        kind.get("name"): [_of_package(one) for one in kind.iterfind(f"{XDTO}property")]
        for kind in package.iterfind(f"{XDTO}objectType")
    }

    assert package.get("targetNamespace") == wsdl().get("targetNamespace")
    assert len(kinds) > 20
    assert kinds == expected


def test_the_xdto_package_allows_the_same_values() -> None:
    expected = {
        kind.get("name"): sorted(_facets(kind.find(f"{XS}restriction")))
        for kind in wsdl().iterfind(f".//{XS}schema/{XS}simpleType")
    }
    package = etree.parse(PACKAGE).getroot()

    found = {}
    for kind in package.iterfind(f"{XDTO}valueType"):
        facets = [(etree.QName(one).localname, one.text) for one in kind]
        if kind.get("minInclusive"):
            facets.append(("minInclusive", kind.get("minInclusive")))
        found[kind.get("name")] = sorted(facets)

    assert found == expected


def test_the_guide_names_every_operation_with_its_parameters_in_order() -> None:
    guide = GUIDE.read_text("utf-8")
    declared = dict(re.findall(r"^Функция (\w+)\(([^)]*)\)", guide, re.MULTILINE))
    portal = wsdl().find("{*}portType")
    assert portal is not None

    operations = [operation.get("name", "") for operation in portal.iterfind("{*}operation")]

    assert len(operations) == 13
    for name in operations:
        element = wsdl().find(f".//{XS}schema/{XS}element[@name='{name}']")
        assert element is not None
        parameters = [one.get("name") for one in element.iter(f"{XS}element")][1:]
        assert re.findall(r"\w+", declared[name]) == parameters, name
        assert f"| `{name}` |" in guide


def _of_schema(element: etree._Element) -> Field:
    parent = element.getparent()
    is_choice = parent is not None and parent.tag == f"{XS}choice"
    is_list = is_choice or element.get("maxOccurs") == "unbounded"
    is_optional = is_choice or element.get("minOccurs") == "0"
    return element.get("name"), element.get("type"), is_optional, is_list


def _of_package(element: etree._Element) -> Field:
    is_optional, is_list = element.get("lowerBound") == "0", element.get("upperBound") == "-1"
    return element.get("name"), element.get("type"), is_optional, is_list


def _facets(restriction: etree._Element | None) -> list[tuple[str, str | None]]:
    assert restriction is not None
    return [(etree.QName(one).localname, one.get("value")) for one in restriction]
