"""Watches the contract that an ERP publishes: what no longer fits stops, what is new is known.

Pushes stop kind by kind, before the ERP loses a value in silence. They go on by themselves when the
contract fits again, or when a person says that the change does no harm.
"""

from collections.abc import Mapping
from datetime import datetime

from app.core.outside import outside
from app.erp.drift import Change, compare_shapes
from app.erp.reconcile import PUSHES
from app.outbox import halts
from connectors.erp.port import Approach, Needed

SHOWN_FIELDS = 10


def watch_contract(connection: str, *, at: datetime) -> list[str]:
    """Look at the published contract; return the kinds of messages that it has newly stopped."""
    return heed_drift(connection, outside().erp(connection).approach(), at=at)


def heed_drift(connection: str, found: Approach, *, at: datetime) -> list[str]:
    """Halt the pushes that the published contract no longer fits, let the others go on.

    A contract that could not be read proves nothing, and changes nothing.
    """
    if found.live is None:
        return []
    broken = broken_kinds(compare_shapes(found.pinned, found.live), found.needed)
    halts.lift(connection, set(PUSHES.values()) - broken.keys())
    return [
        kind
        for kind, fields in broken.items()
        if halts.halt(connection, kind, "\n".join(fields[:SHOWN_FIELDS]), at=at)
    ]


def broken_kinds(change: Change, needed: Mapping[str, Needed]) -> dict[str, list[str]]:
    """Return the fields that are gone, retyped or newly demanded, by the pushes that need them.

    Something is newly demanded of a push when it stands in a part of the request that it fills.
    """
    lost = (*change.gone, *change.retyped)
    found = {}
    for thing, kind in PUSHES.items():
        needs = needed.get(thing, Needed())
        found[kind] = [line for line in lost if _path(line) in needs.sent | needs.heard]
        found[kind] += [
            line for line in change.demanded if _path(line).rpartition("/")[0] in needs.sent
        ]
    return {kind: fields for kind, fields in found.items() if fields}


def _path(line: str) -> str:
    """Return the path of a line such as `- PutClaimResponse/return/Number: string 1..1`."""
    return line.partition(" ")[2].partition(":")[0]
