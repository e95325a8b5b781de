"""Numbers with check digits, as they are printed on papers, boxes and plates."""

GS1_PREFIX = "2900000"  # restricted circulation: no company of the world has it


def gs1_check(digits: str) -> str:
    """Return the GS1 check digit of a GTIN or SSCC without its last digit."""
    total = sum(int(digit) * (3, 1)[n % 2] for n, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def gtin(row: int) -> str:
    """Return the GTIN-13 of the item in row `row` of the price list."""
    digits = f"{GS1_PREFIX}{row:05}"
    return digits + gs1_check(digits)


def package_code(number: int, *, extension: int = 0) -> str:
    """Return an SSCC-18."""
    digits = f"{extension}{GS1_PREFIX}{number:09}"
    return digits + gs1_check(digits)


def luhn(digits: str) -> str:
    """Return the Luhn check digit."""
    total = 0
    for n, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if n % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def serial(sku: str, yymm: str, number: int) -> str:
    """Return a serial: SKU without dashes, year and month, five digits, Luhn of those nine."""
    digits = f"{yymm}{number:05}"
    return f"{sku.replace('-', '')}{digits}{luhn(digits)}"


def registry_number(digits: str) -> str:
    """Complete a Russian OGRN (12 digits) or OGRNIP (14), or a Polish REGON (8)."""
    match len(digits):
        case 12:
            return digits + str(int(digits) % 11 % 10)
        case 14:
            return digits + str(int(digits) % 13 % 10)
        case 8:
            weights = (8, 9, 2, 3, 4, 5, 6, 7)
            total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
            return digits + str(total % 11 % 10)
    return digits
