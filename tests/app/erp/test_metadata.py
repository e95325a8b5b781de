"""Names of the ERP are said in the reader's language; its own name stands beside them."""

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Person
from app.core.clock import now
from app.core.db import db
from app.core.outside import ONLY_ERP
from app.erp.metadata import CHANGES, changes_in, object_name
from app.erp.models import DocumentKind, ErpDocument
from app.outbox.halts import halt
from app.vocabulary import Language
from tests.app.conftest import SignIn
from tests.app.world import World

RAW = "Document.ВозвратТоваровОтПокупателя"
LINE = "- PutClaimResponse/return/Number: string 1..1"
SAID = {
    Language.RU: ("Возврат товаров", "Номер: поля больше нет"),
    Language.PL: ("Zwrot towarów", "Numer: brak pola"),
    Language.CS: ("Vrácení zboží", "Číslo: pole chybí"),
    Language.EN: ("Goods return", "Number is gone"),
}


@pytest.fixture
def admin(sign_in: SignIn, world: World) -> FlaskClient:
    return sign_in(world.admin)


@pytest.mark.parametrize("language", list(Language))
def test_an_object_and_a_field_of_the_erp_have_both_names(
    sign_in: SignIn, world: World, language: Language
) -> None:
    claim = world.filed()
    db.add(
        ErpDocument(
            id=claim.id, connection=ONLY_ERP, kind=DocumentKind.CLAIM, claim_id=claim.id,
            revision=1, ref="r", number="N-1", posted=True, status="registered", object=RAW,
            confirmed_at=now(),
        )
    )  # fmt: skip
    halt(ONLY_ERP, "erp.push_claim", LINE, at=now())
    browsers = [sign_in(world.cleo), sign_in(world.admin)]
    for person in (world.cleo, world.admin):
        db.get_one(Person, person.id).language = language
    db.commit()

    on_claim, on_exchange = (
        " ".join(browser.get(address).text.split())
        for browser, address in zip(browsers, (f"/claims/{claim.id}", "/exchange"), strict=True)
    )

    what, change = SAID[language]
    assert f'{what} <code class="text-secondary small">{RAW}</code>' in on_claim
    assert f'{change} <code class="text-secondary small">PutClaimResponse/return/Number' in (
        on_exchange
    )


def test_what_nobody_knows_keeps_its_own_name_only(admin: FlaskClient) -> None:
    assert object_name("Invoice") == ""
    assert object_name("Документ.НечтоСвоё") == "Document of the ERP"
    assert [one.raw for one in changes_in("strange words")] == ["strange words"]
    assert {line[0] for line in ("- a", "~ b", "! c", "+ d")} == set(CHANGES)
