"""The portal's worker with the measured job among its promises."""

from uuid import UUID

from app import worker
from app.outbox.delivery import Keeper, local
from app.worker import celery
from tests.benchmarks.marks import leave_mark
from tests.benchmarks.outbox_by_hand import KIND

__all__ = ["celery"]


def _keep(subject_id: UUID) -> None:
    leave_mark(subject_id.int)


KEEPERS: dict[str, Keeper] = {**worker.KEEPERS, KIND: local(_keep)}
worker.KEEPERS = KEEPERS
