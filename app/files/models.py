"""A stored file: what it is called, what it is, and under which keys its bytes lie."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, CleanCode, Code, words
from app.files.rules import MEDIA_TYPES, Change

_KNOWN = ", ".join(f"'{media_type}'" for media_type in sorted(MEDIA_TYPES))


class StoredFile(Base):
    """A file that passed every check. Whoever owns it links to it and decides who may see it.

    Photos have two pictures of our own making: the derivative, which people see, and its thumbnail.
    Of another file there is a derivative when something was changed in it; `change` says what.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint(f"media_type IN ({_KNOWN})", name="media_type_is_accepted"),
        CheckConstraint("name <> ''", name="has_a_name"),
        CheckConstraint("size > 0", name="is_not_empty"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_is_hex"),
        CheckConstraint(
            "num_nonnulls(thumbnail_key, width, height) IN (0, 3)"
            " AND (thumbnail_key IS NULL OR derivative_key IS NOT NULL)",
            name="pictures_come_together",
        ),
        CheckConstraint(
            "change IS NULL OR derivative_key IS NOT NULL", name="changed_means_shown_otherwise"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    dealer_id: Mapped[int | None] = mapped_column(index=True)
    name: Mapped[str]
    media_type: Mapped[str] = mapped_column(CleanCode(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(CleanCode(64))
    original_key: Mapped[str] = mapped_column(Code, unique=True)
    derivative_key: Mapped[str | None] = mapped_column(Code, unique=True)
    thumbnail_key: Mapped[str | None] = mapped_column(Code, unique=True)
    change: Mapped[Change | None] = mapped_column(words(Change))
    width: Mapped[int | None]
    height: Mapped[int | None]
    # By the camera's own clock, whose zone nobody knows: evidence, not a moment to count with.
    taken_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    camera: Mapped[str | None]
    uploaded_by: Mapped[int | None]
    uploaded_at: Mapped[datetime]

    @property
    def is_picture(self) -> bool:
        """Whether there is something to show in place."""
        return self.thumbnail_key is not None
