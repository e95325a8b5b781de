"""The threads of claims on screen: by themselves, on a claim's page, beside a work order."""

from app.messages.views.beside_order import panel as order_panel
from app.messages.views.blueprint import bp
from app.messages.views.contact import panel as contact_panel
from app.messages.views.thread import count_unread, panel

__all__ = ["bp", "contact_panel", "count_unread", "order_panel", "panel"]
