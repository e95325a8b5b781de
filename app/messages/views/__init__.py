"""The threads of claims on screen: by themselves, on a claim's page, beside a work order."""

from app.messages.views.beside_order import panel as order_panel
from app.messages.views.blueprint import bp
from app.messages.views.thread import count_unread, panel

__all__ = ["bp", "count_unread", "order_panel", "panel"]
