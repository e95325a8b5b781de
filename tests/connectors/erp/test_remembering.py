"""The fake keeps the same rules as the real thing, so that tests with it mean something."""

from dataclasses import replace

import pytest

from connectors.erp.memory import RememberingErp
from connectors.erp.port import Erp, RowKind
from connectors.errors import Rejected, Unavailable
from connectors.reasons import ErpReason
from tests.connectors.erp.messages import a_claim, a_decision, an_act


@pytest.fixture
def erp() -> RememberingErp:
    return RememberingErp()


def test_it_remembers_what_it_was_told(erp: RememberingErp) -> None:
    port: Erp = erp
    claim = a_claim()
    decision, act = a_decision(claim), an_act(claim)

    port.put_claim(claim)
    port.put_decision(decision)
    port.put_file(act)

    assert list(erp.claims.values()) == [claim]
    assert list(erp.decisions.values()) == [decision]
    assert list(erp.files.values()) == [act]
    assert erp.calls == ["put_claim", "put_decision", "put_file"]


def test_the_same_key_gives_the_same_receipt_and_refuses_other_words(erp: RememberingErp) -> None:
    claim = a_claim()

    assert erp.put_claim(claim) == erp.put_claim(claim)
    with pytest.raises(Rejected):
        erp.put_claim(replace(claim, text="Другое"))


def test_a_new_revision_keeps_the_number_and_becomes_the_state(erp: RememberingErp) -> None:
    claim = a_claim()
    first = erp.put_claim(claim)

    second = erp.put_claim(replace(claim, revision=2))

    assert second.number == first.number
    assert erp.states([claim.external_id]) == [second]


def test_it_fails_as_often_as_it_was_told_and_keeps_nothing(erp: RememberingErp) -> None:
    erp.fail_next(Unavailable(ErpReason.SAYS, words="down"), times=2)
    for _ in range(2):
        with pytest.raises(Unavailable):
            erp.put_claim(a_claim())

    assert not erp.claims
    assert erp.ping()


def test_a_lost_receipt_leaves_its_claim_behind(erp: RememberingErp) -> None:
    claim = a_claim()
    erp.lose_next_receipt()

    with pytest.raises(Unavailable) as failure:
        erp.put_claim(claim)

    assert failure.value.outcome_unknown
    assert erp.states([claim.external_id])
    assert erp.put_claim(claim)


def test_it_serves_given_rows_message_by_message(erp: RememberingErp) -> None:
    first = (RowKind.PACKAGE, ("code", "line", "1"))
    second = (RowKind.DELETED, ("Package", "code"))
    erp.serve([first])
    erp.serve([second])

    with erp.changes(after=0) as message:
        assert (message.message_no, message.more, list(message)) == (1, True, [first])
    erp.confirm(1)
    with erp.changes(after=1) as message:
        assert (message.message_no, message.more, list(message)) == (2, False, [second])
    with erp.changes(after=2) as message:
        assert message.count == 0
    assert erp.confirmed == [1]
