"""What the simulator's page shows can be read by a newcomer: their words, their clock."""

import time
from collections.abc import Iterator

import pytest
import requests

from connectors.erp.port import RowKind
from connectors.erp.simulator import kinds
from connectors.erp.simulator.shown import Reader, zone_name
from tests.connectors.erp.messages import a_claim, a_decision, an_act
from tests.connectors.erp.running import RunningSimulator

CYRILLIC = {chr(code) for code in range(0x400, 0x500)}


@pytest.fixture
def chelyabinsk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Yekaterinburg")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("chelyabinsk")
@pytest.mark.parametrize(
    ("language", "shown"), [("ru", "22.11.2026 09:03:15"), ("en", "22 Nov 2026 09:03:15")]
)
def test_a_moment_is_shown_by_the_machines_clock_with_its_zone(language: str, shown: str) -> None:
    reader = Reader(language)

    assert reader.moment("2026-11-22T04:03:15") == shown
    assert reader.value("2026-11-22T04:03:15Z") == shown
    assert zone_name() == "UTC+05:00"


def test_a_day_stays_the_same_day_everywhere() -> None:
    assert Reader("ru").value("2026-09-14") == "14.09.2026"
    assert Reader("en").value("2026-09-14") == "14 Sep 2026"
    assert Reader("en").value("OG-2026-09-14") == "OG-2026-09-14"


def test_every_kind_of_document_and_row_has_a_name_in_both_languages() -> None:
    english, russian = Reader("en"), Reader("ru")

    for kind in kinds.KINDS:
        assert not CYRILLIC & set(english.term(kind))
        assert russian.term(kind) == kind
    for row in RowKind:
        assert CYRILLIC & set(russian.rows(row))
        assert not CYRILLIC & set(english.rows(row))


def test_an_english_reader_reads_english_and_a_russian_one_russian(
    simulator: RunningSimulator,
) -> None:
    claim = a_claim(number="CL-901", text="Leaks")
    receipt = simulator.erp().put_claim(claim)
    simulator.erp().put_decision(a_decision(claim))
    simulator.erp().put_file(an_act(claim, name="act.docx"))
    address = f"{simulator.page}documents/{receipt.ref}"

    english = requests.get(address, headers={"Accept-Language": "en"}, timeout=5).text
    russian = requests.get(address, headers={"Accept-Language": "ru"}, timeout=5).text
    polish = requests.get(address, headers={"Accept-Language": "pl,de"}, timeout=5).text

    for word in ("Attached file", "Return of goods from a customer", "Demand presented on"):
        assert word in english
        assert word not in russian
    assert "<h1>Claim " in english
    assert "<h1>Claim " in polish
    assert "<h1>Претензия " in russian
    assert "Требование предъявлено" in russian
    assert f"Changed, {zone_name()}" in english
