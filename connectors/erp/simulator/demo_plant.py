"""The demo of one plant: where each plant keeps its own books, its ERP knows nothing of others."""

from collections.abc import Iterable, Iterator

from connectors.erp.port import COLUMNS, Row, RowKind

OWNED = {RowKind.CONTRACT: "DealerRef", RowKind.COMPONENT: "ItemRef"}
ANYBODYS = {RowKind.GROUP}


def of_plant(rows: Iterable[tuple[RowKind, Row]], plant: str) -> Iterator[tuple[RowKind, Row]]:
    """Yield what the ERP of a plant holds; goods do not cross from one plant to another.

    The rows come in the order of the demo: owners before what is theirs, and after each shipment
    its lines with all that hangs on them.
    """
    known: set[str | None] = set()
    is_shipped_here = False
    for kind, row in rows:
        named = dict(zip(COLUMNS[kind], row, strict=True))
        if kind is RowKind.SHIPMENT:
            is_shipped_here = named["PlantCode"] == plant
        if kind in ANYBODYS or named.get("IsFolder") == "true":
            is_ours = True
        elif "PlantCode" in named:
            is_ours = named["PlantCode"] == plant
        elif kind in OWNED:
            is_ours = named[OWNED[kind]] in known
        else:
            is_ours = is_shipped_here
        if is_ours:
            known.add(named.get("Ref"))
            yield kind, row
