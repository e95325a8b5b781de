"""Sessions of 1C: begun once, named with each call, begun anew when dead, ended when idle."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from connectors.erp import sessions as module
from connectors.erp.build import at_place
from connectors.erp.mapping import parse
from connectors.erp.recording import Exchange
from connectors.erp.sessions import SessionMode
from connectors.erp.soap import SoapErp
from connectors.errors import Closed, OutsideError, Rejected, Unavailable
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.one_c_sessions import SessionDesk, session_server
from tests.connectors.erp.running import (
    PASSWORD,
    REFERENCE,
    USER,
    RunningSimulator,
    reference_erp,
    running,
)
from tests.connectors.erp.test_bad_replies import PING, ROWS, changes, fault, receipt
from tests.connectors.erp.trap import Trap


@pytest.fixture
def desk() -> Iterator[SessionDesk]:
    with session_server() as opened:
        opened.body = PING
        yield opened


@pytest.fixture(scope="module")
def moody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running(tmp_path_factory.mktemp("sessions")) as started:
        yield started


def erp_at(url: str, mode: SessionMode, **options: object) -> SoapErp:
    return reference_erp(url=url, node="portal", sessions=mode, **options)  # type: ignore[arg-type]


def test_a_session_is_begun_once_named_with_each_call_and_ended_at_the_end(
    desk: SessionDesk,
) -> None:
    erp = erp_at(desk.url, SessionMode.USE)
    for _ in range(4):
        erp.ping()
    (alive,) = desk.alive
    erp.close()

    assert desk.wishes == ["start", "", "", "", "finish"]
    assert [named for _, _, named in desk.calls] == ["", alive, alive, alive, alive]
    assert len(desk.connections) == 1
    assert desk.alive == set()


def test_a_session_is_ended_with_what_the_mapping_calls_a_ping(
    desk: SessionDesk, tmp_path: Path
) -> None:
    text = REFERENCE.read_text(encoding="utf-8").replace("call: Ping", "call: GetVersion")
    text = text.replace("{product: Product, version: Version, at: At, infobase: Infobase}", "{}")
    mapping = at_place(
        parse(text, folder=tmp_path), url=desk.url, user="portal", sessions=SessionMode.USE
    )
    erp = SoapErp(mapping)
    with suppress(Rejected):  # the desk answers everything in the same way
        erp.capabilities()

    erp.close()

    assert desk.wishes == ["start", "finish"]
    assert desk.operations == ["GetCapabilities", "GetVersion"]


def test_an_idle_session_is_ended_and_the_next_call_begins_another(
    desk: SessionDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.Lines.__init__, "__kwdefaults__", {"idle": 0.1})
    erp = erp_at(desk.url, SessionMode.USE)
    erp.ping()
    wait_until(lambda: desk.alive == set())

    erp.ping()

    assert desk.wishes == ["start", "finish", "start"]


def test_a_dead_session_costs_one_more_call_and_never_a_second_document(
    desk: SessionDesk,
) -> None:
    claim, heard = a_claim(), list[Exchange]()
    desk.body = receipt(claim.external_id)
    erp = erp_at(desk.url, SessionMode.USE, recorder=heard.append)
    erp.put_claim(claim)
    desk.alive.clear()  # an administrator has ended it

    got = erp.put_claim(claim)

    assert got.external_id == claim.external_id
    assert desk.wishes == ["start", "", "start"]
    assert desk.worked == 2
    assert heard[-1].status == 200
    assert "завершен" not in heard[-1].reply_text()


def test_a_service_that_refuses_each_session_is_asked_twice_and_no_more(
    trap: Trap, desk: SessionDesk
) -> None:
    trap.status, trap.body = 400, "Сеанс не найден".encode()
    trap.headers["Set-Cookie"] = "ibsession=stillborn"
    erp = erp_at(trap.url, SessionMode.USE)

    for calls in (1, 3):
        with pytest.raises(Unavailable, match="ended our session") as failure:
            erp.put_claim(a_claim())
        assert not failure.value.outcome_unknown
        # The first call named no session: nothing of ours can have been dead.
        assert len(trap.requests) <= calls


def test_a_refusal_of_the_request_itself_is_not_taken_for_a_dead_session(
    desk: SessionDesk, trap: Trap
) -> None:
    claim = a_claim()
    trap.headers["Set-Cookie"] = "ibsession=one"
    trap.body = receipt(claim.external_id)
    erp = erp_at(trap.url, SessionMode.USE)
    erp.put_claim(claim)
    trap.status, trap.body = 400, fault("Период закрыт")

    with pytest.raises(Rejected, match="Период закрыт"):
        erp.put_claim(claim)

    assert len(trap.requests) == 2


def test_an_exhausted_pool_closes_the_connection_and_has_done_nothing(desk: SessionDesk) -> None:
    desk.places = 0

    with pytest.raises(Closed, match="no free session"):
        erp_at(desk.url, SessionMode.USE).put_claim(a_claim())

    assert desk.worked == 0


def test_many_threads_share_as_many_sessions_as_the_erp_bears(desk: SessionDesk) -> None:
    erp = erp_at(desk.url, SessionMode.USE, parallel=2)

    with ThreadPoolExecutor(8) as people:
        products = [one.result() for one in [people.submit(erp.ping) for _ in range(24)]]
    erp.close()

    assert {info.product for info in products} == {"1C"}
    assert desk.most_at_once <= 2
    assert desk.wishes.count("start") <= 2
    assert desk.alive == set()


def test_who_finds_all_sessions_busy_is_told_to_come_later(desk: SessionDesk) -> None:
    desk.body = changes(ROWS, count=30)
    erp = erp_at(desk.url, SessionMode.USE, parallel=1, read_timeout=2.0)

    with erp.changes(after=0), pytest.raises(Unavailable, match="sessions with the ERP are busy"):
        erp.put_claim(a_claim())

    assert desk.worked == 1


def test_the_erp_s_own_pool_needs_an_open_line_and_no_words(desk: SessionDesk) -> None:
    erp = erp_at(desk.url, SessionMode.AUTO)
    for _ in range(3):
        erp.ping()
    erp.close()

    assert desk.calls == [(port, "", "") for port in desk.connections for _ in range(3)]
    assert len(desk.connections) == 1


def test_without_sessions_each_call_has_a_connection_of_its_own(desk: SessionDesk) -> None:
    erp = erp_at(desk.url, SessionMode.NONE)
    for _ in range(3):
        erp.ping()

    assert len(desk.connections) == 3
    assert {(wish, named) for _, wish, named in desk.calls} == {("", "")}


def test_silence_on_a_line_kept_open_leaves_the_outcome_of_a_put_open(desk: SessionDesk) -> None:
    """A kept line has no new connection to tell that something was sent."""
    erp = erp_at(desk.url, SessionMode.USE, read_timeout=2.0, total_timeout=3.0)
    erp.ping()
    desk.gate.clear()

    with pytest.raises(Unavailable) as failure:
        erp.put_claim(a_claim())
    desk.gate.set()

    assert failure.value.outcome_unknown
    erp.ping()
    assert desk.wishes[-1] == "start"  # the line that broke is not used again


def test_the_simulator_s_sessions_die_and_nobody_notices(moody: RunningSimulator) -> None:
    erp = reference_erp(
        url=moody.url, user=USER, password=PASSWORD, node="s", sessions=SessionMode.USE
    )  # fmt: skip
    claims = [a_claim() for _ in range(6)]

    with moody.weather("dead-session:p=0.5:on=PutClaim", seed=3):
        told = 0
        for claim in claims:
            try:
                erp.put_claim(claim)
            except OutsideError:
                continue  # twice in a row
            told += 1
    held = erp.states([claim.external_id for claim in claims])
    erp.close()

    assert len(moody.entries("fault")) > len(claims) - told
    assert len(held) == told > 0


def wait_until(is_true: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 5
    while not is_true():
        assert time.monotonic() < ends_at
        time.sleep(0.02)
