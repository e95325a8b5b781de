"""A second client, which shares nothing with ours, gets along with the simulator."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from suds import WebFault
from suds.client import Client
from suds.transport.http import HttpAuthenticated

from connectors.erp.port import RowKind
from connectors.erp.simulator.demo_data import ref_of
from connectors.erp.wsdl import PACKAGED_WSDL
from tests.connectors.erp.messages import DEALER
from tests.connectors.erp.running import RunningSimulator, running

USER, PASSWORD = "suds", "suds-password"  # suds writes the log-in in Latin letters only


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    options = {"--user": USER, "--password": PASSWORD}
    with running(tmp_path_factory.mktemp("suds"), options=options) as started:
        yield started


@pytest.fixture(scope="module")
def suds(simulator: RunningSimulator) -> Any:
    return Client(
        PACKAGED_WSDL.as_uri(),
        location=simulator.url,
        port="DealerClaimsSoap",
        cache=None,
        transport=HttpAuthenticated(username=USER, password=PASSWORD),
    )


def a_claim(suds: Any, key: str) -> Any:
    claim = suds.factory.create("ns0:Claim")
    claim.ExternalId, claim.Revision, claim.Number = key, 1, "CL-77"
    claim.FiledAt, claim.DemandPresentedOn = "2026-11-16T09:00:00Z", "2026-11-16"
    claim.DealerRef, claim.PlantCode = str(DEALER), "RU-CHE"
    claim.DealerReference, claim.EndCustomer, claim.Text = "", "", "Течь & <дым>"
    claim.Status, claim.Lines = "Зарегистрирована", suds.factory.create("ns0:ClaimLines")
    return claim


def test_suds_pings(suds: Any) -> None:
    info = suds.service.Ping()

    assert info.Product == "Огнеград-Демо ERP"
    assert info.Version == "1.0"


def test_suds_reads_a_page_of_items(suds: Any) -> None:
    page = suds.service.GetFullPage("Item", "", 5)

    refs = [item.Ref for item in page.Items.Item]
    assert (page.Count, len(refs), page.More) == (5, 5, True)
    after = suds.service.GetFullPage("Item", refs[-1], 100)
    assert ref_of(RowKind.ITEM, "OG-T20") in refs + [item.Ref for item in after.Items.Item]


def test_suds_puts_a_claim_once_and_asks_for_its_state(suds: Any) -> None:
    key = str(uuid4())

    first = suds.service.PutClaim(a_claim(suds, key), False)
    again = suds.service.PutClaim(a_claim(suds, key), False)
    states = suds.service.GetStates({"ExternalId": [key, str(uuid4())]})

    assert first.Number == again.Number
    assert [(one.ExternalId, one.Number) for one in states.Receipt] == [(key, first.Number)]


def test_suds_is_told_a_fault_in_the_words_of_1c(suds: Any) -> None:
    with pytest.raises(WebFault, match="Ошибка преобразования данных XDTO"):
        suds.service.PutClaim(a_claim(suds, "not a guid"), False)
