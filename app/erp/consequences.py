"""What the ERP has posted because of a claim's decision: money that is in the books."""

from collections.abc import Iterator

from sqlalchemy import select

from app.claims.consequence_rules import Consequence, Happened
from app.claims.consequences import of_line, source
from app.claims.days import Fact, day_of
from app.claims.models import Claim, Settlement
from app.claims.settlements import lines_of
from app.core.db import db
from app.erp.models import DocumentKind, ErpDocument
from app.vocabulary import REFUNDS


@source
def of_books(claim: Claim) -> Iterator[Happened]:
    """Yield the posted documents that pay something, for each line that they pay for."""
    query = (
        select(ErpDocument, Settlement.remedy)
        .join(Settlement, Settlement.id == ErpDocument.id)
        .where(ErpDocument.claim_id == claim.id, ErpDocument.kind == DocumentKind.DECISION)
        .where(ErpDocument.posted.is_(True), Settlement.remedy.in_(REFUNDS))
        .order_by(ErpDocument.number)
    )
    for document, remedy in db.execute(query):
        day = document.dated_on or day_of(claim, Fact.SERVED, document.confirmed_at).day
        for line in lines_of(claim, remedy):
            yield of_line(line, Consequence.DOCUMENT_POSTED, day, document=document.number)
