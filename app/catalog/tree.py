"""Walking down the tree of items of one ERP; a file of its own because it is one screen's story."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_

from app.catalog.models import Item, ItemGroup
from app.catalog.queries import DEEPEST_TREE
from app.core.db import db
from app.core.lists import PAGE_SIZE, Page, cut_page, read_key
from app.core.search import contains


@dataclass(frozen=True)
class Branch:
    """A group of the tree; `above` is the group that it is in, None at the top."""

    ref: UUID
    above: UUID | None
    name: str


@dataclass(frozen=True)
class NamedItem:
    """An item as the catalogue names it: nothing of whom it was sold to, and for how much."""

    id: int
    sku: str
    name: str


@dataclass(frozen=True)
class Tree:
    """All groups of one ERP. A group whose own group is not known stands at the top."""

    branches: Sequence[Branch]

    def below(self, ref: UUID | None) -> list[Branch]:
        """Return the groups in a group, or at the top, by their names."""
        known = {branch.ref for branch in self.branches}
        return [
            branch
            for branch in self.branches
            if (branch.above if branch.above in known else None) == ref
        ]

    def way_to(self, ref: UUID | None) -> list[Branch]:
        """Return the groups from the top down to this one; nothing when there is no such group."""
        by_ref = {branch.ref: branch for branch in self.branches}
        way: list[Branch] = []
        while ref in by_ref and len(way) < DEEPEST_TREE:
            way.insert(0, by_ref[ref])
            ref = by_ref[ref].above
        return way

    def named(self, search: str) -> list[Branch]:
        """Return the groups that have a text in their names."""
        text = search.casefold()
        return [branch for branch in self.branches if text in branch.name.casefold()]


def tree_of(home: str) -> Tree:
    """Return the groups that an ERP has told of."""
    query = (
        select(ItemGroup.ref, ItemGroup.parent_ref, ItemGroup.name)
        .where(ItemGroup.home == home, ItemGroup.withdrawn_at.is_(None))
        .order_by(ItemGroup.name, ItemGroup.id)
    )
    return Tree([Branch(*row) for row in db.execute(query)])


def list_items(
    home: str, *, group: UUID | None = None, search: str = "", after: str = ""
) -> Page[NamedItem]:
    """Return a page of an ERP's items by name: those of a group, or all that have a text in them.

    Without a group those that are in none.
    """
    query = select(Item.id, Item.sku, Item.name)
    query = query.where(Item.home == home, Item.withdrawn_at.is_(None))
    if search:
        query = query.where(contains(search, Item.sku, Item.name))
    else:
        query = query.where(Item.group_ref == group)
    start = read_key(after, 2)
    if start and start[1].isdecimal():
        query = query.where(tuple_(Item.name, Item.id) > (start[0], int(start[1])))
    rows = db.execute(query.order_by(Item.name, Item.id).limit(PAGE_SIZE + 1))
    return cut_page([NamedItem(*row) for row in rows], lambda item: (item.name, item.id))


def get_item(home: str, item_id: int) -> NamedItem | None:
    """Return one item of an ERP by our number."""
    query = select(Item.id, Item.sku, Item.name).where(Item.home == home, Item.id == item_id)
    row = db.execute(query).one_or_none()
    return NamedItem(*row) if row else None
