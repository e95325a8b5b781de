"""How the simulator feels: the faults in force, drawn from a seed, and a command to change them.

`python -m connectors.erp.simulator.weather --url http://127.0.0.1:8081/ "cut:p=0.2" --fault-seed 7`
replaces the faults of a running simulator; an empty argument clears all
faults, without one they are only listed.
"""

import argparse
import sys
import threading
import time
from dataclasses import dataclass
from random import Random

import requests

from connectors.erp.simulator.faults import Fault, Kind

PATIENCE = 10.0


@dataclass(frozen=True)
class Strike:
    """A fault that hits one call; `random` decides its details, the same for the same seed."""

    kind: Kind
    by: float
    call: int
    random: Random


@dataclass
class Standing:
    """A fault in force, with what is left of it; None is no end."""

    fault: Fault
    hits_left: int | None
    ends_at: float | None

    @property
    def seconds_left(self) -> int | None:
        """How long it lasts, rounded up."""
        return None if self.ends_at is None else max(int(self.ends_at - time.monotonic()) + 1, 0)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left of it."""
        late = self.ends_at is not None and time.monotonic() >= self.ends_at
        return self.hits_left == 0 or late


class Weather:
    """The faults in force, at most one of a kind; it forgets them when it is restarted.

    Whether a call is hit depends on the seed, the fault's kind and the number of the call alone:
    the same order of calls meets the same faults, whichever other faults there are.
    """

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._standing: dict[Kind, Standing] = {}
        self.seed = seed
        self.calls = 0

    def reseed(self, seed: int) -> None:
        """Begin again with the first call of another seed."""
        with self._lock:
            self.seed, self.calls = seed, 0

    def bring(self, *faults: Fault) -> None:
        """Let faults begin; one of the same kind gives way."""
        with self._lock:
            for fault in faults:
                ends_at = None if fault.seconds is None else time.monotonic() + fault.seconds
                self._standing[fault.kind] = Standing(fault, fault.count, ends_at)

    def stop(self, kind: str) -> None:
        """End a fault, if it is in force."""
        with self._lock:
            self._standing = {k: one for k, one in self._standing.items() if k != kind}

    def clear(self) -> None:
        """End all faults."""
        with self._lock:
            self._standing = {}

    def standing(self) -> list[Standing]:
        """Return what is in force now, in the order of the kinds."""
        with self._lock:
            return self._in_force()

    def strike(self, operation: str) -> list[Strike]:
        """Count a call and return what hits it."""
        with self._lock:
            self.calls += 1
            return [
                strike
                for one in self._in_force()
                if one.fault.may_hit(operation) and (strike := self._draw(one))
            ]

    def _in_force(self) -> list[Standing]:
        self._standing = {k: one for k, one in self._standing.items() if not one.is_over}
        return [self._standing[kind] for kind in Kind if kind in self._standing]

    def _draw(self, one: Standing) -> Strike | None:
        fault = one.fault
        random = Random(f"{self.seed}/{self.calls}/{fault.kind}")  # noqa: S311  (guards nothing)
        if random.random() >= fault.chance:
            return None
        if one.hits_left is not None:
            one.hits_left -= 1
        return Strike(fault.kind, fault.by, self.calls, random)


def describe(weather: Weather) -> str:
    """Say in lines of text what is in force."""
    lines = [f"seed {weather.seed}, {weather.calls} calls so far"]
    for one in weather.standing():
        fault = one.fault
        facts = [f"p={fault.chance:g}"]
        facts += [f"by={fault.by:g}"] if fault.by else []
        facts += [] if one.hits_left is None else [f"{one.hits_left} hits left"]
        facts += [] if one.seconds_left is None else [f"{one.seconds_left} s left"]
        facts += [f"on {'+'.join(fault.operations)}"] if fault.operations else []
        lines.append(f"{fault.kind}: {', '.join(facts)}")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Change or show the faults of a running simulator."""
    parser = argparse.ArgumentParser("connectors.erp.simulator.weather", description=main.__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8081/", help="the simulator's page")
    parser.add_argument("--fault-seed", type=int, help="begin again with this seed")
    parser.add_argument("spec", nargs="?", help='as "slow:by=2:p=0.3,cut:count=2"; "" clears')
    options = parser.parse_args()
    try:
        answer = _tell(options.url.rstrip("/"), options.spec, options.fault_seed)
    except requests.RequestException as error:
        sys.stderr.write(f"The simulator cannot be reached: {error}\n")
        return 1
    (sys.stdout if answer.ok else sys.stderr).write(answer.text)
    return 0 if answer.ok else 1


def _tell(page: str, spec: str | None, seed: int | None) -> requests.Response:
    address = f"{page}/weather"
    with requests.Session() as session:
        session.trust_env = False  # it runs on this machine: a proxy has nothing to do with it
        if spec is None and seed is None:
            return session.get(address, timeout=PATIENCE)
        form = {"spec": spec, "seed": None if seed is None else str(seed)}
        return session.post(
            f"{address}/spec",
            {name: value for name, value in form.items() if value is not None},
            headers={"Origin": page},
            timeout=PATIENCE,
        )


if __name__ == "__main__":
    sys.exit(main())
