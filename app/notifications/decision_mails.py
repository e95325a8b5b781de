"""The mail of a revised decision: what has changed of each line, and why. Pure."""

from collections.abc import Iterable

from app.claims.decided import DecidedLine
from app.claims.decided_words import NO_REASONS, in_words
from app.core.errors import N_
from app.core.i18n import show_long_day, speaking, texts_in
from app.notifications.mails import Mail, MailFacts
from app.vocabulary import Language


def _why(facts: MailFacts, language: Language) -> Iterable[str]:
    """Say that another version is in force, and why it replaced the one before."""
    if facts.version is None:
        return []
    _ = texts_in(language).gettext
    return [
        _(
            "The decision on claim %(number)s was revised; version %(version)s replaces the"
            " previous one."
        )
        % {"number": facts.number, "version": facts.version.number},
        _("Reason: %(reason)s") % {"reason": facts.version.reason},
    ]


def _changes(facts: MailFacts, language: Language) -> Iterable[str]:
    """Tell of each changed line what was decided and what is decided now, and name the others."""
    if facts.version is None:
        return []
    _ = texts_in(language).gettext
    told = [_changed(before, after, facts, language) for before, after in facts.version.changes]
    if facts.version.unchanged:
        names = ", ".join(f"{line.position}. {line.item}" for line in facts.version.unchanged)
        told.append(_("Unchanged: %(lines)s") % {"lines": names})
    return told


def _changed(
    before: DecidedLine | None, after: DecidedLine, facts: MailFacts, language: Language
) -> str:
    _ = texts_in(language).gettext
    reasons = facts.reasons or NO_REASONS
    with speaking(language):
        was, now = in_words(before, reasons), in_words(after, reasons)
    said = [f"{after.position}. {after.item}"]
    said += [_("Before: %(decision)s") % {"decision": was}] if before else []
    said.append(_("Now: %(decision)s") % {"decision": now})
    return "\n   ".join(said)


def _promised_before(facts: MailFacts, language: Language) -> Iterable[str]:
    """Return the day that was promised before, where it is another one or none is promised now."""
    version = facts.version
    if version is None or version.was_promised_on in (None, version.promise_on):
        return []
    _ = texts_in(language).gettext
    if version.promise_on is None:
        return [_("The previous promise no longer applies.")]
    was = show_long_day(version.was_promised_on, language)
    return [_("Before: %(decision)s") % {"decision": was}]


DECISION_REVISED = Mail(
    "revised",
    N_("Claim %(number)s: the decision was revised"),
    (
        _why,
        N_("Decision: %(outcome)s"),
        _changes,
        N_("Promised by %(promise)s, transport included."),
        _promised_before,
        N_("The act is on the page of the claim: %(link)s#acts"),
    ),
)
