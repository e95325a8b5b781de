import pytest

from app.shipments.rules import LONGEST_CODE, UnreadableCode, parse_code

SSCC = "046012345000000017"
GTIN = "04601234567890"
SEPARATOR = "\x1d"


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        ("OG26-1002", "OG26-1002"),
        ("  og26-1002\r\n", "OG26-1002"),
        (f"00{SSCC}", SSCC),
        (f"]C100{SSCC}", SSCC),
        (f"(00) {SSCC}", SSCC),
        (f"(01){GTIN}(21)OG26-1002", "OG26-1002"),
        (f"]d201{GTIN}21OG26-1002{SEPARATOR}10LOT7", "OG26-1002"),
        (f"01{GTIN}10LOT7{SEPARATOR}21OG26-1002", "OG26-1002"),
        ("Ящик 7", "ЯЩИК 7"),
    ],
)
def test_a_scan_or_a_typed_text_gives_the_code_on_the_label(scan: str, code: str) -> None:
    assert parse_code(scan).text == code


@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "<script>", "A" * (LONGEST_CODE + 1), "how many are left?"]
)
def test_what_cannot_be_a_code_is_refused_with_words(text: str) -> None:
    with pytest.raises(UnreadableCode):
        parse_code(text)
