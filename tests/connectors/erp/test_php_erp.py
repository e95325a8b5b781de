"""An ERP in another language, built from our WSDL alone, understands us and is understood."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.erp.mapping import Mapping
from connectors.erp.port import Erp, PartMessage, RowKind
from connectors.erp.wsdl import PACKAGED_WSDL, SoapVersion
from connectors.errors import Rejected
from tests.connectors.erp.messages import ITEM, a_claim, with_contact
from tests.connectors.erp.running import asking_for_contact, reference_erp

PHP = shutil.which("php")


def has_soap() -> bool:
    if PHP is None:
        return False
    listed = subprocess.run([PHP, "-m"], capture_output=True, text=True, check=False)
    return "soap" in listed.stdout.split()


pytestmark = pytest.mark.skipif(not has_soap(), reason="needs php-cli and php-soap")


class Served:
    """What PHP serves, for any mapping of the contract."""

    def __init__(self, url: str, version: SoapVersion) -> None:
        self._url, self._version = url, version

    def erp(self, mapping: Mapping | None = None) -> Erp:
        return reference_erp(url=self._url, soap_version=self._version, mapping=mapping)


@pytest.fixture(scope="module", params=list(SoapVersion))
def php(request: pytest.FixtureRequest) -> Iterator[Served]:
    assert PHP is not None
    port = free_port()
    process = subprocess.Popen(
        [PHP, "-S", f"127.0.0.1:{port}", str(Path(__file__).with_name("factory.php"))],
        env={**os.environ, "WSDL": str(PACKAGED_WSDL), "SOAP_VERSION": request.param},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_open(port)
        yield Served(f"http://127.0.0.1:{port}/", request.param)
    finally:
        process.terminate()
        process.wait(5)


@pytest.fixture
def php_erp(php: Served) -> Erp:
    return php.erp()


def test_php_answers_a_ping(php_erp: Erp) -> None:
    assert php_erp.ping().product == "PHP"


def test_php_reads_every_part_of_a_claim(php_erp: Erp) -> None:
    claim = a_claim(text="Течь & <дым>")

    receipt = php_erp.put_claim(claim)

    assert receipt.external_id == claim.external_id
    assert receipt.number == "CL-1/1/1"
    assert receipt.status == "Течь & <дым>"


def test_php_reads_base_documents_parts_and_no_contact_that_no_mapping_asks_for(
    php_erp: Erp,
) -> None:
    claim = with_contact(a_claim(text="contact"))
    part = PartMessage("Стекло", "GL-07", "", Decimal(1), ITEM)
    facts: dict[str, Any] = {"base_kind": "UPD", "base_number": "77", "base_on": date(2026, 3, 2)}
    line = replace(claim.lines[0], parts=(part,), **facts)

    told = php_erp.put_claim(replace(claim, lines=(line,))).status

    assert told == "-|-|-|UPD|77|Стекло|GL-07"


def test_php_reads_the_contact_where_a_mapping_asks_for_it(php: Served) -> None:
    asking = php.erp(asking_for_contact())

    told = asking.put_claim(with_contact(a_claim(text="contact"))).status

    assert told == "+7 000 123-45-67|anna@example.test|Пермь, ул. Ленина, 1|||-|-"


def test_the_fault_of_php_is_read_as_a_refusal(php_erp: Erp) -> None:
    with pytest.raises(Rejected, match=r"^The ERP says: “Нет остатка”$"):
        php_erp.put_claim(a_claim(text="crash"))


def test_the_change_feed_of_php_is_read(php_erp: Erp) -> None:
    with php_erp.changes(after=4) as message:
        assert message.message_no == 5
        assert list(message) == [(RowKind.PACKAGE, ("029000000000000017", None, "2", None))]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int) -> None:
    ends_at = time.monotonic() + 10
    while time.monotonic() < ends_at:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {port}")
