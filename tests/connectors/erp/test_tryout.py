"""A receipt names something, and a mapping is tried out on a reply before it is trusted."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from connectors.erp.build import at_place, build_erp
from connectors.erp.mapping import Mapping, parse
from connectors.erp.port import Erp, RowKind
from connectors.erp.recording import Exchange
from connectors.erp.tryout import TryOut, try_out
from connectors.errors import Rejected
from tests.connectors.erp.foreign.php import FOLDER, needs_php, php_server
from tests.connectors.erp.foreign.publishing import publish, read_descriptor
from tests.connectors.erp.messages import a_claim
from tests.connectors.erp.test_other_feeds import TABLE_FEED, table_reply, table_service
from tests.connectors.erp.trap import Trap

TEXT = (FOLDER / "factory.yaml").read_text(encoding="utf-8")
CORE = "http://v8.1c.ru/8.1/data/core"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tried")
    wsdl = publish(read_descriptor(FOLDER / "factory.webservice.xml"))
    (place / "factory.wsdl").write_bytes(wsdl)
    (place / "table.wsdl").write_bytes(publish(table_service()))
    shutil.copy(FOLDER / "factory.yaml", place)
    return place


@pytest.fixture(scope="module")
def php(folder: Path) -> Iterator[str]:
    mapping = parse(TEXT, folder=folder)
    told = folder / "factory.told"
    with php_server("factory.php", mapping.service.wsdl, told, version=mapping.service.soap) as url:
        yield url


def mapped(folder: Path, right: str = "", wrong: str = "") -> Mapping:
    assert right in TEXT
    return parse(TEXT.replace(right, wrong) if right else TEXT, folder=folder)


def reached(mapping: Mapping, url: str, heard: list[Exchange] | None = None) -> Erp:
    told: list[Exchange] = [] if heard is None else heard
    return build_erp(at_place(mapping, url=url), password="пароль", recorder=told.append)


@needs_php
@pytest.mark.parametrize("wrong", ["return/Сылка", "return/Структура/Ссылка"])
def test_a_misspelt_key_of_a_structure_is_no_receipt_and_leaves_the_outcome_open(
    folder: Path, php: str, wrong: str
) -> None:
    erp = reached(mapped(folder, "ref: return/Ссылка", f"ref: {wrong}"), php)

    with pytest.raises(Rejected, match="names no document") as failure:
        erp.put_claim(a_claim())

    assert failure.value.outcome_unknown


@needs_php
def test_an_answer_with_nothing_in_it_is_no_receipt(folder: Path, php: str) -> None:
    erp = reached(mapped(folder), php)

    with pytest.raises(Rejected, match="names no document") as failure:
        erp.put_claim(a_claim(number="silent"))

    assert failure.value.outcome_unknown


@needs_php
def test_states_in_which_a_column_is_misspelt_are_no_answer(folder: Path, php: str) -> None:
    erp = reached(mapped(folder, "external_id: Ключ", "external_id: Клюк"), php)

    with pytest.raises(Rejected, match="no column Клюк; it has"):
        erp.states([UUID(int=7)])


def envelope(body: str) -> bytes:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'<s:Envelope xmlns:s="{soap}"><s:Body>{body}</s:Body></s:Envelope>'.encode()


ONE_STATE = """
name: one
service: {wsdl: table.wsdl}
operations:
  ping: {call: Пинг}
  states:
    call: Изменения
    request: {После: {$value: 1, $as: number}}
    reply: {within: return, fields: {ref: Ссылка, number: Номер}}
"""


@pytest.mark.parametrize(
    ("inside", "is_not_there"),
    [
        ("", True),
        ('<v:Property name="Ссылка"><v:Value/></v:Property>', True),
        (
            '<v:Property name="Ссылка"><v:Value>00000000-0000-0000-0000-000000000000</v:Value>'
            "</v:Property>",
            True,
        ),
        ('<v:Property name="Сылка"><v:Value>r</v:Value></v:Property>', False),
    ],
)
def test_not_there_is_told_from_not_understood(
    trap: Trap, folder: Path, inside: str, is_not_there: bool
) -> None:
    service = table_service()
    ping, changes = service.operations
    one = replace(service, operations=(ping, replace(changes, result=f"{{{CORE}}}Structure")))
    (folder / "one.wsdl").write_bytes(publish(one))
    erp = reached(parse(ONE_STATE.replace("table", "one"), folder=folder), trap.url)
    trap.body = envelope(
        f'<t:ИзмененияResponse xmlns:t="neo-fly"><t:return xmlns:v="{CORE}">{inside}</t:return>'
        "<t:НомерСообщения>9</t:НомерСообщения><t:ЕстьЕще>false</t:ЕстьЕще><t:Всего>0</t:Всего>"
        "</t:ИзмененияResponse>"
    )

    if is_not_there:
        assert erp.states([UUID(int=7)]) == []
    else:
        with pytest.raises(Rejected, match="Nothing of the ERP's answer"):
            erp.states([UUID(int=7)])


@pytest.fixture(scope="module")
def recorded(folder: Path, php: str) -> bytes:
    """What PHP answers to a claim."""
    heard: list[Exchange] = []
    reached(mapped(folder), php, heard).put_claim(a_claim())
    return heard[-1].reply_text().encode()


def read(tried: TryOut) -> dict[str, str]:
    return {one.name: one.text for one in tried.heard}


@needs_php
@pytest.mark.parametrize("operation", ["put_claim", "ПринятьПретензию"])
def test_a_recorded_reply_shows_what_the_mapping_reads_of_it(
    folder: Path, recorded: bytes, operation: str
) -> None:
    tried = try_out(mapped(folder), operation, recorded)

    assert tried.faults == ()
    assert read(tried)["number"].strip() == "CL-1"
    assert read(tried)["status"] == "Зарегистрирована"


@needs_php
def test_a_misspelt_key_is_shown_with_its_line_and_the_names_there_are(
    folder: Path, recorded: bytes
) -> None:
    text = TEXT.replace("ref: return/Ссылка", "ref: return/Сылка")

    tried = try_out(parse(text, folder=folder), "put_claim", recorded)

    line = text[: text.index("return/Сылка")].count("\n") + 1
    faults = [(place, str(fault)) for place, fault in tried.faults]
    lost = "it has no name Сылка; it has Ссылка, Номер, Дата, Статус."
    assert (line, f"ref: The ERP's answer does not fit the mapping: {lost}") in faults
    assert (line, "ref is empty: this would be no receipt") in faults


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"<a><b>", "no whole XML"),
        (envelope("<x/>"), "is x and not ПринятьПретензиюResponse"),
        (
            envelope("<s:Fault><faultstring>{М.Модуль(1)}: Нет</faultstring></s:Fault>"),
            "is a fault: “Нет”",
        ),
    ],
)
def test_a_reply_that_is_none_is_said_to_be_none(folder: Path, reply: bytes, words: str) -> None:
    ((_, sentence),) = try_out(mapped(folder), "put_claim", reply).faults

    assert words in str(sentence)


def test_an_operation_that_nobody_uses_cannot_be_tried(folder: Path) -> None:
    ((_, sentence),) = try_out(mapped(folder), "Удалить", b"").faults

    assert "uses no operation Удалить" in str(sentence)


def test_rows_of_a_table_are_tried_with_each_promised_column(folder: Path) -> None:
    right = try_out(parse(TABLE_FEED, folder=folder), "changes", table_reply(count=3))
    text = TABLE_FEED.replace("Code: Код", "Code: Код, LineRef: Строка")
    wrong = try_out(parse(text, folder=folder), "changes", table_reply(count=3))

    assert right.faults == ()
    assert [(kind, row[0]) for kind, row in right.rows] == [
        (RowKind.PACKAGE, f"p{number}") for number in range(3)
    ]
    assert any(
        "it has no column Строка; it has Код, Количество" in str(sentence)
        for _, sentence in wrong.faults
    )
