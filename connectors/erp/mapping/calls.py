"""Reading the section `operations`: which operation answers what the portal asks."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.erp.mapping.asked import QUESTIONS
from connectors.erp.mapping.model import Asked, Call, Group, Reply
from connectors.erp.mapping.places import PlaceReader
from connectors.erp.mapping.reasons import MappingReason
from connectors.erp.mapping.sheet import Entry, listed
from connectors.erp.mapping.sources import SourceReader
from connectors.erp.port import RowKind

FROM_PAGES = "pages"


@dataclass(frozen=True)
class Operations:
    """The calls by what is asked, and whether changes are to be found by reading all pages."""

    calls: Table[Asked, tuple[Call, ...]] = field(default_factory=dict)
    feed_from_pages: bool = False


class CallReader:
    """Reads calls that may use the value maps `words`."""

    def __init__(self, words: Sequence[str]) -> None:
        self._sources = SourceReader(words)
        self._places = PlaceReader(words)

    def read(self, entry: Entry | None) -> Operations:
        """Return the operations; nothing when the section is not there."""
        if entry is None:
            return Operations()
        found = entry.block(tuple(Asked), needed=(Asked.PING,))
        feed = found.get(Asked.CHANGES)
        from_pages = feed is not None and feed.is_text and feed.text() == FROM_PAGES
        if feed is not None and from_pages:
            if Asked.PAGES not in found:
                feed.fault(MappingReason.NO_PAGES)
            del found[Asked.CHANGES]
        elif feed is not None and Asked.CONFIRM not in found:
            feed.fault(MappingReason.NO_CONFIRM)
        calls = {Asked(name): self._variants(Asked(name), inner) for name, inner in found.items()}
        return Operations(calls, from_pages)

    def _variants(self, asked: Asked, entry: Entry) -> tuple[Call, ...]:
        parts = entry.list() if entry.is_list else [entry]
        calls = tuple(self._call(asked, part) for part in parts)
        for call, part in zip(calls[:-1], parts[:-1], strict=True):
            if asked is not Asked.PAGES and not call.objects:
                part.fault(MappingReason.NO_OBJECTS, asked=asked.value)
        return calls

    def _call(self, asked: Asked, entry: Entry) -> Call:
        question = QUESTIONS[asked]
        keys = ["call", "request", "reply"]
        keys += ["objects"] if "object" in question.says else []
        keys += ["kinds"] if asked is Asked.PAGES else []
        needs_reply = question.needs or question.needs_one or question.has_rows
        found = entry.block(keys, needed=["call", "reply"] if needs_reply else ["call"])
        scopes = [question.scope()]
        nothing = Group(entry.line, ())
        request = found.get("request")
        reply = found.get("reply")
        answer = self._places.reply(reply, question) if reply else Reply(entry.line)
        return Call(
            found["call"].line if "call" in found else entry.line,
            operation=found["call"].text() if "call" in found else "",
            request=self._sources.group(request, scopes) if request else nothing,
            reply=answer,
            objects=frozenset(found["objects"].texts()) if "objects" in found else frozenset(),
            kinds=_kinds(found["kinds"]) if "kinds" in found else _brought(answer),
        )


def _brought(reply: Reply) -> tuple[RowKind, ...]:
    """Return the kinds of rows that a reply brings."""
    rules = reply.rows.rules if reply.rows else ()
    return tuple(dict.fromkeys(rule.kind for rule in rules))


def _kinds(entry: Entry) -> tuple[RowKind, ...]:
    found = []
    for one in entry.list():
        name = one.text()
        if name in tuple(RowKind):
            found.append(RowKind(name))
        else:
            one.fault(MappingReason.NO_KIND, name=name, known=listed(tuple(RowKind)))
    return tuple(found)
