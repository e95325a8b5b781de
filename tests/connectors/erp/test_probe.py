"""How far one gets towards the ERP: against the simulator, a trap and empty places."""

import socket
from base64 import b64encode
from collections.abc import Iterator

import pytest

from connectors.erp.port import RowKind
from connectors.erp.wsdl import PACKAGED_WSDL
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.running import PASSWORD, USER, RunningSimulator, reference_erp
from tests.connectors.erp.trap import Trap


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_at_a_healthy_erp_one_gets_all_the_way(simulator: RunningSimulator) -> None:
    found = simulator.erp().approach()

    assert found.addresses == ("127.0.0.1",)
    assert (found.lookup_fault, found.connect_fault, found.answer_fault) == ("", "", "")
    assert found.answer is not None
    assert found.answer.status == 200
    assert found.live == found.pinned != {}


def test_a_wrong_password_stops_before_the_contract(simulator: RunningSimulator) -> None:
    found = simulator.erp(password="wrong").approach()

    assert found.answer is not None
    assert found.answer.status == 401
    assert found.live is None


@pytest.mark.parametrize("url", ["ftp://erp.example/ws", "erp", "http://", f"http://{'x' * 70}/ws"])
def test_an_address_that_leads_nowhere_is_a_fault_of_the_first_step(url: str) -> None:
    found = reference_erp(url=url, node="portal").approach()

    assert found.lookup_fault
    assert found.answer is None


def test_a_deaf_port_is_a_fault_of_the_connection(deaf_port: int) -> None:
    found = reference_erp(url=f"http://127.0.0.1:{deaf_port}/ws", node="portal").approach()

    assert (found.addresses, found.lookup_fault) == (("127.0.0.1",), "")
    assert found.connect_fault


def test_https_at_a_plain_port_is_a_fault_of_the_connection(trap: Trap) -> None:
    found = reference_erp(url=trap.url.replace("http:", "https:"), node="portal").approach()

    assert found.is_encrypted
    assert found.connect_fault
    assert found.answer is None


def test_a_redirection_is_reported_and_not_followed(trap: Trap) -> None:
    trap.status, trap.headers = 301, {"Location": "https://erp.example/ws/claims"}

    found = reference_erp(url=trap.url, node="portal").approach()

    assert found.answer is not None
    assert (found.answer.status, found.answer.location) == (301, "https://erp.example/ws/claims")
    assert len(trap.seen) == 1


def test_a_page_in_place_of_a_contract_is_told(trap: Trap) -> None:
    trap.content_type, trap.body = "text/html", "<html>Вход</html>".encode()

    found = reference_erp(url=trap.url, node="portal").approach()

    assert found.answer is not None
    assert "Вход" in found.answer.text
    assert found.live is None
    assert "not a WSDL" in found.live_fault


def test_a_server_that_drips_is_left(trap: Trap) -> None:
    trap.body, trap.drip = PACKAGED_WSDL.read_bytes(), 0.05

    found = reference_erp(url=trap.url, node="portal", total_timeout=0.3).approach()

    assert "in time" in found.answer_fault


def test_a_log_in_goes_over_the_wire_and_never_onto_a_screen(trap: Trap) -> None:
    erp = reference_erp(url=trap.url, user=USER, password=PASSWORD, node="portal")

    found, draft = erp.approach(), erp.draft_claim(a_claim())

    log_in = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    assert trap.seen[0]["Authorization"] == f"Basic {log_in}"
    for shown in (repr(found), draft):
        assert PASSWORD not in shown
        assert log_in not in shown


def test_a_log_in_inside_the_address_is_not_shown_either(trap: Trap) -> None:
    url = trap.url.replace("http://", "http://somebody:secret@")
    erp = reference_erp(url=url, node="portal")

    assert "secret" not in repr(erp.approach())
    assert erp.draft_claim(a_claim()).startswith(f"POST {trap.url}\n")


def test_the_draft_of_a_claim_is_laid_out_for_reading(simulator: RunningSimulator) -> None:
    draft = simulator.erp().draft_claim(a_claim(text="Течь <по шву>"))

    assert draft.startswith(f"POST {simulator.url}\n")
    assert "Authorization: Basic ***" in draft
    assert "\n        <ns0:Text>Течь &lt;по шву&gt;</ns0:Text>\n" in draft


def test_a_sample_and_a_rehearsal_leave_no_trace(simulator: RunningSimulator) -> None:
    erp, claim = simulator.erp(node="looked-at"), a_claim()
    with erp.changes(after=0) as before:
        rows = sum(1 for _ in before)

    lines = erp.sample(RowKind.LINE, limit=3)
    rehearsed = erp.rehearse_claim(claim)

    assert len(lines) == 3
    assert all(line[0] for line in lines)
    assert (rehearsed.external_id, rehearsed.errors) == (claim.external_id, ())
    assert erp.states([claim.external_id]) == []
    with erp.changes(after=0) as after:
        assert sum(1 for _ in after) == rows


def test_the_erp_says_which_contract_it_keeps_and_how_big_a_file_may_be(
    simulator: RunningSimulator,
) -> None:
    erp = simulator.erp()

    assert erp.version() == "1.0"
    assert "Справочник.Претензии" in erp.capabilities().documents
    assert erp.capabilities().max_file_bytes == 50 * 1024 * 1024


def test_objections_in_a_rehearsal_are_told_and_not_raised(simulator: RunningSimulator) -> None:
    stranger = a_claim(dealer=a_claim().external_id)

    objections = simulator.erp().rehearse_claim(stranger).errors

    assert len(objections) == 1
    assert "Контрагент" in objections[0]
