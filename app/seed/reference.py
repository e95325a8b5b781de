"""Plants, departments, routes, defects, reasons and norms: what the portal needs before dealers."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.models import Department, Plant
from app.catalog.models import DefectCode
from app.claims.models import RejectionReason
from app.core.db import db
from app.deadlines.law import load_rules
from app.deadlines.models import PromiseBuffer, StageNorm
from app.deadlines.policies import load_policies
from app.deadlines.stages import USUAL_BUFFER, USUAL_NORMS, OptionKind
from app.routing.models import Route
from app.schedule.models import ReminderRung
from app.schedule.reminders import USUAL_RUNGS
from app.seed.attachments import load_attachment_rules
from app.seed.defects import DEFECTS
from app.seed.missing import add_missing
from app.seed.rejections import REJECTIONS
from app.seed.sites import load_plant_sites
from app.vocabulary import Language, Remedy

# Fictional firms; their tax numbers have valid check digits and belong to nobody.
PLANTS: tuple[dict[str, Any], ...] = (
    {
        "code": "RU-CHE",
        "name": "ООО «Огнеград-Демо»",
        "city": "Челябинск",
        "address": "454000, г. Челябинск, ул. Заводская, д. 1",
        "country": "RU",
        "time_zone": "Asia/Yekaterinburg",
        "language": Language.RU,
        "tax_id": "0099000110",
        "tax_code": "009901001",
        "registry_no": "1260000000116",
        "signer": "Горнов Сергей Павлович",
        "signer_position": "Генеральный директор",
        "signer_basis": "Устава",
        "bank_name": "АО «Демо-Банк», г. Москва",
        "bank_account": "40702810000000000001",
        "bank_code": "040000001",
    },
    {
        "code": "PL-LDZ",
        "name": "Ogniograd Demo Sp. z o.o.",
        "city": "Łódź",
        "address": "ul. Piecowa 1, 90-000 Łódź",
        "country": "PL",
        "time_zone": "Europe/Warsaw",
        "language": Language.PL,
        "tax_id": "9999000116",
        "tax_code": "",
        "registry_no": "990000111",
        "signer": "Tomasz Żarski",
        "signer_position": "Prezes Zarządu",
        "signer_basis": "KRS",
        "bank_name": "Bank Demo S.A.",
        "bank_account": "PL00000000000000000000000001",
        "bank_code": "DEMOPLPW",
    },
)


DEPARTMENTS = {
    "production": ("Производство", "Produkcja", "Výroba", "Production"),
    "finance": ("Финансы", "Finanse", "Finance", "Finance"),
    "logistics": ("Логистика", "Logistyka", "Logistika", "Logistics"),
    "warehouse": ("Склад", "Magazyn", "Sklad", "Warehouse"),
    "quality": ("Служба качества", "Dział jakości", "Oddělení kvality", "Quality"),
    "service": ("Сервис", "Serwis", "Servis", "Service"),
}

# By the remedy and the way that was chosen for it; the usual way has no name.
ROUTES = {
    (Remedy.REPAIR, ""): ("production", "logistics"),
    (Remedy.REPAIR, OptionKind.ON_SITE_REPAIR.value): ("service",),
    (Remedy.REPLACEMENT, ""): ("warehouse", "logistics"),
    (Remedy.SPARE_PART, ""): ("warehouse", "logistics"),
    (Remedy.REFUND, ""): ("finance",),
    (Remedy.PRICE_REDUCTION, ""): ("finance",),
    (Remedy.DOCUMENTS, ""): ("quality",),
}


def load_reference(at: datetime) -> None:
    """Add the reference data that is missing; plants are closed for inventory around `at`."""
    add_missing(Plant, PLANTS)
    load_rules(at=at)
    load_policies(at=at)
    load_plant_sites(range(at.year - 1, at.year + 3))
    _load_departments()
    add_missing(
        DefectCode,
        (
            {
                "code": defect.code,
                "names": _names(defect.ru, defect.pl, defect.cs, defect.en),
                "severity": defect.severity,
                "product_groups": list(defect.groups),
                "position": position,
            }
            for position, defect in enumerate(DEFECTS, start=1)
        ),
    )
    add_missing(
        RejectionReason,
        (
            {"code": code, "names": _names(*words), "position": position}
            for position, (code, *words) in enumerate(REJECTIONS, start=1)
        ),
    )
    add_missing(
        StageNorm,
        (
            {"stage": stage.value, "product_group": "", "working_days": days}
            for stage, days in USUAL_NORMS.items()
        ),
    )
    add_missing(
        ReminderRung,
        (
            {"topic": topic, "working_days": days, "audience": audience}
            for topic, days, audience in USUAL_RUNGS
        ),
    )
    add_missing(PromiseBuffer, [{"working_days": USUAL_BUFFER, "reason": ""}])
    load_attachment_rules()


def _load_departments() -> None:
    add_missing(
        Department,
        ({"code": code, "names": _names(*words)} for code, words in DEPARTMENTS.items()),
    )
    ids = dict(db.execute(select(Department.code, Department.id)).all())
    add_missing(
        Route,
        (
            {
                "remedy": remedy,
                "way": way,
                "department_id": ids[code],
                "position": position,
                "waits": position > 1,
            }
            for (remedy, way), codes in ROUTES.items()
            for position, code in enumerate(codes, start=1)
        ),
    )


def _names(ru: str, pl: str, cs: str, en: str) -> dict[str, str]:
    return {Language.RU: ru, Language.PL: pl, Language.CS: cs, Language.EN: en}
