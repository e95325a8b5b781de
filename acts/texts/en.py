"""Acts in English."""

from acts.texts import Heads, Party, Signing, Texts

TEXTS = Texts(
    language_tag="en-GB",
    reclamation_title="Claim Report",
    refund_title="Refund Statement",
    refusal_title="Notice of Refusal",
    number="No. {{number}}",
    revision="Revision {{revision}}{{#if supersedes}}; supersedes {{supersedes}}{{/if}}",
    basis=(
        "Basis: claim No. {{claim_number}} of {{claimed_on}}"
        "{{#if dealer_reference}} (dealer's reference: {{dealer_reference}}){{/if}}"
        "{{#if contracts}}, supply contract {{contracts}}{{/if}}"
        "{{#if decided}}, manufacturer's decision of {{decided_on}}{{/if}}."
    ),
    filed_by="Filed for the dealer by {{filed_by}}.",
    shipments="Shipments: {{shipments}}.",
    base_documents="Base documents: {{base_documents}}.",
    parties="Parties",
    payer_and_payee="Payer and payee",
    party=Party(
        manufacturer="Manufacturer",
        dealer="Dealer",
        payer="Payer (manufacturer)",
        payee="Payee (dealer)",
        signer="Representative",
        basis="Authority",
        account="Account",
        bank="Bank",
        code="BIC",
    ),
    end_customer=(
        "{{#if end_customer}}End customer: {{end_customer}}"
        "{{#if customer_address}}, address: {{customer_address}}{{/if}}"
        "{{#if customer_phone}}, phone: {{customer_phone}}{{/if}}"
        "{{#if sold_on}}; goods sold on {{sold_on}}{{/if}}"
        "{{#if sale_document}}; document of sale: {{sale_document}}{{/if}}. {{/if}}"
        "The demand was presented on {{demand_presented_on}}."
    ),
    goods="Goods",
    shipment=(
        "{{#if shipment_number}}No. {{shipment_number}}"
        "{{#if shipped_on}} of {{shipped_on}}{{/if}}{{/if}}"
        "{{#unless shipment_number}}"
        "{{#if unchecked_on}}could not be checked on {{unchecked_on}}{{/if}}"
        "{{#unless unchecked_on}}not in the shipments{{/unless}}"
        "{{/unless}}"
    ),
    unchecked=(
        "On {{unchecked_on}} the data about shipments were not available, so the shipment of the "
        "marked items could not be checked. The manufacturer will check it as soon as the data are "
        "available and inform the dealer of the result; until then these items are accepted for "
        "examination provisionally."
    ),
    circumstances="Circumstances as stated by the dealer: {{claim_text}}",
    defects="Defects and demands",
    parts="Defective parts: {{parts}}",
    value=(
        "{{#if decided}}Value of the goods for which the demands are accepted{{/if}}"
        "{{#unless decided}}Value of the goods claimed{{/unless}}: "
        "**{{total}} {{money_unit}}**{{#if total_words}} ({{total_words}}){{/if}}"
        "{{#if vat_total}}, including VAT {{vat_total}} {{money_unit}} ({{vat_rates}}){{/if}}"
        "{{#if vat_free}}, without VAT{{/if}}."
    ),
    refund=(
        "{{#if decided}}Amount to be refunded{{/if}}{{#unless decided}}Refund demanded{{/unless}}"
    ),
    refund_demanded=(
        "This amount is the dealer's demand; "
        "until the manufacturer decides it is neither accepted nor payable."
    ),
    refund_total=(
        "{{#if decided}}Total to be refunded{{/if}}"
        "{{#unless decided}}The dealer demands a refund of{{/unless}}"
        ": **{{total}} {{money_unit}}**{{#if total_words}} ({{total_words}}){{/if}}"
        "{{#if vat_total}}, including VAT {{vat_total}} {{money_unit}} ({{vat_rates}}){{/if}}"
        "{{#if vat_free}}, without VAT{{/if}}."
    ),
    answer_heading="Deadline for the answer",
    answer=(
        "The manufacturer examines the demands and informs the dealer of the decision no later "
        "than "
        "**{{answer_on}}**."
    ),
    refusal=(
        "The manufacturer has examined the dealer's demands for the items below and refuses them "
        "for the reasons given. This notice creates no obligation of the manufacturer for these "
        "items."
    ),
    refusal_closing=(
        "Drawn up by the manufacturer and sent to the dealer; the dealer need not sign it. "
        "Statutory consumer rights are not affected."
    ),
    decision_heading="Decision of the manufacturer",
    decision="Decided on {{decided_on}} (deadline for the answer: {{answer_on}}).",
    promise=(
        "To be completed no later than **{{promise_on}}**"
        "{{#if logistics}} (stages: {{logistics}}){{/if}}."
        "{{#if legal_on}} Statutory deadline: {{legal_on}}.{{/if}}"
    ),
    payment_heading="Method and time of payment",
    payment=(
        "Method: transfer to the payee's account named in section 1, or set-off if both parties "
        "agree.",
        "A credit note is issued within the statutory time at the VAT rate of the original "
        "shipment. Once the amount is credited, the obligation for these items is discharged.",
        "Payment reference: No. ______________ of ______________, amount ________________",
    ),
    annexes="Annexes",
    closing_heading="Final provisions",
    closing=(
        "Drawn up in two copies of equal force, one for each party; in electronic form it is "
        "signed by both parties. Statutory consumer rights are not affected."
    ),
    dissent="Reservations:",
    signing=Signing(
        hint="signature, date, seal",
        accountant="Chief accountant",
        customer="Customer (if present): {{end_customer}}",
    ),
    heads=Heads(
        number="No.",
        sku="SKU",
        goods="SKU, name",
        mark="Lot / serial No.",
        shipment="Delivery document",
        shipped="Shipped",
        claimed="Claimed",
        unit="Unit",
        warranty="Warranty until",
        defect="Defect",
        description="Dealer's description",
        demand="Demand",
        accepted="Acc.",
        rejected="Rej.",
        remedy="Remedy",
        reason="Reason of rejection",
        quantity="Qty",
        price="Price incl. VAT, {{money_unit}}",
        amount="Amount incl. VAT, {{money_unit}}",
        vat_rate="VAT rate",
        vat_amount="VAT in it, {{money_unit}}",
        total="Total",
    ),
    page_of=("page", "of"),
)
