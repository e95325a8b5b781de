"""Our contract as 1C itself publishes it: the service has one namespace, its package another."""

from pathlib import Path

import pytest

from connectors.erp.fingerprint import shape_of
from connectors.erp.port import COLUMNS, Erp, RowKind
from connectors.erp.wsdl import PACKAGED_WSDL, Contract, SoapVersion
from connectors.errors import Rejected
from tests.connectors.erp.foreign.php import needs_php, php_server
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.running import reference_erp
from tests.connectors.erp.trap import Trap

SERVICE = "http://dealer-claims.example/dealer-claims/1_0/service"
PACKAGE = "http://dealer-claims.example/dealer-claims/1_0"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def in_two_namespaces(wsdl: str) -> str:
    """Return the contract with its operations in a schema of their own, which imports the types.

    What is named `tns:` in the types belongs to the package, everything else to the service.
    """
    start, rest = wsdl.split('<xs:element name="Ping">', 1)
    elements, end = ('<xs:element name="Ping">' + rest).split("</xs:schema>", 1)
    head, types = start.split("<types>", 1)
    types = types.replace("tns:", "pack:")
    elements = elements.replace('type="tns:', 'type="pack:')
    head = head.replace(PACKAGE, SERVICE).replace(
        'xmlns:tns="', f'xmlns:pack="{PACKAGE}" xmlns:tns="', 1
    )
    own = (
        '</xs:schema><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"'
        f' targetNamespace="{SERVICE}" elementFormDefault="qualified">'
        f'<xs:import namespace="{PACKAGE}"/>'
    )
    return f"{head}<types>{types}{own}{elements}</xs:schema>{end.replace(PACKAGE, SERVICE)}"


@pytest.fixture(scope="module")
def wsdl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("two") / "two.wsdl"
    path.write_text(in_two_namespaces(PACKAGED_WSDL.read_text(encoding="utf-8")), encoding="utf-8")
    return path


@pytest.fixture
def split(trap: Trap, wsdl: Path) -> Erp:
    return reference_erp(url=trap.url, wsdl=wsdl)


def changes(rows: str, *, count: int, package: str = PACKAGE) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><GetChangesResponse xmlns="{SERVICE}"'
        f' xmlns:p="{package}"><return><p:MessageNo>7</p:MessageNo><p:More>false</p:More>'
        f"<p:Count>{count}</p:Count><p:Items>{rows}</p:Items></return></GetChangesResponse>"
        "</s:Body></s:Envelope>"
    ).encode()


def row(kind: RowKind) -> str:
    fields = "".join(f"<p:{name}>{name}</p:{name}>" for name in COLUMNS[kind])
    return f"<p:{kind}>{fields}</p:{kind}>"


def test_the_fields_are_the_same_in_both_publications(wsdl: Path) -> None:
    assert wsdl.read_text(encoding="utf-8").count(SERVICE) > 3
    assert shape_of(wsdl.read_bytes()) == shape_of(PACKAGED_WSDL.read_bytes())
    assert Contract(wsdl, SoapVersion.V1_1).schema_fault == ""


def test_rows_of_every_kind_are_read_out_of_the_package_s_namespace(trap: Trap, split: Erp) -> None:
    trap.body = changes("".join(row(kind) for kind in RowKind), count=len(RowKind))

    with split.changes(after=6) as message:
        rows = list(message)

    assert message.message_no == 7
    assert rows == [(kind, COLUMNS[kind]) for kind in RowKind]


def test_rows_of_a_namespace_that_is_not_the_package_s_are_no_rows(trap: Trap, split: Erp) -> None:
    trap.body = changes(row(RowKind.UNIT), count=1, package=SERVICE)

    with pytest.raises(Rejected), split.changes(after=6) as message:
        list(message)


def test_a_feed_in_two_namespaces_cut_anywhere_is_never_a_shorter_list(
    trap: Trap, split: Erp
) -> None:
    whole = changes(row(RowKind.PACKAGE) * 3, count=3)
    for place in range(0, len(whole), 23):
        trap.body = whole[:place]

        with pytest.raises(Rejected), split.changes(after=6) as message:
            list(message)


@needs_php
@pytest.mark.parametrize("version", list(SoapVersion))
def test_php_and_we_understand_each_other_in_two_namespaces(
    wsdl: Path, tmp_path: Path, version: SoapVersion
) -> None:
    claim = a_claim(text="Течь & <дым>")
    with php_server("../factory.php", wsdl, tmp_path / "told", version=version) as url:
        erp = reference_erp(url=url, wsdl=wsdl, soap_version=version)
        assert erp.ping().product == "PHP"
        receipt = erp.put_claim(claim)
        with erp.changes(after=4) as message:
            rows = list(message)

    assert (receipt.external_id, receipt.status) == (claim.external_id, "Течь & <дым>")
    assert [(kind, row[:3]) for kind, row in rows] == [
        (RowKind.PACKAGE, ("029000000000000017", None, "2"))
    ]
