"""Driver importance: shares over all subsets, bootstrap, memory, beside a loop of least squares in the same run.

``python -m benchmarks drivers``. Each row runs in a process of its own: medians of several repetitions, peak memory
above the process after import with the data made. Everything runs in one thread, so that cpu seconds are the seconds
of a quiet machine; bars are held against them. "shares" is correlation matrix, all subsets and Shapley values;
"importance" the published function, which adds the probe of each driver, cross-validation and inflation.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from math import comb

import numpy as np
import pandas as pd

from analysis.methods import drivers
from analysis.stats import shapley

#: job, drivers, rows, bootstrap draws, repetitions, bar in seconds
JOBS = (
    ("shares", 15, 500, 0, 9, 0.05),
    ("shares", 20, 500, 0, 9, 0.3),
    ("shares", 20, 50_000, 0, 5, 0.6),
    ("shares", 22, 500, 0, 5, None),
    ("importance", 15, 500, 0, 5, None),
    ("importance", 20, 500, 0, 5, None),
    ("importance", 20, 50_000, 0, 3, None),
    ("importance", 10, 500, 1000, 5, 1.0),
    ("importance", 18, 500, 1000, 3, 10.0),
    ("logit", 10, 500, 0, 1, None),
    ("ordinal", 10, 500, 0, 1, None),
    ("least squares loop", 10, 500, 0, 3, None),
)
MEMORY_BAR = 100
#: seconds published for other machines, n = 500 / n = 50,000; not run here
ELSEWHERE = """measured elsewhere, on another day (relaimpo 2.2-7 in R 4.2; dominance-analysis 1.1.9 on an old stack):
  relaimpo            p = 10: 0.18 / 7.7 s    p = 15: 8.6 / 15.8 s    p = 20: 132 s    100 draws at p = 10: 11.8 s
  dominance-analysis  p = 10: 14.8 / 26.5 s   p = 15: about 8 minutes by extrapolation"""


def made(p: int, n: int) -> tuple[pd.DataFrame, pd.Series]:
    """Correlated ratings, all of which matter a little."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(n, p)) + rng.normal(size=(n, 1))).rename(columns=lambda i: f"Q{i:02d}")
    return X, X.sum(axis=1) + rng.normal(size=n) * 10


def shares(X: pd.DataFrame, y: pd.Series, n_boot: int) -> np.ndarray:
    """Part of R² of each driver."""
    matrix = shapley.correlations(np.column_stack([X, y]), np.ones((1, len(X))))
    return shapley.lmg(matrix, [[j] for j in range(X.shape[1])], [])[0][0]


def importance(X: pd.DataFrame, y: pd.Series, n_boot: int) -> np.ndarray:
    """The published function, linear."""
    return drivers.importance(X, y, n_boot=n_boot).table.set_index("driver")["importance"][X.columns].to_numpy()


def logit(X: pd.DataFrame, y: pd.Series, n_boot: int) -> np.ndarray:
    """The published function for a 0/1 outcome."""
    return drivers.importance(X, (y > 0).astype(int), family="logit").table["importance"].to_numpy()


def ordinal(X: pd.DataFrame, y: pd.Series, n_boot: int) -> np.ndarray:
    """The published function for four ordered answers."""
    steps = pd.Series(np.digitize(y, [-10, 0, 10]), index=y.index)
    return drivers.importance(X, steps, family="ordinal").table["importance"].to_numpy()


def loop(X: pd.DataFrame, y: pd.Series, n_boot: int) -> np.ndarray:
    """One least-squares fit per subset, shared out by Shapley's definition."""
    columns, outcome, p = X.to_numpy(), y.to_numpy(), X.shape[1]
    around = float(((outcome - outcome.mean()) ** 2).sum())
    value = {}
    for size in range(p + 1):
        for subset in itertools.combinations(range(p), size):
            design = np.column_stack([np.ones(len(outcome)), columns[:, subset]])
            left = outcome - design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
            value[subset] = 1 - float(left @ left) / around
    out = np.zeros(p)
    for subset, worth in value.items():
        for j in set(range(p)) - set(subset):
            gain = value[tuple(sorted((*subset, j)))] - worth
            out[j] += gain / (p * comb(p - 1, len(subset)))
    return out


RUN: dict[str, Callable[[pd.DataFrame, pd.Series, int], np.ndarray]] = {
    "shares": shares, "importance": importance, "logit": logit, "ordinal": ordinal, "least squares loop": loop,
}  # fmt: skip


def timed(place: int) -> dict[str, object]:
    """Median seconds, peak memory above the start in MB, and the result of one job."""
    name, p, n, n_boot, repeats, _ = JOBS[place]
    X, y = made(p, n)
    before, times, got = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, [], np.zeros(0)
    for _ in range(repeats):
        begun, worked = time.perf_counter(), time.process_time()
        got = RUN[name](X, y, n_boot)
        times.append((time.perf_counter() - begun, time.process_time() - worked))
    above = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    wall, cpu = np.median(times, axis=0)
    return {"wall": float(wall), "cpu": float(cpu), "memory": above, "result": got.tolist()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks drivers")
    parser.add_argument("--child", type=int)
    asked = parser.parse_args()
    if asked.child is not None:
        print(json.dumps(timed(asked.child)))
        return
    print(
        f"{'':20s}{'drivers':>8s}{'rows':>8s}{'draws':>7s}{'wall s':>10s}{'cpu s':>10s}{'bar s':>7s}{'MB above':>10s}"
    )
    for place, (name, p, n, n_boot, _, bar) in enumerate(JOBS):
        command = [sys.executable, "-m", "benchmarks.bench_drivers", "--child", str(place)]
        done = json.loads(subprocess.run(command, check=True, capture_output=True).stdout.splitlines()[-1])
        late = "" if (bar is None or done["cpu"] < bar) and done["memory"] < MEMORY_BAR else "  missed"
        spent = f"{done['wall']:10.4f}{done['cpu']:10.4f}{bar or '–':>7}{done['memory']:10.0f}{late}"
        print(f"{name:20s}{p:8d}{n:8,}{n_boot:7,}{spent}")
        if name == "least squares loop":
            _beside(done, p, n)
    print(ELSEWHERE)


def _beside(done: dict[str, object], p: int, n: int) -> None:
    """Ratio and largest difference of the loop to the shares of the same data, measured now."""
    X, y = made(p, n)
    times = []
    for _ in range(21):
        begun = time.process_time()
        got = shares(X, y, 0)
        times.append(time.process_time() - begun)
    gap = float(np.abs(got - np.array(done["result"])).max())
    print(f"  shares of the same data in {np.median(times):.5f} cpu s: {done['cpu'] / np.median(times):,.0f} times; "
          f"largest difference {gap:.0e}")  # fmt: skip


if __name__ == "__main__":
    main()
