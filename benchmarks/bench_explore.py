"""Exploring by hand: import, opening a run, other cuts on 100,000 accounts, one customer's card."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.methods import tiers
from analysis.runs import sample_run

REPEATS = 5
ACCOUNTS = 100_000
_FRESH = """
import sys, time
start = time.perf_counter()
from analysis import explore
explore.open_run
imported = time.perf_counter()
run = explore.open_run(sys.argv[1])
opened = time.perf_counter()
run.customer(sys.argv[2])
print(imported - start, opened - imported, time.perf_counter() - opened)
"""


def main() -> None:
    """Medians of five; the first three each in a process of its own, so nothing is warm."""
    home = sample_run.ensure_sample()
    largest = _largest(str(home))
    rows = [_fresh(str(home), largest) for _ in range(REPEATS)]
    for name, column in zip(
        ("import analysis.explore", "open_run", "run.customer, first call"), zip(*rows, strict=True), strict=True
    ):
        print(f"{name}: {statistics.median(column):.2f} s of {[round(s, 2) for s in column]}")
    values = pd.Series(
        np.random.default_rng(0).lognormal(9, 1.5, ACCOUNTS), index=[f"H{i:06d}" for i in range(ACCOUNTS)]
    )
    seconds = [_timed(lambda: tiers.abc(values, cuts=(0.6, 0.85))) for _ in range(REPEATS)]
    print(f"other cuts on {ACCOUNTS:,} accounts, 200 resamples: {statistics.median(seconds):.2f} s")


def _fresh(home: str, customer: str) -> tuple[float, ...]:
    done = subprocess.run([sys.executable, "-c", _FRESH, home, customer], capture_output=True, text=True, check=True)
    return tuple(float(x) for x in done.stdout.split()[-3:])


def _largest(home: str) -> str:
    from analysis import explore

    return str(explore.open_run(home).accounts["value_12m"].idxmax())


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
