"""What a changed contract stops: the pushes that need the lost field, and no others."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from app.core.clock import now
from app.core.db import db
from app.core.outside import Outside
from app.erp.doctor import examine
from app.erp.drift import compare_shapes
from app.erp.messages import list_actions
from app.erp.models import DeskAct
from app.erp.watch import broken_kinds, watch_contract
from app.outbox.halts import list_halted
from connectors.erp.fingerprint import shape_of
from connectors.erp.mapping import read
from connectors.erp.mapping.needed import needed_by_things
from connectors.erp.memory import RememberingErp
from connectors.erp.port import Approach
from connectors.erp.wsdl import PACKAGED_WSDL
from tests.app.conftest import SignIn
from tests.app.world import World
from tests.connectors.erp.foreign.php import FOLDER as FOREIGN
from tests.connectors.erp.foreign.publishing import publish as make_wsdl
from tests.connectors.erp.foreign.publishing import read_descriptor
from tests.connectors.erp.running import RunningSimulator, running

PINNED = shape_of(PACKAGED_WSDL.read_bytes())


@pytest.fixture
def erp(neighbours: Outside) -> RememberingErp:
    found = neighbours.erp("erp")
    assert isinstance(found, RememberingErp)
    found.approached = replace(found.approach(), pinned=PINNED, live=PINNED)
    return found


def publish(erp: RememberingErp, live: dict[str, str] | None) -> None:
    assert isinstance(erp.approached, Approach)
    erp.approached = replace(erp.approached, live=live)


def without(path: str) -> dict[str, str]:
    assert path in PINNED
    return {place: kind for place, kind in PINNED.items() if place != path}


@pytest.mark.parametrize(
    ("live", "kinds"),
    [
        (PINNED, set()),
        (without("PutClaim/Claim/Text"), {"erp.push_claim"}),
        (without("PutClaimResponse/return/Number"), {"erp.push_claim"}),
        (PINNED | {"PutDecision/Decision/Outcome": "integer 1..1"}, {"erp.push_decision"}),
        (PINNED | {"PutDecision/Decision/Vat": "string 1..1"}, {"erp.push_decision"}),
        (PINNED | {"PutDecision/Decision/Vat": "string 0..1"}, set()),
        (without("PutFilePart/TransferId"), {"erp.push_act", "erp.push_evidence"}),
        (without("GetChanges/Node"), set()),
    ],
)
def test_a_change_breaks_what_needs_the_field(live: dict[str, str], kinds: set[str]) -> None:
    needed = RememberingErp().approach().needed
    assert set(broken_kinds(compare_shapes(PINNED, live), needed)) == kinds


def test_a_lost_field_stops_its_pushes_until_it_is_back(world: World, erp: RememberingErp) -> None:
    publish(erp, without("PutClaim/Claim/Text"))
    first = watch_contract("erp", at=now())
    again = watch_contract("erp", at=now())
    halted = [(one.connection, one.kind, one.reason) for one in list_halted()]

    publish(erp, None)
    watch_contract("erp", at=now())
    still = len(list_halted())
    publish(erp, PINNED)
    watch_contract("erp", at=now())

    assert (first, again) == (["erp.push_claim"], [])
    assert [one[:2] for one in halted] == [("erp", "erp.push_claim")]
    assert "PutClaim/Claim/Text" in halted[0][2]
    assert still == 1
    assert list_halted() == []


def test_the_doctor_stops_them_too(world: World, erp: RememberingErp) -> None:
    publish(erp, without("SaveFile/TransferId"))

    examine("erp", by=None)

    assert {one.kind for one in list_halted()} == {"erp.push_act", "erp.push_evidence"}


def test_an_administrator_sees_what_stopped_and_lets_it_go_on_with_a_reason(
    sign_in: SignIn, world: World, erp: RememberingErp
) -> None:
    admin = sign_in(world.admin)
    publish(erp, without("PutClaim/Claim/Text"))
    watch_contract("erp", at=now())
    db.commit()
    shown = admin.get("/exchange").text
    way = "/exchange/connection/erp/halted/erp.push_claim/release"

    refused = admin.post(way, data={"reason": " "})
    admin.post(way, data={"reason": "Nobody reads that field"})
    admin.post(way, data={"reason": "Nobody reads that field"})

    assert "PutClaim/Claim/Text" in shown
    assert refused.status_code in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SEE_OTHER)
    assert list_halted() == []
    acts = [one for one in list_actions() if one.act is DeskAct.RELEASE]
    assert [(one.kind, one.reason) for one in acts] == [
        ("erp.push_claim", "Nobody reads that field")
    ]


@pytest.fixture(scope="module")
def drifting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running(tmp_path_factory.mktemp("drift"), shipments=2, lines=4) as started:
        yield started


def test_an_update_of_the_simulator_is_noticed_over_the_wire(
    world: World, neighbours: Outside, drifting: RunningSimulator, erp: RememberingErp
) -> None:
    real = drifting.erp()
    with drifting.weather("drift-added:on=WSDL"):
        erp.approached = real.approach()
        added = watch_contract("erp", at=now())
    with drifting.weather("drift-removed:on=WSDL"):
        erp.approached = real.approach()
        removed = watch_contract("erp", at=now())

    assert added == []
    assert "erp.push_claim" in removed


def test_the_packaged_mapping_needs_of_each_push_what_the_contract_says(
    drifting: RunningSimulator,
) -> None:
    needed = drifting.erp().approach().needed

    assert "PutClaim/Claim/Lines/Line/Quantity" in needed["claim"].sent
    assert "PutClaimResponse/return/Number" in needed["claim"].heard
    assert "PutFilePart/TransferId" in needed["act"].sent & needed["evidence"].sent
    assert not needed["decision"].sent & needed["claim"].sent


PUBLISHED = {
    "ПринятьПретензию/Претензия": {"erp.push_claim"},
    "ПринятьПретензиюResponse/ТекстОшибки": {"erp.push_claim"},
    "СоздатьЗаявкуНаВозврат/Ключ": {"erp.push_decision"},
    "СоздатьКорректировку/СрокИсполнения": {"erp.push_decision"},
    "ПрисоединитьФайл/Данные": {"erp.push_act", "erp.push_evidence"},
    "ПрисоединитьФайлResponse/Ссылка": {"erp.push_act", "erp.push_evidence"},
    "Состояния/Ключи": set(),
}


@pytest.fixture
def foreign(tmp_path: Path) -> Approach:
    """What is known of a plant's own service, in Russian throughout, without calling it."""
    wsdl = make_wsdl(read_descriptor(FOREIGN / "factory.webservice.xml"))
    (tmp_path / "factory.wsdl").write_bytes(wsdl)
    shutil.copy(FOREIGN / "factory.yaml", tmp_path)
    mapping = read(tmp_path / "factory.yaml")
    pinned = shape_of(wsdl, mapping.operations)
    needed = needed_by_things(mapping, wsdl)
    return Approach("", "", "UTC", pinned=pinned, needed=needed, live=pinned)


@pytest.mark.parametrize(("path", "kinds"), PUBLISHED.items())
def test_a_lost_field_of_a_foreign_service_stops_the_pushes_that_its_mapping_fills(
    world: World, erp: RememberingErp, foreign: Approach, path: str, kinds: set[str]
) -> None:
    assert path in foreign.pinned
    erp.approached = foreign
    assert watch_contract("erp", at=now()) == []

    live = {place: kind for place, kind in foreign.pinned.items() if place != path}
    erp.approached = replace(foreign, live=live)
    stopped = set(watch_contract("erp", at=now()))
    erp.approached = foreign
    watch_contract("erp", at=now())

    assert stopped == kinds
    assert list_halted() == []


def test_what_a_foreign_service_newly_demands_stops_the_push_and_what_we_never_read_does_not(
    foreign: Approach,
) -> None:
    demanding = {**foreign.pinned, "ПрисоединитьФайл/Подпись": "string 1..1"}
    answering = {**foreign.pinned, "ПрисоединитьФайлResponse/Подпись": "string 1..1"}
    unread = foreign.pinned.keys() - {
        path for one in foreign.needed.values() for path in one.sent | one.heard
    }
    without_them = {path: kind for path, kind in foreign.pinned.items() if path not in unread}

    def broken(live: dict[str, str]) -> set[str]:
        return set(broken_kinds(compare_shapes(foreign.pinned, live), foreign.needed))

    assert unread
    assert broken(demanding) == {"erp.push_act", "erp.push_evidence"}
    assert broken(answering) == set()
    assert broken(without_them) == set()
