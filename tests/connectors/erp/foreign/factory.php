<?php
// A plant's ERP in PHP: values as 1C writes them, types without prefix or of namespaces nobody declared.

const REF = '5e1f0b6a-0000-4000-8000-';

function tell($operation)
{
    file_put_contents(getenv('TOLD'), file_get_contents('php://input') . "\n", FILE_APPEND);
}

// The content of an element of a type of 1C's: raw, with its default namespace and unprefixed types.
function raw($name, $inner)
{
    return new SoapVar("<$name xmlns=\"zavod-reklamacii\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\""
        . " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">$inner</$name>", XSD_ANYXML);
}

function structure($pairs)
{
    $text = '';
    foreach ($pairs as $name => $value) {
        $text .= "<Property xmlns=\"http://v8.1c.ru/8.1/data/core\" name=\"$name\">$value</Property>";
    }
    return $text;
}

function text($value)
{
    return "<Value xsi:type=\"xs:string\">$value</Value>";
}

function table($columns, $rows)
{
    $text = '';
    foreach ($columns as $name) {
        $text .= "<column><Name xsi:type=\"xs:string\">$name</Name><ValueType><Type>xs:string</Type></ValueType></column>";
    }
    foreach ($rows as $row) {
        $text .= '<row>' . implode('', $row) . '</row>';
    }
    return $text;
}

function core($inner)
{
    return str_replace(['<column>', '<row>'], ['<column xmlns="http://v8.1c.ru/8.1/data/core">', '<row xmlns="http://v8.1c.ru/8.1/data/core">'], $inner);
}

function receipt($number, $status)
{
    return raw('return', structure([
        'Ссылка' => '<Value xmlns:d5p1="http://v8.1c.ru/8.1/data/enterprise/current-config" xsi:type="d5p1:CatalogRef.ПретензииКлиентов">' . REF . '000000000001</Value>',
        'Номер' => text($number . '   '),
        'Дата' => '<Value xsi:type="xs:dateTime">0001-01-01T00:00:00</Value>',
        'Статус' => "<Value xsi:type=\"zz:EnumRef.Статусы\">$status</Value>",
    ]));
}

class Factory
{
    public function Пинг($request)
    {
        return ['return' => raw('return', structure([
            'Конфигурация' => text('УПП 1.3'),
            'Версия' => text('1.3.145.2'),
            'Время' => '<Value xsi:type="xs:dateTime">2026-11-16T11:00:00</Value>',
        ]))];
    }

    public function ПринятьПретензию($request)
    {
        tell('claim');
        $claim = $request->Претензия;
        $named = [];
        foreach ($claim->Property as $property) {
            $named[$property->name] = $property->Value;
        }
        if ($named['Номер'] === 'crash') {
            throw new SoapFault('Server', '{WebСервис.РекламацииЗавода.Модуль(12)}: Не найден договор');
        }
        if ($named['Номер'] === 'refused') {
            return ['return' => raw('return', ''), 'ТекстОшибки' => 'Период закрыт'];
        }
        if ($named['Номер'] === 'silent') {
            return ['return' => raw('return', ''), 'ТекстОшибки' => ''];
        }
        $status = $named['Номер'] === 'odd' ? 'На складе у соседа' : 'Новая';
        return ['return' => receipt($named['Номер'], $status), 'ТекстОшибки' => null];
    }

    public function СоздатьЗаявкуНаВозврат($request)
    {
        tell('return');
        return ['return' => receipt('ЗВ-1', 'Новая'), 'ТекстОшибки' => null];
    }

    public function СоздатьКорректировку($request)
    {
        tell('price');
        return ['return' => receipt('КР-1', 'Новая')];
    }

    public function ПрисоединитьФайл($request)
    {
        tell('file');
        return ['return' => $request->Данные !== '', 'Ссылка' => REF . '00000000000f'];
    }

    public function Состояния($request)
    {
        $rows = [];
        foreach ((array) $request->Ключи->Value as $key) {
            if (substr($key, -1) === '7') {
                $rows[] = [text($key), '<Value xsi:type="xs:decimal">3</Value>', text(REF . '1'), text('П-7'), text('Закрыта')];
            }
        }
        return ['return' => raw('return', core(table(['Ключ', 'Версия', 'Ссылка', 'Номер', 'Статус'], $rows)))];
    }

    public function Отгрузки($request)
    {
        $rows = [];
        for ($n = $request->Пропустить; $n < min(3, $request->Пропустить + $request->Количество); $n++) {
            $lines = table(['ИдентификаторСтроки', 'НомерСтроки', 'Номенклатура', 'Серия', 'Количество'], [
                [text("line-$n"), '<Value xsi:type="xs:decimal">1</Value>', text("item-$n"), '<Value xsi:nil="true"/>', '<Value xsi:type="xs:decimal">2.5</Value>'],
            ]);
            $waybill = $n === 0 ? '<Value xsi:nil="true"/>' : text('');
            $rows[] = [text("ship-$n"), text("РТУ-$n "), '<Value xsi:type="xs:dateTime">2026-11-0' . ($n + 1) . 'T00:00:00</Value>',
                text('dealer'), $waybill, "<Value xsi:type=\"ValueTable\">$lines</Value>"];
        }
        $columns = ['Ссылка', 'Номер', 'Дата', 'Контрагент', 'Накладная', 'Товары'];
        return ['return' => raw('return', core(table($columns, $rows))), 'ЕстьЕще' => $request->Пропустить + $request->Количество < 3];
    }
}

ini_set('soap.wsdl_cache_enabled', '0');
$version = getenv('SOAP_VERSION') === '1.2' ? SOAP_1_2 : SOAP_1_1;
$server = new SoapServer(getenv('WSDL'), ['soap_version' => $version]);
$server->setClass(Factory::class);
$server->handle();
