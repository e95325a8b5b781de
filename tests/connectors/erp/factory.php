<?php
// A second ERP, written against nothing but the WSDL: does our contract mean the same to others?

class Factory
{
    public function Ping($request)
    {
        return ['return' => ['Product' => 'PHP', 'Version' => PHP_VERSION, 'At' => date('c')]];
    }

    public function PutClaim($request)
    {
        $claim = $request->Claim;
        if ($claim->Text === 'crash') {
            throw new SoapFault('Server', '{WebСервис.Модуль(1)}: Нет остатка');
        }
        $lines = is_array($claim->Lines->Line) ? $claim->Lines->Line : [$claim->Lines->Line];
        return ['return' => [
            'ExternalId' => $claim->ExternalId,
            'Revision' => $claim->Revision,
            'Ref' => 'ref-' . $claim->ExternalId,
            'Number' => $claim->Number . '/' . count($lines) . '/' . $lines[0]->Quantity,
            'Date' => '2026-11-16T00:00:00',
            'Posted' => true,
            'Status' => $claim->Text === 'contact' ? $this->contact($claim) : $claim->Text,
        ]];
    }

    private function contact($claim)
    {
        $part = $claim->Lines->Line->Parts->Part ?? null;
        return implode('|', [
            $claim->CustomerPhone ?? '-', $claim->CustomerEmail ?? '-', $claim->CustomerAddress ?? '-',
            $claim->Lines->Line->BaseKind ?? '-', $claim->Lines->Line->BaseNo ?? '-',
            $part->Name ?? '-', $part->Lot ?? '-',
        ]);
    }

    public function GetChanges($request)
    {
        $package = ['Code' => '029000000000000017', 'Quantity' => '2'];
        return ['return' => [
            'MessageNo' => $request->MessageNo + 1,
            'More' => false,
            'Count' => 1,
            'Items' => ['Package' => [$package]],
        ]];
    }
}

ini_set('soap.wsdl_cache_enabled', '0');
$version = getenv('SOAP_VERSION') === '1.2' ? SOAP_1_2 : SOAP_1_1;
$server = new SoapServer(getenv('WSDL'), ['soap_version' => $version]);
$server->setClass(Factory::class);
$server->handle();
