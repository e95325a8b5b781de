"""A reply cut at any byte is "later", "a person must look" or the whole truth, never a wrong state.

The full size is `run.py check traps`; here each kind is cut at every twenty-ninth byte, beginning
with another one each day.
"""

from datetime import date

import pytest

from tests.connectors.erp.cutting import Kind, cut, kinds, record
from tests.connectors.erp.running import RunningSimulator

STEP = 29


@pytest.fixture(scope="module")
def recorded(simulator: RunningSimulator) -> dict[str, Kind]:
    return {kind.name: kind for kind in record(simulator)}


@pytest.mark.parametrize("name", [kind.name for kind in kinds()])
def test_a_reply_cut_anywhere_never_becomes_another_answer(
    recorded: dict[str, Kind], name: str
) -> None:
    tally = cut(recorded[name], step=STEP, first=date.today().toordinal() % STEP)  # noqa: DTZ011

    assert tally.wrong == []
    assert tally.cuts > 0
    assert set(tally.outcomes) - {"whole"}
