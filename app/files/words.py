"""What is said on screens about a file that was changed before it is shown."""

from app.core.errors import N_
from app.core.words import call
from app.files.rules import Change

call(
    {
        Change.FORMULAS_AS_TEXT: N_("formulas are shown as text"),
        Change.LOCATION_REMOVED: N_("location data removed"),
    }
)
