"""Our own pushes, coming back in the feed as changes of the ERP: no news, but a fresh state."""

# ruff: noqa: S608  (all parts of the statements are our own constants)

from app.erp.fields import DATE, GUID, WHOLE
from app.erp.merge import at_home
from app.erp.staging import Batch, run

_TOLD = f"""
    SELECT DISTINCT ON (id) * FROM (
        SELECT seq,
            CASE WHEN "ExternalId" ~ '{GUID.pattern}' THEN "ExternalId"::uuid END AS id,
            CASE WHEN "Revision" ~ '{WHOLE.pattern}' THEN "Revision"::integer END AS revision,
            left("Ref", 64) AS ref, left("Number", 64) AS number,
            CASE WHEN "Date" ~ '{DATE.pattern}' THEN {DATE.sql.format('"Date"')} END AS dated_on,
            "Posted" IN ('true', '1') AS posted, "Status" AS status
        FROM staged_document
    ) AS told
    ORDER BY id, seq DESC
"""


def refresh_documents(batch: Batch) -> int:
    """Take over what has become of our documents in the ERP; return how many are different now.

    A key that we hold no receipt of is not ours, or is being pushed at this moment: its own
    receipt will tell. The same goes for another revision than the one we have pushed.
    """
    told = at_home(_TOLD, batch)
    return run(
        f"""
        UPDATE erp_document AS ours
        SET ref = told.ref, number = told.number, dated_on = told.dated_on,
            posted = told.posted, status = told.status, confirmed_at = %(at)s
        FROM ({told}) AS told
        WHERE ours.id = told.id AND ours.revision = told.revision
            AND ROW(ours.ref, ours.number, ours.dated_on, ours.posted, ours.status)
                IS DISTINCT FROM
                ROW(told.ref, told.number, told.dated_on, told.posted, told.status)
        """,
        batch.facts(),
    )
