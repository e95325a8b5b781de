"""A parent that has everything imported and starts its program again whenever it is killed.

`python -m tests.checks.exchange.nursery MODULE[,MODULE] PROGRAM [ARGUMENT …]`: imports the modules,
then forks a child that becomes `python -m PROGRAM ARGUMENT …` in a session of its own. Being born
again costs next to nothing, so that the fire may be heavy.
"""

import os
import runpy
import signal
import sys
from importlib import import_module

from connectors.postgres.lifeline import die_with_parent


def main(modules: str, *program: str) -> None:
    """Keep one child working, for ever."""
    for module in modules.split(","):
        import_module(module)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    follow_us = die_with_parent(signal.SIGTERM)
    while True:
        child = os.fork()
        if child == 0:
            follow_us()
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            become(program)
        os.waitpid(child, 0)


def become(program: tuple[str, ...]) -> None:
    """Run the program as if it had been started by its name."""
    sys.argv = list(program)
    try:
        runpy.run_module(program[0], run_name="__main__", alter_sys=True)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
