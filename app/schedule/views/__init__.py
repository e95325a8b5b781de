"""Days on screen: the strip on a claim's page, the calendar, the Gantt."""

from app.schedule.views.blueprint import bp
from app.schedule.views.strip import panel

__all__ = ["bp", "panel"]
