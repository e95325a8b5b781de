"""Sums in words as accountants of each country write them, for the currencies of its markets.

All our own: the words must not change with a library, and number spellers for hire put kopecks
after a comma, take whole numbers for cents and give the Czech crown the wrong gender.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from acts.facts import ActLanguage
from acts.wording import NBSP, money_text

CENT = Decimal("0.01")
TOO_MUCH = Decimal(10) ** 12
MASCULINE, FEMININE, NEUTER = 0, 1, 2


@dataclass(frozen=True)
class Noun:
    """A counted word: with one, with two to four, with five and more."""

    gender: int
    one: str
    few: str
    many: str


def _noun(gender: int, forms: str) -> Noun:
    return Noun(gender, *forms.split("|"))


@dataclass(frozen=True)
class Speech:
    """How a Slavic language counts; `ones` are by gender, `scales` the thousand and upwards."""

    zero: str
    ones: tuple[tuple[str, ...], ...]
    teens: tuple[str, ...]
    tens: tuple[str, ...]
    hundreds: tuple[str, ...]
    scales: tuple[Noun, ...]
    # 21, 31 ... are declined like one (Russian) or counted like five with this word (the others)
    compound_one: str = ""
    # "tysiąc" and "tisíc" alone mean one thousand; a Russian says "одна тысяча"
    one_before_scale: bool = True


def sum_in_words(amount: Decimal, currency: str, language: ActLanguage) -> str:
    """Return a sum from 0 to 999 999 999 999.99 in words, hundredths in figures.

    A sum or currency that has no words here is written in figures with the currency's code.
    """
    if not has_words(amount, currency, language):
        return f"{money_text(amount, language)}{NBSP}{currency}"
    whole, cents = divmod(int(amount.quantize(CENT, ROUND_HALF_UP) * 100), 100)
    return SPELLERS[language](whole, cents, currency)


def has_words(amount: Decimal, currency: str, language: ActLanguage) -> bool:
    """Tell whether a sum can be written in words."""
    return 0 <= amount < TOO_MUCH and currency in MONEY[language]


def _russian(whole: int, cents: int, currency: str) -> str:
    unit, cent = RUSSIAN_MONEY[currency]
    words = f"{_count(whole, unit, RUSSIAN)} {cents:02d} {_form(cents, cent, RUSSIAN)}"
    return words[0].upper() + words[1:]


def _polish(whole: int, cents: int, currency: str) -> str:
    return f"{_count(whole, POLISH_MONEY[currency], POLISH)} {cents:02d}/100"


def _czech(whole: int, cents: int, currency: str) -> str:
    return f"{_count(whole, CZECH_MONEY[currency], CZECH)} {cents:02d}/100"


def _english(whole: int, cents: int, currency: str) -> str:
    one, many = ENGLISH_MONEY[currency]
    return f"{_spell_english(whole)} {one if whole == 1 else many} {cents:02d}/100"


def _count(number: int, noun: Noun, speech: Speech) -> str:
    """Return the number and what is counted, each in its right form."""
    return f"{_spell(number, noun.gender, speech)} {_form(number, noun, speech)}"


def _form(number: int, noun: Noun, speech: Speech) -> str:
    last, last_two = number % 10, number % 100
    if number == 1 or (last == 1 and last_two != 11 and not speech.compound_one):
        return noun.one
    if 2 <= last <= 4 and not 12 <= last_two <= 14:
        return noun.few
    return noun.many


def _spell(number: int, gender: int, speech: Speech) -> str:
    if number == 0:
        return speech.zero
    words: list[str] = []
    for power in range(len(speech.scales), 0, -1):
        group = number // 1000**power % 1000
        scale = speech.scales[power - 1]
        if group == 1 and not speech.one_before_scale and scale.gender == MASCULINE:
            words.append(scale.one)
        elif group:
            words.append(_count(group, scale, speech))
    rest = _spell_group(number % 1000, gender, speech, compound=number > 1)
    return " ".join([*words, *rest])


def _spell_group(number: int, gender: int, speech: Speech, *, compound: bool) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [speech.hundreds[hundreds]]
    if tens == 1:
        words.append(speech.teens[ones])
    elif ones == 1 and compound and speech.compound_one:
        words += [speech.tens[tens], speech.compound_one]
    else:
        words += [speech.tens[tens], speech.ones[gender][ones]]
    return [word for word in words if word]


def _spell_english(number: int) -> str:
    if number == 0:
        return "zero"
    words: list[str] = []
    for power in range(len(ENGLISH_SCALES), 0, -1):
        group = number // 1000**power % 1000
        if group:
            words.append(f"{_spell_english(group)} {ENGLISH_SCALES[power - 1]}")
    hundreds, rest = divmod(number % 1000, 100)
    if hundreds:
        words.append(f"{ENGLISH_ONES[hundreds]} hundred")
    if rest and words:
        words.append("and")
    if rest >= len(ENGLISH_ONES):
        tens, ones = divmod(rest, 10)
        words.append("-".join(filter(None, (ENGLISH_TENS[tens], ENGLISH_ONES[ones]))))
    elif rest:
        words.append(ENGLISH_ONES[rest])
    return " ".join(words)


def _split(words: str) -> tuple[str, ...]:
    """Read a table of words; a dash stands for no word."""
    return tuple("" if word == "-" else word.replace("_", " ") for word in words.split())


RUSSIAN = Speech(
    zero="ноль",
    ones=(
        _split("- один два три четыре пять шесть семь восемь девять"),
        _split("- одна две три четыре пять шесть семь восемь девять"),
        _split("- одно два три четыре пять шесть семь восемь девять"),
    ),
    teens=_split(
        "десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать"
        " семнадцать восемнадцать девятнадцать"
    ),
    tens=_split("- - двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"),
    hundreds=_split("- сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот"),
    scales=(
        _noun(FEMININE, "тысяча|тысячи|тысяч"),
        _noun(MASCULINE, "миллион|миллиона|миллионов"),
        _noun(MASCULINE, "миллиард|миллиарда|миллиардов"),
    ),
)
POLISH = Speech(
    zero="zero",
    ones=(
        _split("- jeden dwa trzy cztery pięć sześć siedem osiem dziewięć"),
        _split("- jedna dwie trzy cztery pięć sześć siedem osiem dziewięć"),
        _split("- jedno dwa trzy cztery pięć sześć siedem osiem dziewięć"),
    ),
    teens=_split(
        "dziesięć jedenaście dwanaście trzynaście czternaście piętnaście szesnaście"
        " siedemnaście osiemnaście dziewiętnaście"
    ),
    tens=_split(
        "- - dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt"
        " osiemdziesiąt dziewięćdziesiąt"
    ),
    hundreds=_split(
        "- sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset"
    ),
    scales=(
        _noun(MASCULINE, "tysiąc|tysiące|tysięcy"),
        _noun(MASCULINE, "milion|miliony|milionów"),
        _noun(MASCULINE, "miliard|miliardy|miliardów"),
    ),
    compound_one="jeden",
    one_before_scale=False,
)
CZECH = Speech(
    zero="nula",
    ones=(
        _split("- jeden dva tři čtyři pět šest sedm osm devět"),
        _split("- jedna dvě tři čtyři pět šest sedm osm devět"),
        _split("- jedno dvě tři čtyři pět šest sedm osm devět"),
    ),
    teens=_split(
        "deset jedenáct dvanáct třináct čtrnáct patnáct šestnáct sedmnáct osmnáct devatenáct"
    ),
    tens=_split("- - dvacet třicet čtyřicet padesát šedesát sedmdesát osmdesát devadesát"),
    hundreds=_split("- sto dvě_stě tři_sta čtyři_sta pět_set šest_set sedm_set osm_set devět_set"),
    scales=(
        _noun(MASCULINE, "tisíc|tisíce|tisíc"),
        _noun(MASCULINE, "milion|miliony|milionů"),
        _noun(FEMININE, "miliarda|miliardy|miliard"),
    ),
    compound_one="jedna",
    one_before_scale=False,
)

ENGLISH_ONES = _split(
    "- one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
ENGLISH_TENS = _split("- - twenty thirty forty fifty sixty seventy eighty ninety")
ENGLISH_SCALES = ("thousand", "million", "billion")

KOPECK = _noun(FEMININE, "копейка|копейки|копеек")
CENT_RU = _noun(MASCULINE, "цент|цента|центов")
RUSSIAN_MONEY = {
    "RUB": (_noun(MASCULINE, "рубль|рубля|рублей"), KOPECK),
    "BYN": (_noun(MASCULINE, "белорусский рубль|белорусских рубля|белорусских рублей"), KOPECK),
    "KZT": (_noun(MASCULINE, "тенге|тенге|тенге"), _noun(MASCULINE, "тиын|тиына|тиынов")),
    "EUR": (_noun(MASCULINE, "евро|евро|евро"), CENT_RU),
    "USD": (_noun(MASCULINE, "доллар США|доллара США|долларов США"), CENT_RU),
    "PLN": (
        _noun(MASCULINE, "польский злотый|польских злотых|польских злотых"),
        _noun(MASCULINE, "грош|гроша|грошей"),
    ),
    "CZK": (
        _noun(FEMININE, "чешская крона|чешские кроны|чешских крон"),
        _noun(MASCULINE, "геллер|геллера|геллеров"),
    ),
}
POLISH_MONEY = {
    "PLN": _noun(MASCULINE, "złoty|złote|złotych"),
    "CZK": _noun(FEMININE, "korona czeska|korony czeskie|koron czeskich"),
    "EUR": _noun(NEUTER, "euro|euro|euro"),
    "USD": _noun(MASCULINE, "dolar amerykański|dolary amerykańskie|dolarów amerykańskich"),
    "RUB": _noun(MASCULINE, "rubel rosyjski|ruble rosyjskie|rubli rosyjskich"),
    "BYN": _noun(MASCULINE, "rubel białoruski|ruble białoruskie|rubli białoruskich"),
    "KZT": _noun(NEUTER, "tenge|tenge|tenge"),
}
CZECH_MONEY = {
    "CZK": _noun(FEMININE, "koruna česká|koruny české|korun českých"),
    "PLN": _noun(MASCULINE, "polský zlotý|polské zloté|polských zlotých"),
    "EUR": _noun(NEUTER, "euro|eura|eur"),
    "USD": _noun(MASCULINE, "americký dolar|americké dolary|amerických dolarů"),
    "RUB": _noun(MASCULINE, "ruský rubl|ruské rubly|ruských rublů"),
    "BYN": _noun(MASCULINE, "běloruský rubl|běloruské rubly|běloruských rublů"),
    "KZT": _noun(NEUTER, "tenge|tenge|tenge"),
}
ENGLISH_MONEY = {
    "RUB": ("Russian rouble", "Russian roubles"),
    "BYN": ("Belarusian rouble", "Belarusian roubles"),
    "KZT": ("tenge", "tenge"),
    "EUR": ("euro", "euros"),
    "USD": ("US dollar", "US dollars"),
    "PLN": ("Polish zloty", "Polish zlotys"),
    "CZK": ("Czech koruna", "Czech korunas"),
}

SPELLERS: dict[ActLanguage, Callable[[int, int, str], str]] = {
    ActLanguage.RU: _russian,
    ActLanguage.PL: _polish,
    ActLanguage.CS: _czech,
    ActLanguage.EN: _english,
}
MONEY: dict[ActLanguage, Container[str]] = {
    ActLanguage.RU: RUSSIAN_MONEY,
    ActLanguage.PL: POLISH_MONEY,
    ActLanguage.CS: CZECH_MONEY,
    ActLanguage.EN: ENGLISH_MONEY,
}
