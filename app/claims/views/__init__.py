"""Claims on screen: the dealer's cabinet, their drafts, and the manager's desk."""

from app.claims.views import (  # noqa: F401  (they hang their routes on `bp`)
    attachment_rules,
    cabinet,
    deciding,
    defect_groups,
    draft_parts,
    drafts,
    pending,
    promises,
    worklist,
)
from app.claims.views.blueprint import bp

__all__ = ["bp"]
