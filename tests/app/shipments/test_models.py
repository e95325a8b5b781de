"""What a shipment line refers to is there and stays, though no foreign key looks at each line."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import pytest
from psycopg.errors import ForeignKeyViolation
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.core.db import db
from app.core.outside import Outside
from app.shipments.models import ShipmentLine
from tests.app.world import World, make_world

COPY_A_LINE = text(
    """
    INSERT INTO shipment_line
        (ref, shipment_id, item_id, position, lot, quantity, unit, price, vat_rate)
    SELECT gen_random_uuid(), :shipment, :item, 9, lot, quantity, unit, price, vat_rate
    FROM shipment_line LIMIT 1
    """
)
NOBODY = 2_000_000_000


@pytest.mark.parametrize("missing", ["shipment", "item"])
def test_a_line_of_nothing_is_refused_with_all_that_came_with_it(
    world: World, missing: str
) -> None:
    line = _line(world)
    parents = {"shipment": line.shipment_id, "item": line.item_id}

    with _refused():
        db.execute(COPY_A_LINE, [parents, parents | {missing: NOBODY}])

    assert db.query(ShipmentLine).count() == 1


@pytest.mark.parametrize("column", ["shipment_id", "item_id"])
def test_a_line_does_not_move_to_nothing(world: World, column: str) -> None:
    line = _line(world)

    with _refused():
        setattr(line, column, NOBODY)
        db.flush()


@pytest.mark.parametrize("parent", ["shipment", "item"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", f"UPDATE {{}} SET id = {NOBODY}"])
def test_what_lines_refer_to_stays(world: World, parent: str, change: str) -> None:
    line = _line(world)
    statement = f"{change.format(parent)} WHERE id = :id"

    with _refused():
        db.execute(text(statement), {"id": getattr(line, f"{parent}_id")})


def test_a_shipment_without_lines_can_go(world: World) -> None:
    line = _line(world)
    shipment = line.shipment
    db.delete(line)
    db.flush()

    db.delete(shipment)
    db.flush()


def test_a_line_waits_for_whoever_takes_its_shipment_away(
    committed_database: str, neighbours: Outside
) -> None:
    line = _line(make_world())
    parents = {"shipment": line.shipment_id, "item": line.item_id}
    db.delete(line)
    db.commit()
    db.execute(text("DELETE FROM shipment WHERE id = :shipment"), parents)

    def bring() -> str:
        try:
            db.execute(text("SET LOCAL lock_timeout = '200ms'"))
            db.execute(COPY_A_LINE, parents)
        except OperationalError as error:
            return type(error.orig).__name__
        finally:
            db.remove()
        return "brought"

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(bring).result() == "LockNotAvailable"
    db.rollback()


def _line(world: World) -> ShipmentLine:
    return db.get_one(ShipmentLine, world.shipped(lot=f"L-{uuid4()}").line_id)


@contextmanager
def _refused() -> Iterator[None]:
    """Nothing but a foreign key's error, in a savepoint of its own."""
    with pytest.raises(IntegrityError) as caught, db.begin_nested():
        yield
    assert isinstance(caught.value.orig, ForeignKeyViolation)
