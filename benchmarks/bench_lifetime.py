"""Speed and memory of lifetime models on summarised customers.

``python -m benchmarks lifetime [--customers N] [--peer PYTHON] [--growth]``. Every measurement runs in a
process of its own on the same file, so that peak memory is its own. ``--peer`` is the interpreter of a virtual
environment with lifetimes 0.11.3; ``--growth`` adds 3 and 10 times as many customers.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.methods import lifetime
from analysis.methods.lifetime import families, optimise, rows

TRUTH = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SPEND = {"p": 6.25, "q": 3.74, "v": 15.4}
FAMILIES = ("bg_nbd", "mbg_nbd", "pareto_nbd")
REPEATS = 3
AHEAD = 52


def simulated(n: int, *, seed: int = 0) -> pd.DataFrame:
    """Customers of 27 to 39 weeks from BG/NBD, on whole days."""
    rng = np.random.default_rng(seed)
    rate, coin = rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], n), rng.beta(TRUTH["a"], TRUTH["b"], n)
    age = rng.integers(27 * 7, 39 * 7, n) / 7
    left, frequency = rng.geometric(coin), np.zeros(n, dtype=np.int64)
    recency, now, alive = np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while alive.any():
        at = np.flatnonzero(alive)
        now[at] += np.maximum(np.ceil(rng.exponential(1 / rate[at]) * 7), 1) / 7
        seen = at[now[at] <= age[at]]
        frequency[seen] += 1
        recency[seen] = now[seen]
        left[at] -= 1
        alive[at[(left[at] == 0) | (now[at] > age[at])]] = False
    nu = rng.gamma(SPEND["q"], 1 / SPEND["v"], n)
    money = rng.gamma(SPEND["p"] * np.maximum(frequency, 1)) / nu / np.maximum(frequency, 1)
    ids = pd.RangeIndex(n, name="customer_id")
    history = pd.DataFrame({"frequency": frequency, "recency": np.minimum(recency, age), "age": age}, index=ids)
    return history.assign(monetary_value=np.where(frequency > 0, money, 0.0))


def weekly(history: pd.DataFrame) -> pd.DataFrame:
    """The same customers on whole weeks."""
    age = np.ceil(history["age"])
    recency = np.minimum(np.ceil(history["recency"]), age)
    return history.assign(recency=recency, age=age)


def four_families(history: pd.DataFrame) -> dict[str, float]:
    """Fits with standard errors and, for every customer, forecasts with intervals: seconds of each step."""
    clock = {}
    start, worked = time.perf_counter(), time.process_time()
    for family in FAMILIES:
        begun = time.perf_counter()
        fit = lifetime.fit(history, family=family)
        clock[f"{family}, fit"] = time.perf_counter() - begun
        begun = time.perf_counter()
        lifetime.forecast(fit, history, periods=AHEAD)
        clock[f"{family}, forecast"] = time.perf_counter() - begun
    begun = time.perf_counter()
    spend = lifetime.fit_spend(history)
    clock["Gamma-Gamma, fit"] = time.perf_counter() - begun
    begun = time.perf_counter()
    lifetime.spend_expectation(spend, history)
    clock["Gamma-Gamma, expectation"] = time.perf_counter() - begun
    return {
        **clock,
        "all together": time.perf_counter() - start,
        "all together, cpu seconds": time.process_time() - worked,
    }


def single(history: pd.DataFrame) -> dict[str, float]:
    """What else is asked of a million customers, one job at a time."""
    fit, spend = lifetime.fit(history), lifetime.fit_spend(history)
    weeks = weekly(history)
    jobs: dict[str, Callable[[], object]] = {
        "BG/NBD by week, compress + fit": lambda: lifetime.fit(weeks),
        "Pareto/NBD by week, compress + fit": lambda: lifetime.fit(weeks, family="pareto_nbd"),
        "BG/NBD with profile intervals": lambda: lifetime.fit(history, intervals="profile"),
        "total of 52 weeks with interval": lambda: lifetime.total(fit, history, periods=AHEAD),
        "value of 52 weeks, discounted, with intervals": lambda: lifetime.value(
            fit, spend, history, periods=AHEAD, annual_discount_rate=0.1
        ),
        "BG/NBD, one row per customer": lambda: uncompressed(history, "bg_nbd"),
    }
    clock = {}
    for name, job in jobs.items():
        begun = time.perf_counter()
        job()
        clock[name] = time.perf_counter() - begun
    return clock


def bg_nbd(history: pd.DataFrame) -> dict[str, float]:
    """The fit that the peer does too."""
    begun, worked = time.perf_counter(), time.process_time()
    lifetime.fit(history)
    return {"wall": time.perf_counter() - begun, "cpu": time.process_time() - worked}


def uncompressed(history: pd.DataFrame, family: str) -> optimise.Optimum:
    """The same optimiser on one row per customer."""
    table = rows.plain(history)
    return optimise.maximise(families.get(family), rows.rescale(table, float(history["age"].mean())))


JOBS = {"four_families": four_families, "single": single, "bg_nbd": bg_nbd}


def child(job: str, path: str) -> None:
    """Run one job on a file and print its clock and peak memory."""
    with np.load(path) as table:
        history = pd.DataFrame(dict(table), index=pd.RangeIndex(len(table["age"]), name="customer_id"))
    clock = JOBS[job](history)
    print(json.dumps({"clock": clock, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def measured(job: str, path: Path, *, repeats: int) -> tuple[dict[str, float], float]:
    """Median seconds of each step over fresh processes, and the highest peak memory in MB."""
    command = [sys.executable, "-m", "benchmarks.bench_lifetime", "--child", job, str(path)]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(repeats)]
    clock = {name: float(np.median([run["clock"][name] for run in runs])) for name in runs[0]["clock"]}
    return clock, max(run["memory"] for run in runs)


def peer(python: str, path: Path) -> dict[str, float]:
    """The package lifetimes on the same file, in its own environment."""
    script = Path(__file__).with_name("peer_lifetimes.py")
    done = subprocess.run([python, str(script), str(path)], check=True, capture_output=True)
    return json.loads(done.stdout.splitlines()[-1])


def report(n: int, path: Path, python: str | None) -> None:
    """All measurements of one size."""
    history = simulated(n)
    np.savez(path, **{name: history[name].to_numpy() for name in history.columns})
    by_day, by_week = len(rows.compress(history)), len(rows.compress(weekly(history)))
    print(f"\n{n:,} customers: {by_day:,} unique rows by day, {by_week:,} by week")
    del history
    for job in ("four_families", "single") if n <= 1_000_000 else ("four_families",):
        clock, memory = measured(job, path, repeats=REPEATS if n <= 1_000_000 else 1)
        for name, seconds in clock.items():
            print(f"{name:48s}{seconds:9.2f} s")
        print(f"{'peak memory of these':48s}{memory:9.0f} MB", flush=True)
    if python:
        # in turns, so that both meet the same load; cpu seconds depend on it least
        pairs = [(measured("bg_nbd", path, repeats=1), peer(python, path)) for _ in range(REPEATS)]
        for clock in ("wall", "cpu"):
            both = [(mine[0][clock], other[clock]) for mine, other in pairs]
            ours, theirs = (float(np.median(each)) for each in zip(*both, strict=True))
            name = f"BG/NBD, ours and lifetimes 0.11.3, {clock}"
            print(f"{name:48s}{ours:9.2f} s{theirs:9.2f} s: {theirs / ours:.0f} times")
        print(f"{'peak memory, ours and theirs':48s}{pairs[0][0][1]:9.0f} MB{pairs[0][1]['memory']:9.0f} MB")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="benchmarks lifetime")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--peer")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--child", nargs=2)
    asked = parser.parse_args()
    if asked.child:
        child(*asked.child)
        return
    with tempfile.TemporaryDirectory() as folder:
        for times in (1, 3, 10) if asked.growth else (1,):
            report(asked.customers * times, Path(folder) / "history.npz", asked.peer if times == 1 else None)


if __name__ == "__main__":
    main()
