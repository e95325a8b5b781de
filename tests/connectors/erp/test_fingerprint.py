"""The shape of a contract changes when something changes that we use, and only then."""

import pytest
from lxml import etree

from connectors.erp.fingerprint import fingerprint, shape_of
from connectors.erp.wsdl import PACKAGED_WSDL
from connectors.errors import Rejected

WSDL = PACKAGED_WSDL.read_bytes()
STATUS = b'<xs:element name="Status" type="xs:string"/>'


def test_a_field_is_named_by_its_way_from_the_operation() -> None:
    shape = shape_of(WSDL)

    assert shape["PutClaim/Claim/Lines/Line/Quantity"] == "decimal 1..1"
    assert shape["PutClaim/Claim/Lines/Line"] == "structure 0..n"
    assert shape["GetChangesResponse/return/Items/ShipmentLine/Lot"] == "string 0..1"
    assert shape["PutDecision/Decision/Revision"] == "int minInclusive=1 1..1"


def test_layout_documentation_and_address_do_not_count() -> None:
    root = etree.fromstring(WSDL, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    for documentation in root.findall(".//{*}annotation"):
        documentation.getparent().remove(documentation)  # type: ignore[union-attr]
    other = etree.tostring(root).replace(b"/ws/dealer-claims", b"/inner/ws/claims.1cws")

    assert other != WSDL
    assert fingerprint(shape_of(other)) == fingerprint(shape_of(WSDL))


def test_an_operation_that_we_never_call_does_not_count() -> None:
    other = WSDL.replace(
        b'name="PlantCode" type="xs:string"/>\n', b'name="Plant" type="xs:int"/>\n'
    )
    changed = set(shape_of(other).items()) ^ set(shape_of(WSDL).items())

    assert other != WSDL
    assert not [path for path, _ in changed if path.startswith("GetClosingDate")]


@pytest.mark.parametrize(
    ("was", "becomes", "path"),
    [
        (STATUS, b"", "PutClaim/Claim/Status"),
        (STATUS, STATUS.replace(b"xs:string", b"xs:int"), "PutClaim/Claim/Status"),
        (STATUS, STATUS.replace(b"/>", b' minOccurs="0"/>'), "PutClaim/Claim/Status"),
        (b'value="[0-9a-f]{64}"', b'value="[0-9A-F]{64}"', "SaveFile/File/SHA256"),
    ],
    ids=["removed", "retyped", "optional", "pattern"],
)
def test_what_changes_in_a_message_of_ours_is_seen(was: bytes, becomes: bytes, path: str) -> None:
    before, after = shape_of(WSDL), shape_of(WSDL.replace(was, becomes))

    assert before[path] != after.get(path)
    assert fingerprint(before) != fingerprint(after)


def test_a_type_that_holds_itself_does_not_hold_us() -> None:
    endless = WSDL.replace(STATUS, STATUS + b'<xs:element name="Claim" type="tns:Claim"/>')

    assert "PutClaim/Claim/Claim/Claim/Number" in shape_of(endless)


@pytest.mark.parametrize("text", [b"", b"<html>Sign in", b"<html/>", b"\xff\xfe"])
def test_what_is_no_wsdl_is_refused_in_words(text: bytes) -> None:
    with pytest.raises(Rejected, match="What is published is not"):
        shape_of(text)
