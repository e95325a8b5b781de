"""What the kinds of messages are called on screens."""

from app.core.errors import N_
from app.core.words import call
from app.vocabulary import Visibility

call(
    {
        Visibility.PUBLIC: N_("Message"),
        Visibility.INTERNAL: N_("Internal note"),
    }
)
