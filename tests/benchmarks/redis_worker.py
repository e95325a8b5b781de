"""The measured job as a Celery task: acknowledged late, one at a time, like ours."""

import os

from celery import Celery

from tests.benchmarks.marks import leave_mark

celery = Celery("bench", broker=os.environ.get("BENCH_BROKER", "redis://127.0.0.1:1/0"))
celery.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=4,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)


@celery.task(name="bench.job")  # type: ignore[untyped-decorator]
def job(promised_ns: int) -> None:
    """Leave the mark."""
    leave_mark(promised_ns)
