"""Our own pushes, coming back in the feed as changes of the ERP: no news, but a fresh state."""

# ruff: noqa: S608  (all parts of the statements are our own constants)

from app.erp.casts import DATE, FLAG, GUID, WHOLE, row_fault
from app.erp.merge import at_home
from app.erp.staging import Batch, run
from connectors.erp.port import RowKind

_TOLD = f"""
    SELECT DISTINCT ON (id) * FROM (
        SELECT seq,
            CASE WHEN "ExternalId" ~ '{GUID.pattern}' THEN "ExternalId"::uuid END AS id,
            CASE WHEN "Revision" ~ '{WHOLE.pattern}' THEN "Revision"::integer END AS revision,
            left("Ref", 64) AS ref, left("Number", 64) AS number,
            CASE WHEN "Date" ~ '{DATE.pattern}' THEN {DATE.sql.format('"Date"')} END AS dated_on,
            CASE WHEN "Posted" ~ '{FLAG.pattern}' THEN "Posted"::boolean END AS posted,
            "Status" AS status
        FROM staged_document
    ) AS told
    ORDER BY id, seq DESC
"""
_COLUMNS = ("ref", "number", "dated_on", "posted", "status")
_TEXTS = ("ref", "number", "status")
_STATE = ", ".join(_COLUMNS)
_OURS = ", ".join(f"ours.{name}" for name in _COLUMNS)
_NEWEST = ", ".join(
    f"coalesce(nullif(told.{name}, ''), ours.{name})"
    if name in _TEXTS
    else f"coalesce(told.{name}, ours.{name})"
    for name in _COLUMNS
)


def refresh_documents(batch: Batch) -> int:
    """Take over what has become of our documents in the ERP; return how many are different now.

    What is not told stays as it was. A key that we hold no receipt of is not ours, or is being
    pushed at this moment: its own receipt will tell. The same goes for another revision than the
    one we have pushed.
    """
    told = at_home(_TOLD, batch)
    return run(
        f"""
        UPDATE erp_document AS ours
        SET ({_STATE}) = ({_NEWEST}), confirmed_at = %(at)s
        FROM ({told}) AS told
        WHERE ours.id = told.id AND ours.revision = told.revision
            AND ROW({_OURS}) IS DISTINCT FROM ROW({_NEWEST})
        """,
        batch.facts(),
    )


def put_unreadable_aside(batch: Batch) -> int:
    """Keep documents with a state that cannot be read for a person to look at."""
    return run(
        f"""
        INSERT INTO erp_rejected_row
            (connection, message_no, kind, reasons, content, rejected_at)
        SELECT %(connection)s, %(message_no)s, '{RowKind.DOCUMENT}',
            ('[' || {row_fault(FLAG.fault, "Posted")} || ']')::jsonb,
            (to_jsonb(told) - 'seq')::text, %(at)s
        FROM staged_document AS told
        WHERE "Posted" <> '' AND "Posted" !~ '{FLAG.pattern}'
        """,
        batch.facts(),
    )
