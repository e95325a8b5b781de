"""What the doctor makes of the ERP's answers: ping, clock, limits, rows, a put. Pure rules."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.core.errors import N_
from app.erp.verdicts import Detail, Examination, Question, Verdict, Words
from connectors.erp.port import Capabilities, ErpInfo
from connectors.reasons import Reason

SLOW = 2.0  # seconds
CLOCK_LOOK = timedelta(minutes=2)
CLOCK_BAD = timedelta(minutes=10)
KNOWN_VERSION = "1."


def judge_ping(info: ErpInfo, seconds: float) -> Examination:
    """Whether the ERP answers, and how fast."""
    values: dict[str, str | int] = {"product": info.product, "milliseconds": round(seconds * 1000)}
    seen = Words(N_("%(product)s answered in %(milliseconds)s ms."), values)
    if seconds > SLOW:
        step = Words(N_("Let the service reuse sessions: starting one takes 1C seconds."))
        return Examination(Question.PING, Verdict.LOOK, seen, step)
    return Examination(Question.PING, Verdict.GOOD, seen)


def judge_infobase(told: str, pinned: str) -> Examination:
    """Whether our own infobase answers, or another in its place."""
    if not told and not pinned:
        return Examination(
            Question.INFOBASE,
            Verdict.LOOK,
            Words(N_("The service does not say which infobase it is.")),
            Words(
                N_(
                    "A copy that answers in its place would not be noticed; let Ping return "
                    "the name of the infobase."
                )
            ),
        )
    values = {"told": told or "–", "pinned": pinned}
    if told != pinned:
        return Examination(
            Question.INFOBASE,
            Verdict.BAD,
            Words(N_("Another infobase answers: %(told)s instead of %(pinned)s."), values),
            Words(
                N_(
                    "Nothing is read or sent. Correct the address or the publication; if the"
                    " infobase was moved on purpose, accept it on this page."
                )
            ),
        )
    return Examination(
        Question.INFOBASE, Verdict.GOOD, Words(N_("The infobase is %(told)s."), values)
    )


def judge_version(version: str, info: ErpInfo) -> Examination:
    """Whether the ERP implements a version of the contract that the portal speaks."""
    seen = Words(
        N_("Contract %(contract)s, product %(version)s."),
        {"contract": version, "version": info.version},
    )
    if not version.startswith(KNOWN_VERSION):
        step = Words(N_("The portal uses version 1 of the contract; update one of the two."))
        return Examination(Question.VERSION, Verdict.BAD, seen, step)
    return Examination(Question.VERSION, Verdict.GOOD, seen)


def judge_clock(theirs: datetime, ours: datetime) -> Examination:
    """Whether both clocks show the same moment."""
    skew = abs(theirs - ours)
    seen = Words(
        N_("The ERP's clock differs by %(seconds)s s."), {"seconds": round(skew.total_seconds())}
    )
    if skew <= CLOCK_LOOK:
        return Examination(Question.CLOCK, Verdict.GOOD, seen)
    step = N_("Synchronise the clocks of both machines over the network (NTP).")
    if _is_zone_apart(skew):
        step = N_("Whole hours apart: set ERP_TIME_ZONE to the time zone of the infobase.")
    verdict = Verdict.BAD if skew > CLOCK_BAD else Verdict.LOOK
    return Examination(Question.CLOCK, verdict, seen, Words(step))


def no_clock() -> Examination:
    """Say that the service does not tell its time."""
    return not_offered(Question.CLOCK)


def not_offered(question: Question, reason: Reason | None = None) -> Examination:
    """Say that the service has no answer to this, as its mapping says; nothing is wrong."""
    return Examination(
        question,
        Verdict.LOOK,
        Words(N_("The service of this connection does not offer this.")),
        Words(N_("Nothing is wrong; what needs it is left out for this connection.")),
        (reason,) if reason else (),
    )


def _is_zone_apart(skew: timedelta) -> bool:
    """Half hours count too: there are such zones."""
    half_hour = timedelta(minutes=30)
    rest = skew % half_hour
    return skew > half_hour - CLOCK_LOOK and min(rest, half_hour - rest) <= CLOCK_LOOK


def judge_zone(zone: str, clock: Examination) -> Examination:
    """Which zone is taken for times without one; the clock tells whether it can be right."""
    seen = Words(N_("Times without a zone are taken for %(zone)s."), {"zone": zone})
    if clock.verdict is Verdict.BAD:
        return Examination(Question.ZONE, Verdict.LOOK, seen, clock.step)
    return Examination(Question.ZONE, Verdict.GOOD, seen)


def judge_limits(able: Capabilities, *, part: int, largest: int) -> Examination:
    """Whether every file that a dealer may upload fits into the ERP."""
    megabyte = 1024 * 1024
    seen = Words(
        N_("The ERP takes files up to %(file)s MB in parts up to %(part)s MB."),
        {"file": able.max_file_bytes // megabyte, "part": able.max_part_bytes // megabyte},
    )
    if able.max_part_bytes < part:
        step = Words(
            N_("Let the ERP take parts of %(part)s KB, or lower part_bytes in the mapping."),
            {"part": part // 1024},
        )
        return Examination(Question.LIMITS, Verdict.BAD, seen, step)
    if able.max_file_bytes < largest:
        step = Words(
            N_("Dealers may upload up to %(file)s MB; raise the limit in the ERP."),
            {"file": largest // megabyte},
        )
        return Examination(Question.LIMITS, Verdict.LOOK, seen, step)
    return Examination(Question.LIMITS, Verdict.GOOD, seen)


def judge_objects(wanted: Sequence[str], made: Sequence[str]) -> Examination:
    """Whether the ERP makes every object that our things are to become."""
    if not wanted:
        seen = Words(N_("The mapping leaves the choice of objects to the service."))
        return Examination(Question.OBJECTS, Verdict.GOOD, seen)
    if not made:
        return not_offered(Question.OBJECTS)
    missing = [name for name in wanted if name not in made]
    if missing:
        return Examination(
            Question.OBJECTS,
            Verdict.BAD,
            Words(N_("The ERP does not make: %(objects)s."), {"objects": ", ".join(missing)}),
            Words(
                N_(
                    "Name the objects that it makes in the section objects of the mapping; "
                    "see below."
                )
            ),
            tuple(made),
        )
    seen = Words(
        N_("The ERP makes all %(number)s objects of the mapping."), {"number": len(wanted)}
    )
    return Examination(Question.OBJECTS, Verdict.GOOD, seen, Words(), tuple(wanted))


def judge_sample(rows: Sequence[str], faults: Sequence[Reason]) -> Examination:
    """Whether a few rows would become records of ours."""
    details: tuple[Detail, ...] = (*rows, *faults)
    if not rows:
        return Examination(
            Question.SAMPLE,
            Verdict.LOOK,
            Words(N_("The ERP has no rows to show.")),
            Words(N_("Register dealers, items and shipments for the node of the portal.")),
        )
    if faults:
        return Examination(
            Question.SAMPLE,
            Verdict.BAD,
            Words(N_("%(number)s values could not be used."), {"number": len(faults)}),
            Words(N_("Have the ERP fill these fields as the contract says.")),
            details,
        )
    seen = Words(
        N_("%(number)s rows, all usable; nothing was acknowledged."), {"number": len(rows)}
    )
    return Examination(Question.SAMPLE, Verdict.GOOD, seen, Words(), details)


def judge_push(number: str, objections: Sequence[str], draft: str) -> Examination:
    """Whether the ERP would take the newest claim."""
    details = (*objections, draft)
    if objections:
        return Examination(
            Question.PUSH,
            Verdict.LOOK,
            Words(N_("The ERP would refuse claim %(number)s."), {"number": number}),
            Words(N_("Its message is below; fix the cause in the ERP or in the claim.")),
            details,
        )
    return Examination(
        Question.PUSH,
        Verdict.GOOD,
        Words(N_("The ERP would take claim %(number)s; nothing was kept."), {"number": number}),
        Words(),
        details,
    )


def no_claim_yet() -> Examination:
    """Say that there is nothing to rehearse with."""
    return Examination(
        Question.PUSH, Verdict.NOT_ASKED, Words(N_("No claim has been filed yet.")), Words()
    )
