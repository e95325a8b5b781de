"""Why a line may be refused."""

from typing import NamedTuple


class Rejection(NamedTuple):
    """A reason with its names."""

    code: str
    ru: str
    pl: str
    cs: str
    en: str


REJECTIONS = (
    Rejection(
        "R01", "Гарантийный срок истёк", "Upłynął okres gwarancji",
        "Záruční doba uplynula", "Warranty expired",
    ),
    Rejection(
        "R02", "Нарушение правил эксплуатации", "Użytkowanie niezgodne z instrukcją",
        "Nesprávné užívání", "Misuse",
    ),
    Rejection(
        "R03", "Механическое повреждение", "Uszkodzenie mechaniczne", "Mechanické poškození",
        "Physical damage",
    ),
    Rejection(
        "R04", "Неправильный монтаж или обслуживание", "Niewłaściwy montaż lub konserwacja",
        "Nesprávná montáž nebo údržba", "Wrong installation or maintenance",
    ),
    Rejection(
        "R05", "Товара нет в отгрузках дилеру", "Towar spoza dostaw", "Zboží není v dodávkách",
        "Not in the shipments to the dealer",
    ),
    Rejection(
        "R06", "Пропущен срок извещения", "Zgłoszenie po terminie", "Pozdní oznámení",
        "Late notice",
    ),
    Rejection("R07", "Дубликат", "Duplikat", "Duplicita", "Duplicate"),
    Rejection(
        "R08", "Дефект не подтверждён", "Wady nie stwierdzono", "Vada nezjištěna",
        "No trouble found",
    ),
    Rejection(
        "R09", "Недостаточно данных", "Niewystarczające dane", "Nedostatek údajů",
        "Insufficient evidence"
    ),
    Rejection(
        "R10", "Повреждение при перевозке, оговорки нет", "Szkoda transportowa bez zastrzeżenia",
        "Přepravní škoda bez výhrady", "Transport damage without reservation",
    ),
    Rejection(
        "R11", "Оговорено при продаже (уценка)", "Wada znana przy sprzedaży",
        "Vada známá při prodeji", "Defect known at sale",
    ),
    Rejection(
        "R12", "Естественный износ, расходный материал", "Zużycie normalne", "Běžné opotřebení",
        "Normal wear",
    ),
    Rejection(
        "R13", "Вмешательство, неоригинальные части", "Ingerencja, nieoryginalne części",
        "Neodborný zásah, neoriginální díly", "Tampering, foreign parts",
    ),
    Rejection(
        "R14", "Нарушены серийный номер или пломба", "Usunięty numer lub plomba",
        "Porušené výrobní číslo nebo plomba", "Serial number or seal removed",
    ),
    Rejection(
        "R15", "Требование не соответствует закону или договору", "Żądanie nie przysługuje",
        "Nárok nenáleží", "Remedy not available",
    ),
    Rejection(
        "R16", "Товар не предоставлен для проверки", "Towaru nie udostępniono",
        "Zboží nepředáno", "Goods not handed over",
    ),
)  # fmt: skip
