"""What the platform of 1C says in sentences of its own: closed, locked for a moment, restored.

1C tells these in words only, under any status and inside any wrapping. A sentence counts only as a
whole: one of its words in the name of an item or in a refusal of the configuration says nothing
about the connection. Sources: the developer's guide of 1C:Enterprise 8.3, BSP 3.1.
"""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Closure(StrEnum):
    """Why nothing of a connection is served for now."""

    MAINTENANCE = "maintenance"
    LICENCE = "licence"
    POOL = "pool"


@dataclass(frozen=True)
class ClosedBy:
    """Why the ERP is closed, in its own words."""

    closure: Closure
    sentence: str


@dataclass(frozen=True)
class PlatformFault:
    """A fault that passes by itself. `is_undone`: its transaction is known to be rolled back."""

    sentence: str
    is_undone: bool


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


# Each is matched against whole sentences, without their full stop.
CLOSURES: dict[Closure, re.Pattern[str]] = {
    Closure.MAINTENANCE: _whole(
        r"начало сеанса с информационной базой запрещено",
        r"(администратором приложения )?установлена блокировка работы пользователей"
        r"( (на|для|в|с|по|до) .*)?",
        r"(infobase )?session start( with (the )?infobase)? is (denied|prohibited|not allowed)",
        r"starting (a )?session with the infobase is (denied|prohibited|not allowed)",
    ),
    Closure.LICENCE: _whole(
        r"не обнаружен[оа] (свободной |свободная )?лицензи[ия]( для .*)?",
        r"не найдена (свободная )?лицензия( для .*)?",
        r"(свободная )?лицензия не (обнаружена|найдена)",
        r"не обнаружен ключ защиты программы или полученная программная лицензия",
        r"(free |software )?license (is )?not found",
        r"no free licenses?( (is|are))?( found| available)?",
    ),
    Closure.POOL: _whole(
        r"(достигнуто|превышено) (максимальное|предельное) (количество|число) сеансов",
        r"(the )?maximum number of sessions (has been |is )?(reached|exceeded)",
    ),
}

# Faults of a moment, as a table: the sentence, and whether nothing can have been kept. A sentence
# may go on behind these words: 1C adds which table or object it was.
TRANSIENT: tuple[tuple[re.Pattern[str], bool], ...] = (
    (
        _whole(
            r"конфликт блокировок( при выполнении транзакции)?\b",
            r"превышено( максимальное)? время ожидания( предоставления)? блокировки\b",
            r"взаимоблокировка\b",
            r"обнаружена взаимоблокировка\b",
            r"не удалось заблокировать (запись|таблицу|объект|данные|строку)\b",
            r"ошибка блокировки (объекта|данных|записи)\b",
            r"объект (уже )?заблокирован( пользователем\b| другим сеансом\b|$)",
            r"операция не может быть выполнена из-за несоответствия версии\b",
            r"объект (был )?изменен или удален( другим пользователем)?\b",
            r"данные (были )?изменены( или удалены)? другим (пользователем|сеансом)\b",
            r"в данной транзакции уже происходили ошибки\b",
            r"(transaction )?lock conflict\b",
            r"lock (request|wait) time-?out\b",
            r"(transaction .*)?deadlock(ed)?\b",
            r"the object is (already )?locked\b",
        ),
        True,
    ),
    (
        _whole(
            r"ошибка соединения с сервером (1с:предприятия|баз данных)\b",
            r"сервер 1с:предприятия не обнаружен\b",
            r"сервер баз данных не обнаружен\b",
            r"соединение с сервером баз данных разорвано\b",
            r"ошибка субд.*(connection|соединени)",
            r"недостаточно памяти\b",
            r"сеанс (работы )?заверш[её]н администратором\b",
            r"server is not found\b",
            r"not enough memory\b",
        ),
        False,
    ),
)

# An exchange plan that was restored from a copy does not know the message that we have got.
RESTORED = re.compile(
    r"сообщение \d+ .*не отправлял|запросите полную выгрузку|message \d+ .*was (not|never) sent",
    re.IGNORECASE,
)
# 1C could not make an object of the request: permanent, until its package or our contract changes.
OTHER_PACKAGE = "Ошибка преобразования данных XDTO"
# A session ends with the server or by an administrator's hand; the next call gets a new one.
SESSION_ENDED = re.compile(
    r"ibsession|сеанс (работы )?(отсутствует|не найден|завершен)|session (is missing|not found)",
    re.IGNORECASE,
)

_STACK = r"\{[^{}\n]*\(\d+(,\s*\d+)?\)\}:?\s*"
# What 1C puts before the sentence of whoever raised the exception; nothing else is cut.
_PREFIX = re.compile(
    rf"{_STACK}"
    r"|неизвестная ошибка[.:]?\s+"
    r"|ошибка при вызове (метода контекста|конструктора) \([^()\n]*\)(:|\s+по причине:)\s*"
    r"|ошибка выполнения обработчика\s*-\s*'[^'\n]*'(:|\s+по причине:)?\s*"
    r"|ошибка http-сервиса:\s*|ошибка web-сервиса:\s*",
    re.IGNORECASE,
)
_CAUSE = re.compile(r"\n\s*по причине:\s*\n?|\n\s*caused by:\s*\n?", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_END = re.compile(r"(?<=[.!?])\s+|[\r\n]+")
_AROUND = " \t.!?«»\"'"


def closed_by(text: str) -> ClosedBy | None:
    """Return why an answer says that the ERP is closed; None when no whole sentence does."""
    found = sentences(text)
    for sentence in found:
        for closure, pattern in CLOSURES.items():
            if pattern.fullmatch(sentence.strip(_AROUND)):
                # A maintenance gives its reason in the next sentence.
                return ClosedBy(closure, " ".join(found[found.index(sentence) :][:2]))
    return None


def passing_fault(text: str) -> PlatformFault | None:
    """Return the fault of a moment that an answer tells, None when it tells none."""
    for sentence in sentences(text):
        for pattern, is_undone in TRANSIENT:
            if pattern.match(sentence.strip(_AROUND)):
                return PlatformFault(sentence.rstrip(": "), is_undone)
    return None


def own_words(text: str) -> str:
    """Return what an exception says, without what 1C puts before it; of its causes the last."""
    return without_prefix(_CAUSE.split(text)[-1]) or without_prefix(text)


def without_prefix(text: str) -> str:
    """Cut module stacks and the platform's own prefixes, one after the other."""
    words = text.strip()
    while found := _PREFIX.match(words):
        words = words[found.end() :].strip()
    return words


def sentences(text: str) -> list[str]:
    """Return the sentences of an answer, out of JSON, XML or HTML; prefixes of 1C are cut."""
    lines = _END.split(_TAG.sub("\n", _plain(text)))
    cut = (without_prefix(line) for line in lines)
    return [line for line in cut if line]


def _plain(text: str) -> str:
    """Return the texts in a JSON answer one below the other, any other answer as it is."""
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return text
    try:
        return "\n".join(_texts(json.loads(text.lstrip("\ufeff"), strict=False)))
    except (ValueError, RecursionError):
        return text


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [value] if isinstance(value, str) else []
