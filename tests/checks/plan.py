"""`run.py plan` beside a plain walk from day to day: `python3 run.py check plan --cases 50000`.

Scenarios are made up from a seed, told to the command as lines, and each answer is compared word
for word. The command is a process of its own, without a database.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from tests.checks.plan_oracle import solve
from tests.checks.plan_scenarios import make

ROOT = Path(__file__).resolve().parent.parent.parent
USUAL_CASES = 10_000
MOST_SHOWN = 5


def is_equal(scenario: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Tell whether the portal's answer is that of the walk; of refusals, that both refuse."""
    expected = solve(scenario)
    if expected is None:
        return "refused" in answer and answer["refused"] != "NO_SCENARIO"
    return bool(answer == {"id": scenario["id"], **expected})


def ask(scenarios: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the command's answers."""
    lines = "\n".join(map(json.dumps, scenarios))
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    found = subprocess.run(
        [sys.executable, "-m", "app.cli", "plan"],
        cwd=ROOT, input=lines, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [json.loads(line) for line in found.stdout.splitlines()]


def main() -> int:
    """Print how many answers are equal and the first that are not; return 1 if there are any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=USUAL_CASES)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    random = Random(options.seed)
    scenarios = [make(random, number) for number in range(options.cases)]
    began = time.monotonic()
    answers = ask(scenarios)
    seconds = time.monotonic() - began
    pairs = list(zip(scenarios, answers, strict=True))
    different = [pair for pair in pairs if not is_equal(*pair)]
    kinds = Counter(
        f"{scenario['kind']}{' refused' if 'refused' in answer else ''}"
        for scenario, answer in pairs
    )
    print(f"{len(pairs)} scenarios in {seconds:.1f} s: {dict(kinds)}; {len(different)} different")
    for scenario, answer in different[:MOST_SHOWN]:
        print(json.dumps(scenario), json.dumps(answer), json.dumps(solve(scenario)), sep="\n")
    return bool(different)


if __name__ == "__main__":
    sys.exit(main())
