"""Facts of made-up acts: say what matters, the rest is filled in."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from acts.facts import (
    ActFacts,
    ActLanguage,
    ActLine,
    EndCustomer,
    LineDecision,
    NamedDocument,
    Party,
)

ISSUED = date(2026, 11, 16)
DECIDED = date(2026, 11, 20)

PLANT = {
    ActLanguage.RU: Party(
        name="ООО «Огнеград-Демо»",
        tax_ids=(("ИНН", "0099000110"), ("КПП", "009901001"), ("ОГРН", "1260000000116")),
        address="454000, г. Челябинск, ул. Литейная, д. 12",
        signer="Ковалёва М. С., начальник отдела рекламаций",
        signer_basis=NamedDocument("доверенности", "17", date(2026, 1, 12)),
    ),
    ActLanguage.PL: Party(
        name="Ogniograd Demo Sp. z o.o.",
        tax_ids=(("NIP", "9999000116"), ("REGON", "990000111")),
        address="ul. Żeliwna 4, 90-001 Łódź",
        signer="Małgorzata Wójcik, kierownik działu reklamacji",
        signer_basis=NamedDocument("pełnomocnictwo", "8/2026"),
    ),
}
DEALER = {
    ActLanguage.RU: Party(
        name="ООО «Печной двор»",
        tax_ids=(("ИНН", "0099000857"), ("КПП", "009901001")),
        address="115114, г. Москва, ул. Летниковская, д. 5, стр. 2",
        signer="Зайцев П. А., генеральный директор",
        signer_basis=NamedDocument("Устава", ""),
        bank_name="АО «Демобанк», г. Москва",
        bank_account="40702810900000000857",
        bank_code="044500099",
    ),
    ActLanguage.PL: Party(
        name="Ciepły Kominek Sp. z o.o.",
        tax_ids=(("NIP", "9999000487"),),
        address="ul. Źródlana 15, 00-950 Warszawa",
        signer="Łukasz Żak, prezes zarządu",
        signer_basis=NamedDocument("KRS", ""),
        bank_name="Bank Demo S.A.",
        bank_account="PL61 1090 1014 0000 0712 1981 2874",
        bank_code="DEMOPLPW",
    ),
    ActLanguage.CS: Party(
        name="Kamna Morava s.r.o.",
        tax_ids=(("IČO", "89990111"), ("DIČ", "CZ89990111")),
        address="Křížová 18, 603 00 Brno",
        signer="Jiří Dvořák, jednatel",
        signer_basis=NamedDocument("obchodní rejstřík", ""),
        bank_name="Demo banka, a.s.",
        bank_account="CZ65 0800 0000 1920 0014 5399",
        bank_code="DEMOCZPX",
    ),
    ActLanguage.EN: Party(
        name="Ofenhaus Demo GmbH",
        tax_ids=(("VAT ID", "DE999000113"),),
        address="Lindenallee 7, 10115 Berlin",
        signer="Jürgen Größe, managing director",
        signer_basis=NamedDocument("commercial register", ""),
        bank_name="Demobank AG",
        bank_account="DE89 3704 0044 0532 0130 00",
        bank_code="DEMODEFF",
    ),
}
CURRENCY = {
    ActLanguage.RU: "RUB",
    ActLanguage.PL: "PLN",
    ActLanguage.CS: "CZK",
    ActLanguage.EN: "EUR",
}
PLACE = {ActLanguage.RU: "г. Челябинск"}
WORDS: dict[ActLanguage, dict[str, Any]] = {
    ActLanguage.RU: {
        "goods": ("OG-B18W", "Печь для бани «Огнеград» 18 с водяным контуром"),
        "base": "УПД",
        "unit": "шт",
        "defect": "Прогар, течь (ELU)",
        "description": "Через три недели после пуска потёк сварной шов бака, вода на полу.",
        "demand": "Возврат денежных средств",
        "remedy": "Возврат денежных средств",
        "reason": "Механическое повреждение",
        "reason_text": "Следы удара на кромке, фото 4–6; упаковка вскрыта до приёмки.",
        "story": "Печь смонтирована по инструкции, дымоход проверен, паспорт заполнен.",
        "customer": "Соколова Е. В.",
        "logistics": "рейс из Челябинска в среду, 4 дня в пути до Москвы",
        "annexes": ("Фотографии, 6 шт.", "Копия накладной", "Заключение сервисного мастера"),
    },
    ActLanguage.PL: {
        "goods": ("OGP-W11", "Wkład kominkowy Ogniograd W11 z szybą panoramiczną"),
        "base": "faktura",
        "unit": "szt.",
        "defect": "Łuszczenie lakieru (SUR)",
        "description": "Po drugim paleniu lakier na drzwiach łuszczy się płatami.",
        "demand": "Zwrot środków pieniężnych",
        "remedy": "Zwrot środków pieniężnych",
        "reason": "Uszkodzenie mechaniczne",
        "reason_text": "Ślady uderzenia na krawędzi, zdjęcia 4–6.",
        "story": "Montaż zgodny z instrukcją, protokół kominiarski w załączeniu.",
        "customer": "Zofia Gąsiorowska",
        "logistics": "wysyłka z Łodzi codziennie, dostawa następnego dnia",
        "annexes": ("Zdjęcia, 6 szt.", "Kopia faktury"),
    },
    ActLanguage.CS: {
        "goods": ("OGP-PEL8", "Peletová kamna Ogniograd PEL8, bílá keramika"),
        "base": "faktura",
        "unit": "ks",
        "defect": "Zaseknutý šnek (FTS)",
        "description": "Šnek podavače se po týdnu zasekl, kamna hlásí chybu E4.",
        "demand": "Vrácení peněžních prostředků",
        "remedy": "Vrácení peněžních prostředků",
        "reason": "Mechanické poškození",
        "reason_text": "Stopy úderu na hraně, fotografie 4–6.",
        "story": "Montáž podle návodu, použity certifikované pelety.",
        "customer": "Božena Říhová",
        "logistics": "odjezd z Lodže v úterý, do Brna 2 pracovní dny",
        "annexes": ("Fotografie, 6 ks", "Kopie faktury"),
    },
    ActLanguage.EN: {
        "goods": ("OG-K08P", "Fireplace stove Ogniograd K08 with hob"),
        "base": "invoice",
        "unit": "pcs",
        "defect": "Cracked glass (GLS)",
        "description": "The door glass cracked in the first week, no impact seen.",
        "demand": "Refund",
        "remedy": "Refund",
        "reason": "Physical damage",
        "reason_text": "Marks of an impact on the edge, photos 4–6.",
        "story": "Installed according to the manual, flue checked.",
        "customer": "Anna Schröder",
        "logistics": "departure from Łódź on Monday, 2 working days to Berlin",
        "annexes": ("Photographs, 6 pcs", "Copy of the invoice"),
    },
}


def act_line(position: int = 1, *, language: ActLanguage, **facts: Any) -> ActLine:
    """Return a claimed line of one or more pieces, gross price 62 900.00 with 20 % VAT."""
    words = WORDS[language]
    sku, name = words["goods"]
    line = ActLine(
        position=position,
        sku=sku,
        name=name,
        lot="2548-B-017",
        serial=f"OGB18W2512{position:05d}7",
        shipment_number=f"УТ-{1000 + position:06d}",
        shipped_on=date(2025, 12, 18),
        shipped_quantity=Decimal(4),
        claimed_quantity=Decimal(1),
        unit=words["unit"],
        warranty_until=date(2028, 12, 18),
        defect=words["defect"],
        description=words["description"],
        demand=words["demand"],
        price=Decimal("62900.00"),
        amount=Decimal("62900.00"),
        vat_rate=Decimal(20),
        vat_amount=Decimal("10483.33"),
        base_document=NamedDocument(words["base"], "77/2025", date(2025, 12, 18)),
    )
    return replace(line, **facts)


def unshipped(line: ActLine) -> ActLine:
    """Return the line as one that is not in the shipments to the dealer."""
    return replace(
        line,
        lot="",
        serial="",
        shipment_number="",
        shipped_on=None,
        base_document=None,
        shipped_quantity=None,
        warranty_until=None,
    )


def accepted(line: ActLine, language: ActLanguage) -> ActLine:
    """Return the line with all of it accepted."""
    decision = LineDecision(line.claimed_quantity, Decimal(0), WORDS[language]["remedy"], "", "")
    return replace(line, decision=decision)


def rejected(line: ActLine, language: ActLanguage) -> ActLine:
    """Return the line with all of it rejected: no sum is left."""
    words = WORDS[language]
    decision = LineDecision(
        Decimal(0), line.claimed_quantity, "", words["reason"], words["reason_text"]
    )
    return replace(line, decision=decision, amount=Decimal(0), vat_amount=Decimal(0))


def act_facts(language: ActLanguage = ActLanguage.RU, *, lines: int = 1, **facts: Any) -> ActFacts:
    """Return the facts of an act before the decision."""
    words = WORDS[language]
    act = ActFacts(
        number="AR-OGD-2026-000123",
        revision=1,
        place=PLACE.get(language, "Łódź"),
        issued_on=ISSUED,
        claim_number="CL-2026-000456",
        claimed_on=date(2026, 11, 6),
        demand_presented_on=date(2026, 11, 5),
        dealer_reference="R-77/26",
        contracts=(NamedDocument("", "Д-14/2024", date(2024, 2, 1)),),
        manufacturer=PLANT.get(language, PLANT[ActLanguage.PL]),
        dealer=DEALER[language],
        end_customer=EndCustomer(words["customer"], date(2026, 1, 10)),
        claim_text=words["story"],
        currency=CURRENCY[language],
        lines=tuple(act_line(number, language=language) for number in range(1, lines + 1)),
        answer_on=date(2026, 11, 23),
        decided_on=None,
        promise_on=None,
        logistics=words["logistics"],
        annexes=words["annexes"],
    )
    return replace(act, **facts)


def decided_facts(language: ActLanguage = ActLanguage.RU, *, lines: int = 2) -> ActFacts:
    """Return the facts after the decision: all lines accepted but the last."""
    before = act_facts(language, lines=lines)
    *most, last = before.lines
    return replace(
        before,
        revision=2,
        issued_on=DECIDED,
        decided_on=DECIDED,
        promise_on=date(2026, 12, 4),
        legal_on=date(2026, 12, 28),
        lines=(*(accepted(line, language) for line in most), rejected(last, language)),
    )
