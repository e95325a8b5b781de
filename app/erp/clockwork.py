"""What is done by the clock, when it was last done, and how long silence about it is no alarm."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.errors import N_
from app.outbox.queries import last_runs

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# By the name of the task; the period of each stands in config/schedule.py.
TASKS = {
    "worker.heartbeat": (N_("A background worker is running"), MINUTE),
    "outbox.deliver": (N_("Send the messages that are due"), MINUTE),
    "erp.pull": (N_("Read what has changed in the ERP"), 5 * MINUTE),
    "erp.pull_all": (N_("Read everything of the ERP anew"), 8 * DAY),
    "erp.watch": (N_("Check the contract that the ERP publishes"), 26 * HOUR),
    "erp.reconcile": (N_("Compare with the ERP"), 26 * HOUR),
    "outbox.remind": (N_("Remind of messages on hold"), 26 * HOUR),
    "outbox.prune": (N_("Remove old messages"), 26 * HOUR),
    "claims.midnight": (N_("Daily processing of claims"), HOUR),
    "schedule.begin_days": (N_("Daily recalculation of the forecasts"), HOUR),
    "schedule.remind": (N_("Remind of due dates"), HOUR),
}


@dataclass(frozen=True)
class Run:
    """A task of the clock; `last_at` is None as long as it never went well."""

    sentence: str
    last_at: datetime | None
    is_silent: bool


def list_runs(at: datetime) -> list[Run]:
    """Return the tasks of the clock, those first that run most often."""
    runs = last_runs()
    return [
        Run(sentence, last, last is not None and at - last > longest)
        for name, (sentence, longest) in TASKS.items()
        for last in (runs.get(name),)
    ]
