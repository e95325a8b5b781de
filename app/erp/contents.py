"""Which bytes the ERP should hold of the acts and files that it was given."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.claims.models import ClaimFile
from app.core.db import db
from app.erp.models import DocumentKind, ErpDocument
from app.files.models import StoredFile
from app.paperwork.models import Act


@dataclass(frozen=True)
class Content:
    """A file as it was told: its name, the digest of its bytes in lower-case hex, their number."""

    name: str = ""
    sha256: str = ""
    size: int | None = None


NO_FILE = Content()


def contents_of_files(connection: str) -> Mapping[UUID, Content]:
    """Return what was told of each act and file that an ERP has, by the key of its document."""
    facts = (ErpDocument.id, StoredFile.name, StoredFile.sha256, StoredFile.size)
    acts = (
        select(*facts)
        .join(Act, Act.id == ErpDocument.id)
        .join(StoredFile, StoredFile.id == Act.file_id)
        .where(ErpDocument.connection == connection, ErpDocument.kind == DocumentKind.ACT)
    )
    evidence = (
        select(*facts)
        .join(ClaimFile, ClaimFile.file_id == ErpDocument.id)
        .join(StoredFile, StoredFile.id == ClaimFile.file_id)
        .where(ErpDocument.connection == connection, ErpDocument.kind == DocumentKind.EVIDENCE)
    )
    found = [*db.execute(acts), *db.execute(evidence)]
    return {key: Content(name, sha256, size) for key, name, sha256, size in found}
