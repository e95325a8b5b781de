"""Protokoly česky."""

from acts.texts import Heads, Party, Signing, Texts

TEXTS = Texts(
    language_tag="cs-CZ",
    reclamation_title="Reklamační protokol",
    refund_title="Protokol o vrácení peněžních prostředků",
    refusal_title="Oznámení o zamítnutí reklamace",
    number="č. {{number}}",
    revision="Verze {{revision}}{{#if supersedes}}; nahrazuje {{supersedes}}{{/if}}",
    basis=(
        "Podklad: reklamace č. {{claim_number}} podaná dne {{claimed_on}}"
        "{{#if dealer_reference}} (značka prodejce: {{dealer_reference}}){{/if}}"
        "{{#if contracts}}, smlouva {{contracts}}{{/if}}"
        "{{#if decided}}, rozhodnutí výrobce ze dne {{decided_on}}{{/if}}."
    ),
    filed_by="Za prodejce reklamaci podal(a): {{filed_by}}.",
    shipments="Dodávky: {{shipments}}.",
    base_documents="Původní doklady: {{base_documents}}.",
    parties="Strany",
    payer_and_payee="Plátce a příjemce",
    party=Party(
        manufacturer="Výrobce",
        dealer="Prodejce",
        payer="Plátce (výrobce)",
        payee="Příjemce (prodejce)",
        signer="Zástupce",
        basis="Oprávnění",
        account="Účet",
        bank="Banka",
        code="BIC",
    ),
    end_customer=(
        "{{#if end_customer}}Kupující: {{end_customer}}"
        "{{#if customer_address}}, adresa: {{customer_address}}{{/if}}"
        "{{#if customer_phone}}, tel.: {{customer_phone}}{{/if}}"
        "{{#if sold_on}}; zboží prodáno dne {{sold_on}}{{/if}}"
        "{{#if sale_document}}; doklad o koupi: {{sale_document}}{{/if}}. {{/if}}"
        "Reklamace uplatněna dne {{demand_presented_on}}."
    ),
    goods="Zboží",
    shipment=(
        "{{#if shipment_number}}č. {{shipment_number}}"
        "{{#if shipped_on}} ze dne {{shipped_on}}{{/if}}{{/if}}"
        "{{#unless shipment_number}}"
        "{{#if unchecked_on}}dne {{unchecked_on}} nešlo ověřit{{/if}}"
        "{{#unless unchecked_on}}zboží není v dodávkách{{/unless}}"
        "{{/unless}}"
    ),
    unchecked=(
        "Dne {{unchecked_on}} nebyly údaje o dodávkách dostupné, proto dodání označených položek "
        "nebylo možné ověřit. Výrobce je ověří, jakmile budou údaje dostupné, a sdělí prodejci "
        "výsledek; do té doby jsou položky přijaty předběžně."
    ),
    circumstances="Obsah reklamace podle prodejce: {{claim_text}}",
    defects="Vady a požadovaný způsob vyřízení",
    parts="Vadné díly: {{parts}}",
    value=(
        "{{#if decided}}Hodnota zboží s uznanou reklamací{{/if}}"
        "{{#unless decided}}Hodnota reklamovaného zboží{{/unless}}: "
        "**{{total}} {{money_unit}}**{{#if total_words}} (slovy: {{total_words}}){{/if}}"
        "{{#if vat_total}}, z toho DPH {{vat_total}} {{money_unit}} ({{vat_rates}}){{/if}}"
        "{{#if vat_free}}, bez DPH{{/if}}."
    ),
    refund="{{#if decided}}Částka k vrácení{{/if}}{{#unless decided}}Požadovaná částka{{/unless}}",
    refund_demanded=(
        "Uvedená částka je požadavkem prodejce; do rozhodnutí výrobce není uznána ani splatná."
    ),
    refund_total=(
        "{{#if decided}}Celkem k vrácení{{/if}}{{#unless decided}}Prodejce požaduje vrátit"
        "{{/unless}}: **{{total}} {{money_unit}}**"
        "{{#if total_words}} (slovy: {{total_words}}){{/if}}"
        "{{#if vat_total}}, z toho DPH {{vat_total}} {{money_unit}} ({{vat_rates}}){{/if}}"
        "{{#if vat_free}}, bez DPH{{/if}}."
    ),
    answer_heading="Lhůta pro vyjádření",
    answer=(
        "Výrobce reklamaci posoudí a své rozhodnutí sdělí prodejci nejpozději **{{answer_on}}**."
    ),
    refusal=(
        "Výrobce posoudil požadavky prodejce u uvedených položek a zamítá je z níže uvedených "
        "důvodů. Toto oznámení nezakládá výrobci u těchto položek žádnou povinnost."
    ),
    refusal_closing=(
        "Oznámení vyhotovil výrobce a zaslal je prodejci; podpis prodejce se nevyžaduje. Zákonná "
        "práva spotřebitele nejsou dotčena."
    ),
    decision_heading="Vyřízení",
    decision="Rozhodnuto dne {{decided_on}} (lhůta pro vyjádření: {{answer_on}}).",
    promise=(
        "Termín vyřízení: nejpozději **{{promise_on}}**"
        "{{#if logistics}} (etapy: {{logistics}}){{/if}}."
        "{{#if legal_on}} Zákonná lhůta končí {{legal_on}}.{{/if}}"
    ),
    payment_heading="Způsob a termín vrácení",
    payment=(
        "Způsob: převod na účet příjemce uvedený v bodě 1, nebo započtení po dohodě stran.",
        "Opravný daňový doklad bude vystaven v zákonné lhůtě se sazbou DPH původní dodávky. "
        "Připsáním částky na účet je závazek k uvedeným položkám splněn.",
        "Platba: doklad č. ______________ ze dne ______________, částka ________________",
    ),
    annexes="Přílohy",
    closing_heading="Závěrečná ustanovení",
    closing=(
        "Protokol je vyhotoven ve dvou stejnopisech, po jednom pro každou stranu; v elektronické "
        "podobě jej podepisují obě strany. Zákonná práva spotřebitele nejsou dotčena."
    ),
    dissent="Námitky:",
    signing=Signing(
        hint="podpis, datum, razítko",
        accountant="Hlavní účetní",
        customer="Kupující (je-li přítomen): {{end_customer}}",
    ),
    heads=Heads(
        number="Č.",
        sku="Kód",
        goods="Kód, název",
        mark="Šarže / výrobní číslo",
        shipment="Doklad o dodání",
        shipped="Dodáno",
        claimed="Reklam.",
        unit="MJ",
        warranty="Záruka do",
        defect="Vada",
        description="Popis vady",
        demand="Požadavek",
        accepted="Uznáno",
        rejected="Zamít\u00adnuto",
        remedy="Způsob vyřízení",
        reason="Důvod zamítnutí",
        quantity="Množ\u00adství",
        price="Cena s DPH, {{money_unit}}",
        amount="Částka s DPH, {{money_unit}}",
        vat_rate="Sazba DPH",
        vat_amount="Z toho DPH, {{money_unit}}",
        total="Celkem",
    ),
    page_of=("strana", "z"),
)
