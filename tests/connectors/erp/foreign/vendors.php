<?php
// The vendors' services, as far as the tests call them.

class Vendors
{
    public function Ping($request)
    {
        return ['return' => '3.0.2.2'];
    }

    public function GetIBParameters($request)
    {
        $value = '<Property xmlns="http://v8.1c.ru/8.1/data/core" name="ВерсияФормата">'
            . '<Value xsi:type="xs:string">' . $request->NodeCode . ' 1.8</Value></Property>';
        $raw = '<return xmlns="http://www.1c.ru/SSL/Exchange_3_0_2_2" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
            . " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">$value</return>";
        return ['return' => new SoapVar($raw, XSD_ANYXML), 'ResultMessage' => '', 'AdvancedOptions' => null];
    }

    public function PutFilePart($request)
    {
        file_put_contents(getenv('TOLD'), $request->PartNumber . ':' . strlen($request->PartData) . "\n", FILE_APPEND);
        return ['return' => '', 'ErrorMessage' => null];
    }

    public function SaveFileFromParts($request)
    {
        return ['return' => 'parts: ' . $request->PartQuantity, 'FileId' => '5e1f0b6a-0000-4000-8000-000000000001'];
    }

    public function PutData($request)
    {
        return ['return' => '', 'OperationID' => 'op-1', 'ErrorMessage' => 'Нет прав на запись'];
    }

    public function DMServerInfo($request)
    {
        return ['return' => 'DataMobile'];
    }

    public function GetVersion($request)
    {
        return ['return' => '2.7'];
    }

    public function GetClients($request)
    {
        return ['return' => ['DMClient' => [
            ['DMName' => 'ООО «Очаг»', 'DMClientID' => 'c-1', 'DMBarcode' => '0001'],
            ['DMName' => '', 'DMClientID' => 'c-2', 'DMBarcode' => '0002'],
        ]]];
    }

    public function CreateDoc($request)
    {
        return ['return' => [
            'DMDocOutID' => $request->DocOutID, 'DMNumber' => "T-$request->TemplateID", 'DMDate' => '2026-11-16T10:00:00',
            'DMComment' => 'Принят', 'DMBarcode' => '', 'DMTemplate' => null, 'DMisMark' => false, 'DMisLoaded' => false,
            'DMClient' => ['DMName' => '', 'DMClientID' => '', 'DMBarcode' => ''], 'DMClientSelectDate' => null,
        ]];
    }

    public function SetDocPhoto($request)
    {
        return ['return' => strlen($request->Byte) > 3];
    }
}

ini_set('soap.wsdl_cache_enabled', '0');
$version = getenv('SOAP_VERSION') === '1.2' ? SOAP_1_2 : SOAP_1_1;
$server = new SoapServer(getenv('WSDL'), ['soap_version' => $version]);
$server->setClass(Vendors::class);
$server->handle();
