"""The people of the demo: of every dealer, of the departments and of the claims office."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from app.accounts.models import Dealer, Department, Person
from app.core.db import db
from app.core.i18n import LANGUAGE_NAMES
from app.core.words import label
from app.seed.missing import add_missing
from app.vocabulary import Language, Role

RU_ZONE = "Asia/Yekaterinburg"
PL_ZONE = "Europe/Warsaw"


class LogIn(NamedTuple):
    """Whom one may sign in as."""

    role: Role
    email: str
    who: str
    language: Language
    department: str = ""


class Named(NamedTuple):
    """The part of the address before the @, and the name."""

    mailbox: str
    name: str


# Of each dealer the one who files claims, then the one who looks after the dealer's people.
DEALERS_PEOPLE = {
    "D01": (Named("anna", "Анна Кедрова"), Named("pavel", "Павел Кедров")),
    "D02": (Named("boris", "Борис Лугов"), Named("irina", "Ирина Горнова")),
    "D03": (Named("vera", "Вера Невская"), Named("oleg", "Олег Ладожский")),
    "D04": (Named("aliya", "Алия Гарипова"), Named("timur", "Тимур Сафин")),
    "D05": (Named("denis", "Денис Рудаков"), Named("alexey", "Алексей Орлов")),
    "D06": (Named("egor", "Егор Причалов"), Named("anna", "Анна Волнова")),
    "D07": (Named("zoya", "Зоя Кубанова"), Named("roman", "Роман Степной")),
    "D08": (Named("alesya", "Алеся Вербицкая"), Named("viktor", "Виктор Лесун")),
    "D09": (Named("aigerim", "Айгерим Тасбаева"), Named("daniyar", "Данияр Сеитов")),
    "D10": (Named("marek", "Marek Zduński"), Named("katarzyna", "Katarzyna Iskra")),
    "D11": (Named("petr", "Petr Kamnář"), Named("jana", "Jana Popelková")),
    "D12": (Named("lena", "Lena Herdmann"), Named("jonas", "Jonas Glut")),
}

OFFICE = (
    (Role.CLAIM_MANAGER, Named("manager", "Мария Озерова"), Language.RU),
    (Role.CLAIM_MANAGER, Named("nikita", "Никита Уралов"), Language.RU),
    (Role.CLAIM_MANAGER, Named("agnieszka", "Agnieszka Kaflowska"), Language.PL),
    (Role.HEAD_OF_CLAIMS, Named("head", "Елена Каменская"), Language.RU),
    (Role.ADMINISTRATOR, Named("admin", "Глеб Системный"), Language.RU),
    (Role.ERP_SERVICE, Named("erp", "1С: Предприятие"), Language.RU),
)

DEPARTMENTS_PEOPLE = {
    "production": (
        (Named("production", "Степан Литейщиков"), Language.RU),
        (Named("piotr", "Piotr Spawacz"), Language.PL),
    ),
    "finance": (
        (Named("finance", "Ольга Счётова"), Language.RU),
        (Named("ewa", "Ewa Rachubska"), Language.PL),
    ),
    "logistics": (
        (Named("logistics", "Руслан Дорогин"), Language.RU),
        (Named("janusz", "Janusz Drożny"), Language.PL),
    ),
    "warehouse": ((Named("warehouse", "Галина Полкина"), Language.RU),),
    "quality": ((Named("quality", "Илья Мерный"), Language.RU),),
    "service": ((Named("service", "Артём Наладов"), Language.RU),),
}

_ZONES = {Language.RU: RU_ZONE, Language.PL: PL_ZONE}
_PLANT_DOMAIN = "plant.example"


def load_people(password_hash: str) -> list[LogIn]:
    """Add the people who are missing; return everybody's log-in, whoever added them."""
    people = [*_dealers_people(), *_office(), *_departments_people()]
    add_missing(Person, (person | {"password_hash": password_hash} for person in people))
    return [
        LogIn(person["role"], person["email"], person["name"], person["language"])
        for person in people
    ]


def log_ins() -> list[LogIn]:
    """Return one log-in for each role, each department and each language of dealers' clerks."""
    dealers_language = case((Person.role == Role.DEALER_USER, Person.language))
    first = select(func.min(Person.id)).group_by(
        Person.role, Person.department_id, dealers_language
    )
    query = (
        select(Person.role, Person.email, Person.name, Person.language)
        .add_columns(func.coalesce(Department.code, ""))
        .outerjoin(Department, Department.id == Person.department_id)
        .where(Person.id.in_(first), Person.role != Role.ERP_SERVICE)
    )
    order = list(Role)
    found = [LogIn(*row) for row in db.execute(query.order_by(Person.id))]
    return sorted(found, key=lambda log_in: order.index(log_in.role))


def as_table(log_ins: Sequence[LogIn]) -> list[str]:
    """Return the log-ins as aligned lines for a terminal of 80 columns."""
    rows = [
        (
            f"{label(one.role)}, {one.department}" if one.department else label(one.role),
            one.email,
            LANGUAGE_NAMES[one.language],
            one.who,
        )
        for one in log_ins
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _dealers_people() -> Iterator[dict[str, Any]]:
    for dealer in db.scalars(select(Dealer).order_by(Dealer.code)):
        names = DEALERS_PEOPLE.get(dealer.code) or _unnamed(dealer)
        for role, named in zip((Role.DEALER_USER, Role.DEALER_ADMIN), names, strict=True):
            yield {
                "email": f"{named.mailbox}@{dealer.code.lower()}.example",
                "name": named.name,
                "role": role,
                "dealer_id": dealer.id,
                "language": dealer.language,
                "time_zone": dealer.time_zone,
            }


def _unnamed(dealer: Dealer) -> tuple[Named, Named]:
    return Named("claims", dealer.name), Named("office", dealer.signer or dealer.name)


def _office() -> Iterator[dict[str, Any]]:
    for role, named, language in OFFICE:
        yield _at_the_plant(named, role, language)


def _departments_people() -> Iterator[dict[str, Any]]:
    ids = dict(db.execute(select(Department.code, Department.id)).all())
    for code, people in DEPARTMENTS_PEOPLE.items():
        for named, language in people:
            worker = _at_the_plant(named, Role.DEPARTMENT_WORKER, language)
            yield worker | {"department_id": ids[code]}


def _at_the_plant(named: Named, role: Role, language: Language) -> dict[str, Any]:
    return {
        "email": f"{named.mailbox}@{_PLANT_DOMAIN}",
        "name": named.name,
        "role": role,
        "language": language,
        "time_zone": _ZONES[language],
    }
