"""A few rows of the ERP as they would become records of ours. Pure rules."""

import re
from collections.abc import Mapping, Sequence

from app.erp.field_names import named
from app.erp.fields import MERGES, Field
from app.erp.reasons import RowReason
from connectors.erp.mapping.reasons import MappingReason
from connectors.erp.port import COLUMNS, Row, RowKind
from connectors.reasons import Reason

SHOWN_ROWS = 10
# How many rows of which kind a person looks at when there are enough of each: ten in all.
PORTIONS = {
    RowKind.DEALER: 2,
    RowKind.ITEM: 2,
    RowKind.SHIPMENT: 2,
    RowKind.LINE: 2,
    RowKind.UNIT: 1,
    RowKind.PACKAGE: 1,
}
_MERGES = {merge.kind: merge for merge in MERGES}


def ten_of(found: Mapping[RowKind, Sequence[Row]]) -> list[tuple[RowKind, Row]]:
    """Return ten rows in the order of the kinds: of each its portion, and more where others lack.

    Fewer only when there are not ten.
    """
    shown = {kind: min(PORTIONS[kind], len(rows)) for kind, rows in found.items()}
    for kind, rows in found.items():
        missing = SHOWN_ROWS - sum(shown.values())
        shown[kind] += min(missing, len(rows) - shown[kind])
    return [(kind, row) for kind, rows in found.items() for row in rows[: shown[kind]]]


def as_record(kind: RowKind, row: Row) -> str:
    """Return a row under the names of our columns, what is empty left out."""
    texts = _texts(kind, row)
    if kind not in _MERGES:  # what becomes no record of its own
        return f"{kind}: {' · '.join(f'{name}={text}' for name, text in texts.items() if text)}"
    merge = _MERGES[kind]
    pairs = [
        f"{field.column}={texts[field.source]}" for field in merge.fields if texts[field.source]
    ]
    return f"{merge.table}: {' · '.join(pairs)}"


def faults_of(kind: RowKind, row: Row) -> list[Reason]:
    """Return what of a row could not be used."""
    if kind not in _MERGES:
        return []
    merge, texts = _MERGES[kind], _texts(kind, row)
    return [
        _whole(Reason(code, named(field.source)), texts[field.source])
        for field in merge.fields
        if (code := _fault(field, texts[field.source]))
    ]


def _whole(fault: Reason, text: str) -> Reason:
    """Return a fault with the text that the ERP sent, if it sent any."""
    if not text:
        return fault
    return Reason(MappingReason.WITH_DETAILS, {"fault": fault, "words": text})


def _texts(kind: RowKind, row: Row) -> dict[str, str]:
    return {name: value or "" for name, value in zip(COLUMNS[kind], row, strict=True)}


def _fault(field: Field, text: str) -> RowReason | None:
    if not text:
        return None if field.otherwise is not None else RowReason.EMPTY
    if field.cast.pattern and not re.fullmatch(field.cast.pattern, text):
        return field.cast.fault
    return None
