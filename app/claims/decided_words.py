"""What was decided of a line, in one sentence for each part of its quantity."""

from collections.abc import Mapping

from app.claims.decided import DecidedLine
from app.core.errors import N_
from app.core.i18n import local_name, sentence, show_quantity, show_sum
from app.core.words import marked

Reasons = Mapping[str, Mapping[str, str]]
NO_REASONS: Reasons = {}


def in_words(line: DecidedLine | None, reasons: Reasons) -> str:
    """Return the decision on a line for the reader; `reasons` are their names by their codes.

    Letters say it with `speaking`, in the language of who reads them.
    """
    if line is None:
        return "–"
    said = [*_accepted(line), *_rejected(line, reasons)]
    return ". ".join(part.rstrip(".") for part in said if part)


def _accepted(line: DecidedLine) -> list[str]:
    if line.remedy_granted is None:
        return []
    parts = [
        show_quantity(line.accepted_quantity, line.unit),
        sentence(marked(line.remedy_granted), {}),
    ]
    parts += [show_sum(line.granted)] if line.granted else []
    return [
        sentence(N_("Accepted: %(quantity)s"), {"quantity": ", ".join(parts)}),
        line.amount_reason,
    ]


def _rejected(line: DecidedLine, reasons: Reasons) -> list[str]:
    if not line.rejected_quantity:
        return []
    quantity = show_quantity(line.rejected_quantity, line.unit)
    return [
        sentence(N_("Rejected: %(quantity)s"), {"quantity": quantity}),
        local_name(reasons.get(line.reason_code, {})),
        line.reason_text,
    ]
