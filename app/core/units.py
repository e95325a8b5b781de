"""Units of quantity: the codes of UNECE Recommendation 20, what else they are called, their signs.

An ERP tells a unit by the code of its own country's classifier (in Russia OKEI, OK 015-94), by a
code of Recommendation 20 or by a sign. One form is kept, the code of Recommendation 20; a unit that
is not in this table is kept as it came and is said to be unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.vocabulary import Language


@dataclass(frozen=True)
class Quantity:
    """So much of something; `unit` is a code of Recommendation 20, empty where it is plain."""

    number: Decimal
    unit: str = ""

    def __str__(self) -> str:
        """Say it for logs; a reader's language is given by `core/i18n`."""
        return f"{self.number.normalize():f} {self.unit}".rstrip()


@dataclass(frozen=True)
class Unit:
    """A unit; `okei` are its codes there, `signs` what it is written as in each language.

    `is_whole`: it is counted, never cut. `also` are other names that ERPs have for it.
    """

    code: str
    okei: tuple[str, ...]
    signs: Mapping[Language, str]
    is_whole: bool = False
    also: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Everything that it may be called, in small letters and without a full stop."""
        every = (self.code, *self.okei, *self.signs.values(), *self.also)
        return frozenset(name.lower().rstrip(".") for name in every)


def _measured(code: str, okei: str, russian: str, latin: str, *also: str) -> Unit:
    """Return a unit whose sign is the same in all languages of Latin letters."""
    signs = dict.fromkeys(Language, latin) | {Language.RU: russian}
    return Unit(code, tuple(okei.split()), signs, also=also)


def _counted(code: str, okei: str, signs: tuple[str, str, str, str], *also: str) -> Unit:
    """Return a unit that is counted, with its Russian, Polish, Czech and English sign."""
    languages = (Language.RU, Language.PL, Language.CS, Language.EN)
    return Unit(code, tuple(okei.split()), dict(zip(languages, signs, strict=True)), True, also)


_PIECES = ("шт.", "szt.", "ks", "pcs")

UNITS = (
    # Pieces and packages.
    _counted("H87", "796", _PIECES, "EA", "PCE", "PC", "PCS", "NMB", "штука"),
    _counted("C62", "642", ("ед.", "jedn.", "jedn.", "units")),
    _counted("NAR", "657", ("изд.", "wyr.", "výr.", "articles")),
    _counted("SET", "704 839", ("компл.", "kpl.", "sada", "set"), "наб", "KT", "kompl"),
    _counted("PR", "715", ("пар", "para", "pár", "pair"), "NPR", "пара"),
    _counted("DZN", "641", ("дюж.", "tuz.", "tucet", "dozen")),
    _counted("DPC", "740", ("дюж. шт.", "tuz. szt.", "tucet ks", "dozen pcs")),
    _counted("TPR", "732", ("10 пар", "10 par", "10 párů", "10 pairs")),
    _counted("CEN", "797", ("100 шт.", "100 szt.", "100 ks", "100 pcs")),
    _counted("MIL", "798", ("тыс. шт.", "tys. szt.", "tis. ks", "thousand pcs"), "1000 шт"),
    _counted("MIO", "799", ("млн шт.", "mln szt.", "mil. ks", "million pcs")),
    _counted("XPK", "778", ("уп.", "op.", "bal.", "pack"), "PK", "NMP", "упак", "упаковка"),
    _counted("XPA", "728", ("пач.", "pacz.", "balíček", "packet"), "PA", "пачка"),
    _counted("XBX", "812", ("ящ.", "skrz.", "bedna", "box"), "BX", "ящик"),
    _counted("XCT", "8751", ("кор.", "kart.", "karton", "carton"), "CT", "короб", "коробка"),
    _counted("XPX", "", ("пал.", "pal.", "paleta", "pallet"), "PX", "паллета", "поддон"),
    _counted("XRO", "736", ("рул.", "rol.", "role", "roll"), "RO", "рулон", "rolka"),
    _counted("XBB", "616", ("боб.", "szp.", "cívka", "bobbin"), "BB", "NBB"),
    _counted("XBG", "", ("меш.", "work.", "pytel", "bag"), "BG", "мешок"),
    _counted("XBO", "868", ("бут.", "but.", "láhev", "bottle"), "BO"),
    _counted("XCA", "", ("бан.", "pusz.", "plechovka", "can"), "CA", "банка"),
    _counted("XNE", "698", ("мест", "miejsc", "míst", "packages"), "место"),
    _counted("LEF", "625", ("лист", "ark.", "list", "sheet")),
    _counted("NCL", "745", ("элем.", "elem.", "prvek", "element")),
    # Length.
    _measured("MMT", "003", "мм", "mm"),
    _measured("CMT", "004", "см", "cm"),
    _measured("DMT", "005", "дм", "dm"),
    _measured("MTR", "006", "м", "m", "метр"),
    _measured("LM", "018", "пог. м", "lm", "п.м", "пм", "м.п", "мп", "mb", "bm"),
    _measured("KMT", "008", "км", "km", "тыс. м"),
    _measured("INH", "039", "дюйм", "in"),
    _measured("FOT", "041", "фут", "ft"),
    _measured("YRD", "043", "ярд", "yd"),
    # Area.
    _measured("MMK", "050", "мм²", "mm²", "мм2", "mm2"),
    _measured("CMK", "051", "см²", "cm²", "см2", "cm2"),
    _measured("DMK", "053", "дм²", "dm²", "дм2", "dm2"),
    _measured("MTK", "055", "м²", "m²", "м2", "m2", "кв. м", "кв.м"),
    _measured("DAA", "058", "тыс. м²", "1000 m²", "тыс. м2"),
    _measured("HAR", "059", "га", "ha"),
    _measured("KMK", "061", "км²", "km²", "км2", "km2"),
    # Volume.
    _measured("MMQ", "110", "мм³", "mm³", "мм3", "mm3"),
    _measured("CMQ", "111", "см³", "cm³", "см3", "cm3"),
    _measured("MLT", "", "мл", "ml"),
    _measured("LTR", "112", "л", "l", "литр"),
    _measured("DMQ", "", "дм³", "dm³", "дм3", "dm3"),
    _measured("MTQ", "113", "м³", "m³", "м3", "m3", "куб. м", "куб.м"),
    _measured("DLT", "118", "дл", "dl"),
    _measured("HLT", "122", "гл", "hl"),
    # Mass.
    _measured("MGM", "161", "мг", "mg"),
    _measured("GRM", "163", "г", "g", "гр"),
    _measured("HGM", "160", "гг", "hg"),
    _measured("KGM", "166", "кг", "kg"),
    _measured("DTN", "206", "ц", "q"),
    _measured("TNE", "168", "т", "t", "тн", "тонна"),
    # Energy and time.
    _measured("KWT", "214", "кВт", "kW"),
    _measured("KWH", "245", "кВт·ч", "kWh"),
    _measured("MWH", "246", "МВт·ч", "MWh"),
    _measured("HUR", "356", "ч", "h", "час"),
)

BY_CODE = {unit.code: unit for unit in UNITS}
WHOLE_UNITS = frozenset(unit.code for unit in UNITS if unit.is_whole)
# The code of each name. 1C pads the code of metres to 006, spreadsheets take the zeros away.
CODES = {
    name: unit.code for unit in UNITS for name in (*unit.names, *(n.lstrip("0") for n in unit.okei))
}


def unit_code(name: str) -> str:
    """Return the code of a unit by any of its names; an unknown name as it is."""
    return CODES.get(name.strip().lower().rstrip("."), name)


def unit_sign(code: str, language: Language) -> str | None:
    """Return what a unit is written as in a language, None for one that is not in the table."""
    unit = BY_CODE.get(unit_code(code))
    return unit.signs[language] if unit else None
