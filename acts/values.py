"""From facts to the texts that templates show: the only place where the two meet."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from acts.facts import (
    ActFacts,
    ActLanguage,
    ActLine,
    EndCustomer,
    NamedDocument,
    Party,
)
from acts.template import Row, Values, Vocabulary
from acts.wording import (
    NBSP,
    currency_text,
    date_text,
    document_text,
    money_text,
    part_text,
    quantity_text,
    rate_text,
    revision_text,
)
from acts.words import has_words, sum_in_words

DASH = "—"
YES = "yes"
WHOLE = Decimal(100)
PARTY_FIELDS = (
    "",
    "_tax_ids",
    "_address",
    "_signer",
    "_position",
    "_basis",
    "_bank",
    "_account",
    "_code",
)
SIDES = ("manufacturer", "dealer")


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


VOCABULARY = Vocabulary(
    texts=_names(
        "number revision supersedes filed_by shipments base_documents place issued_on claim_number"
        " claimed_on demand_presented_on dealer_reference contracts end_customer customer_address"
        " customer_phone sold_on sale_document claim_text"
        " money_unit total total_words vat_total vat_free vat_rates answer_on decided decided_on"
        " has_accepted has_rejected promise_on legal_on logistics unchecked_on"
    ).union(f"{side}{field}" for side in SIDES for field in PARTY_FIELDS),
    lists={
        "lines": _names(
            "position sku name mark shipment_number shipped_on base_document shipped_quantity"
            " claimed_quantity unit warranty_until defect parts description demand"
            " accepted_quantity rejected_quantity remedy reason reason_text unchecked_on"
        ),
        "refunds": _names(
            "position sku name mark shipment_number shipped_on base_document quantity unit price"
            " amount vat_rate vat_amount unchecked_on per_cent"
        ),
        "annexes": _names("title"),
    },
)


def values_of(facts: ActFacts, language: ActLanguage) -> Values:
    """Return every text of the vocabulary; what is absent is empty or, in tables, a dash."""
    goods = [(line, _goods(line, language)) for line in facts.lines]
    return {
        **_header(facts, language),
        **_party("manufacturer", facts.manufacturer, language),
        **_party("dealer", facts.dealer, language),
        **_money(facts, language),
        **_outcome(facts, language),
        "lines": [_line(line, row, language) for line, row in goods],
        "refunds": [_refund(line, row, language) for line, row in goods if _is_refunded(line)],
        "annexes": [{"title": title} for title in facts.annexes],
    }


def _header(facts: ActFacts, language: ActLanguage) -> dict[str, str]:
    return {
        "number": facts.number,
        "revision": str(facts.revision),
        "supersedes": _superseded(facts, language),
        "filed_by": facts.filed_by,
        "shipments": _shipments(facts, language),
        "place": facts.place,
        "issued_on": date_text(facts.issued_on, language),
        "claim_number": facts.claim_number,
        "claimed_on": date_text(facts.claimed_on, language),
        "demand_presented_on": date_text(facts.demand_presented_on, language),
        "dealer_reference": facts.dealer_reference,
        "contracts": _documents(facts.contracts, language),
        "base_documents": _documents(
            filter(None, (one.base_document for one in facts.lines)), language
        ),
        **_customer(facts.end_customer or EndCustomer("", None), language),
        "claim_text": facts.claim_text.strip(),
        "unchecked_on": _day(_unchecked_on(facts), language),
    }


def _superseded(facts: ActFacts, language: ActLanguage) -> str:
    """Return the acts whose place this one takes, each with its revision."""
    return ", ".join(revision_text(one, language) for one in facts.supersedes)


def _shipments(facts: ActFacts, language: ActLanguage) -> str:
    """Return the shipments of the lines."""
    found = (
        NamedDocument("", line.shipment_number, line.shipped_on)
        for line in facts.lines
        if line.shipment_number
    )
    return _documents(found, language)


def _documents(documents: Iterable[NamedDocument], language: ActLanguage) -> str:
    """Return documents in a row, each once."""
    return "; ".join(document_text(one, language) for one in dict.fromkeys(documents))


def _customer(customer: EndCustomer, language: ActLanguage) -> dict[str, str]:
    return {
        "end_customer": customer.name,
        "customer_address": customer.address,
        "customer_phone": customer.phone,
        "sold_on": _day(customer.sold_on, language),
        "sale_document": customer.sale_document,
    }


def _unchecked_on(facts: ActFacts) -> date | None:
    """Return the day on which shipments could not be looked up; all lines are filed on one."""
    return next((line.unchecked_on for line in facts.lines if line.unchecked_on), None)


def _party(side: str, party: Party, language: ActLanguage) -> dict[str, str]:
    texts = (
        party.name,
        ", ".join(f"{label}{NBSP}{value}" for label, value in party.tax_ids),
        party.address,
        party.signer,
        party.signer_position,
        document_text(party.signer_basis, language),
        party.bank_name,
        party.bank_account,
        party.bank_code,
    )
    return {f"{side}{field}": text for field, text in zip(PARTY_FIELDS, texts, strict=True)}


def _money(facts: ActFacts, language: ActLanguage) -> dict[str, str]:
    total = sum((line.amount for line in facts.lines if line.amount), Decimal(0))
    vat_total = sum((line.vat_amount for line in facts.lines if line.vat_amount), Decimal(0))
    return {
        "money_unit": currency_text(facts.currency, language),
        "total": money_text(total, language) if total else "",
        "total_words": _words_of(total, facts.currency, language),
        "vat_total": money_text(vat_total, language) if vat_total else "",
        "vat_free": YES if _is_vat_free(facts) else "",
        "vat_rates": _vat_rates(facts, language),
    }


def _words_of(total: Decimal, currency: str, language: ActLanguage) -> str:
    """Return the sum in words, nothing where there are none: the figures stand beside them."""
    return sum_in_words(total, currency, language) if has_words(total, currency, language) else ""


def _is_vat_free(facts: ActFacts) -> bool:
    """Tell whether no VAT is in any sum; a rate that is not known is no rate of nought."""
    rates = [line.vat_rate for line in facts.lines if line.amount]
    return bool(rates) and all(rate is not None and not rate for rate in rates)


def _vat_rates(facts: ActFacts, language: ActLanguage) -> str:
    """Return the rate, or every rate with its tax when shipments were taxed differently."""
    taxes: dict[Decimal, Decimal] = {}
    for line in facts.lines:
        if line.amount and line.vat_rate is not None and line.vat_amount is not None:
            taxes[line.vat_rate] = taxes.get(line.vat_rate, Decimal(0)) + line.vat_amount
    if len(taxes) == 1:
        return rate_text(next(iter(taxes)), language)
    return "; ".join(
        f"{rate_text(rate, language)} – {money_text(tax, language)}"
        for rate, tax in sorted(taxes.items())
    )


def _outcome(facts: ActFacts, language: ActLanguage) -> dict[str, str]:
    decisions = [line.decision for line in facts.lines if line.decision]
    return {
        "answer_on": date_text(facts.answer_on, language),
        "decided": YES if facts.decided_on else "",
        "decided_on": _day(facts.decided_on, language),
        "has_accepted": YES if any(one.accepted_quantity for one in decisions) else "",
        "has_rejected": YES if any(one.rejected_quantity for one in decisions) else "",
        "promise_on": _day(facts.promise_on, language),
        "legal_on": _day(facts.legal_on, language),
        "logistics": facts.logistics,
    }


def _line(line: ActLine, goods: Row, language: ActLanguage) -> Row:
    decision = line.decision
    return {
        **goods,
        "shipped_quantity": _quantity(line.shipped_quantity, language),
        "claimed_quantity": quantity_text(line.claimed_quantity, language),
        "warranty_until": _day(line.warranty_until, language) or DASH,
        "defect": line.defect or ("" if line.parts else DASH),
        "parts": "; ".join(part_text(part, language) for part in line.parts),
        "description": line.description.strip() or DASH,
        "demand": line.demand or DASH,
        "accepted_quantity": _quantity(decision.accepted_quantity if decision else None, language),
        "rejected_quantity": _quantity(decision.rejected_quantity if decision else None, language),
        "remedy": (decision.remedy if decision else "") or DASH,
        "reason": (decision.reason if decision else "") or DASH,
        "reason_text": decision.reason_text.strip() if decision else "",
    }


def _is_refunded(line: ActLine) -> bool:
    """Before the decision every line is demanded, after it only what was accepted is paid."""
    decision = line.decision
    return not decision or bool(decision.accepted_quantity and line.amount)


def _refund(line: ActLine, goods: Row, language: ActLanguage) -> Row:
    quantity = line.decision.accepted_quantity if line.decision else line.claimed_quantity
    return {
        **goods,
        "quantity": quantity_text(quantity, language),
        "price": _money_or_dash(line.price, language),
        "amount": _money_or_dash(line.amount, language),
        "vat_rate": DASH if line.vat_rate is None else rate_text(line.vat_rate, language),
        "vat_amount": _money_or_dash(line.vat_amount, language),
        "per_cent": ""
        if line.per_cent is None or line.per_cent == WHOLE
        else rate_text(line.per_cent, language),
    }


def _goods(line: ActLine, language: ActLanguage) -> dict[str, str]:
    return {
        "position": str(line.position),
        "sku": line.sku,
        "name": line.name,
        "mark": "\n".join(filter(None, (line.lot, line.serial))),
        "shipment_number": line.shipment_number,
        "shipped_on": _day(line.shipped_on, language),
        "base_document": document_text(line.base_document, language) if line.base_document else "",
        "unchecked_on": _day(line.unchecked_on, language),
        "unit": line.unit,
    }


def _day(day: date | None, language: ActLanguage) -> str:
    return date_text(day, language) if day else ""


def _money_or_dash(amount: Decimal | None, language: ActLanguage) -> str:
    return DASH if amount is None else money_text(amount, language)


def _quantity(quantity: Decimal | None, language: ActLanguage) -> str:
    return DASH if quantity is None else quantity_text(quantity, language)
