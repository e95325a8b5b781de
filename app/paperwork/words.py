"""What acts are called on screens."""

from acts.facts import ActKind
from app.core.errors import N_
from app.core.words import call

call(
    {
        ActKind.RECLAMATION: N_("Reclamation act"),
        ActKind.REFUND: N_("Refund act"),
        ActKind.REFUSAL: N_("Notice of refusal"),
    }
)
