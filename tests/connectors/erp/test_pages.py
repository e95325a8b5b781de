"""The simulator's own page: what a newcomer sees and may switch."""

import pytest
import requests
from requests.auth import HTTPBasicAuth

from connectors.erp.simulator.faults import Kind
from connectors.erp.simulator.words import FAULT_WORDS, WORDS
from tests.connectors.erp.messages import a_claim, an_act
from tests.connectors.erp.running import PASSWORD, USER, RunningSimulator

SWITCHES = (
    "weather",
    "weather/spec",
    "weather/stop",
    "weather/clear",
    "weather/seed",
    "shipments",
    "shipments/cancel",
    "documents/any/unpost",
    "documents/any/delete",
)


def test_a_claim_shows_its_lines_and_its_act(simulator: RunningSimulator) -> None:
    claim = a_claim(text="Видно <b>на</b> странице", number="CL-777")
    receipt = simulator.erp().put_claim(claim)
    simulator.erp().put_file(an_act(claim, name="Акт возврата.docx"))

    page = requests.get(f"{simulator.page}documents/{receipt.ref}", timeout=5).text

    assert "Видно &lt;b&gt;на&lt;/b&gt; странице" in page
    assert "OGT202604000011" in page
    assert "ООО «Сибирский очаг»" in page
    assert "Акт возврата.docx" in page


def test_the_search_finds_by_words_in_any_case_and_nothing_else(
    simulator: RunningSimulator,
) -> None:
    simulator.erp().put_claim(a_claim(text="Дребезжит ШИБЕР", number="CL-555"))
    simulator.erp().put_claim(a_claim(text="Другое", number="CL-556"))

    page = requests.get(simulator.page, {"q": "дребезжит шибер"}, timeout=5).text

    assert "CL-555" in page
    assert "CL-556" not in page


def test_the_search_finds_a_claim_by_its_dealers_name(simulator: RunningSimulator) -> None:
    simulator.erp().put_claim(a_claim(number="CL-888"))

    page = requests.get(simulator.page, {"q": "сибирский ОЧАГ"}, timeout=5).text

    assert "CL-888" in page
    assert WORDS["en"]["nothing"] in requests.get(f"{simulator.page}?q=невский", timeout=5).text


@pytest.mark.parametrize("search", ["%", "%_%", "\\", "<script>", "x" * 2000])
def test_odd_searches_find_nothing_and_break_nothing(
    simulator: RunningSimulator, search: str
) -> None:
    answer = requests.get(simulator.page, {"q": search}, timeout=5)

    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert WORDS["en"]["nothing"] in answer.text


def test_the_page_speaks_the_readers_language(simulator: RunningSimulator) -> None:
    for language, words in WORDS.items():
        asked = {"Accept-Language": language}
        assert words["held"] in requests.get(simulator.page, headers=asked, timeout=5).text


def test_all_words_exist_in_all_languages() -> None:
    assert len({frozenset(words) for words in WORDS.values()}) == 1
    assert all(set(words) == set(Kind) for words in FAULT_WORDS.values())
    assert set(FAULT_WORDS) == set(WORDS)


def test_no_word_hides_behind_a_method_of_its_dictionary() -> None:
    assert not {word for words in WORDS.values() for word in words} & set(dir(dict))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("switch", SWITCHES)
def test_another_site_cannot_turn_the_switches(
    simulator: RunningSimulator, headers: dict[str, str], switch: str
) -> None:
    answer = requests.post(
        simulator.page + switch,
        {"kind": "down", "for": "60", "spec": "down"},
        headers=headers,
        timeout=5,
    )

    assert answer.status_code == 403
    assert simulator.erp().ping()


def test_a_made_up_host_name_is_refused(simulator: RunningSimulator) -> None:
    answer = requests.get(simulator.page, headers={"Host": "rebound.example"}, timeout=5)

    assert answer.status_code == 400


def test_the_page_allows_no_script_and_no_stranger(simulator: RunningSimulator) -> None:
    answer = requests.get(simulator.page, timeout=5)

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert requests.get(f"{simulator.page}static/page.css", timeout=5).ok


def test_the_journal_can_be_taken_home(simulator: RunningSimulator) -> None:
    simulator.erp().ping()

    assert '"Ping"' in requests.get(f"{simulator.page}journal", timeout=5).text


def test_what_is_not_there_is_not_found(simulator: RunningSimulator) -> None:
    for path in ("documents/none", "files/none", "static/../web.py"):
        assert requests.get(simulator.page + path, timeout=5).status_code == 404


def test_the_contract_is_served_with_the_address_it_was_asked_at(
    simulator: RunningSimulator,
) -> None:
    assert requests.get(simulator.url + "?wsdl", timeout=5).status_code == 401

    auth = HTTPBasicAuth(USER.encode(), PASSWORD.encode())
    text = requests.get(simulator.url + "?wsdl", auth=auth, timeout=5).text

    assert f'location="{simulator.url}"' in text
