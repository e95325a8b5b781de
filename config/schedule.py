"""What runs by the clock: which task, how often and why."""

from typing import Any

from celery.schedules import crontab

# The doorbell wakes the worker at once; this finds what the doorbell missed and what has waited
# for its next attempt, of which the first come after a second or two.
DELIVER = 5.0

# Dealers file against what was shipped: a minute after posting it is here. An empty answer of the
# change feed costs the ERP one cheap call.
PULL = 60.0

# A heart that has not beaten for three of these means that there is no worker.
HEARTBEAT = 20.0

# A day begins at a different hour at each plant; a quarter of an hour later its forecasts know it.
NEW_DAYS = 900.0

# Reminders go out from the first working hour of each plant on, each once.
REMINDERS = 900.0

# At night the ERP has the least to do and the day's claims have arrived; the hour is UTC.
RECONCILE = crontab(hour="1", minute="30")
RECONCILE_LATEST = 4 * 3600.0

# Every quarter of an hour it is midnight at some place of the world; nothing is done twice.
MIDNIGHT = crontab(minute="*/15")
QUARTER = 15 * 60.0

# Before the reconciliation: what no longer fits is stopped before anything is pushed again.
WATCH = crontab(hour="1", minute="0")

# After the reconciliation, before people begin to work.
PRUNE = crontab(hour="3", minute="30")

# When people begin to work; the hour is UTC.
REMIND = crontab(hour="6", minute="0")
REMIND_LATEST = 8 * 3600.0

# Once a week everything is compared, when nobody works on either side; the hour is UTC.
READ_ALL = crontab(day_of_week="sunday", hour="2", minute="15")
READ_ALL_LATEST = 4 * 3600.0


def _every(task: str, seconds: float) -> dict[str, Any]:
    # What a sleeping worker did not get to is not worth doing twice when it wakes.
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


BEAT = {
    "deliver": _every("outbox.deliver", DELIVER),
    "pull": _every("erp.pull", PULL),
    "reconcile": {
        "task": "erp.reconcile",
        "schedule": RECONCILE,
        "options": {"expires": RECONCILE_LATEST},
    },
    "midnight": {
        "task": "claims.midnight",
        "schedule": MIDNIGHT,
        "options": {"expires": QUARTER},
    },
    "watch": {"task": "erp.watch", "schedule": WATCH, "options": {"expires": RECONCILE_LATEST}},
    "remind": {"task": "outbox.remind", "schedule": REMIND, "options": {"expires": REMIND_LATEST}},
    "prune": {"task": "outbox.prune", "schedule": PRUNE, "options": {"expires": REMIND_LATEST}},
    "read all": {
        "task": "erp.pull_all",
        "schedule": READ_ALL,
        "options": {"expires": READ_ALL_LATEST},
    },
    "new-days": _every("schedule.begin_days", NEW_DAYS),
    "reminders": _every("schedule.remind", REMINDERS),
    "heartbeat": _every("worker.heartbeat", HEARTBEAT),
}
