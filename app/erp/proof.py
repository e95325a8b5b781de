"""Whether the ERP really holds what it was told: asked when in doubt, read back after a push.

The service of an ERP may answer well and keep nothing, or keep it differently; one more small call
a message shows that while it can still be mended.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.core.outside import KnownErp, outside
from app.erp.reasons import HeldReason
from app.outbox import evidence
from app.outbox.doubts import Remedy
from connectors.erp.port import Receipt
from connectors.errors import OutsideError, Rejected
from connectors.reasons import Reason


def find_receipt(connection: str, key: UUID, revision: int) -> Receipt | None:
    """Return the ERP's receipt when it holds this revision, None when it does not.

    Raise `Rejected` when it holds it twice: neither may be taken for the right one.
    """
    held = [one for one in _ask(connection, key) if one.revision == revision]
    _refuse_twins(held)
    return held[0] if held else None


def remedy(connection: str) -> Remedy:
    """Return how it comes out whether the ERP has got something."""
    known = _known(connection)
    if known.tells_states:
        return Remedy.ASK
    return Remedy.REPEAT if known.enforces_key else Remedy.PERSON


def quiet_time(connection: str) -> timedelta:
    """Return how long the ERP may still be at work on a message before "not there" is an answer."""
    known = _known(connection)
    return timedelta(0) if known.enforces_key else timedelta(seconds=known.quiet_seconds)


def read_back(connection: str, receipt: Receipt) -> Receipt:
    """Return the receipt once the ERP has confirmed it; raise `Rejected` where it holds another.

    Whatever goes wrong here leaves the outcome unknown: the message was taken, and is asked about.
    """
    known = _known(connection)
    if not (known.tells_states and known.reads_back):
        return receipt
    try:
        with evidence.aside():
            held = _ask(connection, receipt.external_id)
        _refuse_twins(held)
    except OutsideError as error:
        error.outcome_unknown = True
        raise
    if not held:
        facts = f"{receipt}\n{held}"
        raise Rejected(HeldReason.NOTHING_THERE, details=facts, outcome_unknown=True)
    refuse_unlike(receipt, held[0], f"{receipt}\n{held}")
    return receipt


def refuse_unlike(receipt: Receipt, held: Receipt, details: str) -> None:
    """Raise `Rejected` when what is held differs from what was confirmed."""
    if wrong := unlike(receipt, held):
        raise Rejected(HeldReason.DIFFERS, differences=wrong, details=details, outcome_unknown=True)


def unlike(receipt: Receipt, held: Receipt) -> list[Reason]:
    """Return how what is held differs from what was confirmed; nothing when it does not.

    A newer revision is no difference, nor is what the ERP has posted meanwhile.
    """
    if held.revision > receipt.revision:
        return []
    must = {
        HeldReason.REVISION: (receipt.revision, held.revision),
        HeldReason.NUMBER: (receipt.number, held.number),
        HeldReason.REFERENCE: (receipt.ref, held.ref),
    }
    # Not every service tells these; what it does not tell is not compared.
    may = {
        HeldReason.OBJECT: (receipt.object, held.object),
        HeldReason.FILE_NAME: (receipt.name, held.name),
        HeldReason.SIZE: (receipt.size, held.size),
        HeldReason.DIGEST: (receipt.sha256, held.sha256),
    }
    told = must | {code: pair for code, pair in may.items() if pair[1] not in ("", None)}
    wrong = [
        Reason(code, {"there": "–" if there == "" else there, "here": here})
        for code, (here, there) in told.items()
        if here and here != there
    ]
    if receipt.posted and held.posted is False:
        wrong.append(Reason(HeldReason.NOT_POSTED))
    return wrong


def _ask(connection: str, key: UUID) -> list[Receipt]:
    return outside().erp(connection).states([key])


def _refuse_twins(held: Sequence[Receipt]) -> None:
    refs = sorted({one.ref for one in held})
    if len(refs) > 1:
        facts = {"refs": ", ".join(refs), "details": str(held)}
        raise Rejected(HeldReason.TWICE, outcome_unknown=True, **facts)


def _known(connection: str) -> KnownErp:
    return outside().erps[connection]
