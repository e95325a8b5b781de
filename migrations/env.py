"""What Alembic runs: one transaction for all migrations, one process at a time."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import ForeignKeyConstraint, TypeDecorator, create_engine, text
from sqlalchemy.pool import NullPool

from app.core.db import HELD_BY_TRIGGERS, Base

MIGRATING = 7_267_001  # the key of the advisory lock: two servers may start at once


def migrate() -> None:
    """Run the migrations on the database named by the caller."""
    engine = create_engine(context.config.attributes["database_url"], poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=is_ours,
            include_object=is_of_the_schema,
            render_item=render_plain_type,
        )
        with context.begin_transaction():
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
            context.run_migrations()


def is_ours(name: str | None, type_: str, parents: object) -> bool:
    """Keep the autogeneration away from the queue's schema."""
    return type_ != "schema" or name is None


def is_of_the_schema(thing: object, *_: object) -> bool:
    """Leave out foreign keys that stand in the models and are held by triggers."""
    return not (
        isinstance(thing, ForeignKeyConstraint)
        and any(key.info == HELD_BY_TRIGGERS for key in thing.elements)
    )


def render_plain_type(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write what the database stores instead of our type: a migration must not age with it."""
    if kind == "type" and isinstance(item, TypeDecorator) and type(item).__module__[:4] == "app.":
        return f"sa.{item.impl_instance!r}"
    return False


migrate()
