"""The fields in which people write money: so many per cent, a sum, a price, a rate."""

import re
from decimal import Decimal

from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from flask_babel import get_locale, gettext
from wtforms import StringField

from app.core.money import HUNDRED, Portion, minor_places

# Babel would read NaN, Infinity and 1e3 as well.
_DIGITS = re.compile(r"-?[\d.,'’]{1,20}")
_PLAIN_NUMBER = re.compile(r"\d{1,9}([.,]\d{1,10})?")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_CURRENCY = re.compile(r"[A-Z]{3}")
LARGEST_SUM = Decimal(1_000_000_000)
PLACES_OF_A_PRICE = 10
PLACES_OF_A_RATE = 2


def parse_number(text: str) -> Decimal | None:
    """Return a number as the reader writes it, comma or point, with any spaces; None for others."""
    text = _SPACES.sub("", text)
    if not _DIGITS.fullmatch(text):
        return None
    try:
        return parse_decimal(text, locale=_locale(), strict=True)
    except NumberFormatError:
        return Decimal(text.replace(",", ".")) if _PLAIN_NUMBER.fullmatch(text) else None


def parse_portion(text: str, currency: str | None) -> Portion:
    """Return what "30 %" or "1 476,00" means; raise `ValueError` with words."""
    text = text.strip()
    if text.endswith("%"):
        return Portion(per_cent=_parse(text[:-1], HUNDRED, PLACES_OF_A_RATE))
    places = minor_places(currency) if currency else PLACES_OF_A_RATE
    return Portion(amount=_parse(text, LARGEST_SUM, places))


def show_portion(portion: Portion) -> str:
    """Return a portion as the reader would type it."""
    if portion.per_cent is not None:
        return f"{_plain(portion.per_cent)} %"
    return _plain(portion.amount or Decimal(0))


class PortionField(StringField):  # type: ignore[misc]
    """A per cent or a sum; what was typed stays in the field even if it means nothing."""

    currency: str | None = None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return show_portion(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = None
            self.data = parse_portion(valuelist[0], self.currency) if valuelist[0].strip() else None


class NumberField(StringField):  # type: ignore[misc]
    """A number from zero to `largest`, empty for none."""

    largest = LARGEST_SUM
    places = PLACES_OF_A_PRICE

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return _plain(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = None
            if valuelist[0].strip():
                self.data = _parse(valuelist[0], self.largest, self.places, least_of_all=True)


class RateField(NumberField):
    """A rate in per cent."""

    largest = Decimal(99)
    places = PLACES_OF_A_RATE


class CurrencyField(StringField):  # type: ignore[misc]
    """The code of a currency, empty for none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            code = valuelist[0].strip().upper()
            self.data = None
            if code and not _CURRENCY.fullmatch(code):
                raise ValueError(gettext("Write the three letters of a currency, such as EUR."))
            self.data = code or None

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else self.data or ""


def _parse(text: str, largest: Decimal, places: int, *, least_of_all: bool = False) -> Decimal:
    number = parse_number(text)
    if number is None:
        raise ValueError(
            gettext(
                "Write an amount such as %(sum)s, or a percentage such as %(share)s.",
                sum="1500",
                share="30 %",
            )
            if not least_of_all
            else gettext("Write a number, for instance 2.")
        )
    if number < 0 or (number == 0 and not least_of_all):
        raise ValueError(gettext("This must be more than zero."))
    if number > largest:
        raise ValueError(gettext("This number is too large."))
    if number != round(number, places):
        raise ValueError(
            gettext("Write at most %(places)s digits after the decimal point.", places=places)
        )
    return number


def _plain(number: Decimal) -> str:
    return str(format_decimal(number, format="0.##########", locale=_locale()))


def _locale() -> str:
    return str(get_locale() or "en")
