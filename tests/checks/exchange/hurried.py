"""The real worker with short waits: `celery -A tests.checks.exchange.hurried worker …`."""

from datetime import timedelta

from app.outbox import delivery, endings, rules
from app.worker import celery

__all__ = ["celery"]

# A real lease outlives the longest call; here one must come due again while somebody watches, and
# being too short it makes workers overtake each other, which must do no harm either.
delivery.LEASE = timedelta(seconds=2)
# A real ERP is away for minutes and is left alone for as long; this one is back in a second.
endings.WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5))
rules.PROBE_WAITS = endings.WAITS[:2]
