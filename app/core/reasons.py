"""Reasons as they are kept: a code with its values, said to each reader in his own language."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import OperationalError
from sqlalchemy.types import TypeDecorator

from app.core.errors import N_
from app.core.i18n import pack_reason, say, speaking
from app.vocabulary import Language
from connectors.errors import OutsideError
from connectors.reasons import Reason, ReasonCode, find_code


class OwnReason(ReasonCode):
    """What is said of the portal's own part; `WORDS` are a person's, in his own language."""

    WORDS = "own_words", "%(words)s"
    LINE = "own_line", "%(line)s: %(fault)s"
    FAULT = "own_fault", N_("The portal itself failed: “%(words)s”")
    DATABASE = "own_database", N_("The portal's database was away: “%(words)s”")


_FAULT = OwnReason.FAULT


class ReasonType(TypeDecorator[Reason]):
    """A reason in a column; NULL is none."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Reason | None, dialect: Dialect) -> Any:
        return None if value is None else pack_reason(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Reason | None:
        return None if value is None else unpack(value)


def words(text: str) -> Reason | None:
    """Return what a person has written as a reason, None for nothing."""
    return Reason(OwnReason.WORDS, {"words": text}) if text else None


def reason_of(error: Exception) -> Reason:
    """Return why something failed: a neighbour's reason, the database, or a fault of our own."""
    if isinstance(error, OutsideError):
        return error.reason
    return fault(error, OwnReason.DATABASE if isinstance(error, OperationalError) else _FAULT)


def fault(error: Exception, code: OwnReason = _FAULT) -> Reason:
    """Return what a fault of our own is called."""
    return Reason(code, {"words": f"{type(error).__name__}: {error}"})


def unpack(packed: Mapping[str, Any]) -> Reason:
    """Return what was packed; a code that nobody has any more stands for its own sentence."""
    code = find_code(packed["code"])
    if code is None:
        return Reason(OwnReason.WORDS, {"words": packed["code"]})
    return Reason(code, packed["values"])


def said_in(reason: Reason | None, language: Language) -> str:
    """Return the sentence for a letter in a language, nothing for none."""
    with speaking(language):
        return say(reason)
