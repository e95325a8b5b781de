"""Claims on screen: the dealer's cabinet, their drafts, and the manager's desk."""

from app.claims.views import cabinet, drafts, worklist  # noqa: F401  (they hang routes on `bp`)
from app.claims.views.blueprint import bp

__all__ = ["bp"]
