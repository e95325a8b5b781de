"""Days on screen: the strip on a claim's page, the calendar and its feed, the Gantt."""

from app.schedule.views import (  # noqa: F401  (they hang their routes on `bp`)
    buffers,
    calendar,
    calendars,
    desk,
    feed,
    gantt,
    ladder,
    lanes,
    law,
    news,
    norms,
    silence,
)
from app.schedule.views.blueprint import bp
from app.schedule.views.expected import panel as order_panel
from app.schedule.views.strip import panel

__all__ = ["bp", "order_panel", "panel"]
