"""The list of defects, asked."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.catalog.models import DefectCode, Severity
from app.core.db import db
from app.vocabulary import Language


@dataclass(frozen=True)
class DefectChoice:
    """A defect as a form offers it."""

    code: str
    name: str
    severity: Severity


def defect_choices(language: Language) -> list[DefectChoice]:
    """Return the defects in their order, named in this language or else in English."""
    name = func.coalesce(
        DefectCode.names[language.value].astext,
        DefectCode.names[Language.EN.value].astext,
        DefectCode.code,
    )
    rows = db.execute(
        select(DefectCode.code, name, DefectCode.severity).order_by(DefectCode.position)
    )
    return [DefectChoice(*row) for row in rows]
