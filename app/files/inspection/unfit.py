"""Why a file is not taken, as words that may cross from the child to us."""

from enum import StrEnum


class Why(StrEnum):
    """The reason; its sentence for people is in `app.files.rules`."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    OTHER_CONTENT = "other_content"
    OLD_OR_LOCKED = "old_or_locked"
    DAMAGED = "damaged"
    TOO_MUCH_WORK = "too_much_work"
    TOO_MANY_PIXELS = "too_many_pixels"
    MOVING = "moving"
    LOCKED = "locked"
    TOO_MANY_PAGES = "too_many_pages"
    ACTIVE_CONTENT = "active_content"
    EMBEDDED_FILE = "embedded_file"
    OUTSIDE_LINK = "outside_link"
    ODD_ARCHIVE = "odd_archive"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_LONG_CELL = "too_long_cell"
    NOT_TEXT = "not_text"
    TOO_LONG_FILM = "too_long_film"
    TOO_MANY_MEMBERS = "too_many_members"
    NESTED = "nested"


class Unfit(Exception):
    """Raised by a check; `value` is the limit that was passed, where there is one."""

    def __init__(self, why: Why, value: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.value = value
