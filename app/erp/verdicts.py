"""The doctor's questions and verdicts, and the words for people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import gettext

from app.core.errors import N_
from app.core.i18n import shown, storable
from app.core.words import call
from connectors.reasons import Reason


class Verdict(StrEnum):
    """How well it is with one question."""

    GOOD = "good"
    LOOK = "look"
    BAD = "bad"
    NOT_ASKED = "not_asked"


class Question(StrEnum):
    """What the doctor asks, in this order."""

    MAPPING = "mapping"
    ADDRESS = "address"
    CONNECTION = "connection"
    SERVICE = "service"
    LOG_IN = "log_in"
    CONTRACT = "contract"
    DRIFT = "drift"
    PING = "ping"
    INFOBASE = "infobase"
    VERSION = "version"
    CLOCK = "clock"
    ZONE = "zone"
    LIMITS = "limits"
    OBJECTS = "objects"
    SAMPLE = "sample"
    PUSH = "push"


call(
    {
        Verdict.GOOD: N_("OK"),
        Verdict.LOOK: N_("Warning"),
        Verdict.BAD: N_("Error"),
        Verdict.NOT_ASKED: N_("Not checked"),
    }
)
call(
    {
        Question.MAPPING: N_("Mapping"),
        Question.ADDRESS: N_("Address"),
        Question.CONNECTION: N_("Connection"),
        Question.SERVICE: N_("Service"),
        Question.LOG_IN: N_("Log-in"),
        Question.CONTRACT: N_("Contract as published"),
        Question.DRIFT: N_("Contract since last time"),
        Question.PING: N_("Ping"),
        Question.INFOBASE: N_("Infobase"),
        Question.VERSION: N_("Version"),
        Question.CLOCK: N_("Clock"),
        Question.ZONE: N_("Time zone of the ERP"),
        Question.LIMITS: N_("Size of files"),
        Question.OBJECTS: N_("Objects in the ERP"),
        Question.SAMPLE: N_("Ten rows of the ERP"),
        Question.PUSH: N_("What a push would send"),
    }
)


@dataclass(frozen=True)
class Words:
    """An English, marked sentence with its values, translated when it is shown."""

    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def said(self) -> str:
        """Return the sentence in the reader's language."""
        return str(gettext(self.text, **shown(self.values))) if self.text else ""


# A line for the administrator: as it came, or a reason, which is kept packed.
Detail = str | Reason | dict[str, Any]


@dataclass(frozen=True)
class Examination:
    """One question with its verdict, what was seen and what to do next."""

    question: Question
    verdict: Verdict
    seen: Words
    step: Words = Words()
    details: tuple[Detail, ...] = ()


def not_asked(question: Question) -> Examination:
    """Say that something before this question stood in the way."""
    return Examination(
        question, Verdict.NOT_ASKED, Words(N_("Not possible because of a problem above.")), Words()
    )


def failed(question: Question, reason: Reason, details: str = "") -> Examination:
    """Say in the connector's words that the ERP did not answer as it should."""
    return Examination(
        question,
        Verdict.BAD,
        Words("%(reason)s", {"reason": reason}),
        Words(N_("Fix what the answer names, then run the check again.")),
        (details,) if details else (),
    )


def pack(examination: Examination) -> dict[str, Any]:
    """Return what JSON can hold."""
    return {
        "question": examination.question.value,
        "verdict": examination.verdict.value,
        "seen": _packed(examination.seen),
        "step": _packed(examination.step),
        **storable({"details": examination.details}),
    }


def _packed(words: Words) -> dict[str, Any]:
    return {"text": words.text, "values": storable(words.values)}


def unpack(packed: Mapping[str, Any]) -> Examination:
    """Return what was packed."""
    return Examination(
        question=Question(packed["question"]),
        verdict=Verdict(packed["verdict"]),
        seen=Words(**packed["seen"]),
        step=Words(**packed["step"]),
        details=tuple(packed["details"]),
    )
