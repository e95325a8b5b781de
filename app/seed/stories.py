"""What the demo's claims are about: who, what is wrong, what is wanted, how far it got."""

from enum import StrEnum
from typing import NamedTuple

from app.vocabulary import Language, Remedy


class Ending(StrEnum):
    """How far a claim of the demo has got."""

    DRAFT = "draft"
    FILED = "filed"
    TAKEN = "taken"
    ASKED = "asked"
    ANSWERED = "answered"
    QUEUED = "queued"
    STARTED = "started"
    BLOCKED = "blocked"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    REJECTED_CLOSED = "rejected_closed"
    PARTLY = "partly"
    WITHDRAWN = "withdrawn"
    SILENT = "silent"


class Board(StrEnum):
    """A list on which a claim of the demo stands for what its dates have come to."""

    OVERDUE = "overdue"
    AT_RISK = "at_risk"
    SILENCE_SOON = "silence_soon"


class Story(NamedTuple):
    """One claim of the demo, filed about `age` working days ago.

    How many exactly follows from its ending and its boards, which it reaches on whatever day the
    demo is made. The customer has complained at the dealer's `heard` days before that. A price
    reduction is of so many `per_cent`. What was accepted may be `revised_to` another remedy; of a
    claim that was taken the decision may be handed on to the head of claims.
    """

    dealer: str
    age: int
    defect: str
    demand: Remedy
    ending: Ending
    lines: int = 1
    quantity: int = 1
    is_consumers: bool = False
    heard: int = 0
    per_cent: int = 30
    boards: tuple[Board, ...] = ()
    revised_to: Remedy | None = None
    is_handed_on: bool = False


STORIES = (
    Story("D01", 18, "ELU", Remedy.REPAIR, Ending.STARTED, is_consumers=True, heard=1),
    Story("D02", 11, "STD", Remedy.REFUND, Ending.QUEUED),
    Story("D05", 25, "GLS", Remedy.REPLACEMENT, Ending.REJECTED),
    Story("D10", 12, "SUR", Remedy.PRICE_REDUCTION, Ending.RESOLVED),
    Story("D11", 24, "CTL", Remedy.REPAIR, Ending.STARTED),
    Story("D04", 14, "TRN", Remedy.REFUND, Ending.PARTLY, lines=2, quantity=4),
    Story("D03", 3, "SMK", Remedy.SPARE_PART, Ending.TAKEN, is_handed_on=True),
    Story("D08", 22, "MIS", Remedy.REPLACEMENT, Ending.CONFIRMED, quantity=2),
    Story("D09", 9, "STD", Remedy.REPAIR, Ending.REJECTED),
    Story("D06", 30, "FIT", Remedy.REPLACEMENT, Ending.BLOCKED, boards=(Board.AT_RISK,)),
    Story("D01", 40, "GLS", Remedy.SPARE_PART, Ending.CONFIRMED),
    Story("D01", 6, "SUR", Remedy.PRICE_REDUCTION, Ending.ASKED),
    Story("D01", 2, "CTL", Remedy.REPAIR, Ending.FILED, is_consumers=True),
    Story("D01", 1, "TRN", Remedy.REPLACEMENT, Ending.DRAFT, lines=2),
    Story("D01", 50, "STD", Remedy.REFUND, Ending.CONFIRMED),
    Story("D01", 15, "FTS", Remedy.REPAIR, Ending.RESOLVED),
    Story("D02", 4, "GLS", Remedy.SPARE_PART, Ending.FILED, lines=2),
    Story("D02", 35, "DOC", Remedy.DOCUMENTS, Ending.CONFIRMED),
    Story("D02", 7, "SUR", Remedy.REPLACEMENT, Ending.ANSWERED, is_consumers=True),
    Story("D02", 20, "ELU", Remedy.REPAIR, Ending.REJECTED_CLOSED),
    Story("D03", 45, "ELU", Remedy.REPLACEMENT, Ending.CONFIRMED),
    Story("D03", 16, "QTY", Remedy.REFUND, Ending.QUEUED, quantity=3, boards=(Board.OVERDUE,)),
    Story("D04", 5, "COR", Remedy.REPAIR, Ending.TAKEN, is_consumers=True),
    Story("D04", 28, "GLS", Remedy.REPLACEMENT, Ending.CONFIRMED),
    Story("D05", 1, "FTS", Remedy.REPAIR, Ending.FILED),
    Story("D05", 33, "TRN", Remedy.REPLACEMENT, Ending.CONFIRMED),
    Story("D06", 8, "ELU", Remedy.REFUND, Ending.STARTED),
    Story("D07", 10, "STD", Remedy.REPAIR, Ending.QUEUED),
    Story("D07", 2, "GLS", Remedy.SPARE_PART, Ending.FILED),
    Story("D07", 19, "SUR", Remedy.PRICE_REDUCTION, Ending.WITHDRAWN),
    Story("D08", 6, "TRN", Remedy.PRICE_REDUCTION, Ending.ASKED, quantity=3),
    Story("D09", 29, "FIT", Remedy.REPLACEMENT, Ending.CONFIRMED),
    Story("D10", 3, "CTL", Remedy.REPAIR, Ending.TAKEN, is_consumers=True),
    Story("D10", 31, "GLS", Remedy.REFUND, Ending.CONFIRMED),
    # In Poland silence accepts what a consumer demands, two weeks after they have said so.
    Story(
        "D10", 5, "GLS", Remedy.REPLACEMENT, Ending.ASKED, is_consumers=True, heard=5,
        boards=(Board.SILENCE_SOON,),
    ),
    Story(
        "D10", 2, "STD", Remedy.REPAIR, Ending.FILED, is_consumers=True, heard=9,
        boards=(Board.SILENCE_SOON,),
    ),
    Story("D10", 12, "SUR", Remedy.PRICE_REDUCTION, Ending.SILENT, is_consumers=True, heard=2),
    Story("D11", 4, "GLS", Remedy.REPLACEMENT, Ending.FILED, is_consumers=True),
    Story("D11", 38, "SUR", Remedy.PRICE_REDUCTION, Ending.CONFIRMED),
    Story("D12", 13, "CTL", Remedy.REPAIR, Ending.QUEUED, revised_to=Remedy.REPLACEMENT),
    Story("D12", 5, "TRN", Remedy.REPLACEMENT, Ending.ASKED, is_consumers=True),
    Story("D12", 42, "GLS", Remedy.SPARE_PART, Ending.REJECTED_CLOSED),
)  # fmt: skip

_OTHER = {
    Language.RU: "Товар не соответствует заявленному качеству, подробности на фото.",
    Language.PL: "Towar niezgodny z umową, szczegóły na zdjęciach.",
    Language.CS: "Zboží neodpovídá smlouvě, podrobnosti na fotografiích.",
    Language.EN: "The goods are not as agreed, see the photos.",
}

DESCRIPTIONS = {
    "GLS": {
        Language.RU: "Стекло дверцы треснуло при третьей топке, трещина от верхнего угла.",
        Language.PL: "Szyba drzwiczek pękła przy trzecim paleniu, pęknięcie od górnego rogu.",
        Language.CS: "Sklo dvířek prasklo při třetím topení, prasklina od horního rohu.",
        Language.EN: "The door glass cracked during the third firing, from the upper corner.",
    },
    "STD": {
        Language.RU: "Прогорела задняя стенка топки, металл покоробился.",
        Language.PL: "Przepalona tylna ściana paleniska, blacha odkształcona.",
        Language.CS: "Propálená zadní stěna topeniště, plech zdeformovaný.",
        Language.EN: "The rear wall of the firebox burnt through, the metal is warped.",
    },
    "ELU": {
        Language.RU: "Течь по сварному шву бака после двух недель работы.",
        Language.PL: "Wyciek na spawie zbiornika po dwóch tygodniach pracy.",
        Language.CS: "Únik na svaru nádrže po dvou týdnech provozu.",
        Language.EN: "A leak at the weld of the tank after two weeks of work.",
    },
    "SUR": {
        Language.RU: "Краска отслаивается на лицевой панели, площадь около 5 см².",
        Language.PL: "Farba łuszczy się na panelu przednim, powierzchnia około 5 cm².",
        Language.CS: "Barva se odlupuje na předním panelu, plocha asi 5 cm².",
        Language.EN: "The paint peels off the front panel, about 5 cm².",
    },
    "CTL": {
        Language.RU: "Контроллер показывает ошибку E4, горелка не запускается.",
        Language.PL: "Sterownik pokazuje błąd E4, palnik się nie uruchamia.",
        Language.CS: "Regulátor hlásí chybu E4, hořák se nespustí.",
        Language.EN: "The controller shows error E4, the burner does not start.",
    },
    "TRN": {
        Language.RU: "Упаковка вскрыта, вмятина на боковой стенке, отметка в накладной есть.",
        Language.PL: "Opakowanie otwarte, wgniecenie z boku, zastrzeżenie w liście przewozowym.",
        Language.CS: "Obal otevřený, promáčklý bok, výhrada v nákladním listu.",
        Language.EN: "The packing was open, a dent in the side, noted on the waybill.",
    },
}


def description(defect: str, language: Language) -> str:
    """Return what a clerk would write about this defect."""
    return DESCRIPTIONS.get(defect, _OTHER)[language]


CUSTOMER = {
    Language.RU: "Соколова А. Н., физическое лицо",
    Language.PL: "Anna Sokołowska, osoba fizyczna",
    Language.CS: "Anna Sokolová, fyzická osoba",
    Language.EN: "Anna Falkner, a private person",
}

AGREEMENT = {
    Language.RU: ("Соглашение о сроке ремонта.txt", "Стороны согласовали срок ремонта до {day}."),
    Language.PL: ("Uzgodnienie terminu naprawy.txt", "Strony uzgodniły naprawę do {day}."),
    Language.CS: ("Dohoda o lhůtě opravy.txt", "Strany se dohodly na opravě do {day}."),
    Language.EN: ("Agreement on the repair.txt", "The parties agreed on the repair by {day}."),
}
QUESTION = {
    Language.RU: "Пришлите, пожалуйста, фото таблички с серийным номером.",
    Language.PL: "Prosimy o zdjęcie tabliczki z numerem seryjnym.",
    Language.CS: "Pošlete prosím fotografii štítku s výrobním číslem.",
    Language.EN: "Please send a photo of the plate with the serial number.",
}
ANSWER = {
    Language.RU: "Фото приложили, номер читается.",
    Language.PL: "Zdjęcie dołączone, numer czytelny.",
    Language.CS: "Fotografie přiložena, číslo je čitelné.",
    Language.EN: "The photo is attached, the number can be read.",
}
REFUSAL = {
    Language.RU: "На фото виден след удара; повреждение возникло после передачи товара.",
    Language.PL: "Na zdjęciu widać ślad uderzenia; uszkodzenie powstało po wydaniu towaru.",
    Language.CS: "Na fotografii je stopa nárazu; poškození vzniklo po předání zboží.",
    Language.EN: "The photo shows the mark of a blow; the damage came after the hand-over.",
}
RESULT = {
    Language.RU: "Выполнено, проверено ОТК, документы приложены к отгрузке.",
    Language.PL: "Wykonano, sprawdzono, dokumenty dołączono do wysyłki.",
    Language.CS: "Provedeno, zkontrolováno, doklady přiloženy k zásilce.",
    Language.EN: "Done and checked, the papers travel with the goods.",
}
REVISED = {
    Language.RU: "Такой ремонт у нас занял бы слишком много времени: меняем изделие.",
    Language.PL: "Taka naprawa trwałaby zbyt długo: wymieniamy wyrób.",
    Language.CS: "Taková oprava by trvala příliš dlouho: výrobek vyměníme.",
    Language.EN: "Such a repair would take too long: we replace the item.",
}
HURRY = {
    Language.RU: "Дилер забирает деталь завтра своим транспортом.",
    Language.PL: "Dealer odbierze część jutro własnym transportem.",
    Language.CS: "Dealer si díl zítra vyzvedne vlastním vozem.",
    Language.EN: "The dealer fetches the part tomorrow with his own lorry.",
}
WAITING = {
    Language.RU: "Ждём запчасть от поставщика",
    Language.PL: "Czekamy na część od dostawcy",
    Language.CS: "Čekáme na díl od dodavatele",
    Language.EN: "Waiting for a part from the supplier",
}
