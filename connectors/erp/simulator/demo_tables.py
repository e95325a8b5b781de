"""The demo's facts by name: two plants, twelve dealers, forty items and what they are made of.

All firms are fictional; their tax numbers have valid check digits and belong to nobody.
"""

from dataclasses import dataclass
from datetime import date

RU_PLANT = "RU-CHE"
PL_PLANT = "PL-LDZ"


@dataclass(frozen=True)
class Dealer:
    """A dealer as a bookkeeper knows him. `weight` is his share of the shipments."""

    code: str
    name: str
    tax_id: str
    country: str
    city: str
    address: str
    language: str
    time_zone: str
    signer: str
    basis: str
    weight: int
    tax_code: str = ""
    registry_no: str = ""
    bank: tuple[str, str, str] = ("", "", "")
    priority: str = "B"
    contract_on: date = date(2024, 1, 15)
    partner: str = ""
    position: str = ""
    basis_no: str = ""
    basis_on: date | None = None

    @property
    def partner_code(self) -> str:
        """The business behind the legal entity; several entities may belong to one."""
        return self.partner or self.code

    @property
    def plant(self) -> str:
        """The plant that delivers to this dealer; goods do not cross that border."""
        return RU_PLANT if self.country in {"RU", "BY", "KZ"} else PL_PLANT


@dataclass(frozen=True)
class Item:
    """A thing that is sold. `batch` is the letter of its production line in lot numbers."""

    sku: str
    name: str
    group: str
    price: str
    warranty_months: int
    tracking: str
    batch: str
    parts: tuple[str, ...] = ()
    unit: str = "H87"

    @property
    def plant(self) -> str:
        """The plant that makes it."""
        return PL_PLANT if self.sku.startswith("OGP-") else RU_PLANT


@dataclass(frozen=True)
class Group:
    """A branch of the tree of items. `is_folder`: the infobase sends it among the items."""

    code: str
    name: str
    above: str = ""
    is_folder: bool = False


GROUPS = (
    Group("goods", "Продукция"),
    Group("heating", "Печи и котлы", "goods"),
    Group("bath_stove", "Печи банные", "heating"),
    Group("fireplace", "Печи-камины", "heating"),
    Group("boiler", "Котлы твердотопливные", "heating"),
    Group("pellet_boiler", "Котлы пеллетные", "heating"),
    Group("insert", "Wkłady kominkowe", "heating"),
    Group("pellet_stove", "Piece na pellet", "heating"),
    Group("other", "Комплектующие", "goods"),
    Group("automation", "Автоматика", "other"),
    Group("chimney", "Дымоходы", "other"),
    Group("lining", "Облицовка и футеровка", "other"),
    Group("parts", "Запасные части", "other", is_folder=True),
)

DIRECTOR = "Устава"
RU_BANK = "АО «Демо-Банк», г. Москва"

DEALERS = (
    Dealer(
        "D01", "ООО «Сибирский очаг»", "0099000487", "RU", "Новосибирск",
        "630000, г. Новосибирск, ул. Печная, д. 1", "ru", "Asia/Novosibirsk",
        "Кедров Павел Андреевич", DIRECTOR, 12, "009901001", "126000000101",
        (RU_BANK, "40702810000000000101", "040000001"), "VIP",
        position="Генеральный директор",
    ),
    Dealer(
        "D02", "ООО «Печной двор»", "0099000857", "RU", "Москва",
        "101000, г. Москва, ул. Каминная, д. 2", "ru", "Europe/Moscow",
        "Горнова Ирина Сергеевна", DIRECTOR, 16, "009901001", "126000000022",
        (RU_BANK, "40702810000000000102", "040000001"), "A",
        position="Генеральный директор",
    ),
    Dealer(
        "D03", "ООО «Невский камин»", "0099001226", "RU", "Санкт-Петербург",
        "190000, г. Санкт-Петербург, наб. Огневая, д. 3", "ru", "Europe/Moscow",
        "Ладожский Олег Петрович", DIRECTOR, 12, "009901001", "126000000033",
        (RU_BANK, "40702810000000000103", "040000001"), "A", partner="D02",
        position="Директор",
    ),
    Dealer(
        "D04", "ООО «Казань-Тепло»", "0099001593", "RU", "Казань",
        "420000, г. Казань, ул. Тёплая, д. 4", "ru", "Europe/Moscow",
        "Сафин Тимур Маратович", "доверенности", 10, "009901001", "126000000044",
        (RU_BANK, "40702810000000000104", "040000001"),
        position="Коммерческий директор", basis_no="17", basis_on=date(2026, 1, 12),
    ),
    Dealer(
        "D05", "ИП Орлов А. А.", "009900001966", "RU", "Екатеринбург",
        "620000, г. Екатеринбург, ул. Уральская, д. 5", "ru", "Asia/Yekaterinburg",
        "Орлов Алексей Андреевич", "свидетельства о регистрации", 6, "", "32600000000005",
        (RU_BANK, "40802810000000000105", "040000001"),
    ),
    Dealer(
        "D06", "ООО «Приморье-Печи»", "0099001963", "RU", "Владивосток",
        "690000, г. Владивосток, ул. Портовая, д. 6", "ru", "Asia/Vladivostok",
        "Волнова Анна Игоревна", DIRECTOR, 6, "009901001", "126000000066",
        (RU_BANK, "40702810000000000106", "040000001"),
        position="Директор",
    ),
    Dealer(
        "D07", "ООО «Юг-Камин»", "0099002332", "RU", "Краснодар",
        "350000, г. Краснодар, ул. Южная, д. 7", "ru", "Europe/Moscow",
        "Степной Роман Викторович", DIRECTOR, 9, "009901001", "126000000077",
        (RU_BANK, "40702810000000000107", "040000001"),
        position="Генеральный директор",
    ),
    Dealer(
        "D08", "ООО «ПечьБел»", "199000118", "BY", "Минск",
        "220000, г. Минск, ул. Демонстрационная, д. 8", "ru", "Europe/Minsk",
        "Лесун Виктор Янович", DIRECTOR, 7, "", "",
        ("ОАО «Демо-Банк Минск»", "BY00DEMO30120000000000000108", "DEMOBY2X"),
        position="Директор",
    ),
    Dealer(
        "D09", "ТОО «Алатау Жылу»", "260140999110", "KZ", "Алматы",
        "050000, г. Алматы, ул. Горная, д. 9", "ru", "Asia/Almaty",
        "Сеитов Данияр Ерланович", DIRECTOR, 7, "", "",
        ("АО «Демо-Банк Алматы»", "KZ00DEM0000000000109", "DEMOKZKA"),
        position="Директор",
    ),
    Dealer(
        "D10", "Ciepły Kominek Sp. z o.o.", "9999000487", "PL", "Warszawa",
        "ul. Kominkowa 10, 00-000 Warszawa", "pl", "Europe/Warsaw",
        "Katarzyna Iskra", "KRS", 7, "", "99000048",
        ("Bank Demo S.A.", "PL00000000000000000000000110", "DEMOPLPW"), "A",
        position="Prezes Zarządu",
    ),
    Dealer(
        "D11", "Kamna Morava s.r.o.", "CZ89990111", "CZ", "Brno",
        "Kamnářská 11, 600 00 Brno", "cs", "Europe/Prague",
        "Jana Popelková", "obchodní rejstřík", 5, "", "",
        ("Demo banka a.s.", "CZ0000000000000000000111", "DEMOCZPP"),
        position="jednatelka",
    ),
    Dealer(
        "D12", "Ofenhaus Demo GmbH", "DE999000113", "DE", "Berlin",
        "Ofenstraße 12, 10000 Berlin", "en", "Europe/Berlin",
        "Jonas Glut", "Handelsregister", 5, "", "",
        ("Demo Bank AG", "DE00000000000000000112", "DEMODEBB"),
        position="Geschäftsführer",
    ),
)  # fmt: skip

BATH = ("Топка", "Каменка", "Дверца", "OG-GL350", "OG-GRATE", "Бак")
STOVE = ("Корпус", "OG-GL480", "OG-VERM", "OG-CORD", "Ручка", "Шибер")
BOILER = ("Теплообменник", "Дверца", "OG-GRATE")
PELLET = ("Теплообменник", "Горелка", "OG-CTRL2", "OG-AUG", "Датчик пламени", "OG-FAN120", "OG-IGN")
INSERT = ("Korpus", "OGP-GL", "Uszczelka", "Klamka", "Przepustnica")
PELLET_STOVE = ("Korpus", "OGP-CTRL", "Podajnik", "Palnik", "OGP-GL")

S, L = "serial", "lot"

# Kilograms of one piece; nobody has weighed the rest.
WEIGHTS = {
    "OG-B12": "48", "OG-B18": "57", "OG-B24": "69", "OG-B18W": "72.5", "OG-BC20": "118",
    "OG-BC28": "146", "OG-K06": "74", "OG-K08": "92", "OG-K08P": "98", "OG-K10": "112",
    "OG-K12S": "186", "OG-K14": "164", "OG-T15": "155", "OG-T20": "182", "OG-T30": "238",
    "OG-P20": "265", "OG-P30": "312", "OG-P50": "430", "OG-CTRL2": "1.2", "OG-FAN120": "1.8",
    "OG-IGN": "0.25", "OG-GL350": "1.1", "OG-GL480": "1.9", "OG-GRATE": "4.6", "OG-DOOR18": "9.4",
    "OGP-W7": "86", "OGP-W11": "124", "OGP-W14": "148", "OGP-PEL8": "97",
}  # fmt: skip

ITEMS = (
    Item("OG-B12", "Печь банная Б-12", "bath_stove", "38900.00", 36, S, "B", BATH),
    Item("OG-B18", "Печь банная Б-18", "bath_stove", "46500.00", 36, S, "B", BATH),
    Item("OG-B24", "Печь банная Б-24", "bath_stove", "57900.00", 36, S, "B", BATH),
    Item("OG-B18W", "Печь банная Б-18В с контуром", "bath_stove", "62900.00", 36, S, "B", BATH),
    Item("OG-BC20", "Печь банная чугунная БЧ-20", "bath_stove", "74800.00", 60, S, "B", BATH),
    Item("OG-BC28", "Печь банная чугунная БЧ-28", "bath_stove", "92400.00", 60, S, "B", BATH),
    Item("OG-K06", "Печь-камин К-06", "fireplace", "54900.00", 24, S, "K", STOVE),
    Item("OG-K08", "Печь-камин К-08", "fireplace", "66700.00", 24, S, "K", STOVE),
    Item("OG-K08P", "Печь-камин К-08П с плитой", "fireplace", "71300.00", 24, S, "K", STOVE),
    Item("OG-K10", "Печь-камин К-10 угловая", "fireplace", "79900.00", 24, S, "K", STOVE),
    Item("OG-K12S", "Печь-камин К-12С", "fireplace", "118500.00", 24, S, "K", STOVE),
    Item("OG-K14", "Печь-камин К-14, три стекла", "fireplace", "131000.00", 24, S, "K", STOVE),
    Item("OG-T15", "Котёл твердотопливный Т-15", "boiler", "69500.00", 24, S, "T", BOILER),
    Item("OG-T20", "Котёл твердотопливный Т-20", "boiler", "84900.00", 24, S, "T", BOILER),
    Item("OG-T30", "Котёл твердотопливный Т-30", "boiler", "102300.00", 24, S, "T", BOILER),
    Item("OG-P20", "Котёл пеллетный П-20", "pellet_boiler", "214000.00", 24, S, "C", PELLET),
    Item("OG-P30", "Котёл пеллетный П-30", "pellet_boiler", "256000.00", 24, S, "C", PELLET),
    Item("OG-P50", "Котёл пеллетный П-50", "pellet_boiler", "398000.00", 24, S, "C", PELLET),
    Item("OG-CTRL2", "Контроллер котла", "automation", "14900.00", 12, S, "C"),
    Item("OG-FAN120", "Вентилятор 120 мм", "automation", "8700.00", 12, S, "C"),
    Item("OG-IGN", "Запальник", "automation", "2450.00", 6, L, "C"),
    Item("OG-AUG", "Шнек подачи", "automation", "6300.00", 12, L, "C"),
    Item("OG-S115-05", "Сэндвич 115, 0,5 м", "chimney", "3450.00", 36, L, "S"),
    Item("OG-S115-1", "Сэндвич 115, 1 м", "chimney", "5900.00", 36, L, "S"),
    Item("OG-S150-1", "Сэндвич 150, 1 м", "chimney", "7400.00", 36, L, "S"),
    Item("OG-EL45", "Колено 45°", "chimney", "3100.00", 36, L, "S"),
    Item("OG-BR230", "Кирпич шамотный 230 мм", "lining", "148.84", 12, L, "R"),
    Item("OG-VERM", "Плита вермикулитовая", "lining", "1980.00", 12, L, "R"),
    Item("OG-TALC", "Облицовка талькохлорит", "lining", "42700.00", 12, L, "R", (), "SET"),
    Item("OG-GL350", "Стекло жаропрочное 350", "parts", "4300.00", 12, L, "G"),
    Item("OG-GL480", "Стекло жаропрочное 480", "parts", "6900.00", 12, L, "G"),
    Item("OG-CORD", "Шнур уплотнительный", "parts", "210.00", 12, L, "G", (), "MTR"),
    Item("OG-GRATE", "Колосник", "parts", "2650.00", 12, L, "G"),
    Item("OG-DOOR18", "Дверца Б-18", "parts", "11800.00", 12, L, "G"),
    Item("OGP-W7", "Wkład kominkowy W7", "insert", "3690.00", 60, S, "W", INSERT),
    Item("OGP-W11", "Wkład kominkowy W11", "insert", "4920.00", 60, S, "W", INSERT),
    Item("OGP-W14", "Wkład kominkowy W14", "insert", "9840.00", 60, S, "W", INSERT),
    Item("OGP-PEL8", "Piec na pellet PEL8", "pellet_stove", "7380.00", 60, S, "P", PELLET_STOVE),
    Item("OGP-GL", "Szyba żaroodporna", "parts", "615.00", 24, L, "G"),
    Item("OGP-CTRL", "Sterownik", "automation", "1107.00", 24, S, "C"),
)  # fmt: skip


@dataclass(frozen=True)
class Sale:
    """A shipment that the demo's stories need: item, quantity and, where it matters, the lot."""

    days_ago: int
    dealer: str
    goods: tuple[tuple[str, str], ...]
    lot: str = ""


CONTROLLER_LOT = "C-014"
LOT_DAYS_AGO = 262  # its boilers were made on one day
STORIES = (
    Sale(1150, "D09", (("OG-B24", "1"),)),
    Sale(400, "D02", (("OG-T20", "2"),)),
    Sale(333, "D02", (("OG-B18W", "1"), ("OG-B18", "2"))),
    Sale(290, "D06", (("OG-K08", "2"),)),
    Sale(255, "D03", (("OG-P20", "6"),), CONTROLLER_LOT),
    Sale(254, "D01", (("OG-P20", "4"),), CONTROLLER_LOT),
    Sale(253, "D02", (("OG-P20", "5"),), CONTROLLER_LOT),
    Sale(252, "D04", (("OG-P20", "3"),), CONTROLLER_LOT),
    Sale(249, "D05", (("OG-P20", "3"),), CONTROLLER_LOT),
    Sale(248, "D07", (("OG-P20", "4"),), CONTROLLER_LOT),
    Sale(210, "D01", (("OG-T20", "2"),)),
    Sale(180, "D05", (("OG-K12S", "1"), ("OG-GL480", "4"))),
    Sale(120, "D11", (("OGP-PEL8", "2"),)),
    Sale(60, "D04", (("OG-BR230", "96"), ("OG-CORD", "25.50"))),
    Sale(40, "D08", (("OG-S115-1", "40"),)),
    Sale(14, "D10", (("OGP-W11", "2"),)),
)
