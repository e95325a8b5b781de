"""The list of defects and the tree of items, asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, literal, or_, select

from app.catalog.models import Component, DefectCode, Item, ItemGroup, Severity
from app.core.db import code_key, db
from app.vocabulary import Language

DEEPEST_TREE = 12  # a group that is above itself must not lead round for ever


@dataclass(frozen=True)
class DefectChoice:
    """A defect as a form offers it; `product_groups` can have it, empty means all of them."""

    code: str
    name: str
    severity: Severity
    product_groups: tuple[str, ...] = ()

    def fits(self, product_group: str) -> bool:
        """Whether an item of this group can have it; an item of an unknown group can have all."""
        return not (product_group and self.product_groups) or product_group in self.product_groups


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


def components_of(item_ids: Iterable[int]) -> dict[int, dict[str, UUID]]:
    """Return the ERP's keys of the components of these items, by their names."""
    query = (
        select(Component.item_id, Component.name, Component.component_ref)
        .where(Component.item_id.in_(list(item_ids)), Component.name != "")
        .order_by(Component.item_id, Component.name, Component.component_ref)
    )
    found: dict[int, dict[str, UUID]] = {}
    for item_id, name, ref in db.execute(query):
        found.setdefault(item_id, {}).setdefault(name, ref)
    return found


def defect_choices(language: Language) -> list[DefectChoice]:
    """Return the defects in their order, named in this language or else in English."""
    name = func.coalesce(
        DefectCode.names[language.value].astext,
        DefectCode.names[Language.EN.value].astext,
        DefectCode.code,
    )
    rows = db.execute(
        select(DefectCode.code, name, DefectCode.severity, DefectCode.product_groups).order_by(
            DefectCode.position
        )
    )
    return [
        DefectChoice(code, words, severity, tuple(groups)) for code, words, severity, groups in rows
    ]


def unit_of(home: str, named: str) -> str:
    """Return the unit of the item of an ERP with this name or number, "" where it knows none.

    Of several items with the name all must have the same unit.
    """
    same = or_(func.lower(Item.name) == func.lower(named), code_key(Item.sku) == code_key(named))
    query = select(Item.unit).where(Item.home == home, Item.withdrawn_at.is_(None), same).distinct()
    units = db.scalars(query.limit(2)).all()
    return units[0] if len(units) == 1 else ""


def product_groups_of(item_ids: Iterable[int]) -> dict[int, str]:
    """Return the product group of each of these items, empty where the ERP tells none."""
    rows = db.execute(select(Item.id, Item.product_group).where(Item.id.in_(list(item_ids))))
    return {row.id: row.product_group for row in rows}
