"""A revised decision is the next revision of the act, and the former one says so."""

import io

from docx import Document
from sqlalchemy import select

from acts.facts import ActKind
from app.claims.models import Claim
from app.core.db import db
from app.files.rules import Variant
from app.files.service import read
from app.paperwork.models import Act
from app.paperwork.queries import list_acts, superseding
from app.paperwork.service import issue_decided, issue_filed, marked_superseded
from app.vocabulary import Remedy
from tests.app.claims.revisions import TUESDAY, WEDNESDAY, accepting, decided, refusing, revised
from tests.app.world import MONDAY, World


def words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(part.text for part in document.paragraphs), *cells])


def issued(claim: Claim) -> list[Act]:
    query = select(Act).where(Act.claim_id == claim.id).order_by(Act.revision, Act.kind)
    return list(db.scalars(query))


def test_a_revised_decision_is_the_acts_next_revision_and_the_former_says_so(
    world: World,
) -> None:
    claim = decided(world, Remedy.REFUND, Remedy.REFUND)
    issue_filed(claim.id, at=MONDAY)
    issue_decided(claim.id, at=TUESDAY)
    revised(
        claim,
        {1: accepting(claim.lines[0], Remedy.REFUND, 1), 2: refusing(claim.lines[1])},
        by=world.cleo,
    )
    issue_decided(claim.id, at=WEDNESDAY)
    db.commit()

    acts = issued(claim)
    assert [(act.kind, act.revision) for act in acts] == [
        (ActKind.REFUND, 1), (ActKind.REFUND, 2), (ActKind.REFUND, 3), (ActKind.REFUSAL, 3),
    ]  # fmt: skip
    former, *newer = acts[1:]
    assert superseding(former) == sorted(newer, key=lambda act: act.number)
    text = words(marked_superseded(former, read(former.file, Variant.ORIGINAL), newer))
    assert newer[0].number in text
    assert [row.superseded_by for row in list_acts(claim.id)] == [3, 3, None, None]
    assert "62,900.00" in words(read(newer[0].file, Variant.ORIGINAL))
    assert "125,800.00" in words(read(former.file, Variant.ORIGINAL))
