"""The list of defects, the most frequent first; codes follow ISO 14224 where one fits."""

from typing import NamedTuple

from app.catalog.models import Severity

_SAFETY = Severity.SAFETY
_MAIN = Severity.MAIN_FUNCTION
_REDUCED = Severity.REDUCED_FUNCTION
_LOOKS = Severity.COSMETIC

_WITH_FIRE = ("bath_stove", "boiler", "fireplace", "insert", "pellet_boiler", "pellet_stove")
_WITH_POWER = ("automation", "boiler", "pellet_boiler", "pellet_stove")
_WITH_GLASS = ("bath_stove", "fireplace", "insert", "parts", "pellet_stove")


class Defect(NamedTuple):
    """A failure mode with its names, and the product groups that can have it; empty for all."""

    code: str
    severity: Severity
    ru: str
    pl: str
    cs: str
    en: str
    groups: tuple[str, ...] = ()


DEFECTS = (
    Defect(
        "GLS", _MAIN, "Трещина стекла", "Pęknięta szyba",
        "Prasklé sklo", "Cracked glass", _WITH_GLASS,
    ),
    Defect(
        "STD", _MAIN, "Трещина, прогар, коробление", "Pęknięcie, przepalenie, odkształcenie",
        "Prasklina, propálení, deformace", "Crack, burn-through, warp",
    ),
    Defect(
        "ELU", _MAIN, "Течь наружу", "Wyciek na zewnątrz",
        "Únik ven", "External leak", (*_WITH_FIRE, "chimney"),
    ),
    Defect(
        "TRN", _REDUCED, "Повреждение при перевозке", "Uszkodzenie w transporcie",
        "Poškození při přepravě", "Transport damage",
    ),
    Defect(
        "SUR", _LOOKS, "Дефект краски или эмали", "Wada lakieru lub emalii",
        "Vada laku nebo smaltu", "Paint or enamel defect",
    ),
    Defect(
        "CTL", _MAIN, "Ошибка контроллера", "Błąd sterownika", "Chyba regulátoru",
        "Controller error", _WITH_POWER,
    ),
    Defect(
        "FIT", _REDUCED, "Не подходит, щель", "Nie pasuje, szczelina", "Nelícuje, mezera",
        "Does not fit, gap",
    ),
    Defect("MIS", _REDUCED, "Нет детали", "Brak części", "Chybí díl", "Part missing"),
    Defect("QTY", _REDUCED, "Не то количество", "Zła ilość", "Chybné množství", "Wrong quantity"),
    Defect(
        "FTS", _MAIN, "Не разжигается", "Nie rozpala się",
        "Nezapaluje", "Does not ignite", (*_WITH_FIRE, "automation"),
    ),
    Defect("COR", _REDUCED, "Коррозия", "Korozja", "Koroze", "Corrosion"),
    Defect(
        "DOC", _LOOKS, "Нет документов", "Brak dokumentów", "Chybí doklady", "Papers missing"
    ),
    Defect(
        "SMK", _SAFETY, "Дымит в помещение", "Dymi do pomieszczenia", "Kouří do místnosti",
        "Smokes into the room", (*_WITH_FIRE, "chimney"),
    ),
    Defect(
        "CO", _SAFETY, "Сработал датчик угарного газа", "Alarm czujnika czadu",
        "Poplach čidla CO", "Carbon monoxide alarm", (*_WITH_FIRE, "chimney"),
    ),
    Defect(
        "ELS", _SAFETY, "Удар током, замыкание", "Porażenie prądem, zwarcie",
        "Úraz proudem, zkrat", "Electric shock, short circuit", _WITH_POWER,
    ),
    Defect(
        "INL", _REDUCED, "Подсос воздуха в топку", "Nieszczelność do paleniska",
        "Přisávání do topeniště", "Internal leak into the firebox", _WITH_FIRE,
    ),
    Defect(
        "IHT", _REDUCED, "Слабо греет", "Zbyt słabo grzeje",
        "Slabě hřeje", "Too little heat", _WITH_FIRE,
    ),
    Defect("FTF", _MAIN, "Не реагирует", "Nie reaguje", "Nereaguje", "No response", _WITH_POWER),
    Defect(
        "NOO", _MAIN, "Нет подачи", "Brak podawania", "Nepodává", "No output, no feed", _WITH_POWER
    ),
    Defect(
        "LOO", _REDUCED, "Слабая подача", "Za mała wydajność",
        "Nízký výkon", "Low output", _WITH_POWER,
    ),
    Defect(
        "ERO", _REDUCED, "Работает неустойчиво", "Pracuje niestabilnie", "Pracuje nestabilně",
        "Works unstably", (*_WITH_FIRE, "automation"),
    ),
    Defect(
        "PDE", _REDUCED, "Температура вне нормы", "Temperatura poza zakresem",
        "Teplota mimo rozsah", "Temperature out of range", (*_WITH_FIRE, "automation"),
    ),
    Defect(
        "PLU", _MAIN, "Засор дымохода или подачи", "Zatkany komin lub podajnik",
        "Ucpaný kouřovod nebo podavač",
        "Flue or feed blocked", (*_WITH_FIRE, "automation", "chimney"),
    ),
    Defect("NOI", _REDUCED, "Шум", "Hałas", "Hluk", "Noise", (*_WITH_FIRE, "automation")),
    Defect("DIM", _REDUCED, "Не тот размер", "Zły wymiar", "Chybný rozměr", "Wrong size"),
    Defect("WRG", _MAIN, "Не тот товар", "Inny towar", "Jiné zboží", "Wrong item"),
    Defect(
        "PKG", _LOOKS, "Повреждена упаковка", "Uszkodzone opakowanie", "Poškozený obal",
        "Package damaged",
    ),
    Defect("COS", _LOOKS, "Внешний вид", "Wada wizualna", "Vzhledová vada", "Cosmetic defect"),
    Defect(
        "NTF", _LOOKS, "Неисправность не обнаружена", "Wady nie stwierdzono",
        "Vada nezjištěna", "No trouble found",
    ),
    Defect("OTH", _REDUCED, "Другое", "Inne", "Jiné", "Other"),
)  # fmt: skip
