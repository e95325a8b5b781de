"""Searching texts for a part of them, by the trigram indexes of PostgreSQL (`pg_trgm`)."""

from typing import Any

from sqlalchemy import ColumnElement, Index, or_


def contains(search: str, *columns: Any) -> ColumnElement[bool]:
    """Return the condition that one of the columns has the text in it, in whichever case."""
    return or_(*(column.icontains(search, autoescape=True) for column in columns))


def trigram_index(name: str, *columns: str) -> Index:
    """Return the index for `contains` over one or several columns of one table.

    A search for fewer than three letters reads the whole index.
    """
    operators = dict.fromkeys(columns, "gin_trgm_ops")
    return Index(name, *columns, postgresql_using="gin", postgresql_ops=operators)
