"""From the staging tables into ours, set by set; bad rows are put aside with their reason."""

# ruff: noqa: S608  (all parts of the statements are constants of `fields`)

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import sql
from sqlalchemy.exc import DataError

from app.core.db import db
from app.erp.casts import EMPTY_DAYS, EMPTY_REF, HOME, ZONE_OF_ERP, row_fault
from app.erp.fields import HOMED, MERGES, Field, Merge
from app.erp.reasons import RowReason
from app.erp.staging import Batch, run, staging
from connectors.erp.port import COLUMNS, RowKind


@dataclass(frozen=True)
class Merged:
    """How many rows of a kind really changed something, and how many could not be used."""

    changed: int
    rejected: int


def merge_all(batch: Batch, counts: Mapping[RowKind, int]) -> dict[RowKind, Merged]:
    """Publish what is staged, each kind after those it refers to."""
    return {merge.kind: merge_kind(merge, batch) for merge in MERGES if counts[merge.kind]}


def merge_kind(merge: Merge, batch: Batch) -> Merged:
    """Judge the staged rows of a kind, publish the good ones and put the others aside."""
    _judge(merge, batch)
    _check(merge, batch)
    rejected = put_aside(merge.kind, batch)
    with _by_index():
        return Merged(run(_publication(merge)), rejected)


def bring_new(merge: Merge, batch: Batch) -> int | None:
    """Publish the staged rows of a kind if all are good and none is known here.

    Return how many there were. None means that nothing was done, and that nothing is locked.
    """
    with _by_index():
        try:
            _judge_good(merge, batch)
        except DataError:
            return None
        if _is_any(_known(merge)):
            return None
        _check(merge, batch)
        if _is_any(_faulty(merge)):
            return None
        return run(_publication(merge))


def judged(kind: RowKind) -> str:
    """Return the name of the temporary table of judged rows."""
    return f"judged_{kind.name.lower()}"


def put_aside(kind: RowKind, batch: Batch) -> int:
    """Keep the rows with a fault for a person to look at; return how many."""
    return run(
        f"""
        INSERT INTO erp_rejected_row
            (connection, message_no, kind, reasons, content, rejected_at)
        SELECT %(connection)s, %(message_no)s, '{kind}', ('[' || fault || ']')::jsonb,
            (to_jsonb(staged) - 'seq')::text, %(at)s
        FROM {judged(kind)} JOIN {staging(kind)} AS staged USING (seq)
        WHERE fault <> ''
        ORDER BY seq
        """,
        batch.facts(),
    )


def move_folders() -> int:
    """Take items that are groups for what they are; an infobase keeps both in one catalogue."""
    return run(
        f"""
        WITH folder AS (
            DELETE FROM {staging(RowKind.ITEM)} WHERE "IsFolder" IN ('true', '1') RETURNING *
        )
        INSERT INTO {staging(RowKind.GROUP)} ("Ref", "ParentRef", "Code", "Name")
        SELECT "Ref", "GroupRef", "Sku", "Name" FROM folder ORDER BY seq
        """
    )


def _judge(merge: Merge, batch: Batch) -> None:
    """Cast all rows at once; only when that fails look for the bad ones, which is slower."""
    try:
        _judge_good(merge, batch)
    except DataError:
        run(at_home(_judgement(merge, careful=True), batch))


def _judge_good(merge: Merge, batch: Batch) -> None:
    """Cast all rows at once; raise `DataError` when one cannot be."""
    run(f"DROP TABLE IF EXISTS pg_temp.{judged(merge.kind)}")
    with db.begin_nested():
        run(at_home(_judgement(merge, careful=False), batch))


def _check(merge: Merge, batch: Batch) -> None:
    for check in merge.checks:
        run(at_home(check, batch))


def _is_any(rows: str) -> bool:
    found = db.connection().exec_driver_sql(f"SELECT EXISTS ({rows})").scalar_one()
    return bool(found)


def _faulty(merge: Merge) -> str:
    return f"SELECT FROM {judged(merge.kind)} WHERE fault <> ''"


def _known(merge: Merge) -> str:
    same = " AND ".join(same_row(merge, column) for column in merge.key)
    return f"SELECT FROM {judged(merge.kind)} AS news JOIN {merge.table} AS present ON {same}"


def at_home(statement: str, batch: Batch) -> str:
    """Name connection and zone in a statement; one that makes a table takes no parameters."""
    for name, value in ((HOME, batch.connection), (ZONE_OF_ERP, batch.zone)):
        statement = statement.replace(name, sql.Literal(value).as_string(None))
    return statement


def _judgement(merge: Merge, *, careful: bool) -> str:
    """Return the statement that makes the table of judged rows: our columns and `fault`.

    OFFSET 0 keeps the planner from repeating the casts wherever their result is used.
    """
    casts = ", ".join(_cast(field, careful=careful) for field in merge.fields)
    values = ", ".join(
        [f"{_value(field)} AS {field.column}" for field in merge.fields]
        + [f"{value} AS {column}" for column, value in merge.derived]
    )
    faults = ", ".join(_fault(field) for field in merge.fields)
    joins = " ".join(_join(field) for field in merge.fields if field.finds)
    raw = ", ".join(f'"{name}"' for name in COLUMNS[merge.kind])
    key = ", ".join(merge.key)
    return f"""
        CREATE TEMP TABLE {judged(merge.kind)} ON COMMIT DROP AS
        SELECT DISTINCT ON ({key}, bad_key) * FROM (
            SELECT seq, {values}, concat_ws(',', {faults}) AS fault,
                CASE WHEN {_any_missing(merge)} THEN seq END AS bad_key
            FROM (SELECT seq, {raw}, {casts} FROM {staging(merge.kind)} OFFSET 0) AS staged
            {joins}
        ) AS judged
        ORDER BY {key}, bad_key, seq DESC
    """


@contextmanager
def _by_index() -> Iterator[None]:
    """Have rows of ours found by an index only.

    A table that was analyzed while it was empty is taken for empty while it fills: the planner
    would walk through all of it for each row.
    """
    run("SET LOCAL enable_seqscan = off")
    yield
    run("SET LOCAL enable_seqscan TO DEFAULT")


def _publication(merge: Merge) -> str:
    """Return the statement that brings our table to what was judged good.

    MERGE and not ON CONFLICT: nobody else inserts, so that no row need be inserted on trial.
    """
    columns = [field.column for field in merge.fields] + [column for column, _ in merge.derived]
    others = [column for column in columns if column not in merge.key]
    present = ", ".join(f"present.{column}" for column in others)
    news = ", ".join(f"news.{column}" for column in others)
    return f"""
        MERGE INTO {merge.table} AS present
        USING (SELECT * FROM {judged(merge.kind)} WHERE fault = '') AS news
        ON {" AND ".join(same_row(merge, column) for column in merge.key)}
        WHEN MATCHED AND ROW({present}) IS DISTINCT FROM ROW({news})
            THEN UPDATE SET {", ".join(f"{column} = news.{column}" for column in others)}
        WHEN NOT MATCHED
            THEN INSERT ({", ".join(columns)})
            VALUES ({", ".join(f"news.{column}" for column in columns)})
    """


def same_row(merge: Merge, column: str) -> str:
    """Return the SQL that joins our table, `present`, with judged rows, `news`, on a key column."""
    present, news = f"present.{column}", f"news.{column}"
    if any(field.column == column and field.otherwise == "NULL" for field in merge.fields):
        return f"({present} = {news} OR ({present} IS NULL AND {news} IS NULL))"
    return f"{present} = {news}"


def _cast(field: Field, *, careful: bool) -> str:
    source = f'"{field.source}"'
    cast = field.cast.sql.format(f"nullif({source}, '')")
    if careful and field.cast.pattern:
        cast = f"CASE WHEN {source} ~ '{field.cast.pattern}' THEN {cast} END"
    return f"{cast} AS {_typed(field)}"


def _value(field: Field) -> str:
    if field.finds:
        return f"{_found(field)}.id"
    if field.otherwise is None:
        return _typed(field)
    return f"coalesce({_typed(field)}, {field.otherwise})"


def _fault(field: Field) -> str:
    """Return the SQL for what is wrong with a column of a row, NULL when nothing is."""
    typed, source = _typed(field), f'"{field.source}"'
    cases = []
    if field.otherwise is None:
        cases.append(f"WHEN {source} = '' THEN {row_fault(RowReason.EMPTY, field.source)}")
    wrong = row_fault(field.cast.fault, field.source)
    if field.cast.pattern and field.otherwise is None:
        cases.append(f"WHEN {typed} IS NULL THEN {wrong}")
    if field.cast.pattern and field.otherwise is not None:
        empty = f"('', '{EMPTY_REF}')"
        cases.append(
            f"WHEN {typed} IS NULL AND {source} NOT IN {empty}"
            f" AND left({source}, 10) NOT IN {EMPTY_DAYS} THEN {wrong}"
        )
    if field.cast.within:
        cases.append(f"WHEN NOT ({field.cast.within.format(typed)}) THEN {wrong}")
    if field.finds:
        is_given = "" if field.otherwise is None else f" AND {typed} IS NOT NULL"
        unknown = row_fault(RowReason.UNKNOWN, field.source)
        cases.append(f"WHEN {_found(field)}.id IS NULL{is_given} THEN {unknown}")
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


def _join(field: Field) -> str:
    assert field.finds  # noqa: S101  (the caller has looked)
    table, column = field.finds
    found = _found(field)
    home = f" AND {found}.home = {HOME}" if table in HOMED else ""
    return f"LEFT JOIN {table} AS {found} ON {found}.{column} = {_typed(field)}{home}"


def _any_missing(merge: Merge) -> str:
    """Rows without a usable key are no duplicates of each other: each is put aside."""
    return " OR ".join(
        f"(({_value(field)}) IS NULL"
        + (f" AND \"{field.source}\" <> '')" if field.otherwise else ")")
        for field in _keys(merge)
    )


def _keys(merge: Merge) -> list[Field]:
    return [field for field in merge.fields if field.column in merge.key]


def _typed(field: Field) -> str:
    return f"typed_{field.column}"


def _found(field: Field) -> str:
    return f"found_{field.column}"
