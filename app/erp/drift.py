"""What the doctor makes of a contract that has changed. Pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.errors import N_
from app.core.reasons import OwnReason
from app.erp.arrival import is_another_service
from app.erp.verdicts import Examination, Question, Verdict, Words, not_asked
from connectors.erp.port import Approach
from connectors.reasons import Reason

SHOWN_FIELDS = 20


def judge_contract(found: Approach) -> Examination:
    """Whether what is published is what the portal was built for."""
    if found.schema_fault:
        return _no_schema(found.schema_fault)
    if found.live is None or is_another_service(found):
        return not_asked(Question.CONTRACT)
    return _judge_change(
        Question.CONTRACT,
        found.pinned,
        found.live,
        same=N_("All %(number)s fields in use are as agreed."),
    )


def _no_schema(fault: str) -> Examination:
    """Say that messages go unchecked, because the types of the WSDL are no valid schema."""
    return Examination(
        Question.CONTRACT,
        Verdict.LOOK,
        Words(N_("The types in the WSDL cannot be read as a schema: messages are not checked.")),
        Words(N_("Have the service published anew, or its types corrected in the pinned file.")),
        (fault,),
    )


def judge_mapping(title: str, faults: Sequence[tuple[int, Reason]]) -> Examination:
    """Whether the connection's mapping can be used at all."""
    if not faults:
        return Examination(Question.MAPPING, Verdict.GOOD, Words("%(title)s", {"title": title}))
    return Examination(
        Question.MAPPING,
        Verdict.BAD,
        Words(N_("The mapping cannot be used: %(count)s faults."), {"count": len(faults)}),
        Words(N_("Correct these lines on the page of the connection; nothing is sent until then.")),
        tuple(Reason(OwnReason.LINE, {"line": line, "fault": fault}) for line, fault in faults),
    )


def judge_drift(last: Mapping[str, str] | None, live: Mapping[str, str] | None) -> Examination:
    """Whether the published contract has changed since the last examination."""
    if live is None:
        return not_asked(Question.DRIFT)
    if last is None:
        return Examination(Question.DRIFT, Verdict.GOOD, Words(N_("Recorded for the first time.")))
    return _judge_change(
        Question.DRIFT, last, live, same=N_("All %(number)s fields in use are as last time.")
    )


@dataclass(frozen=True)
class Change:
    """How two shapes of a contract differ, each difference as a line."""

    gone: tuple[str, ...]
    retyped: tuple[str, ...]
    demanded: tuple[str, ...]
    answered: tuple[str, ...]
    offered: tuple[str, ...]


def compare_shapes(was: Mapping[str, str], now: Mapping[str, str]) -> Change:
    """Sort the differences by what they do to us.

    A new field that a request must have is as bad as a lost one; one in an answer is refused by
    the portal until the contract is pinned anew; an optional one in a request is no matter.
    """
    added = [path for path in now if path not in was]
    lost = [path for path in was if path not in now]
    answers = [path for path in added if _is_answer(path)]
    requests = [path for path in added if not _is_answer(path)]
    demanded = [path for path in requests if _is_demanded(path, was, now)]
    return Change(
        # What was inside something that is gone has gone with it.
        gone=tuple(f"- {path}: {was[path]}" for path in lost if _parent(path) not in lost),
        retyped=tuple(
            f"~ {path}: {was[path]} → {now[path]}"
            for path in was
            if path in now and was[path] != now[path]
        ),
        demanded=tuple(f"! {path}: {now[path]}" for path in demanded),
        answered=tuple(f"+ {path}: {now[path]}" for path in answers),
        offered=tuple(f"+ {path}: {now[path]}" for path in requests if path not in demanded),
    )


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _is_answer(path: str) -> bool:
    return path.partition("/")[0].endswith("Response")


def _is_demanded(path: str, was: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether a request of ours must have it: obligatory inside something that we already send."""
    return _parent(path) in was and now[path].split()[-1].startswith("1..")


def _judge_change(
    question: Question, was: Mapping[str, str], now: Mapping[str, str], *, same: str
) -> Examination:
    change = compare_shapes(was, now)
    broken = (*change.gone, *change.retyped, *change.demanded)
    details = (*broken, *change.answered, *change.offered)[:SHOWN_FIELDS]
    if broken:
        return Examination(
            question,
            Verdict.BAD,
            Words(N_("%(number)s fields in use are gone or different."), {"number": len(broken)}),
            Words(N_("Have the ERP publish the agreed contract again, or agree on a new one.")),
            details,
        )
    if change.answered:
        return Examination(
            question,
            Verdict.LOOK,
            Words(N_("Answers have %(number)s new fields."), {"number": len(change.answered)}),
            Words(N_("Pin the new contract with ERP_WSDL before the ERP fills these fields.")),
            details,
        )
    return Examination(question, Verdict.GOOD, Words(same, {"number": len(now)}), Words(), details)
