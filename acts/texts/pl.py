"""Protokoły po polsku."""

from acts.texts import Heads, Party, Signing, Texts

TEXTS = Texts(
    language_tag="pl-PL",
    reclamation_title="Protokół reklamacyjny",
    refund_title="Protokół zwrotu środków pieniężnych",
    refusal_title="Zawiadomienie o odmowie uznania reklamacji",
    number="nr {{number}}",
    revision="Wersja {{revision}}{{#if supersedes}}; zastępuje {{supersedes}}{{/if}}",
    basis=(
        "Podstawa: reklamacja nr {{claim_number}} z dnia {{claimed_on}}"
        "{{#if dealer_reference}} (numer u dealera: {{dealer_reference}}){{/if}}"
        "{{#if contracts}}, umowa {{contracts}}{{/if}}"
        "{{#if decided}}, decyzja producenta z dnia {{decided_on}}{{/if}}."
    ),
    filed_by="Reklamację w imieniu dealera złożył(a): {{filed_by}}.",
    shipments="Dostawy: {{shipments}}.",
    base_documents="Dokumenty źródłowe: {{base_documents}}.",
    parties="Strony",
    payer_and_payee="Płatnik i odbiorca płatności",
    party=Party(
        manufacturer="Producent",
        dealer="Dealer",
        payer="Płatnik (producent)",
        payee="Odbiorca (dealer)",
        signer="Przedstawiciel",
        basis="Umocowanie",
        account="Rachunek",
        bank="Bank",
        code="BIC",
    ),
    end_customer=(
        "{{#if end_customer}}Klient końcowy: {{end_customer}}"
        "{{#if customer_address}}, adres: {{customer_address}}{{/if}}"
        "{{#if customer_phone}}, tel.: {{customer_phone}}{{/if}}"
        "{{#if sold_on}}; data zakupu: {{sold_on}}{{/if}}"
        "{{#if sale_document}}; dowód zakupu: {{sale_document}}{{/if}}. {{/if}}"
        "Żądanie zgłoszono dnia {{demand_presented_on}}."
    ),
    goods="Towar",
    shipment=(
        "{{#if shipment_number}}nr {{shipment_number}}"
        "{{#if shipped_on}} z dnia {{shipped_on}}{{/if}}{{/if}}"
        "{{#unless shipment_number}}"
        "{{#if unchecked_on}}nie można było sprawdzić dnia {{unchecked_on}}{{/if}}"
        "{{#unless unchecked_on}}towar spoza dostaw{{/unless}}"
        "{{/unless}}"
    ),
    unchecked=(
        "W dniu {{unchecked_on}} dane o dostawach były niedostępne, dlatego dostawy oznaczonych "
        "pozycji nie można było sprawdzić. Producent sprawdzi ją, gdy tylko dane będą dostępne, i "
        "poinformuje dealera o wyniku; do tego czasu pozycje przyjęto warunkowo."
    ),
    circumstances="Okoliczności według dealera: {{claim_text}}",
    defects="Wady i żądania",
    parts="Wadliwe części: {{parts}}",
    value=(
        "{{#if decided}}Wartość towaru objętego uznanymi żądaniami{{/if}}"
        "{{#unless decided}}Wartość reklamowanego towaru{{/unless}}: "
        "**{{total}} {{money_unit}}**{{#if total_words}} (słownie: {{total_words}}){{/if}}"
        "{{#if vat_total}}, w tym VAT {{vat_total}} {{money_unit}} ({{vat_rates}}){{/if}}"
        "{{#if vat_free}}, bez VAT{{/if}}."
    ),
    refund="{{#if decided}}Kwota zwrotu{{/if}}{{#unless decided}}Żądanie zwrotu{{/unless}}",
    refund_demanded=(
        "Podana kwota jest żądaniem dealera; "
        "do czasu decyzji producenta nie jest uznana ani należna."
    ),
    refund_total=(
        "{{#if decided}}Razem do zwrotu{{/if}}{{#unless decided}}Dealer żąda zwrotu"
        "{{/unless}}: **{{total}} {{money_unit}}**"
        "{{#if total_words}} (słownie: {{total_words}}){{/if}}"
        "{{#if vat_total}}, w tym VAT {{vat_total}} {{money_unit}} ({{vat_rates}}){{/if}}"
        "{{#if vat_free}}, bez VAT{{/if}}."
    ),
    answer_heading="Termin odpowiedzi",
    answer=(
        "Producent rozpatruje żądania i przekazuje dealerowi decyzję najpóźniej **{{answer_on}}**."
    ),
    refusal=(
        "Producent rozpatrzył żądania dealera dotyczące wskazanych pozycji i odmawia ich "
        "uwzględnienia z przyczyn podanych poniżej. Niniejsze zawiadomienie nie tworzy po stronie "
        "producenta żadnych zobowiązań co do tych pozycji."
    ),
    refusal_closing=(
        "Zawiadomienie sporządził producent i przekazał je dealerowi; podpis dealera nie "
        "jest wymagany. Zawiadomienie nie ogranicza ustawowych praw konsumenta."
    ),
    decision_heading="Rozstrzygnięcie producenta",
    decision="Decyzję podjęto dnia {{decided_on}} (termin odpowiedzi: {{answer_on}}).",
    promise=(
        "Termin realizacji: najpóźniej **{{promise_on}}**"
        "{{#if logistics}} (etapy: {{logistics}}){{/if}}."
        "{{#if legal_on}} Termin ustawowy: {{legal_on}}.{{/if}}"
    ),
    payment_heading="Sposób i termin zwrotu",
    payment=(
        "Sposób: przelew na rachunek odbiorcy wskazany w punkcie 1 albo potrącenie za zgodą stron.",
        "Faktura korygująca zostanie wystawiona w terminie ustawowym, według stawki VAT "
        "pierwotnej dostawy. Z chwilą otrzymania kwoty roszczenie dotyczące wymienionych pozycji "
        "jest zaspokojone.",
        "Potwierdzenie przelewu: nr ______________ z dnia ______________, kwota ______________",
    ),
    annexes="Załączniki",
    closing_heading="Postanowienia końcowe",
    closing=(
        "Protokół sporządzono w dwóch jednobrzmiących egzemplarzach, po jednym dla każdej ze "
        "stron; w postaci elektronicznej podpisują go obie strony. Protokół nie ogranicza "
        "ustawowych praw konsumenta."
    ),
    dissent="Uwagi stron:",
    signing=Signing(
        hint="podpis, data, pieczęć",
        accountant="Główny księgowy",
        customer="Klient (jeżeli uczestniczy): {{end_customer}}",
    ),
    heads=Heads(
        number="Lp.",
        sku="Indeks",
        goods="Indeks, nazwa",
        mark="Partia / nr seryjny",
        shipment="Dokument dostawy",
        shipped="Dostar\u00adczono",
        claimed="Rekla\u00admowano",
        unit="J.m.",
        warranty="Gwarancja do",
        defect="Wada",
        description="Opis zgłaszającego",
        demand="Żądanie",
        accepted="Uznano",
        rejected="Nie uznano",
        remedy="Sposób załatwienia",
        reason="Uzasadnienie odmowy",
        quantity="Ilość",
        price="Cena brutto, {{money_unit}}",
        amount="Kwota brutto, {{money_unit}}",
        vat_rate="Stawka VAT",
        vat_amount="W tym VAT, {{money_unit}}",
        total="Razem",
    ),
    page_of=("str.", "z"),
)
