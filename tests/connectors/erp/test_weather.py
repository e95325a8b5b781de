"""Faults asked for by a line, by the page and by the command, and what each of them shows."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from connectors.erp.simulator.faults import BadSpec, Fault, Kind, read_spec
from connectors.erp.simulator.operations import HITTABLE
from connectors.errors import Closed
from tests.connectors.erp.running import ROOT, RunningSimulator, running


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running(tmp_path_factory.mktemp("stormy")) as simulator:
        yield simulator


@pytest.fixture
def stormy(started: RunningSimulator) -> RunningSimulator:
    """A simulator of this module's own, always in the same rough weather."""
    started.bring("slow:by=0.01", seed=42)
    return started


def test_a_line_says_which_faults_how_often_and_where() -> None:
    line = " slow:by=2:p=0.25 , cut:count=3:on=PutClaim+WSDL:for=60,, restored"

    assert read_spec(line, HITTABLE) == [
        Fault(Kind.SLOW, chance=0.25, by=2.0),
        Fault(Kind.CUT, count=3, seconds=60.0, operations=("PutClaim", "WSDL")),
        Fault(Kind.RESTORED, count=1, operations=("GetChanges", "ConfirmChanges"), by=1.0),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("storm", "no fault 'storm'; there are: slow"),
        ("cut:q=1", "no 'q'"),
        ("cut:p=2", "p must be a number from 0 to 1"),
        ("cut:p=nan", "p must be"),
        ("cut:count=-1", "count must be"),
        ("cut:for=soon", "for must be"),
        ("cut:on=PutEverything", "no operation 'PutEverything'"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_in_words(line: str, words: str) -> None:
    with pytest.raises(BadSpec, match=words):
        read_spec(line, HITTABLE)


def test_a_simulator_starts_with_the_faults_it_was_told(tmp_path: Path) -> None:
    options = {"--faults": "slow:by=0.01,pool:count=1", "--fault-seed": "42"}
    with running(tmp_path, options=options) as simulator:
        page = requests.get(f"{simulator.page}weather", timeout=5).text
        with pytest.raises(Closed):
            simulator.erp().ping()
        assert simulator.erp().ping()

    assert page == "seed 42, 0 calls so far\nslow: p=1, by=0.01\npool: p=1, 1 hits left\n"
    assert [one["fault"] for one in simulator.entries("fault")] == ["slow", "pool", "slow"]


def test_a_bad_line_keeps_the_simulator_from_starting(tmp_path: Path) -> None:
    run = module("connectors.erp.simulator", "--data", str(tmp_path), "--faults", "storm")

    assert run.returncode == 2
    assert "no fault 'storm'" in run.stderr


def test_the_command_changes_and_shows_the_weather(stormy: RunningSimulator) -> None:
    command = ("connectors.erp.simulator.weather", "--url", stormy.page)

    changed = module(*command, "licence:count=1", "--fault-seed", "7")
    with pytest.raises(Closed):
        stormy.erp().ping()
    asked = module(*command)
    cleared = module(*command, "")

    assert changed.stdout == "seed 7, 0 calls so far\nlicence: p=1, 1 hits left\n"
    assert asked.stdout == cleared.stdout == "seed 7, 1 calls so far\n"


def test_the_command_fails_in_words(stormy: RunningSimulator) -> None:
    wrong = module("connectors.erp.simulator.weather", "--url", stormy.page, "storm")
    nobody = module("connectors.erp.simulator.weather", "--url", "http://127.0.0.1:9/", "")

    assert (wrong.returncode, nobody.returncode) == (1, 1)
    assert "no fault 'storm'" in wrong.stderr
    assert "cannot be reached" in nobody.stderr
    assert "slow" in requests.get(f"{stormy.page}weather", timeout=5).text


def test_the_page_brings_shows_and_stops_a_fault(stormy: RunningSimulator) -> None:
    form = {"kind": "maintenance", "p": "50", "count": "9", "for": "600", "by": "", "on": "Ping"}

    shown = press(stormy, "weather", form).text
    told = requests.get(f"{stormy.page}weather", timeout=5).text
    stopped = press(stormy, "weather/stop", {"kind": "maintenance"}).text

    assert "maintenance (403)" in shown.partition('id="weather"')[2].partition("<h3>")[0]
    assert "maintenance: p=0.5, 9 hits left, 600 s left, on Ping" in told
    assert "maintenance (403)" not in stopped.partition('id="weather"')[2].partition("<h3>")[0]


def test_a_fault_for_no_second_is_a_fault_that_ends(stormy: RunningSimulator) -> None:
    press(stormy, "weather", {"kind": "slow", "for": "0"})

    assert "slow" not in requests.get(f"{stormy.page}weather", timeout=5).text


def test_the_seed_is_shown_and_begins_anew(stormy: RunningSimulator) -> None:
    page = press(stormy, "weather/seed", {"seed": "2026"}).text

    assert "Seed: 2026" in page


def test_the_sky_can_be_cleared(stormy: RunningSimulator) -> None:
    assert "the ERP answers as usual" in press(stormy, "weather/clear", {}).text


@pytest.mark.parametrize(
    ("switch", "form"),
    [
        ("weather", {"kind": "storm"}),
        ("weather", {"kind": "cut", "p": "150"}),
        ("weather", {"kind": "cut", "on": "Everything"}),
        ("weather/seed", {"seed": "one"}),
        ("weather/seed", {}),
        ("weather/spec", {"spec": "cut:p=2"}),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_and_changes_nothing(
    stormy: RunningSimulator, switch: str, form: dict[str, str]
) -> None:
    before = requests.get(f"{stormy.page}weather", timeout=5).text

    assert press(stormy, switch, form).status_code == 400

    assert requests.get(f"{stormy.page}weather", timeout=5).text == before


def press(simulator: RunningSimulator, switch: str, form: dict[str, str]) -> requests.Response:
    own = {"Origin": simulator.page.rstrip("/")}
    return requests.post(simulator.page + switch, form, headers=own, timeout=5)


def module(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
