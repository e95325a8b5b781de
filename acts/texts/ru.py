"""Акты по-русски."""

from acts.texts import Heads, Party, Signing, Texts

TEXTS = Texts(
    language_tag="ru-RU",
    reclamation_title="Акт рекламации",
    refund_title="Акт возврата денежных средств",
    refusal_title="Уведомление об отказе в удовлетворении требований",
    number="№ {{number}}",
    revision="Редакция {{revision}}{{#if supersedes}}; заменяет {{supersedes}}{{/if}}",
    basis=(
        "Основание: рекламация дилера № {{claim_number}} от {{claimed_on}}"
        "{{#if dealer_reference}} (номер у дилера: {{dealer_reference}}){{/if}}"
        "{{#if contracts}}, договор поставки {{contracts}}{{/if}}"
        "{{#if decided}}, решение изготовителя от {{decided_on}}{{/if}}."
    ),
    filed_by="Рекламацию от имени дилера подал(а): {{filed_by}}.",
    shipments="Отгрузки: {{shipments}}.",
    base_documents="Документы-основания: {{base_documents}}.",
    parties="Стороны",
    payer_and_payee="Плательщик и получатель",
    party=Party(
        manufacturer="Изготовитель",
        dealer="Дилер",
        payer="Плательщик (изготовитель)",
        payee="Получатель (дилер)",
        signer="Представитель",
        basis="Действует на основании",
        account="Расчётный счёт",
        bank="Банк",
        code="БИК",
    ),
    end_customer=(
        "{{#if end_customer}}Конечный покупатель: {{end_customer}}"
        "{{#if customer_address}}, адрес: {{customer_address}}{{/if}}"
        "{{#if customer_phone}}, тел.: {{customer_phone}}{{/if}}"
        "{{#if sold_on}}; товар продан {{sold_on}}{{/if}}"
        "{{#if sale_document}}; документ о продаже: {{sale_document}}{{/if}}. {{/if}}"
        "Требование предъявлено {{demand_presented_on}}."
    ),
    goods="Товар",
    shipment=(
        "{{#if shipment_number}}№ {{shipment_number}}"
        "{{#if shipped_on}} от {{shipped_on}}{{/if}}{{/if}}"
        "{{#unless shipment_number}}"
        "{{#if unchecked_on}}не удалось проверить {{unchecked_on}}{{/if}}"
        "{{#unless unchecked_on}}нет в отгрузках дилеру{{/unless}}"
        "{{/unless}}"
    ),
    unchecked=(
        "{{unchecked_on}} данные об отгрузках были недоступны, поэтому отгрузку отмеченных "
        "позиций проверить не удалось. Изготовитель проверит её, как только данные будут "
        "доступны, и сообщит дилеру результат; до этого позиции приняты к рассмотрению "
        "предварительно."
    ),
    circumstances="Обстоятельства со слов дилера: {{claim_text}}",
    defects="Недостатки и требования",
    parts="Дефектные части: {{parts}}",
    value=(
        "{{#if decided}}Стоимость товара по удовлетворённым требованиям{{/if}}"
        "{{#unless decided}}Стоимость заявленного товара{{/unless}}: "
        "**{{total}} {{money_unit}}**{{#if total_words}} ({{total_words}}){{/if}}"
        "{{#if vat_total}}, в том числе НДС {{vat_total}} {{money_unit}} ({{vat_rates}}){{/if}}"
        "{{#if vat_free}}, без НДС{{/if}}."
    ),
    refund=(
        "{{#if decided}}Подлежит возврату{{/if}}{{#unless decided}}Заявлено к возврату{{/unless}}"
    ),
    refund_demanded=(
        "Указанная сумма является требованием дилера; "
        "до решения изготовителя она не считается признанной и не подлежит выплате."
    ),
    refund_total=(
        "{{#if decided}}Итого к возврату{{/if}}{{#unless decided}}Дилер требует возвратить"
        "{{/unless}}: **{{total}} {{money_unit}}**{{#if total_words}} ({{total_words}}){{/if}}"
        "{{#if vat_total}}, в том числе НДС {{vat_total}} {{money_unit}} ({{vat_rates}}){{/if}}"
        "{{#if vat_free}}, без НДС{{/if}}."
    ),
    answer_heading="Срок ответа",
    answer=(
        "Изготовитель рассматривает требования и сообщает дилеру решение не позднее "
        "**{{answer_on}}**."
    ),
    refusal=(
        "Изготовитель рассмотрел требования дилера по указанным позициям и отказывает в их "
        "удовлетворении по причинам, приведённым ниже. Обязательств изготовителя по этим позициям "
        "настоящее уведомление не создаёт."
    ),
    refusal_closing=(
        "Уведомление составлено изготовителем и направлено дилеру; подпись дилера не требуется. "
        "Прав потребителя, предусмотренных законом, уведомление не ограничивает."
    ),
    decision_heading="Решение изготовителя",
    decision="Решение принято {{decided_on}} (срок ответа — {{answer_on}}).",
    promise=(
        "Срок исполнения: не позднее **{{promise_on}}**"
        "{{#if logistics}} (этапы: {{logistics}}){{/if}}."
        "{{#if legal_on}} Предельный срок по закону: {{legal_on}}.{{/if}}"
    ),
    payment_heading="Порядок и срок возврата",
    payment=(
        "Способ: перечисление на счёт получателя, указанный в разделе 1, либо зачёт встречных "
        "требований по соглашению сторон.",
        "Корректировочный документ оформляется в срок, установленный законом, по ставке НДС "
        "исходной отгрузки. После зачисления суммы обязательство по указанным "
        "позициям считается исполненным.",
        "Отметка о платеже: документ № ______________ от ______________, сумма ________________",
    ),
    annexes="Приложения",
    closing_heading="Заключительные положения",
    closing=(
        "Акт составлен в двух экземплярах, имеющих равную силу, по одному для каждой стороны; "
        "в электронной форме подписывается обеими сторонами. Прав потребителя, предусмотренных "
        "законом, акт не ограничивает."
    ),
    dissent="Особое мнение:",
    signing=Signing(
        hint="подпись, дата, М.П.",
        accountant="Главный бухгалтер",
        customer="Покупатель (при участии): {{end_customer}}",
    ),
    heads=Heads(
        number="№",
        sku="Артикул",
        goods="Артикул, наименование",
        mark="Партия / серийный №",
        shipment="Документ отгрузки",
        shipped="Отгру\u00adжено",
        claimed="Заяв\u00adлено",
        unit="Ед.",
        warranty="Гарантия до",
        defect="Недостаток",
        description="Описание дилера",
        demand="Требование",
        accepted="При\u00adнято",
        rejected="Отка\u00adзано",
        remedy="Способ исполнения",
        reason="Причина отказа",
        quantity="Кол-во",
        price="Цена с НДС, {{money_unit}}",
        amount="Сумма с НДС, {{money_unit}}",
        vat_rate="Ставка НДС",
        vat_amount="В т. ч. НДС, {{money_unit}}",
        total="Итого",
    ),
    page_of=("стр.", "из"),
)
