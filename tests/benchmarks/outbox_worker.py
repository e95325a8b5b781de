"""The portal's worker with the measured job among its promises.

As a program it keeps what is due and ends: `python -m tests.benchmarks.outbox_worker`.
"""

from uuid import UUID

from app import worker
from app.outbox.delivery import Keeper, drain, local
from app.worker import celery
from tests.benchmarks.marks import leave_mark

__all__ = ["celery"]

KIND = "bench.job"


def _keep(subject_id: UUID) -> None:
    leave_mark(subject_id.int)


KEEPERS: dict[str, Keeper] = {**worker.KEEPERS, KIND: local(_keep)}
worker.KEEPERS = KEEPERS

if __name__ == "__main__":
    worker.start()
    drain(KEEPERS)
