"""What has happened because of a decision, and would be broken by another one. Pure.

A consequence belongs to a line or to the whole claim. A line with a consequence stays as it was
decided; a consequence of the whole claim keeps all of it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from uuid import UUID

from app.core.errors import N_, Refusal


class Consequence(StrEnum):
    """What may have followed from a decision; the order is that of the page."""

    RESULT_CONFIRMED = "result_confirmed"
    REFUSAL_ACCEPTED = "refusal_accepted"
    DEEMED_ACCEPTED = "deemed_accepted"
    WORK_STARTED = "work_started"
    WORK_FINISHED = "work_finished"
    GOODS_SENT = "goods_sent"
    GOODS_RECEIVED = "goods_received"
    REMEDY_SENT = "remedy_sent"
    REMEDY_RECEIVED = "remedy_received"
    HANDED_OVER = "handed_over"
    TECHNICIAN_SENT = "technician_sent"
    REPAIRED_ON_SITE = "repaired_on_site"
    PAYMENT_SENT = "payment_sent"
    PAYMENT_RECEIVED = "payment_received"
    DOCUMENT_POSTED = "document_posted"


SENTENCES: Mapping[Consequence, str] = {
    Consequence.RESULT_CONFIRMED: N_(
        "The dealer confirmed the result on %(day)s, and the claim is closed."
    ),
    Consequence.REFUSAL_ACCEPTED: N_("The dealer closed the rejected claim on %(day)s."),
    Consequence.DEEMED_ACCEPTED: N_(
        "The claim is deemed accepted by law since %(day)s: only the head of "
        "claims can contest that, on legal grounds."
    ),
    Consequence.WORK_STARTED: N_(
        "Line %(line)s: %(department)s started the work order on %(day)s. To change the line,"
        " redirect the work order first."
    ),
    Consequence.WORK_FINISHED: N_(
        "Line %(line)s: %(department)s finished the work order on %(day)s."
    ),
    Consequence.GOODS_SENT: N_("Line %(line)s: the dealer sent the goods on %(day)s."),
    Consequence.GOODS_RECEIVED: N_("Line %(line)s: the plant received the goods on %(day)s."),
    Consequence.REMEDY_SENT: N_("Line %(line)s: the plant sent the goods on %(day)s."),
    Consequence.REMEDY_RECEIVED: N_("Line %(line)s: the dealer received the goods on %(day)s."),
    Consequence.HANDED_OVER: N_(
        "Line %(line)s: the goods were handed over to the customer on %(day)s."
    ),
    Consequence.TECHNICIAN_SENT: N_("Line %(line)s: the technician set out on %(day)s."),
    Consequence.REPAIRED_ON_SITE: N_("Line %(line)s: the item was repaired on site on %(day)s."),
    Consequence.PAYMENT_SENT: N_("Line %(line)s: the payment was sent on %(day)s."),
    Consequence.PAYMENT_RECEIVED: N_("Line %(line)s: the payment arrived on %(day)s."),
    Consequence.DOCUMENT_POSTED: N_(
        "Line %(line)s: document %(document)s of %(day)s is posted in the ERP."
    ),
}


@dataclass(frozen=True)
class Happened:
    """A consequence that has happened on a day; `line_id` None is that of the whole claim.

    `facts` fill the other places of its sentence, such as the department or the document.
    """

    kind: Consequence
    on: date
    line_id: UUID | None = None
    line: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def as_refusal(self) -> Refusal:
        """The sentence with its values, as a refusal says it."""
        refusal = Refusal(line=self.line, day=self.on, **self.facts)
        refusal.message = SENTENCES[self.kind]
        return refusal

    def words(self) -> str:
        """Return the sentence in the reader's language."""
        return self.as_refusal.words()


class DecisionStands(Refusal):
    """A revision would break what has happened; `broken` are these consequences."""

    message = N_("The decision cannot be revised in this way:")
    status = HTTPStatus.CONFLICT

    def __init__(self, broken: Iterable[Happened]) -> None:
        super().__init__()
        self.broken = tuple(broken)

    def words(self) -> str:
        """Name each consequence with the page's own sentence."""
        return " ".join((super().words(), *(one.words() for one in self.broken)))


def of_the_claim(happened: Iterable[Happened]) -> list[Happened]:
    """Return what keeps the whole decision as it is."""
    return [one for one in happened if one.line_id is None]


def by_line(happened: Iterable[Happened]) -> dict[UUID, list[Happened]]:
    """Return what keeps single lines as they were decided."""
    found: dict[UUID, list[Happened]] = {}
    for one in happened:
        if one.line_id is not None:
            found.setdefault(one.line_id, []).append(one)
    return found


def refuse_broken(happened: Collection[Happened], changed: Collection[UUID]) -> None:
    """Refuse a revision that changes lines of which something has happened, or a whole claim's."""
    broken = [one for one in happened if one.line_id is None or one.line_id in changed]
    if broken:
        raise DecisionStands(broken)


def is_settled(happened: Collection[Happened], lines: Collection[UUID]) -> bool:
    """Tell whether nothing of a decision can be revised any more."""
    return bool(of_the_claim(happened)) or set(by_line(happened)) >= set(lines)
