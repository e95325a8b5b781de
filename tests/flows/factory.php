<?php
// The factory's ERP in another language, written against nothing but the WSDL, with a store of its
// own: a journal on the disk that says what was really done, each thing under its key and revision.
//
// WSDL, USER, PASSWORD: the contract and the log-in. STORE: a folder with `rows.json`, the factory's
// trade by kind of row. A file `hold-PutClaim` there has the next PutClaim wait after its commit
// and before its answer, until somebody takes away the file `held-PutClaim`.

const PATIENCE = 30.0;
const PREFIX = ['PutClaim' => 'P', 'PutDecision' => 'D', 'SaveFile' => 'F'];

class Store
{
    private $file;

    public function __construct(private string $folder)
    {
    }

    public function rows(): array
    {
        return json_decode(file_get_contents("$this->folder/rows.json"), true);
    }

    // Keep a document once under its key and revision; return its receipt, the same every time.
    public function keep(string $operation, object $content): array
    {
        $entries = $this->open();
        try {
            $receipt = $this->kept($entries, $content) ?? $this->write($entries, $operation, $content);
        } finally {
            fclose($this->file);
        }
        return $receipt;
    }

    public function noteCall(string $operation): void
    {
        $this->open();
        $this->append(['what' => 'call', 'operation' => $operation]);
        fclose($this->file);
    }

    public function states(array $keys): array
    {
        $last = [];
        foreach ($this->open() as $entry) {
            if ($entry['what'] === 'effect' && in_array($entry['external_id'], $keys)) {
                $last[$entry['external_id']] = $this->receipt($entry);
            }
        }
        fclose($this->file);
        return array_values($last);
    }

    public function keepPart(string $transfer, int $number, string $content): void
    {
        $this->put(sprintf('%s/part-%s-%04d', $this->folder, $transfer, $number), $content);
    }

    public function joinParts(string $transfer): string
    {
        return implode('', array_map('file_get_contents', glob("$this->folder/part-$transfer-*")));
    }

    public function keepFile(object $file, string $content): void
    {
        $this->put("$this->folder/file-$file->ExternalId-$file->Revision", $content);
    }

    // Wait with the answer while somebody wants to see what happens without it.
    public function holdTheAnswer(string $operation): void
    {
        $held = "$this->folder/held-$operation";
        if (!@rename("$this->folder/hold-$operation", $held)) {
            return;
        }
        $end = microtime(true) + PATIENCE;
        while (is_file($held) && microtime(true) < $end) {
            usleep(20000);
            clearstatcache();
        }
    }

    // Lock the journal and return its entries; what a kill has torn off in the middle is cut away.
    private function open(): array
    {
        $this->file = fopen("$this->folder/journal.jsonl", 'c+');
        flock($this->file, LOCK_EX);
        $text = stream_get_contents($this->file);
        $whole = (int) strrpos("\n" . $text, "\n");
        ftruncate($this->file, $whole);
        fseek($this->file, $whole);
        $lines = array_filter(explode("\n", substr($text, 0, $whole)));
        return array_map(fn ($line) => json_decode($line, true), $lines);
    }

    private function kept(array $entries, object $content): ?array
    {
        foreach ($entries as $entry) {
            $isIt = $entry['what'] === 'effect' && $entry['external_id'] === $content->ExternalId;
            if ($isIt && $entry['revision'] === $content->Revision) {
                $isSame = $entry['digest'] === digest($content);
                return $this->receipt($entry, $isSame ? [] : ['Another content under this key']);
            }
        }
        return null;
    }

    private function write(array $entries, string $operation, object $content): array
    {
        $effects = array_filter($entries, fn ($entry) => $entry['what'] === 'effect');
        $ids = array_column($effects, 'external_id');
        $isKnown = in_array($content->ExternalId, $ids);
        $entry = [
            'what' => 'effect',
            'change' => $isKnown ? 'updated' : 'created',
            'external_id' => $content->ExternalId,
            'revision' => $content->Revision,
            'number' => sprintf('%s-%06d', PREFIX[$operation], count(array_unique($ids)) + 1),
            'ref' => uniqid('', true),
            'digest' => digest($content),
            'object' => $content->Object ?? null,
            'file' => $operation === 'SaveFile' ? $content->Name : null,
        ];
        foreach ($effects as $earlier) {
            if ($earlier['external_id'] === $content->ExternalId) {
                $entry = ['number' => $earlier['number'], 'ref' => $earlier['ref']] + $entry;
            }
        }
        if (isset($content->ClaimId) && !in_array($content->ClaimId, $ids)) {
            return $this->receipt($entry, ["Claim $content->ClaimId is unknown"]);
        }
        $this->append($entry);
        return $this->receipt($entry);
    }

    private function append(array $entry): void
    {
        fwrite($this->file, json_encode($entry, JSON_UNESCAPED_UNICODE) . "\n");
        fflush($this->file);
        fsync($this->file);
    }

    private function put(string $path, string $content): void
    {
        $file = fopen("$path.new", 'w');
        fwrite($file, $content);
        fsync($file);
        fclose($file);
        rename("$path.new", $path);
    }

    private function receipt(array $entry, array $errors = []): array
    {
        return [
            'ExternalId' => $entry['external_id'],
            'Revision' => $entry['revision'],
            'Ref' => $entry['ref'],
            'Number' => $entry['number'],
            'Date' => '2026-11-16T00:00:00',
            'Posted' => !$errors,
            'Status' => $errors ? 'Refused' : 'Registered',
            'Errors' => $errors,
        ] + array_filter(['Object' => $entry['object']]) + ($entry['file'] ? $this->stored($entry) : []);
    }

    // What the disk really holds of a file.
    private function stored(array $entry): array
    {
        $content = file_get_contents("$this->folder/file-$entry[external_id]-$entry[revision]");
        return [
            'Name' => $entry['file'],
            'SHA256' => hash('sha256', $content),
            'Size' => strlen($content),
        ];
    }
}

class Factory
{
    public function __construct(private Store $store)
    {
    }

    public function Ping()
    {
        return ['return' => ['Product' => 'PHP', 'Version' => PHP_VERSION, 'At' => date('c')]];
    }

    public function GetVersion()
    {
        return ['return' => '1.0'];
    }

    public function GetChanges($request)
    {
        $rows = $request->MessageNo === 0 ? $this->store->rows() : [];
        return ['return' => [
            'MessageNo' => $request->MessageNo + 1,
            'More' => false,
            'Count' => array_sum(array_map('count', $rows)),
            'Items' => $rows,
        ]];
    }

    public function ConfirmChanges()
    {
        return ['return' => true];
    }

    public function PutClaim($request)
    {
        return $this->put('PutClaim', $request->Claim);
    }

    public function PutDecision($request)
    {
        return $this->put('PutDecision', $request->Decision);
    }

    public function PutFilePart($request)
    {
        $this->store->keepPart($request->TransferId, $request->PartNo, $request->Content);
        return ['return' => true];
    }

    public function SaveFile($request)
    {
        $content = $this->store->joinParts($request->TransferId);
        if (hash('sha256', $content) !== $request->File->SHA256) {
            throw new SoapFault('Server', 'The parts are not the file');
        }
        $this->store->keepFile($request->File, $content);
        return $this->put('SaveFile', $request->File);
    }

    public function GetStates($request)
    {
        return ['return' => ['Receipt' => $this->store->states((array) $request->ExternalIds->ExternalId)]];
    }

    private function put(string $operation, object $content): array
    {
        $this->store->noteCall($operation);
        $receipt = $this->store->keep($operation, $content);
        $this->store->holdTheAnswer($operation);
        return ['return' => $receipt];
    }
}

function digest(object $content): string
{
    return md5(serialize($content));
}

$login = [$_SERVER['PHP_AUTH_USER'] ?? '', $_SERVER['PHP_AUTH_PW'] ?? ''];
if ($login !== [getenv('USER'), getenv('PASSWORD')]) {
    http_response_code(401);
    exit;
}
ini_set('soap.wsdl_cache_enabled', '0');
ini_set('default_socket_timeout', '60');
$server = new SoapServer(getenv('WSDL'), ['features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
$server->setObject(new Factory(new Store(getenv('STORE'))));
$server->handle();
