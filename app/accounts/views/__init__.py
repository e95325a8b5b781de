"""Accounts on screen: the front door, the passwords, the people."""

from app.accounts.views import (  # noqa: F401  (they hang routes on `bp`)
    absences,
    door,
    passwords,
    people,
)
from app.accounts.views.blueprint import bp

__all__ = ["bp"]
