"""The simulator's door: `python -m connectors.erp.simulator --port 8081 --data DIR`."""

import argparse
import logging
import signal
import sys
from datetime import date
from pathlib import Path
from types import FrameType

from werkzeug.serving import make_server

from connectors.erp.simulator.demo import load_demo
from connectors.erp.simulator.faults import BadSpec, Fault, Kind, read_spec
from connectors.erp.simulator.ledger import Ledger
from connectors.erp.simulator.operations import HITTABLE
from connectors.erp.simulator.weather import Weather
from connectors.erp.simulator.web import create_app

LOOPBACK = "127.0.0.1"  # it has no say outside this machine


def main() -> None:
    """Serve until SIGTERM; every reply before it is already on disk."""
    options = _read_options()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    ledger = Ledger(options.data, options.infobase)
    size = {"shipments": options.shipments, "lines": options.lines}
    load_demo(ledger, options.seed, options.today, plant=options.plant, **size)
    weather = Weather(options.fault_seed)
    weather.bring(*options.faults)
    if options.down:
        weather.bring(Fault(Kind.DOWN, seconds=options.down))
    if options.slow:
        weather.bring(Fault(Kind.SLOW, by=options.slow))
    app = create_app(ledger, weather, user=options.user, password=options.password)
    server = make_server(LOOPBACK, options.port, app, threaded=True)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    sys.stdout.write(f"ERP simulator on http://{LOOPBACK}:{server.port}/\n")
    sys.stdout.flush()
    server.serve_forever()


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="connectors.erp.simulator", description=main.__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes any free port")
    parser.add_argument("--data", type=Path, required=True, help="folder of the store")
    parser.add_argument("--infobase", default="", help="its name; without it the folder's path")
    parser.add_argument("--user", default="", help="Basic log-in; without it everybody is let in")
    parser.add_argument("--password", default="")
    parser.add_argument("--seed", type=int, default=1, help="of the demo data, at first start")
    parser.add_argument("--today", type=date.fromisoformat, default=date.today())  # noqa: DTZ011
    parser.add_argument("--shipments", type=int, default=620)
    parser.add_argument("--lines", type=int, default=6500)
    parser.add_argument("--plant", default="", help="only this plant's part of the demo")
    parser.add_argument("--down", type=float, default=0.0, help="start closed for SECONDS")
    parser.add_argument("--slow", type=float, default=0.0, help="delay each answer by SECONDS")
    parser.add_argument("--faults", type=_spec, default=[], help='as "slow:by=2:p=0.3,cut:count=2"')
    parser.add_argument("--fault-seed", type=int, default=0, help="of which calls are hit")
    return parser.parse_args()


def _spec(line: str) -> list[Fault]:
    try:
        return read_spec(line, HITTABLE)
    except BadSpec as error:
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    main()
