"""Whatever the weather, forty puts told again and again end as one document a key."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.erp.port import ClaimMessage, Receipt
from connectors.erp.simulator.faults import Kind
from connectors.erp.soap import SoapErp
from connectors.errors import OutsideError, Rejected, Unavailable
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.running import RunningSimulator, running

CLAIMS = 30
CHANGED = 10
MOST_TELLINGS = 200
Days = dict[Kind, str]

DAYS = st.dictionaries(
    st.sampled_from(Kind), st.sampled_from(["0.1", "0.2", "0.3"]), min_size=1, max_size=4
)
WORST: Days = {
    Kind.ERROR_AFTER_WORK: "0.3",
    Kind.DUPLICATE: "0.3",
    Kind.CUT: "0.3",
    Kind.WRONG_RECORD: "0.2",
}


@pytest.fixture(scope="module")
def rough(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running(tmp_path_factory.mktemp("rough")) as started:
        yield started


@settings(max_examples=6, deadline=None)
@example(days=WORST, seed=1)
@given(days=DAYS, seed=st.integers(0, 10_000))
def test_claims_told_through_any_weather_are_each_kept_once(
    rough: RunningSimulator, days: Days, seed: int
) -> None:
    erp = rough.erp()
    told_before = len(rough.entries("effect"))
    claims = [a_claim() for _ in range(CLAIMS)]
    changed = [replace(claim, revision=2, text="Дополнено") for claim in claims[:CHANGED]]

    rough.bring(as_spec(days), seed=seed)
    receipts = [tell(erp, claim) for claim in [*claims, *changed]]
    rough.bring("")

    held = {one.external_id: one for one in erp.states([claim.external_id for claim in claims])}
    assert {key: one.revision for key, one in held.items()} == {
        claim.external_id: 2 if claim in claims[:CHANGED] else 1 for claim in claims
    }
    for receipt in receipts:
        kept = held[receipt.external_id]
        assert (receipt.number, receipt.ref) == (kept.number, kept.ref)
    effects = Counter(
        (one["external_id"], one["revision"], one["change"])
        for one in rough.entries("effect")[told_before:]
    )
    assert set(effects.values()) == {1}
    assert len(effects) == CLAIMS + CHANGED
    assert len({one.number for one in held.values()}) == CLAIMS


def as_spec(days: Days) -> str:
    brief = {Kind.SLOW: ":by=0.01", Kind.RESTORED: ":count=3"}
    return ",".join(f"{kind}:p={p}{brief.get(kind, '')}" for kind, p in days.items())


def tell(erp: SoapErp, claim: ClaimMessage) -> Receipt:
    """Tell a claim as the portal does; a person presses "retry" after a refusal."""
    for _ in range(MOST_TELLINGS):
        try:
            return erp.put_claim(claim)
        except Unavailable as failure:
            if failure.outcome_unknown and (receipt := ask(erp, claim)):
                return receipt
        except Rejected:
            continue
    raise AssertionError("the claim was never taken")


def ask(erp: SoapErp, claim: ClaimMessage) -> Receipt | None:
    try:
        found = erp.states([claim.external_id])
    except OutsideError:
        return None
    return found[0] if found and found[0].revision == claim.revision else None
