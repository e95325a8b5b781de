"""The WSDL is what the other side builds from: an independent client must get along with it."""

from typing import Any
from uuid import uuid4

import pytest
import zeep
from lxml import etree
from requests import Session
from requests.auth import HTTPBasicAuth
from zeep.transports import Transport

from connectors.erp.port import COLUMNS, RowKind
from connectors.erp.simulator.demo_data import ref_of
from connectors.erp.wsdl import PACKAGED_WSDL, Contract, SoapVersion
from connectors.errors import Rejected
from tests.connectors.erp.messages import DEALER
from tests.connectors.erp.running import PASSWORD, USER, RunningSimulator

NAMESPACE = "http://dealer-claims.example/dealer-claims/1_0"
OPERATIONS = {
    "Ping", "GetVersion", "GetCapabilities", "GetChanges", "ConfirmChanges", "GetObjects",
    "GetFullPage", "PutClaim", "PutDecision", "PutFilePart", "SaveFile", "GetStates",
    "GetClosingDate",
}  # fmt: skip


@pytest.fixture(params=["DealerClaimsSoapBinding", "DealerClaimsSoap12Binding"])
def service(simulator: RunningSimulator, request: pytest.FixtureRequest) -> Any:
    session = Session()
    session.auth = HTTPBasicAuth(USER.encode(), PASSWORD.encode())
    client = zeep.Client(str(PACKAGED_WSDL), transport=Transport(session=session))  # type: ignore[no-untyped-call]
    yield client.create_service(f"{{{NAMESPACE}}}{request.param}", simulator.url)  # type: ignore[no-untyped-call]
    session.close()


def test_the_contract_has_its_thirteen_operations_in_both_envelopes() -> None:
    wsdl = etree.parse(PACKAGED_WSDL)

    for binding in wsdl.getroot().iterfind("{*}binding"):
        names = {operation.get("name") for operation in binding.iterfind("{*}operation")}
        assert names == OPERATIONS


@pytest.mark.parametrize("kind", list(RowKind))
def test_a_row_on_the_wire_has_the_columns_of_the_port(kind: RowKind) -> None:
    wsdl = etree.parse(PACKAGED_WSDL).getroot()

    fields = wsdl.findall(f".//{{*}}complexType[@name='{kind}']/{{*}}sequence/{{*}}element")

    assert tuple(field.get("name") for field in fields) == COLUMNS[kind]


def test_every_put_can_be_rehearsed() -> None:
    wsdl = etree.parse(PACKAGED_WSDL).getroot()

    for name in ("PutClaim", "PutDecision", "PutFilePart", "SaveFile"):
        assert (
            wsdl.find(f".//{{*}}element[@name='{name}']//{{*}}element[@name='DryRun']") is not None
        )


def test_the_erp_tells_what_it_can_do(service: Any) -> None:
    assert service.GetVersion() == "1.0"
    able = service.GetCapabilities()
    assert "Справочник.Претензии" in able.Document
    assert able.MaxPartBytes >= 1024 * 1024
    assert service.GetClosingDate(PlantCode="RU-CHE").day >= 28


def test_single_objects_can_be_asked_for(service: Any) -> None:
    page = service.GetObjects(Type="Dealer", Refs={"Ref": [str(DEALER), str(uuid4())]})

    assert page.Count == 1
    assert page.Items["_value_1"][0]["Dealer"].Code == "D01"


def test_pages_of_a_kind_join_without_gaps(service: Any) -> None:
    refs, after, more = [], "", True
    while more:
        page = service.GetFullPage(Type="Item", AfterRef=after, Limit=7)
        refs += [row["Item"].Ref for row in page.Items["_value_1"]]
        after, more = refs[-1], page.More

    assert len(refs) == len(set(refs)) == 41
    assert ref_of(RowKind.ITEM, "OG-T20") in refs


def test_a_rehearsed_claim_leaves_nothing_behind(service: Any) -> None:
    key = str(uuid4())

    receipt = service.PutClaim(Claim=_bare_claim(key), DryRun=True)

    assert receipt.Number.startswith("ОГДМ-")
    assert service.GetStates(ExternalIds={"ExternalId": [key]}) is None


def test_a_claim_that_breaks_the_schema_is_a_fault_in_the_words_of_1c(service: Any) -> None:
    with pytest.raises(zeep.exceptions.Fault, match="Ошибка преобразования данных XDTO"):
        service.PutClaim(Claim={**_bare_claim("not a guid")}, DryRun=False)


def test_a_message_that_does_not_fit_is_not_even_sent() -> None:
    contract = Contract(PACKAGED_WSDL, SoapVersion.V1_1)

    with pytest.raises(Rejected, match="does not fit"):
        contract.request("ConfirmChanges", {"Node": "portal", "MessageNo": "soon"})


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"<html>Sign in</html>",
        b"<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'/>",
        PACKAGED_WSDL.read_bytes().replace(
            b"<types>", b"<import namespace='x' location='http://127.0.0.1:9/x'/><types>"
        ),
        PACKAGED_WSDL.read_bytes().replace(b"soap12/", b"soap13/"),
    ],
)
def test_a_file_that_is_no_contract_is_refused_in_words(tmp_path: Any, text: bytes) -> None:
    wsdl = tmp_path / "bad.wsdl"
    wsdl.write_bytes(text)

    with pytest.raises(Rejected, match="contract"):
        Contract(wsdl, SoapVersion.V1_2)


def _bare_claim(key: str) -> dict[str, Any]:
    return {
        "ExternalId": key, "Revision": 1, "Number": "CL-9", "FiledAt": "2026-11-16T09:00:00Z",
        "DemandPresentedOn": "2026-11-16", "DealerRef": str(DEALER), "PlantCode": "RU-CHE",
        "DealerReference": "", "EndCustomer": "", "Text": "", "Status": "FILED", "Lines": {},
    }  # fmt: skip
