"""The measured job as a Celery task, as people use it."""

import os

from celery import Celery

from tests.benchmarks.marks import leave_mark

JOB = "bench.job"


def make_celery(broker: str) -> Celery:
    """Return an app whose one task leaves the mark."""
    app = Celery("bench", broker=broker, set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        worker_prefetch_multiplier=4,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
    )
    app.task(leave_mark, name=JOB)
    return app


celery = make_celery(os.environ.get("BENCH_BROKER", "redis://127.0.0.1:1/0"))
