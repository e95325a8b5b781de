"""Ringing costs the ringer nothing, whatever the broker does."""

import threading
from typing import Any

import pytest

from connectors.doorbell.celery import CeleryDoorbell

PATIENCE = 5.0


class Broker:
    """Takes tasks while it is open; remembers them."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.open = threading.Event()
        self.entered = threading.Semaphore(0)
        self.done = threading.Semaphore(0)
        self.trouble: Exception | None = None

    def send_task(self, name: str, **_: Any) -> None:
        self.entered.release()
        assert self.open.wait(PATIENCE)
        try:
            if self.trouble:
                raise self.trouble
            self.sent.append(name)
        finally:
            self.done.release()


@pytest.fixture
def broker() -> Broker:
    return Broker()


def test_nobody_waits_for_a_slow_broker_and_many_rings_become_one(broker: Broker) -> None:
    bell = CeleryDoorbell(broker, "outbox.deliver")

    bell.ring()
    assert broker.entered.acquire(timeout=PATIENCE)
    for _ in range(100):
        bell.ring()  # returns although the broker holds the first one
    broker.open.set()

    assert broker.done.acquire(timeout=PATIENCE)
    assert broker.done.acquire(timeout=PATIENCE)
    assert not broker.done.acquire(timeout=0.2)
    assert broker.sent == ["outbox.deliver", "outbox.deliver"]


def test_a_broker_in_trouble_does_not_silence_the_bell(broker: Broker) -> None:
    bell = CeleryDoorbell(broker, "outbox.deliver")
    broker.open.set()
    broker.trouble = ConnectionRefusedError("nobody is there")
    bell.ring()
    assert broker.done.acquire(timeout=PATIENCE)

    broker.trouble = None
    bell.ring()

    assert broker.done.acquire(timeout=PATIENCE)
    assert broker.sent == ["outbox.deliver"]
