"""What remedies and groups of products are called on screens.

The ERP may name other groups: they stay as they are.
"""

from flask_babel import gettext

from app.catalog.models import Severity
from app.core.errors import N_
from app.core.words import call
from app.vocabulary import Remedy

call(
    {
        Remedy.REPAIR: N_("Repair"),
        Remedy.REPLACEMENT: N_("Replacement"),
        Remedy.REFUND: N_("Refund"),
        Remedy.PRICE_REDUCTION: N_("Price reduction"),
        Remedy.SPARE_PART: N_("Spare part"),
        Remedy.DOCUMENTS: N_("Documents"),
    }
)

call(
    {
        Severity.SAFETY: N_("Safety"),
        Severity.MAIN_FUNCTION: N_("Main function"),
        Severity.REDUCED_FUNCTION: N_("Reduced function"),
        Severity.COSMETIC: N_("Appearance"),
    }
)

GROUPS = {
    "automation": N_("Automation"),
    "bath_stove": N_("Bath stoves"),
    "boiler": N_("Boilers"),
    "chimney": N_("Chimneys"),
    "fireplace": N_("Fireplaces"),
    "heating": N_("Heating"),
    "insert": N_("Fireplace inserts"),
    "lining": N_("Linings"),
    "other": N_("Other goods"),
    "parts": N_("Spare parts"),
    "pellet_boiler": N_("Pellet boilers"),
    "pellet_stove": N_("Pellet stoves"),
}


def group_name(code: str) -> str:
    """Return what a group of products is called in the reader's language."""
    return str(gettext(GROUPS[code])) if code in GROUPS else code
