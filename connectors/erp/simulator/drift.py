"""The contract after an update nobody announced: the same change in the WSDL and in the replies.

Each change is a table of (pattern, replacement). Values are escaped on the wire, so a pattern
with angle brackets meets markup only.
"""

import re

from connectors.erp.simulator.faults import Kind

Changes = tuple[tuple[str, str], ...]

# In a reply the receipt's status follows `Posted`; a lone `Status` is of GetCapabilities.
CHANGES: dict[Kind, Changes] = {
    Kind.ADDED: (
        (r"(<Posted>[^<]*</Posted><Status>[^<]*</Status>)", r"\1<Approver>Бухгалтер</Approver>"),
        (r"(</Name>)(<ProductGroup>)", r"\1<Brand>Очаг</Brand>\2"),
        (
            r'(<xs:element name="Posted" [^>]*/>\s*<xs:element name="Status" [^>]*/>)',
            r'\1<xs:element name="Approver" type="xs:string" minOccurs="0"/>',
        ),
        (
            r'(<xs:element name="ProductGroup" [^>]*/>)',
            r'<xs:element name="Brand" type="xs:string" minOccurs="0"/>\1',
        ),
    ),
    Kind.REMOVED: (
        (r"(<Posted>[^<]*</Posted>)<Status>[^<]*</Status>", r"\1"),
        (r"<Sku>[^<]*</Sku>", ""),
        (r'(<xs:element name="Posted" [^>]*/>)\s*<xs:element name="Status" [^>]*/>', r"\1"),
        (r'<xs:element name="Sku" [^>]*/>', ""),
    ),
    Kind.RENAMED: (
        (r"<Number>([^<]*)</Number>(<Date>[^<]*</Date>)", r"<Code>\1</Code>\2"),
        (r"<Sku>([^<]*)</Sku>", r"<Article>\1</Article>"),
        (
            r'<xs:element name="Number"( [^>]*/>\s*<xs:element name="Date")',
            r'<xs:element name="Code"\1',
        ),
        (r'<xs:element name="Sku" ', '<xs:element name="Article" '),
    ),
    Kind.ENUM: (
        (r"<Status>Удовлетворена</Status>", "<Status>Закрыта</Status>"),
        (r"<Status>Зарегистрирована</Status>", "<Status>Новая</Status>"),
        (r"<Status>FILED</Status>", "<Status>REGISTERED</Status>"),
        (r"<Tracking>serial</Tracking>", "<Tracking>series</Tracking>"),
        (r'<xs:enumeration value="Unit"/>', '<xs:enumeration value="Serial"/>'),
    ),
}


def change(text: str, kind: Kind) -> str:
    """Return a reply or the WSDL after the update."""
    for pattern, replacement in CHANGES[kind]:
        text = re.sub(pattern, replacement, text)
    return text
