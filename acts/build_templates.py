"""Build the act templates of all languages: `python -m acts.build_templates`.

Equal texts make equal files, so a test can hold the committed templates against this script.
"""

import io
from datetime import datetime
from pathlib import Path

from acts.facts import ActKind, ActLanguage
from acts.package import deflate, join_entries, read_parts
from acts.render import TEMPLATES
from acts.sheet import Column, Sheet
from acts.texts import Texts, cs, en, pl, ru

TEXTS = {
    ActLanguage.RU: ru.TEXTS,
    ActLanguage.PL: pl.TEXTS,
    ActLanguage.CS: cs.TEXTS,
    ActLanguage.EN: en.TEXTS,
}
MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - the format has no time zone
MARK = "{{#if mark}}{{mark}}{{/if}}{{#unless mark}}—{{/unless}}"
BASE = "{{#if base_document}}{{base_document}}{{/if}}"
SKU = "{{#if sku}}**{{sku}}**{{/if}}"
SKU_OR_NAME = ("{{#if sku}}{{sku}}{{/if}}{{#unless sku}}{{name}}{{/unless}}",)
LINE = "_" * 36
WIDE_LINE = "_" * 70


def build(kind: ActKind, language: ActLanguage) -> bytes:
    """Return one template as DOCX."""
    texts = TEXTS[language]
    title = _title(kind, texts)
    sheet = Sheet(texts.language_tag, title)
    _write_head(sheet, texts, title)
    _WRITERS[kind](sheet, texts)
    _write_annexes(sheet, texts)
    if kind is ActKind.REFUSAL:
        _write_sender(sheet, texts)
    else:
        _write_closing(sheet, texts)
        _write_signatures(sheet, texts, is_refund=kind is ActKind.REFUND)
    sheet.footer(f"{title} {texts.number}", texts.page_of)
    return _pack(sheet)


def _title(kind: ActKind, texts: Texts) -> str:
    titles = {
        ActKind.RECLAMATION: texts.reclamation_title,
        ActKind.REFUND: texts.refund_title,
        ActKind.REFUSAL: texts.refusal_title,
    }
    return titles[kind]


def _write_head(sheet: Sheet, texts: Texts, title: str) -> None:
    sheet.write(title.upper(), "Act Title")
    sheet.write(texts.number, "Act Number")
    sheet.write(texts.revision, "Revision")
    sheet.write("{{place}}\t{{issued_on}}", "Place")
    sheet.write(texts.basis)
    sheet.write(f"{{{{#if filed_by}}}}{texts.filed_by}{{{{/if}}}}")
    sheet.write(f"{{{{#if shipments}}}}{texts.shipments}{{{{/if}}}}")
    sheet.write(f"{{{{#if base_documents}}}}{texts.base_documents}{{{{/if}}}}")


def _write_reclamation(sheet: Sheet, texts: Texts) -> None:
    sheet.heading(texts.parties)
    sheet.parties(
        (texts.party.manufacturer, texts.party.dealer),
        (_party(texts, "manufacturer"), _party(texts, "dealer")),
    )
    sheet.write(texts.end_customer)
    sheet.heading(texts.goods)
    sheet.table("lines", _goods_columns(texts))
    _write_unchecked(sheet, texts)
    sheet.write(f"{{{{#if total}}}}{texts.value}{{{{/if}}}}")
    _write_defects(sheet, texts)
    _write_outcome(sheet, texts)


def _write_refund(sheet: Sheet, texts: Texts) -> None:
    sheet.heading(texts.payer_and_payee)
    sheet.parties(
        (texts.party.payer, texts.party.payee),
        (_party(texts, "manufacturer"), (*_party(texts, "dealer"), *_bank(texts))),
    )
    sheet.write(texts.end_customer)
    sheet.heading(texts.refund)
    sheet.table("refunds", _refund_columns(texts), _refund_total(texts))
    _write_unchecked(sheet, texts)
    sheet.write(texts.refund_total)
    sheet.write(f"{{{{#unless decided}}}}{texts.refund_demanded}{{{{/unless}}}}")
    _write_defects(sheet, texts)
    _write_outcome(sheet, texts)
    sheet.write("{{#if decided}}")
    sheet.heading(texts.payment_heading)
    for text in texts.payment:
        sheet.write(text)
    sheet.write("{{/if}}")


def _write_refusal(sheet: Sheet, texts: Texts) -> None:
    sheet.heading(texts.parties)
    sheet.parties(
        (texts.party.manufacturer, texts.party.dealer),
        (_party(texts, "manufacturer"), _party(texts, "dealer")),
    )
    sheet.write(texts.end_customer)
    sheet.heading(texts.goods)
    sheet.table("lines", _goods_columns(texts))
    _write_unchecked(sheet, texts)
    _write_defects(sheet, texts)
    sheet.heading(texts.decision_heading)
    sheet.write(texts.decision)
    sheet.write(texts.refusal, keep=True)
    sheet.table("lines", _refusal_columns(texts))


_WRITERS = {
    ActKind.RECLAMATION: _write_reclamation,
    ActKind.REFUND: _write_refund,
    ActKind.REFUSAL: _write_refusal,
}


def _write_unchecked(sheet: Sheet, texts: Texts) -> None:
    sheet.write(f"{{{{#if unchecked_on}}}}{texts.unchecked}{{{{/if}}}}")


def _write_defects(sheet: Sheet, texts: Texts) -> None:
    heads = texts.heads
    sheet.heading(texts.defects)
    sheet.table(
        "lines",
        (
            Column(heads.number, 9, ("{{position}}",), "Cell Centre"),
            Column(heads.sku, 34, SKU_OR_NAME),
            Column(heads.defect, 36, ("{{defect}}", f"{{{{#if parts}}}}{texts.parts}{{{{/if}}}}")),
            Column(heads.description, 60, ("{{description}}",)),
            Column(heads.demand, 36, ("{{demand}}",)),
        ),
    )
    sheet.write(f"{{{{#if claim_text}}}}{texts.circumstances}{{{{/if}}}}")


def _write_outcome(sheet: Sheet, texts: Texts) -> None:
    sheet.write("{{#unless decided}}")
    sheet.heading(texts.answer_heading)
    sheet.write(texts.answer)
    sheet.write("{{/unless}}")
    sheet.write("{{#if decided}}")
    sheet.heading(texts.decision_heading)
    sheet.write(texts.decision, keep=True)
    sheet.table("lines", _decision_columns(texts))
    sheet.write(f"{{{{#if promise_on}}}}{texts.promise}{{{{/if}}}}")
    sheet.write("{{/if}}")


def _write_annexes(sheet: Sheet, texts: Texts) -> None:
    sheet.write("{{#if annexes}}")
    sheet.heading(texts.annexes)
    sheet.write("{{#each annexes}}{{title}}{{/each}}", "Annex")
    sheet.write("{{/if}}")


def _write_closing(sheet: Sheet, texts: Texts) -> None:
    sheet.heading(texts.closing_heading)
    sheet.write(texts.closing, keep=True)
    sheet.write(f"{texts.dissent} {WIDE_LINE}", "Dissent", keep=True)


def _write_sender(sheet: Sheet, texts: Texts) -> None:
    """Write who gives the notice; whom it is given does not sign it."""
    sheet.write(texts.refusal_closing, keep=True)
    rows = (
        (f"Signature Head::{texts.party.manufacturer}", ""),
        (_signer("manufacturer"), ""),
        (f"Signature Line::{LINE}", ""),
        (f"Signature Hint::{texts.signing.hint}", ""),
    )
    sheet.signatures(rows)


def _write_signatures(sheet: Sheet, texts: Texts, *, is_refund: bool) -> None:
    party, signing = texts.party, texts.signing
    line, hint = f"Signature Line::{LINE}", f"Signature Hint::{signing.hint}"
    roles = (party.payer, party.payee) if is_refund else (party.manufacturer, party.dealer)
    rows: tuple[tuple[str, str], ...] = (
        (f"Signature Head::{roles[0]}", f"Signature Head::{roles[1]}"),
        (_signer("manufacturer"), _signer("dealer")),
        (line, line),
        (hint, hint),
    )
    if is_refund:
        rows = (*rows, (signing.accountant, ""), (line, ""), (hint, ""))
    customer = f"{{{{#if end_customer}}}}{signing.customer} {LINE}{{{{/if}}}}"
    sheet.signatures(rows, customer)


def _signer(side: str) -> str:
    """Return who signs, by position and name."""
    position = f"{{{{#if {side}_position}}}}{{{{{side}_position}}}} {{{{/if}}}}"
    return f"{position}{{{{{side}_signer}}}}"


def _party(texts: Texts, side: str) -> tuple[str, ...]:
    labels = texts.party
    return (
        f"**{{{{{side}}}}}**",
        f"{{{{#if {side}_tax_ids}}}}{{{{{side}_tax_ids}}}}{{{{/if}}}}",
        f"{{{{#if {side}_address}}}}{{{{{side}_address}}}}{{{{/if}}}}",
        f"{{{{#if {side}_signer}}}}{labels.signer}: {_signer(side)}{{{{/if}}}}",
        f"{{{{#if {side}_basis}}}}{labels.basis}: {{{{{side}_basis}}}}{{{{/if}}}}",
    )


def _bank(texts: Texts) -> tuple[str, ...]:
    labels = (
        (texts.party.account, "account"),
        (texts.party.bank, "bank"),
        (texts.party.code, "code"),
    )
    return tuple(
        f"{{{{#if dealer_{name}}}}}{label}: {{{{dealer_{name}}}}}{{{{/if}}}}"
        for label, name in labels
    )


def _goods_columns(texts: Texts) -> tuple[Column, ...]:
    heads = texts.heads
    return (
        Column(heads.number, 8, ("{{position}}",), "Cell Centre"),
        Column(heads.goods, 43, (SKU, "{{name}}")),
        Column(heads.mark, 33, (MARK,)),
        Column(heads.shipment, 27, (texts.shipment, BASE)),
        Column(heads.shipped, 17, ("{{shipped_quantity}}",), "Cell Number"),
        Column(heads.claimed, 16, ("{{claimed_quantity}}",), "Cell Number"),
        Column(heads.unit, 11, ("{{unit}}",), "Cell Centre"),
        Column(heads.warranty, 20, ("{{warranty_until}}",), "Cell Centre"),
    )


def _decision_columns(texts: Texts) -> tuple[Column, ...]:
    heads = texts.heads
    reason = ("{{reason}}", "{{#if reason_text}}{{reason_text}}{{/if}}")
    return (
        Column(heads.number, 9, ("{{position}}",), "Cell Centre"),
        Column(heads.sku, 34, SKU_OR_NAME),
        Column(heads.accepted, 17, ("{{accepted_quantity}}",), "Cell Number"),
        Column(heads.rejected, 17, ("{{rejected_quantity}}",), "Cell Number"),
        Column(heads.unit, 11, ("{{unit}}",), "Cell Centre"),
        Column(heads.remedy, 34, ("{{remedy}}",)),
        Column(heads.reason, 53, reason),
    )


def _refusal_columns(texts: Texts) -> tuple[Column, ...]:
    heads = texts.heads
    return (
        Column(heads.number, 9, ("{{position}}",), "Cell Centre"),
        Column(heads.sku, 34, SKU_OR_NAME),
        Column(heads.demand, 34, ("{{demand}}",)),
        Column(heads.rejected, 17, ("{{rejected_quantity}}",), "Cell Number"),
        Column(heads.unit, 11, ("{{unit}}",), "Cell Centre"),
        Column(heads.reason, 70, ("{{reason}}", "{{#if reason_text}}{{reason_text}}{{/if}}")),
    )


def _refund_columns(texts: Texts) -> tuple[Column, ...]:
    heads = texts.heads
    return (
        Column(heads.number, 9, ("{{position}}",), "Cell Centre"),
        Column(
            heads.goods,
            42,
            (SKU, "{{#if mark}}{{mark}}{{/if}}", "{{name}}"),
        ),
        Column(heads.shipment, 25, (texts.shipment, BASE)),
        Column(heads.quantity, 15, ("{{quantity}}",), "Cell Number"),
        Column(heads.unit, 10, ("{{unit}}",), "Cell Centre"),
        Column(heads.price, 20, ("{{price}}",), "Cell Number"),
        Column(
            heads.amount, 22, ("{{amount}}", "{{#if per_cent}}{{per_cent}}{{/if}}"), "Cell Number"
        ),
        Column(heads.vat_rate, 13, ("{{vat_rate}}",), "Cell Number"),
        Column(heads.vat_amount, 19, ("{{vat_amount}}",), "Cell Number"),
    )


def _refund_total(texts: Texts) -> tuple[str, ...]:
    return (texts.heads.total, "", "", "", "", "", "{{total}}", "", "{{vat_total}}")


def _pack(sheet: Sheet) -> bytes:
    """Save the sheet without the moment and the person of its making."""
    properties = sheet.document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = MADE_AT
    properties.revision = 1
    buffer = io.BytesIO()
    sheet.document.save(buffer)
    return join_entries(
        deflate(name, content) for name, content in read_parts(buffer.getvalue()).items()
    )


def write_templates(folder: Path = TEMPLATES) -> None:
    """Write every template to its place."""
    for language in ActLanguage:
        for kind in ActKind:
            path = folder / language / f"{kind}.docx"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(build(kind, language))


if __name__ == "__main__":
    write_templates()
