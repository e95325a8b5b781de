"""The way of the goods in words, for acts and mails: one short part for each leg."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask_babel import get_locale

from app.deadlines.rules import Leg
from app.deadlines.stages import Stage
from app.vocabulary import Language


@dataclass(frozen=True)
class Wording:
    """How a language says it; `work` and `transport` are filled with names and days."""

    day: str
    work: str
    transport: str
    payment: str
    names: dict[Stage, str]


WORDINGS = {
    Language.RU: Wording(
        "dd.MM",
        "{name} до {finish}",
        "{name}: отправка {departure}, прибытие {arrival}",
        "{name}: перечисление {departure}, зачисление {arrival}",
        {
            Stage.TRIAGE: "проверка рекламации",
            Stage.DEALER_PACK: "упаковка у дилера",
            Stage.INBOUND: "к заводу",
            Stage.INTAKE: "приёмка",
            Stage.DIAGNOSIS: "диагностика",
            Stage.REPAIR: "ремонт",
            Stage.QUALITY_CHECK: "контроль качества",
            Stage.PICK: "подбор на складе",
            Stage.OUTBOUND: "к дилеру",
            Stage.HANDOVER: "передача дилером",
            Stage.SETTLEMENT: "оформление расчёта",
            Stage.PAYMENT: "оплата",
            Stage.DOCUMENTS: "подготовка документов",
            Stage.VISIT: "выезд специалиста",
            Stage.ON_SITE_REPAIR: "ремонт на месте",
        },
    ),
    Language.PL: Wording(
        "dd.MM",
        "{name} do {finish}",
        "{name}: wysyłka {departure}, dostawa {arrival}",
        "{name}: przelew {departure}, wpływ {arrival}",
        {
            Stage.TRIAGE: "weryfikacja reklamacji",
            Stage.DEALER_PACK: "pakowanie u dealera",
            Stage.INBOUND: "do zakładu",
            Stage.INTAKE: "przyjęcie",
            Stage.DIAGNOSIS: "diagnostyka",
            Stage.REPAIR: "naprawa",
            Stage.QUALITY_CHECK: "kontrola jakości",
            Stage.PICK: "kompletacja w magazynie",
            Stage.OUTBOUND: "do dealera",
            Stage.HANDOVER: "wydanie przez dealera",
            Stage.SETTLEMENT: "rozliczenie",
            Stage.PAYMENT: "płatność",
            Stage.DOCUMENTS: "przygotowanie dokumentów",
            Stage.VISIT: "wyjazd technika",
            Stage.ON_SITE_REPAIR: "naprawa na miejscu",
        },
    ),
    Language.CS: Wording(
        "d. M.",
        "{name} do {finish}",
        "{name}: odeslání {departure}, doručení {arrival}",
        "{name}: odeslání {departure}, připsání {arrival}",
        {
            Stage.TRIAGE: "kontrola reklamace",
            Stage.DEALER_PACK: "zabalení u prodejce",
            Stage.INBOUND: "do závodu",
            Stage.INTAKE: "příjem",
            Stage.DIAGNOSIS: "diagnostika",
            Stage.REPAIR: "oprava",
            Stage.QUALITY_CHECK: "kontrola kvality",
            Stage.PICK: "vychystání ze skladu",
            Stage.OUTBOUND: "k prodejci",
            Stage.HANDOVER: "předání prodejcem",
            Stage.SETTLEMENT: "vyúčtování",
            Stage.PAYMENT: "platba",
            Stage.DOCUMENTS: "příprava dokladů",
            Stage.VISIT: "výjezd technika",
            Stage.ON_SITE_REPAIR: "oprava na místě",
        },
    ),
    Language.EN: Wording(
        "d MMM",
        "{name} by {finish}",
        "{name}: dispatch {departure}, arrival {arrival}",
        "{name}: transfer {departure}, credited {arrival}",
        {
            Stage.TRIAGE: "check of the claim",
            Stage.DEALER_PACK: "packing at the dealer",
            Stage.INBOUND: "to the plant",
            Stage.INTAKE: "intake",
            Stage.DIAGNOSIS: "diagnosis",
            Stage.REPAIR: "repair",
            Stage.QUALITY_CHECK: "quality check",
            Stage.PICK: "picking from stock",
            Stage.OUTBOUND: "to the dealer",
            Stage.HANDOVER: "hand-over by the dealer",
            Stage.SETTLEMENT: "settlement",
            Stage.PAYMENT: "payment",
            Stage.DOCUMENTS: "preparation of the documents",
            Stage.VISIT: "technician's visit",
            Stage.ON_SITE_REPAIR: "repair on site",
        },
    ),
}


def describe(legs: Iterable[Leg], language: Language) -> str:
    """Return the legs in words, such as `к заводу: отправка 26.10, прибытие 30.10; …`."""
    return "; ".join(_describe_leg(leg, language) for leg in legs)


def stage_name(stage: str) -> str:
    """Return a stage's name in the reader's language."""
    return WORDINGS[Language(str(get_locale() or Language.EN))].names[Stage(stage)]


def _describe_leg(leg: Leg, language: Language) -> str:
    wording = WORDINGS[language]
    name = wording.names[Stage(leg.stage)]
    if leg.departure is None or leg.arrival is None:
        return wording.work.format(name=name, finish=_day(leg.finish, language))
    sentence = wording.payment if leg.stage == Stage.PAYMENT else wording.transport
    departure, arrival = _day(leg.departure, language), _day(leg.arrival, language)
    return sentence.format(name=name, departure=departure, arrival=arrival)


def _day(day: date, language: Language) -> str:
    return format_date(day, WORDINGS[language].day, locale=language)
