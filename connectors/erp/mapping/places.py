"""Reading the reply of an operation: where each of our fields is found."""

from collections.abc import Sequence

from connectors.erp.mapping.asked import Question
from connectors.erp.mapping.model import Place, Reply, RowRule, Rows
from connectors.erp.mapping.reasons import MappingReason
from connectors.erp.mapping.sheet import Entry, listed
from connectors.erp.port import COLUMNS, RowKind

OPTIONS = ("$path", "$words", "$absent", "$nil", "$empty", "$value")
HERE = "."


class PlaceReader:
    """Reads places that may use the value maps `words`."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words

    def reply(self, entry: Entry, question: Question) -> Reply:
        """Return where the answer to a question is found."""
        keys = ["within", "fields"]
        keys += ["rows"] if question.has_rows else []
        keys += ["each"] if question.has_each else []
        found = entry.block(keys, needed=["rows"] if question.has_rows else [])
        fields = self._fields(found.get("fields"), question.hears)
        for name in question.needs:
            if name not in fields:
                entry.fault(MappingReason.MUST_TELL, name=name)
        told = [name for name, place in fields.items() if place.constant is None]
        if question.needs_one and not set(question.needs_one) & set(told):
            names = ", ".join(question.needs_one)
            entry.fault(MappingReason.MUST_TELL_ONE, known=names)
        return Reply(
            entry.line,
            within=steps(found["within"]) if "within" in found else (),
            each=steps(found["each"]) if "each" in found else None,
            fields=fields,
            rows=self.rows(found["rows"]) if "rows" in found else None,
        )

    def rows(self, entry: Entry) -> Rows:
        """Return what becomes of the records of a reply."""
        found = entry.block(["within", "kinds"], needed=["kinds"])
        rules: list[RowRule] = []
        for name, inner in found["kinds"].pairs() if "kinds" in found else ():
            if name not in tuple(RowKind):
                inner.fault(MappingReason.NO_KIND, name=name, known=listed(tuple(RowKind)))
                continue
            parts = inner.list() if inner.is_list else [inner]
            rules += [self._rule(RowKind(name), part) for part in parts]
        within = steps(found["within"]) if "within" in found else ()
        return Rows(entry.line, within, tuple(rules))

    def _rule(self, kind: RowKind, entry: Entry) -> RowRule:
        found = entry.block(["each", "fields"], needed=["each", "fields"])
        return RowRule(
            entry.line,
            kind,
            each=steps(found["each"]) if "each" in found else (),
            columns=self._fields(found.get("fields"), COLUMNS[kind]),
        )

    def _fields(self, entry: Entry | None, known: Sequence[str]) -> dict[str, Place]:
        if entry is None:
            return {}
        if entry.is_list:
            return self._same_names(entry, known)
        return {name: self.place(inner) for name, inner in entry.block(known).items()}

    def _same_names(self, entry: Entry, known: Sequence[str]) -> dict[str, Place]:
        """A plain list: the fields are called the same over there."""
        places: dict[str, Place] = {}
        for one in entry.list():
            name = one.text()
            if name not in known:
                one.fault(MappingReason.UNKNOWN, name=name, block=entry.name, known=listed(known))
            places[name] = Place(one.line, (name,))
        return places

    def place(self, entry: Entry) -> Place:
        """Return one place: a path alone, or with what it needs beside it."""
        if entry.is_text:
            return Place(entry.line, steps(entry))
        found = entry.block(OPTIONS)
        if ("$path" in found) == ("$value" in found):
            entry.fault(MappingReason.PATH_OR_VALUE, name=entry.name)

        def text(name: str) -> str | None:
            return found[name].text() if name in found else None

        return Place(
            entry.line,
            steps(found["$path"]) if "$path" in found else (),
            words=found["$words"].one_of(self._words) if "$words" in found else "",
            absent=text("$absent"),
            nil=text("$nil"),
            empty=text("$empty"),
            constant=text("$value"),
        )


def steps(entry: Entry) -> tuple[str, ...]:
    """Return the steps of a path; a dot is where one stands."""
    text = entry.text()
    if text == HERE:
        return ()
    found = tuple(text.split("/"))
    if not all(found):
        entry.fault(MappingReason.NO_PATH, value=text)
        return ()
    return found
