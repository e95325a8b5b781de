"""Each bad day of the ERP over real HTTP: the right class, clear words, never a wrong success."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.auth import HTTPBasicAuth

from connectors.erp.port import RowKind
from connectors.erp.soap import SoapErp
from connectors.erp.wsdl import SoapVersion
from connectors.errors import Closed, OutsideError, Rejected, Unavailable
from tests.connectors.erp.messages import a_claim, a_decision
from tests.connectors.erp.running import PASSWORD, USER, RunningSimulator, reference_erp, running

DONE = True
NOT_DONE = False


@pytest.fixture(scope="module")
def moody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """A simulator of this module's own: its weather is nobody else's."""
    with running(tmp_path_factory.mktemp("moody")) as started:
        yield started


@pytest.fixture(autouse=True)
def fair_weather(moody: RunningSimulator) -> Iterator[None]:
    yield
    moody.bring("")


def failure_of(call: Callable[[], object]) -> OutsideError:
    with pytest.raises(OutsideError) as failure:
        call()
    return failure.value


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("down", "closed"),
        ("maintenance", "closed"),
        ("licence", "no free licence"),
        ("pool", "no free session"),
    ],
)
@pytest.mark.parametrize("version", list(SoapVersion))
def test_a_closed_erp_closes_the_whole_connection_and_has_done_nothing(
    moody: RunningSimulator, spec: str, words: str, version: SoapVersion
) -> None:
    erp, claim = moody.erp(soap_version=version), a_claim()

    with moody.weather(spec):
        for call in (lambda: erp.put_claim(claim), erp.ping, lambda: read_feed(erp)):
            failure = failure_of(call)
            assert isinstance(failure, Closed)
            assert words in str(failure)
            assert not failure.outcome_unknown

    assert erp.states([claim.external_id]) == []


@pytest.mark.parametrize("version", list(SoapVersion))
@pytest.mark.parametrize(
    ("spec", "words", "done"),
    [
        ("cut", "closed the connection", DONE),
        ("cut-neatly", "cut off", DONE),
        ("error-after-work", "HTTP 500", DONE),
        ("empty202", "no receipt", DONE),
        ("dead-session", "ended our session", NOT_DONE),
    ],
)
def test_a_put_whose_receipt_is_lost_comes_again_and_says_if_it_may_have_worked(
    moody: RunningSimulator, spec: str, words: str, done: bool, version: SoapVersion
) -> None:
    erp = moody.erp(soap_version=version)
    for seed in range(8):
        claim = a_claim()

        with moody.weather(spec, seed=seed):
            failure = failure_of(lambda claim=claim: erp.put_claim(claim))  # type: ignore[misc]

        assert isinstance(failure, Unavailable)
        assert not isinstance(failure, Closed)
        assert words in str(failure)
        assert failure.outcome_unknown is done
        assert bool(erp.states([claim.external_id])) is done


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("garbage", "cannot be read"),
        ("twice", "cannot be read"),
        ("html200", "web page"),
        ("wrong-record", "something else"),
        ("drift-added", "does not fit the contract"),
        ("drift-removed", "does not fit the contract"),
        ("drift-renamed", "does not fit the contract"),
    ],
)
def test_an_answer_that_cannot_be_trusted_is_for_a_person(
    moody: RunningSimulator, spec: str, words: str
) -> None:
    erp = moody.erp()

    with moody.weather(spec):
        failure = failure_of(lambda: erp.put_claim(a_claim()))

    assert isinstance(failure, Rejected)
    assert words in str(failure)
    assert failure.details or spec == "wrong-record"


def test_a_question_asked_in_bad_weather_never_has_an_open_outcome(
    moody: RunningSimulator,
) -> None:
    erp = moody.erp()

    for spec in ("cut", "cut-neatly", "error-after-work", "dead-session"):
        with moody.weather(spec):
            failure = failure_of(erp.ping)
            assert isinstance(failure, Unavailable)
            assert not failure.outcome_unknown


def test_states_of_another_record_are_refused(moody: RunningSimulator) -> None:
    erp, claim = moody.erp(), a_claim()
    erp.put_claim(claim)

    with moody.weather("wrong-record"), pytest.raises(Rejected, match="did not ask about"):
        erp.states([claim.external_id])


@pytest.mark.parametrize(
    "spec",
    [
        "cut", "cut-neatly", "garbage", "twice", "empty202", "error-after-work", "html200",
        "drift-added", "drift-renamed",
    ],
)  # fmt: skip
def test_a_feed_in_bad_weather_is_never_a_shorter_list(moody: RunningSimulator, spec: str) -> None:
    erp = moody.erp(node=f"feed-{spec}")

    for seed in range(4):
        with moody.weather(spec, seed=seed):
            assert failure_of(lambda: read_feed(erp))

    assert read_feed(erp)


def test_a_field_gone_from_the_feed_is_absent_and_nothing_takes_its_place(
    moody: RunningSimulator,
) -> None:
    usual = items_of(read_feed(moody.erp(node="removed")))

    with moody.weather("drift-removed"):
        drifted = items_of(read_feed(moody.erp(node="removed")))

    assert all(item[1] for item in usual)
    assert drifted == [(item[0], None, *item[2:]) for item in usual]


def test_a_slow_answer_within_patience_is_an_answer(moody: RunningSimulator) -> None:
    with moody.weather("slow:by=0.4"):
        asked_at = time.monotonic()
        assert moody.erp().ping()
        assert time.monotonic() - asked_at >= 0.4


def test_an_answer_slower_than_patience_leaves_a_puts_outcome_open(
    moody: RunningSimulator,
) -> None:
    claim = a_claim()
    hasty = reference_erp(
        url=moody.url, user=USER, password=PASSWORD, node="p", read_timeout=1.5, total_timeout=2.5
    )

    with moody.weather("slow:by=4"):
        failure = failure_of(lambda: hasty.put_claim(claim))

    assert isinstance(failure, Unavailable)
    assert failure.outcome_unknown
    wait_until(lambda: bool(moody.erp().states([claim.external_id])))


def test_a_request_that_comes_twice_makes_one_document_and_one_receipt(
    moody: RunningSimulator,
) -> None:
    erp, claim = moody.erp(), a_claim()

    with moody.weather("duplicate"):
        receipt = erp.put_claim(claim)
        decided = erp.put_decision(a_decision(claim))

    assert erp.states([claim.external_id]) == [receipt]
    assert decided.number
    # By the key: numbers run for each kind of document, a decision may bear the claim's.
    key = str(claim.external_id)
    calls = [
        one
        for one in moody.entries("call")
        if one.get("external_id") == key and one["operation"] == "PutClaim"
    ]
    created = [one for one in moody.entries("effect") if one["external_id"] == key]
    assert (len(calls), len(created)) == (2, 1)


def test_a_changed_value_of_a_list_arrives_as_the_erp_says_it(moody: RunningSimulator) -> None:
    erp = moody.erp(node="enum")

    with moody.weather("drift-enum"):
        assert erp.put_claim(a_claim()).status == "REGISTERED"
        rows = read_feed(erp)

    tracked = {item[9] for item in items_of(rows)}
    assert "series" in tracked
    assert "serial" not in tracked


@pytest.mark.parametrize(
    ("spec", "there", "gone"),
    [
        ("drift-added", 'name="Approver"', 'name="Nothing"'),
        ("drift-removed", 'name="Number"', 'name="Sku"'),
        ("drift-renamed", 'name="Article"', 'name="Sku"'),
        ("drift-enum", '<xs:enumeration value="Serial"/>', '<xs:enumeration value="Unit"/>'),
    ],
)
def test_a_drifted_contract_is_published_as_it_is_spoken(
    moody: RunningSimulator, tmp_path: Path, spec: str, there: str, gone: str
) -> None:
    pinned = contract_of(moody)
    assert there not in pinned or spec == "drift-removed"

    with moody.weather(spec):
        text = contract_of(moody)
        assert there in text
        assert gone not in text
        (tmp_path / "new.wsdl").write_text(text)
        informed = reference_erp(
            url=moody.url, user=USER, password=PASSWORD, node="p", wsdl=tmp_path / "new.wsdl"
        )
        assert informed.ping()
        if spec != "drift-removed":
            assert informed.put_claim(a_claim()).status

    assert contract_of(moody) == pinned


def test_an_erp_restored_from_a_backup_does_not_know_our_last_message(
    moody: RunningSimulator,
) -> None:
    erp = moody.erp(node="restored")
    for _ in range(3):
        with erp.changes(after=0) as message:
            number = message.message_no
            list(message)
    erp.confirm(number)

    moody.bring("restored:by=2")
    failure = failure_of(lambda: read_feed(erp, after=number))

    assert isinstance(failure, Rejected)
    assert "не отправлялось" in str(failure)
    with erp.changes(after=0) as anew:
        assert anew.message_no == number - 1
        assert len(list(anew)) == anew.count > 0


def test_faults_hit_only_the_operations_they_are_meant_for(moody: RunningSimulator) -> None:
    with moody.weather("maintenance:on=GetStates+PutClaim"):
        assert moody.erp().ping()
        with pytest.raises(Closed):
            moody.erp().put_claim(a_claim())


def test_a_counted_fault_ends_by_itself(moody: RunningSimulator) -> None:
    with moody.weather("pool:count=2"):
        for _ in range(2):
            with pytest.raises(Closed):
                moody.erp().ping()
        assert moody.erp().ping()


def test_a_timed_fault_ends_by_itself(moody: RunningSimulator) -> None:
    with moody.weather("maintenance:for=3"):
        with pytest.raises(Closed):
            moody.erp().ping()
        time.sleep(3.1)
        assert moody.erp().ping()


def test_the_same_seed_and_order_of_calls_meet_the_same_faults(moody: RunningSimulator) -> None:
    first, again, other = (what_hits(moody, seed) for seed in (5, 5, 6))

    assert first == again
    assert first != other
    assert {"maintenance", "error-after-work"} <= {fault for _, _, fault in first}


def test_one_more_fault_does_not_move_the_others(moody: RunningSimulator) -> None:
    alone = {one for one in what_hits(moody, 5) if one[2] == "maintenance"}
    together = what_hits(moody, 5, more=",slow:by=0:p=0.5,empty202:p=0.3")

    assert alone == {one for one in together if one[2] == "maintenance"}


def test_the_wsdl_may_be_closed_as_well(moody: RunningSimulator) -> None:
    with moody.weather("maintenance:on=WSDL"):
        answer = requests.get(f"{moody.url}?wsdl", auth=auth(), timeout=5)

        assert answer.status_code == 403
        assert answer.content.startswith(b"\xef\xbb\xbf{")
        assert moody.erp().ping()


def test_a_session_lives_from_start_to_finish(moody: RunningSimulator) -> None:
    with requests.Session() as caller:
        caller.auth = auth()
        started = caller.get(moody.url, headers={"IBSession": "start"}, timeout=5)
        assert started.cookies["ibsession"]
        assert caller.get(moody.url, timeout=5).ok
        assert caller.get(moody.url, headers={"IBSession": "finish"}, timeout=5).ok

        assert caller.get(moody.url, timeout=5).status_code == 400


def test_a_killed_session_stays_dead_after_the_fault(moody: RunningSimulator) -> None:
    with requests.Session() as caller:
        caller.auth = auth()
        caller.get(moody.url, headers={"IBSession": "start"}, timeout=5)
        with moody.weather("dead-session:on=WSDL"):
            assert caller.get(moody.url, timeout=5).status_code == 400

        assert caller.get(moody.url, timeout=5).status_code == 400
        caller.cookies.clear()
        assert caller.get(moody.url, timeout=5).ok


def what_hits(simulator: RunningSimulator, seed: int, more: str = "") -> set[tuple[int, str, str]]:
    """Make the same twelve calls and return the journal of what hit them."""
    known = len(simulator.entries("fault"))
    with simulator.weather(f"maintenance:p=0.3,error-after-work:p=0.3{more}", seed=seed):
        for number in range(12):
            try:
                simulator.erp().put_claim(a_claim()) if number % 2 else simulator.erp().ping()
            except OutsideError:
                continue
    return {
        (one["call"], one["operation"], one["fault"]) for one in simulator.entries("fault")[known:]
    }


def read_feed(erp: SoapErp, after: int = 0) -> list[tuple[RowKind, Any]]:
    with erp.changes(after=after) as message:
        return list(message)


def items_of(rows: list[tuple[RowKind, Any]]) -> list[Any]:
    return [row for kind, row in rows if kind is RowKind.ITEM]


def auth() -> HTTPBasicAuth:
    return HTTPBasicAuth(USER.encode(), PASSWORD.encode())


def contract_of(simulator: RunningSimulator) -> str:
    answer = requests.get(f"{simulator.url}?wsdl", auth=auth(), timeout=5)
    assert answer.ok
    return answer.text


def wait_until(is_true: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 5
    while not is_true():
        assert time.monotonic() < ends_at
        time.sleep(0.05)
