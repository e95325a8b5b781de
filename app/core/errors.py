"""Our own refusals: understood, and no. They carry words for the user."""

from http import HTTPStatus
from typing import Any

from app.core.i18n import sentence, speaking
from app.vocabulary import Language


def N_(text: str) -> str:  # noqa: N802  (gettext's customary name)
    """Mark a text for translation without translating it yet."""
    return text


class Refusal(Exception):
    """Refused by a rule; `message` is in English and translated when it is shown.

    The keyword arguments fill the message's `%(name)s` places. They are given as what they are (a
    `date`, a `Money`, a `Quantity`, a member of an enum) and formatted for the reader here.
    """

    message = N_("This is not possible")
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, **values: Any) -> None:
        super().__init__(self.message % values if values else self.message)
        self.values = values

    def words(self) -> str:
        """Return the sentence in the reader's language."""
        return sentence(self.message, self.values)

    def words_in(self, language: Language) -> str:
        """Return the sentence for a reader who is not here, as the worker writes it down."""
        with speaking(language):
            return self.words()


class SomebodyWasFaster(Refusal):
    """The row has changed since the reader looked at it."""

    message = N_("Changed in the meantime by %(who)s on %(when)s. Check it again.")
    status = HTTPStatus.CONFLICT


class NotAllowed(Refusal):
    """The step exists, but not for this person or not now."""

    message = N_("This step is not possible now")
    status = HTTPStatus.CONFLICT
