"""Services that we did not write, and one in Russian throughout, by a mapping alone."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from connectors.erp.build import at_place, build_erp
from connectors.erp.mapping import Mapping, MappingError, parse, places, read, sources
from connectors.erp.mapping.asked import QUESTIONS
from connectors.erp.mapping.load import LIMITS, SECTIONS, SERVICE
from connectors.erp.mapping.model import Asked, Thing
from connectors.erp.port import Erp, PartMessage, RowKind
from connectors.erp.recording import Exchange
from connectors.errors import NotOffered, Rejected
from tests.connectors.erp.foreign.php import FOLDER, needs_php, php_server
from tests.connectors.erp.foreign.publishing import publish, read_descriptor
from tests.connectors.erp.messages import a_claim, a_decision, an_act, with_contact

pytestmark = needs_php

PUBLISHED = ("factory", "bsp_exchange", "bsp_enterprise_data")
RECEIPT = "5e1f0b6a-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mappings, each with its WSDL beside it."""
    place = tmp_path_factory.mktemp("mapped")
    for name in PUBLISHED:
        wsdl = publish(read_descriptor(FOLDER / f"{name}.webservice.xml"))
        (place / f"{name}.wsdl").write_bytes(wsdl)
    for path in (*FOLDER.glob("*.yaml"), FOLDER / "datamobile.wsdl"):
        shutil.copy(path, place)
    return place


ASKED = {
    "Телефон": "customer_phone",
    "ЭлектроннаяПочта": "customer_email",
    "Адрес": "customer_address",
}


class Served:
    """An ERP behind PHP, what was said to it, and what PHP wrote down."""

    def __init__(self, mapping: Mapping, told: Path) -> None:
        self.url = mapping.service.url
        self.exchanges: list[Exchange] = []
        self.erp: Erp = build_erp(mapping, password="пароль", recorder=self.exchanges.append)
        self._told = told

    def sent(self) -> str:
        return self.exchanges[-1].request_text()

    def told(self) -> str:
        return self._told.read_text(encoding="utf-8")


@contextmanager
def served(folder: Path, name: str, script: str) -> Iterator[Served]:
    mapping = read(folder / f"{name}.yaml")
    told = folder / f"{name}.told"
    with php_server(script, mapping.service.wsdl, told, version=mapping.service.soap) as url:
        yield Served(at_place(mapping, url=url), told)


@pytest.fixture(scope="module")
def factory(folder: Path) -> Iterator[Served]:
    with served(folder, "factory", "factory.php") as started:
        yield started


def test_a_service_in_russian_answers_a_ping_in_its_own_time(factory: Served) -> None:
    info = factory.erp.ping()

    assert (info.product, info.version) == ("УПП 1.3", "1.3.145.2")
    assert info.at is not None
    assert info.at.astimezone(UTC) == datetime(2026, 11, 16, 6, tzinfo=UTC)


def test_a_claim_goes_out_as_a_structure_in_the_factory_s_words(factory: Served) -> None:
    claim = a_claim()

    receipt = factory.erp.put_claim(claim)

    sent = factory.sent()
    assert ">Ремонт<" in sent
    assert ">2026-11-16T11:00:00<" in sent  # 06:00 UTC on the infobase's clock
    assert ">Справочник.ПретензииКлиентов<" in sent
    assert 'name="Отгрузка">' in sent
    assert sent.count('xsi:nil="true"') == 2  # a shipment that is not known, an InOut parameter
    assert (receipt.external_id, receipt.revision) == (claim.external_id, claim.revision)
    assert (receipt.ref, receipt.number, receipt.date) == (RECEIPT, "CL-1", None)
    assert (receipt.status, receipt.posted) == ("Зарегистрирована", False)


def test_a_foreign_mapping_sends_the_contact_and_the_parts_that_it_asks_for_and_no_others(
    folder: Path, factory: Served
) -> None:
    text = (folder / "factory.yaml").read_text(encoding="utf-8")
    contact = "".join(f"          {theirs}: {ours}\n" for theirs, ours in ASKED.items())
    text = text.replace("          Пункты:\n", f"{contact}          Пункты:\n", 1)
    text = text.replace(
        "                Количество: quantity\n                Отгрузка",
        "                Количество: quantity\n"
        "                Части: {$array: {$each: parts, $structure: {Имя: name, Партия: lot}}}\n"
        "                Отгрузка",
        1,
    )
    mapping = parse(text, folder=folder)
    exchanges: list[Exchange] = []
    asking = build_erp(
        at_place(mapping, url=factory.url), password="пароль", recorder=exchanges.append
    )
    part = PartMessage("Стекло каминное", "GL-07", "", Decimal(1))
    claim = with_contact(a_claim())
    claim = replace(claim, lines=(replace(claim.lines[0], parts=(part,)),))

    asking.put_claim(claim)
    factory.erp.put_claim(claim)

    told = exchanges[-1].request_text()
    personal = [getattr(claim, ours) for ours in ASKED.values()]
    assert [value in told for value in (*personal, "Стекло каминное", "GL-07")] == [True] * 5
    assert not any(value in factory.sent() for value in (*personal, "Стекло каминное"))


def test_a_refusal_in_an_out_parameter_is_told_in_its_words(factory: Served) -> None:
    with pytest.raises(Rejected, match=r"^The ERP says: “Период закрыт”$") as refusal:
        factory.erp.put_claim(a_claim(number="refused"))

    assert not refusal.value.outcome_unknown


def test_a_fault_of_a_service_in_russian_is_its_last_words(factory: Served) -> None:
    with pytest.raises(Rejected, match=r"^The ERP says: “Не найден договор”$"):
        factory.erp.put_claim(a_claim(number="crash"))


def test_a_demand_without_a_word_of_theirs_stops_its_own_claim_before_it_is_sent(
    factory: Served,
) -> None:
    claim = a_claim()
    line = replace(claim.lines[0], demand="SPARE_PART")
    before = len(factory.exchanges)

    with pytest.raises(Rejected, match="The value map demand has no word") as refusal:
        factory.erp.put_claim(replace(claim, lines=(line,)))

    assert len(factory.exchanges) == before
    assert not refusal.value.outcome_unknown


def test_a_status_that_nobody_has_mapped_stays_as_the_erp_says_it(factory: Served) -> None:
    receipt = factory.erp.put_claim(a_claim(number="odd"))

    assert (receipt.number, receipt.status) == ("odd", "На складе у соседа")


def test_a_refund_becomes_a_return_with_a_table_of_goods(factory: Served) -> None:
    receipt = factory.erp.put_decision(a_decision(a_claim(), remedy="REFUND"))

    assert receipt.number == "ЗВ-1"
    assert "СоздатьЗаявкуНаВозврат" in factory.sent()
    assert "<ns1:Name" in factory.sent()
    assert 'xsi:type="xs:decimal">62900.00<' in factory.sent()


def test_a_price_reduction_becomes_another_object_by_another_operation(factory: Served) -> None:
    decision = a_decision(a_claim(), remedy="PRICE_REDUCTION")

    receipt = factory.erp.put_decision(replace(decision, promise_on=date(2026, 12, 1)))

    assert receipt.number == "КР-1"
    assert receipt.posted is None, "the service does not tell it"
    assert "СоздатьКорректировку" in factory.sent()
    assert ">2026-12-01T00:00:00<" in factory.sent()


def test_a_decision_for_which_there_is_no_operation_says_so(factory: Served) -> None:
    with pytest.raises(NotOffered, match="no operation for put_decision"):
        factory.erp.put_decision(a_decision(a_claim(), remedy="REPAIR"))


def test_a_file_goes_out_whole_under_the_object_of_its_kind(factory: Served) -> None:
    receipt = factory.erp.put_file(an_act(a_claim(), content=b"PK\x00\xff act"))

    assert receipt.ref.endswith("00f")
    assert ">Документ.Акт<" in factory.sent()
    assert ">UEsA/yBhY3Q=<" in factory.sent()


def test_states_come_as_a_table_of_values(factory: Served) -> None:
    states = factory.erp.states([UUID(int=7), UUID(int=8)])

    assert [(one.external_id.int, one.revision, one.number) for one in states] == [(7, 3, "П-7")]
    assert states[0].status == "Удовлетворена"


def test_a_service_without_a_change_feed_is_read_page_by_page(factory: Served) -> None:
    with factory.erp.changes(after=4) as message:
        rows = list(message)

    factory.erp.confirm(message.message_no)
    shipments = [row for kind, row in rows if kind is RowKind.SHIPMENT]
    lines = [row for kind, row in rows if kind is RowKind.LINE]
    assert (message.message_no, message.more, message.count) == (5, False, 6)
    assert [row[0] for row in shipments] == ["ship-0", "ship-1", "ship-2"]
    assert [row[:3] for row in lines] == [(f"line-{n}", f"ship-{n}", "1") for n in range(3)]
    assert lines[0][5] == "2.5"


def test_nil_empty_and_absent_are_told_apart(factory: Served) -> None:
    rows = factory.erp.sample(RowKind.SHIPMENT, limit=2)

    nil, empty = (row[7] for row in rows)
    assert (nil, empty) == ("б/н", "")
    assert [row[4] for row in rows] == [None, None]  # a contract number is not told at all


def test_what_the_service_does_not_have_is_said_without_asking_it(factory: Served) -> None:
    before = len(factory.exchanges)

    with pytest.raises(NotOffered, match="cannot check a claim without keeping it"):
        factory.erp.rehearse_claim(a_claim())
    with pytest.raises(NotOffered, match="no operation for version"):
        factory.erp.version()

    assert len(factory.exchanges) == before


def test_the_vendor_s_exchange_service_takes_a_structure_and_a_file_in_parts(folder: Path) -> None:
    with served(folder, "bsp_exchange", "vendors.php") as bsp:
        assert bsp.erp.ping().version == "3.0.2.2"
        assert bsp.erp.version() == "ЛК 1.8"
        receipt = bsp.erp.put_file(an_act(a_claim(), content=b"x" * 2500))

    assert (receipt.ref, receipt.status) == (RECEIPT, "parts: 3")
    assert bsp.told() == "1:1024\n2:1024\n3:452\n"


def test_an_error_message_beside_the_result_is_a_refusal(folder: Path) -> None:
    with served(folder, "bsp_enterprise_data", "vendors.php") as bsp:
        assert bsp.erp.ping().product == "3.0.2.2"
        with pytest.raises(Rejected, match=r"^The ERP says: “Нет прав на запись”$"):
            bsp.erp.put_file(an_act(a_claim()))


def test_a_public_service_of_ninety_eight_operations_is_mapped_and_called(folder: Path) -> None:
    claim = a_claim()
    with served(folder, "datamobile", "vendors.php") as terminal:
        erp = terminal.erp
        assert (erp.ping().product, erp.version()) == ("DataMobile", "2.7")
        with erp.changes(after=0) as message:
            rows = list(message)
        receipt = erp.put_claim(claim)
        photo = erp.put_file(an_act(claim))
        with pytest.raises(Rejected, match="refused without saying why"):
            erp.put_file(an_act(claim, content=b"x"))

    assert [(kind, row[0], row[3], row[7]) for kind, row in rows] == [
        (RowKind.DEALER, "c-1", "ООО «Очаг»", "RU"),
        (RowKind.DEALER, "c-2", "", "RU"),
    ]
    assert (receipt.number, receipt.date, receipt.status) == ("T-7", date(2026, 11, 16), "Принят")
    assert photo.external_id


def test_the_example_of_the_guide_can_be_used_as_it_stands(folder: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs" / "erp-1c.md").read_text(encoding="utf-8")
    example = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)

    assert [parse(text, folder=folder).name for text in example] == ["factory"]


def test_the_guide_explains_every_key_of_a_mapping() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "erp-1c.md").read_text(encoding="utf-8")
    chapter = guide.split("## How to map an existing service")[1].split("## How to read")[0]
    asked = QUESTIONS.values()
    told = {name for question in asked for name in (*question.scope(), *question.hears)}
    keys = {*SECTIONS, *SERVICE, *LIMITS, *Asked, *Thing, *sources.OPTIONS, *places.OPTIONS, *told}

    assert not sorted(key for key in keys if f"`{key}`" not in chapter)


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("call: Пинг", "call: Понг", "the operation Понг is not in the WSDL; it has"),
        ("Ключ: external_id\n        Товары", "Код: external_id\n        Товары", "has no Код"),
        ("each: .\n", "each: Строки\n              each: .\n", "each is given twice"),
        ("Количество: limit", "Количество: lots", "lots is nothing that the portal says"),
        ("Товары:\n          $table", "Товары:\n          $map", "$map is not known"),
        ("      ТекстОшибки: ~\n", "", "ПринятьПретензию needs ТекстОшибки, and nothing fills it"),
        ("errors: ТекстОшибки", "errors: Текст", "has no Текст; it has return, ТекстОшибки"),
    ],
)  # fmt: skip
def test_a_russian_mapping_is_held_against_its_wsdl(
    folder: Path, was: str, becomes: str, sentence: str
) -> None:
    text = (folder / "factory.yaml").read_text(encoding="utf-8")
    assert was in text

    with pytest.raises(MappingError) as found:
        parse(text.replace(was, becomes, 1), folder=folder)

    assert sentence in str(found.value)
