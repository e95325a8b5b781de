"""Keeping the promises of acts.

An act gets its facts and its number in one short transaction, is rendered and stored outside of
any, and is issued in another: nobody waits for a dealer's series while files are written.
"""

from uuid import UUID

from app.core.clock import now
from app.files.service import StoredDocument
from app.outbox.delivery import Keeper
from app.paperwork import service
from app.paperwork.service import Draft


def prepare_filed(claim_id: UUID, _connection: str) -> list[Draft] | None:
    """Return the acts that a filed claim is owed; None when they are all issued."""
    return service.draft_filed(claim_id, at=now()) or None


def prepare_decided(claim_id: UUID, _connection: str) -> list[Draft] | None:
    """Return the acts that a decided claim is owed; None when they are all issued."""
    return service.draft_decided(claim_id, at=now()) or None


def issue(_claim_id: UUID, drafts: list[Draft], files: list[StoredDocument]) -> None:
    """Issue the acts."""
    service.issue(drafts, files, at=now())


KEEPERS = {
    "act.issue_filed": Keeper(prepare_filed, service.render_and_store, issue),
    "act.issue_decided": Keeper(prepare_decided, service.render_and_store, issue),
}
