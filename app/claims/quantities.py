"""The field in which people write a quantity."""

from decimal import Decimal

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext
from wtforms import StringField

from app.claims.portions import parse_number
from app.core.errors import N_
from app.core.units import WHOLE_UNITS

LARGEST = Decimal(1_000_000)
_NOT_WHOLE = N_("Only whole pieces can be claimed.")
_TOO_FINE = N_("Use three digits after the decimal point at most.")


def parse_quantity(text: str, unit: str) -> Decimal:
    """Return a quantity as the reader writes it, comma or point; raise `ValueError` with words."""
    quantity = parse_number(text)
    places = 0 if unit in WHOLE_UNITS else 3
    if quantity is None:
        raise ValueError(gettext("Write a number, for instance 2."))
    if quantity <= 0:
        raise ValueError(gettext("The quantity must be more than zero."))
    if quantity >= LARGEST:
        raise ValueError(gettext("This is more than one claim can hold."))
    if quantity != round(quantity, places):
        raise ValueError(gettext(_NOT_WHOLE if unit in WHOLE_UNITS else _TOO_FINE))
    return quantity


def show_number(quantity: Decimal) -> str:
    """Return a quantity as the reader would type it."""
    return format_decimal(quantity, format="0.###", locale=str(get_locale() or "en"))


class QuantityField(StringField):  # type: ignore[misc]
    """A quantity; what was typed stays in the field even if it is not a number."""

    unit = ""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return show_number(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = None
            self.data = parse_quantity(valuelist[0], self.unit)
