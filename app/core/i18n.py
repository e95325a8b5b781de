"""Languages of the screens: texts, dates, money and quantities as the reader writes them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date,
    format_datetime,
    format_skeleton,
    format_time,
    get_timezone_location,
)
from babel.numbers import format_currency, format_decimal, format_percent, parse_pattern
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, gettext
from flask_login import current_user

from app.core.clock import now
from app.core.money import Money, price_of
from app.core.units import Quantity, unit_sign
from app.core.words import has_label, label, marked
from app.vocabulary import Language
from connectors.reasons import Reason, find_code

DEFAULT_ZONE = "UTC"
EVERYWHERE = "INT"  # in the place of a country: what holds between countries
TRANSLATIONS = Path(__file__).parents[1] / "translations"

LANGUAGE_NAMES = {
    Language.RU: "Русский",
    Language.PL: "Polski",
    Language.CS: "Čeština",
    Language.EN: "English",
}

# Russian would write "23 нояб. 2026 г.", which is long and ends a sentence with two points; English
# by itself is American, and 11/12/26 is two different days for a Pole and an American. A moment
# begins with its day in the same form, so that a page has one.
_DAYS = {"ru": "d MMM y", "en": "d MMM y"}
_LONG_DAYS = {Language.RU: "d MMMM y 'года'", Language.EN: "d MMMM y"}
_MOMENTS = {"cs": "d. M. y H:mm"}  # not "01.12.26 3:53"
_MONEY = {"en": "#,##0.00 ¤¤"}  # not "RUB66,700.00"


def start_i18n(app: Flask) -> None:
    """Give the app its languages and the templates their filters."""
    Babel(app, locale_selector=reader_language, timezone_selector=reader_zone)
    app.jinja_env.filters.update(
        day=show_day,
        short_day=show_short_day,
        days_to=show_days,
        moment=show_moment,
        time_of_day=show_time,
        money=show_money,
        amount=show_sum,
        amounts=show_sums,
        price=show_price,
        per_cent=show_per_cent,
        quantity=show_quantity,
        label=label,
        shown=shown,
        said=say,
        local_name=local_name,
        unit=unit_name,
        country_name=country_name,
    )


def reader_language() -> str:
    """Return the reader's language: their own, the one they chose, or what the browser asks for."""
    if not has_request_context():
        return Language.EN
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    chosen = session.get("language")
    if chosen in set(Language):
        return str(chosen)
    return request.accept_languages.best_match(list(Language)) or Language.EN


def reader_zone() -> str:
    """Return the reader's time zone."""
    if has_request_context() and current_user and current_user.is_authenticated:
        return str(current_user.time_zone)
    return DEFAULT_ZONE


def show_day(day: date | None) -> str:
    """Return a day as the reader writes it, a dash for none."""
    if day is None:
        return "–"
    return format_date(day, format=_DAYS.get(_locale(), "medium"), locale=_locale())


def country_name(code: str) -> str:
    """Return what a country is called in the reader's language; other codes as they are."""
    if code == EVERYWHERE:
        return str(gettext("International"))
    return str(Locale.parse(_locale()).territories.get(code, code))


def show_long_day(day: date, language: Language) -> str:
    """Return a day for a letter in a language; "г." would end a sentence with two points."""
    looks = _LONG_DAYS.get(language, "long")
    return format_date(day, format=looks, locale=language.value)


def show_hour_in(day: date, hour: time, zone: str, language: Language) -> str:
    """Return a day and an hour at a place for a letter, with the city that names the time zone."""
    city = get_timezone_location(zone, locale=language.value, return_city=True)
    return f"{show_long_day(day, language)}, {hour:%H:%M} ({city})"


def show_short_day(day: date, *, year: bool | int | None = None) -> str:
    """Return a day with its year only where that is not the present one, or where it is asked for.

    An axis says where it names the year, and gives `year` a value that counts as false elsewhere.
    """
    if day.year != now().astimezone(_zone()).year if year is None else year:
        return show_day(day)
    if _locale() == Language.EN:
        return format_date(day, "d MMM", locale=_locale())
    return str(format_skeleton("MMMd", day, locale=_locale()))


def show_moment(at: datetime | None) -> str:
    """Return a moment in the reader's time zone, a dash for none."""
    if at is None:
        return "–"
    looks = _MOMENTS.get(_locale(), "d MMM y, HH:mm")
    return format_datetime(at, format=looks, tzinfo=_zone(), locale=_locale())


def show_time(at: datetime) -> str:
    """Return the time of day with its seconds, in the reader's time zone."""
    return format_time(at, format="medium", tzinfo=_zone(), locale=_locale())


def show_money(amount: Decimal | None, currency: str) -> str:
    """Return a sum with its currency, a dash for none."""
    if amount is None:
        return "–"
    return format_currency(amount, currency, format=_MONEY.get(_locale()), locale=_locale())


def show_sum(money: Money | None) -> str:
    """Return a sum with its currency, a dash for none."""
    return "–" if money is None else show_money(money.amount, money.currency)


def show_sums(monies: Iterable[Money]) -> str:
    """Return sums of several currencies side by side, a dash for none."""
    return " + ".join(show_sum(money) for money in monies) or "–"


def show_sums_in(monies: Iterable[Money], language: Language) -> str:
    """Return sums for a letter in a language."""
    looks = _MONEY.get(language)
    return " + ".join(
        format_currency(money.amount, money.currency, format=looks, locale=language.value)
        for money in monies
    )


def show_price(price: Decimal | None, currency: str | None) -> str:
    """Return a price per unit with all its places, a dash for none."""
    if price is None or currency is None:
        return "–"
    usual = parse_pattern(_MONEY.get(_locale()) or _plain_pattern())
    price = price_of(price, currency)
    places = -int(price.as_tuple().exponent)
    usual.frac_prec = (places, places)
    return format_currency(price, currency, format=usual, currency_digits=False, locale=_locale())


def show_per_cent(rate: Decimal) -> str:
    """Return a rate in per cent without idle zeros."""
    return str(format_percent(rate / 100, format=_per_cent_pattern(), locale=_locale()))


def show_quantity(quantity: Decimal | None, unit: str = "") -> str:
    """Return a quantity without idle zeros, with its unit."""
    if quantity is None:
        return "–"
    number = format_decimal(quantity, format="#,##0.###", locale=_locale())
    return f"{number} {unit_name(unit)}" if unit else number


def show_quantity_in(quantity: Decimal, unit: str, language: Language) -> str:
    """Return a quantity with its unit for a letter in a language."""
    number = format_decimal(quantity, format="#,##0.###", locale=language.value)
    with force_locale(language.value):
        return f"{number} {unit_sign(unit, language) or unknown_unit(unit)}" if unit else number


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both of them in it; None is an open end."""

    first: date | None
    last: date | None

    def __str__(self) -> str:
        return " – ".join(day.isoformat() if day else "…" for day in (self.first, self.last))


def show_period(period: Period) -> str:
    """Return both ends of a period, an ellipsis for an open one."""
    return " – ".join(show_day(day) if day else "…" for day in (period.first, period.last))


def show_days(first: date | None, last: date | None) -> str:
    """Return the days from the first to the last."""
    return show_period(Period(first, last))


@dataclass(frozen=True)
class Names:
    """A name in several languages, of which a sentence shows the reader's."""

    by_language: Mapping[str, str]


_speaks: ContextVar[Language | None] = ContextVar("speaks", default=None)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Show what follows in a language, for a reader who is not here."""
    before = _speaks.set(language)
    try:
        yield
    finally:
        _speaks.reset(before)


def sentence(text: str, values: Mapping[str, Any]) -> str:
    """Return a marked sentence with its values in the reader's language."""
    translated = texts_in(Language(_locale())).gettext(text)
    return translated % shown(values) if values else translated


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a sentence as its reader writes days, moments, sums and quantities."""
    return {name: _shown(value) for name, value in values.items()}


def storable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a sentence as JSON can hold them; `shown` reads them again."""
    return {name: _storable(value) for name, value in values.items()}


def unit_name(code: str) -> str:
    """Return what the reader writes for a unit; one that nobody knows is said to be unknown."""
    return unit_sign(code, Language(_locale())) or unknown_unit(code)


def unknown_unit(code: str) -> str:
    """Say in the reader's language that a unit is unknown, and what the ERP calls it."""
    return str(gettext("(unknown unit %(code)s)", code=code))


def local_name(names: Mapping[str, str]) -> str:
    """Return the name in the reader's language, else the English one, else any."""
    return local_name_in(names, Language(_locale()))


def local_name_in(names: Mapping[str, str], language: Language) -> str:
    """Return the name in a language, else the English one, else any."""
    return names.get(language) or names.get(Language.EN) or next(iter(names.values()), "")


@cache
def texts_in(language: Language) -> NullTranslations:
    """Return the texts of a language, for readers who are not here: mails, acts."""
    return Translations.load(str(TRANSLATIONS), [language.value])


def say(value: Any) -> str:
    """Return a value of a sentence, or a reason itself, as its reader writes it; "" for None."""
    return "" if value is None else str(_shown(value))


def show_reason(reason: Reason) -> str:
    """Return the sentence of a reason in the reader's language."""
    return sentence(reason.code.sentence, reason.values)


def pack_reason(reason: Reason) -> dict[str, Any]:
    """Return a reason as JSON can hold it."""
    return {"code": reason.code.value, "values": storable(reason.values)}


def _storable(value: Any) -> Any:
    if isinstance(value, Reason):
        return pack_reason(value)
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return {"day": value.isoformat()}
    if isinstance(value, StrEnum) and has_label(value):
        return {"label": marked(value)}
    return value


def _show_packed(packed: Mapping[str, Any]) -> str:
    code = find_code(packed["code"])
    return show_reason(Reason(code, packed["values"])) if code else str(packed["code"])


def _show_stored(value: Mapping[str, Any]) -> str:
    if "code" in value:
        return _show_packed(value)
    if text := value.get("label"):
        return str(gettext(text))
    return show_day(date.fromisoformat(value["day"]))


def _shown(value: Any) -> Any:
    for kind, show in _SHOWN:
        if isinstance(value, kind):
            return show(value)
    return value


def _show_member(member: StrEnum) -> str:
    return sentence(marked(member), {}) if has_label(member) else member.value


# A moment is a day as well, so it comes first.
_SHOWN: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (datetime, show_moment),
    (date, show_day),
    (Money, show_sum),
    (Period, show_period),
    (Quantity, lambda value: show_quantity(value.number, value.unit)),
    (Decimal, show_quantity),
    (StrEnum, _show_member),
    (Reason, show_reason),
    ((list, tuple), lambda values: "; ".join(map(say, values))),
    (Names, lambda value: local_name(value.by_language)),
    (dict, _show_stored),
)


def _locale() -> str:
    return str(_speaks.get() or get_locale() or Language.EN)


def _per_cent_pattern() -> str:
    whole = str(Locale.parse(_locale()).percent_formats[None].pattern)
    return whole.replace("##0", "##0.##")


def _plain_pattern() -> str:
    return str(Locale.parse(_locale()).currency_formats["standard"].pattern)


def _zone() -> ZoneInfo:
    return ZoneInfo(reader_zone())
