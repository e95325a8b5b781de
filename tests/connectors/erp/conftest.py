"""One simulator for all tests that only add to it, and a trap for each test that wants one."""

from collections.abc import Iterator

import pytest

from connectors.erp.port import Erp
from connectors.erp.soap import SoapErp
from connectors.erp.wsdl import SoapVersion
from tests.connectors.erp.running import RunningSimulator, reference_erp, running
from tests.connectors.erp.trap import Trap, trap_server


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with running(tmp_path_factory.mktemp("erp")) as started:
        yield started


@pytest.fixture(params=list(SoapVersion))
def erp(simulator: RunningSimulator, request: pytest.FixtureRequest) -> Erp:
    return simulator.erp(soap_version=request.param, node=f"node-{request.param}")


@pytest.fixture
def trap() -> Iterator[Trap]:
    with trap_server() as opened:
        yield opened


@pytest.fixture
def trapped(trap: Trap) -> SoapErp:
    """A connector with patience: a machine that is busy for a moment is no fault of the ERP."""
    return reference_erp(url=trap.url, node="portal")


@pytest.fixture
def hasty(trap: Trap) -> SoapErp:
    """A connector for an ERP that does not come to an end."""
    return reference_erp(
        url=trap.url, node="portal", read_timeout=1.0, total_timeout=1.5, feed_timeout=1.5
    )
