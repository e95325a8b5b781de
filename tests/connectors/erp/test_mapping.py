"""A mapping is read as a whole, and what is wrong with it is said with its line."""

import os
from pathlib import Path

import pytest

import config
from connectors.erp.mapping import Mapping, MappingError, parse, read
from connectors.erp.mapping.model import Asked, Thing
from connectors.erp.sessions import SessionMode
from connectors.erp.wsdl import PACKAGED_WSDL

REFERENCE = Path(config.__file__).parent / "erp" / "reference.yaml"
TEXT = REFERENCE.read_text(encoding="utf-8")


def test_a_put_whose_answer_names_nothing_cannot_be_mapped() -> None:
    text = TEXT.split("  put_decision:")[0]
    text += "  put_decision: {call: PutDecision, reply: {fields: {ref: {$value: made}}}}\n"

    assert any("must tell one of ref, number, accepted" in words for _, words in faults_of(text))


def faults_of(text: str, *, folder: Path = REFERENCE.parent) -> list[tuple[int, str]]:
    with pytest.raises(MappingError) as found:
        parse(text, folder=folder)
    return [(line, str(fault)) for line, fault in found.value.faults]


def changed(was: str, becomes: str) -> tuple[str, int]:
    """Return the reference mapping with one change, and the line of that change."""
    assert TEXT.count(was) >= 1, was
    return TEXT.replace(was, becomes, 1), TEXT[: TEXT.index(was)].count("\n") + 1


@pytest.fixture(scope="module")
def reference() -> Mapping:
    return read(REFERENCE)


def test_the_reference_contract_is_a_mapping_like_any_other(reference: Mapping) -> None:
    assert reference.name == "reference"
    assert reference.service.wsdl == PACKAGED_WSDL
    assert reference.service.sessions is SessionMode.NONE
    assert set(reference.calls) == set(Asked)
    assert "PutClaim" in reference.operations


def test_every_mapping_that_is_delivered_can_be_used() -> None:
    for path in sorted(REFERENCE.parent.glob("*.yaml")):
        assert read(path).name == path.stem


def test_a_decision_becomes_the_object_of_its_remedy(reference: Mapping) -> None:
    rule = reference.objects[Thing.DECISION]

    assert dict(rule.rules)["PRICE_REDUCTION"] == "Документ.КорректировкаРеализации"
    assert rule.otherwise == "Справочник.Претензии"


@pytest.mark.parametrize(
    ("was", "becomes", "sentence"),
    [
        ("call: PutClaim", "call: PutClaims", "the operation PutClaims is not in the WSDL; it has"),
        ("Number: number", "Numbre: number", "Claim has no Numbre; it has CustomerAddress"),
        ("Number: number", "Number: nummer", "nummer is nothing that the portal says"),
        ("        Revision: revision\n", "", "Claim needs Revision, and nothing fills it"),
        ("status: Status", "status: State", "Receipt has no State"),
        ("within: Items", "within: Rows", "return has no Rows; it has Count, Items"),
        ("each: Dealer", "each: Customer", "Items has no Customer"),
        ("$each: lines", "$each: positions", "positions is no list of ours; there is lines"),
        ("$each: lines", "$for: lines", "$for is not known"),
        ("Quantity: quantity", "Quantity: {$from: quantity, $as: apples}", "$as must be one of"),
        ("Demand: demand", "Demand: {$from: demand, $words: needs}", "$words must be one of"),
        ("Claim:\n        E", "Claim: number\n      Other:\n        E", "Claim is a block with"),
        ("enforces_key: yes", "enforces_key: perhaps", "enforces_key must be yes or no"),
        ("soap: \"1.1\"", "soap: \"2\"", "soap must be one of 1.1, 1.2, not 2"),
        ("time_zone: UTC", "time_zone: MSK+3", "time_zone must be a name such as Europe/Moscow"),
        ("user: portal", 'user: "por:tal"', "user must not contain a colon"),
        ("password_from: ERP_PASSWORD", "password_from: s3cret", "never the password itself"),
        ("password_from: ERP_PASSWORD", "password_from: SECRET_KEY", "may name ERP_PASSWORD or"),
        ("password_from: ERP_PASSWORD", "password_from: ERP_PASSWORDS", "may name ERP_PASSWORD or"),
        ("wsdl: packaged", "wsdl: ../../etc/passwd", "must be a file beside the mapping"),
        ("wsdl: packaged", "wsdl: gone.wsdl", "the file gone.wsdl is not there"),
        ("wsdl: packaged", "wsdl: reference.yaml", "the WSDL cannot be read"),
        ("  soap:", "  port: Fax\n  soap:", "the port Fax is not in the WSDL; it has"),
        ("parallel: 2", "parallel: many", "parallel must be a whole number from 1 to 64"),
        ("read_seconds: 30", "read_seconds: 0", "read_seconds must be a number of seconds"),
        ("name: reference", "name: Эталон", "name must be of small Latin letters"),
        ("  confirm:", "  conform:", "conform is not known in operations; did you mean confirm?"),
        ("by: remedy", "by: lines.mood", "lines.mood is no field of decision"),
        ("    call: Ping", "    call: Ping\n    call: GetVersion", "call is given twice"),
        ("fields: {done: return}", "fields: {done: return/Yes}", "return has no Yes"),
        ("{done: return}", "{done: {$words: x}}", "done needs either $path or $value"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence_with_its_line(
    was: str, becomes: str, sentence: str
) -> None:
    text, line = changed(was, becomes)

    faults = faults_of(text)

    said = [words for at, words in faults if line - 4 <= at <= line + 3]
    assert any(sentence in words for words in said), faults


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = TEXT.replace("enforces_key: yes", "enforces_key: 7").replace("max_items:", "items:")
    text = text.replace('soap: "1.1"', "soap: soap")

    assert len(faults_of(text)) == 3


@pytest.mark.parametrize(
    "text", ["", "name: [", "- a\n- b", "7", "name: \t{", "name: &a [*a]", "\0"]
)
def test_a_text_that_is_no_mapping_is_refused_in_words(text: str) -> None:
    assert all(line >= 1 and words for line, words in faults_of(text))


def test_a_few_lines_that_mean_millions_are_refused() -> None:
    level = "a: &b0 {c: node}"
    for n in range(1, 9):
        level = f"a: &b{n} {{{level}, " + ", ".join(f"d{k}: *b{n - 1}" for k in range(9)) + "}"
    text, _ = changed("    call: Ping\n", f"    call: Ping\n    request: {{{level}}}\n")

    assert "there are more than 20000 entries" in [words for _, words in faults_of(text)]


def test_a_country_called_no_stays_norway() -> None:
    mapping = parse(f"{TEXT}\nwords:\n  country:\n    NO: Норвегия\n", folder=REFERENCE.parent)

    assert mapping.words["country"].theirs == {"NO": "Норвегия"}


def test_a_file_that_cannot_be_read_is_a_fault_too(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_bytes(b"name: \xff")

    for name in ("gone.yaml", "bad.yaml"):
        with pytest.raises(MappingError, match=f"the file {name} cannot be read"):
            read(tmp_path / name)


def test_no_password_stands_in_a_mapping() -> None:
    for path in REFERENCE.parent.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "password:" not in text
        assert os.environ.get("ERP_PASSWORD", "portal-demo") not in text
