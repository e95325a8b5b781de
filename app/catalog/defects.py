"""Keeping which product groups a defect of the list is offered for."""

from collections.abc import Sequence

from sqlalchemy import select

from app.catalog.models import DefectCode, Item
from app.core.db import db


def list_defects() -> Sequence[DefectCode]:
    """Return the list of defects in its order."""
    return db.scalars(select(DefectCode).order_by(DefectCode.position)).all()


def find_defect(code: str) -> DefectCode | None:
    """Return a defect of the list."""
    return db.get(DefectCode, code)


def lock_defect(code: str) -> DefectCode | None:
    """Return a defect, locked until the commit: two people do not overwrite each other unseen."""
    query = select(DefectCode).filter_by(code=code).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one_or_none()


def known_groups() -> list[str]:
    """Return the groups that items have or a defect names."""
    items = select(Item.product_group).where(Item.product_group != "").distinct()
    named = (group for groups in db.scalars(select(DefectCode.product_groups)) for group in groups)
    return sorted({*db.scalars(items), *named})


def offer_for(defect: DefectCode, groups: Sequence[str]) -> None:
    """Offer a defect for items of these groups, of all where none is named."""
    defect.product_groups = sorted(set(groups))
