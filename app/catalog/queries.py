"""The list of defects and the tree of items, asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, func, literal, select

from app.catalog.models import DefectCode, Item, ItemGroup, Severity
from app.core.db import db
from app.vocabulary import Language

DEEPEST_TREE = 12  # a group that is above itself must not lead round for ever


@dataclass(frozen=True)
class DefectChoice:
    """A defect as a form offers it."""

    code: str
    name: str
    severity: Severity


def group_paths(item_ids: Iterable[int]) -> dict[int, str]:
    """Return the way down the tree to each of these items, as `stoves › bath stoves`."""
    start = (
        select(
            Item.id.label("item_id"),
            ItemGroup.home,
            ItemGroup.parent_ref,
            ItemGroup.name.label("path"),
            literal(1).label("depth"),
        )
        .join(ItemGroup, and_(ItemGroup.home == Item.home, ItemGroup.ref == Item.group_ref))
        .where(Item.id.in_(list(item_ids)))
    )
    way = start.cte("way", recursive=True)
    longer = func.concat(ItemGroup.name, " › ", way.c.path)
    above = (
        select(way.c.item_id, way.c.home, ItemGroup.parent_ref, longer, way.c.depth + 1)
        .join(way, and_(ItemGroup.home == way.c.home, ItemGroup.ref == way.c.parent_ref))
        .where(way.c.depth < DEEPEST_TREE)
    )
    ways = way.union_all(above)
    query = select(ways.c.item_id, ways.c.path).order_by(ways.c.item_id, ways.c.depth)
    return {row.item_id: row.path for row in db.execute(query)}


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
