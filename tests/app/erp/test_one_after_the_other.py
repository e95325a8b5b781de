"""What goes wrong with one ERP, however, takes nothing from the next."""

from contextlib import ExitStack
from dataclasses import replace
from types import ModuleType

import pytest
from click.testing import CliRunner

from app import cli
from app.core.outside import ONLY_ERP, Outside, connect_outside
from app.erp.job_models import ErpJob, JobState
from app.outbox.queries import last_runs
from connectors.errors import Unavailable
from connectors.reasons import ErpReason
from tests.app.erp.test_stopped_pull import worker  # noqa: F401  (a fixture)
from tests.app.world import World

FIRST, SECOND = "aa", "bb"
# The task of each job in the worker's module, and what it does for one ERP.
JOBS = {
    "erp.pull_all": ("read_everything", "run_here"),
    "erp.reconcile": ("compare_with_erps", "reconcile"),
    "erp.watch": ("watch_contracts", "watch_contract"),
}


@pytest.fixture(autouse=True)
def two_erps(world: World, neighbours: Outside) -> None:
    known = neighbours.erps[ONLY_ERP]
    connect_outside(replace(neighbours, erps={FIRST: known, SECOND: known}))


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("error", [KeyError("ours"), Unavailable(ErpReason.UNREACHABLE)])
def test_a_job_goes_on_with_the_next_erp(
    monkeypatch: pytest.MonkeyPatch,
    worker: ModuleType,  # noqa: F811
    job: str,
    error: Exception,
) -> None:
    task, work = JOBS[job]
    done: list[str] = []

    def fail_first(connection: str, *_: object, **__: object) -> ErpJob:
        if connection == FIRST:
            raise error
        done.append(connection)
        return ErpJob(state=JobState.DONE)

    monkeypatch.setattr(worker, work, fail_first)

    getattr(worker, task)()

    assert done == [SECOND]
    assert job in last_runs()


@pytest.mark.parametrize("command", ["pull", "doctor", "reconcile"])
def test_a_command_goes_on_with_the_next_erp_and_fails_in_the_end(
    monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(cli, "_portal", _NoApp)
    done: list[str] = []

    def fail_first(connection: str, *_: object) -> bool:
        if connection == FIRST:
            raise KeyError("ours")
        done.append(connection)
        return True

    name = {"pull": "_pull", "doctor": "_examine", "reconcile": "_compare"}[command]
    monkeypatch.setattr(cli, name, fail_first)

    result = CliRunner().invoke(cli.main, ["erp", command])

    assert done == [SECOND]
    assert result.exit_code == 1
    assert "KeyError" in result.output


class _NoApp:
    def app_context(self) -> ExitStack:
        return ExitStack()
