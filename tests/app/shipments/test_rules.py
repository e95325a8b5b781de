import pytest

from app.shipments.rules import UnreadableCode, parse_code

SSCC = "046012345000000017"
GTIN = "04601234567890"
SEPARATOR = "\x1d"


@pytest.mark.parametrize(
    ("scan", "code"),
    [
        ("OG26-1002", "OG26-1002"),
        ("  og26-1002\r\n", "og26-1002"),
        (f"00{SSCC}", SSCC),
        (f"]C100{SSCC}", SSCC),
        (f"(00) {SSCC}", SSCC),
        (f"(01){GTIN}(21)OG26-1002", "OG26-1002"),
        (f"(01) {GTIN} (21) OG26-1002", "OG26-1002"),
        (f"]d201{GTIN}21OG26-1002{SEPARATOR}10LOT7", "OG26-1002"),
        (f"01{GTIN}10LOT7{SEPARATOR}21OG26-1002", "OG26-1002"),
        ("Ящик 7", "Ящик 7"),
        # What is between the item and its serial has a length of its own in the table.
        (f"01{GTIN}1126031521OG26-1002", "OG26-1002"),
        (f"01{GTIN}310300124521OG26-1002", "OG26-1002"),
        (f"01{GTIN}240OG-B18{SEPARATOR}21OG26-1002", "OG26-1002"),
        (f"01{GTIN}21OG26-1002{SEPARATOR}91EE06{SEPARATOR}92c2lnbmF0dXJl", "OG26-1002"),
        (f"]d2{SEPARATOR}01{GTIN}21OG26-1002", "OG26-1002"),
        (f"01{GTIN}10LOT7\u241d21OG26-1002", "OG26-1002"),
        # The two digits of an identifier inside a value begin nothing.
        (f"01{GTIN}10AB21CD{SEPARATOR}21OG26-1002", "OG26-1002"),
        (f"(01){GTIN}(10)LOT7(21)OG26-1002", "OG26-1002"),
        (f"https://id.example.com/01/{GTIN[:-1]}3/21/OG26-1002", "OG26-1002"),
        # Every symbology may say its name, also those that carry no GS1 data.
        ("]C0OG26-1002", "OG26-1002"),
        ("]Q1OG26-1002", "OG26-1002"),
        ("]A0OG26-1002", "OG26-1002"),
        ("]X0OG26-1002", "OG26-1002"),
        (f"]J101{GTIN}21OG26-1002", "OG26-1002"),
    ],
)
def test_a_scan_or_a_typed_text_gives_the_code_on_the_label(scan: str, code: str) -> None:
    assert parse_code(scan).texts[0] == code


@pytest.mark.parametrize(
    ("scan", "texts"),
    [
        ("OG26-1002", ("OG26-1002",)),
        (f"00{SSCC}", (SSCC, f"00{SSCC}")),
        # A number that could be an identifier and its value is a number of its own first.
        ("21-0045", ("21-0045", "-0045")),
        # Not in the table: nothing is guessed.
        (f"01{GTIN}0521OG26-1002", (f"01{GTIN}0521OG26-1002",)),
        (f"01{GTIN}10LOT7", (f"01{GTIN}10LOT7",)),
        ("SN:77*12", ("SN:77*12",)),
    ],
)
def test_beside_what_a_scan_means_its_text_is_looked_up_as_it_is(
    scan: str, texts: tuple[str, ...]
) -> None:
    assert parse_code(scan).texts == texts


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\x1d"])
def test_nothing_is_no_code(text: str) -> None:
    with pytest.raises(UnreadableCode):
        parse_code(text)


@pytest.mark.parametrize(
    ("text", "is_likely"),
    [
        ("OG26-1002", True),
        ("SN:77*12", False),
        ("<script>", False),
        ("A" * 61, False),
        ("how many are left?", False),
    ],
)
def test_what_hardly_is_a_code_is_marked_and_not_refused(text: str, is_likely: bool) -> None:
    assert parse_code(text).is_likely is is_likely
