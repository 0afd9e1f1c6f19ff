"""Speed of lifetime models on a million summarised customers, compressed against not.

Run ``python -m benchmarks.bench_lifetime [customers]``. Both ways are measured in
the same run on the same data; the target is under 1 s for compressing and fitting.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.methods import lifetime
from analysis.methods.lifetime import families, optimise, rows

TRUTH = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
SPEND = {"p": 6.25, "q": 3.74, "v": 15.4}


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
    ids = pd.Index(np.arange(n), name="customer_id")
    history = pd.DataFrame({"frequency": frequency, "recency": np.minimum(recency, age), "age": age}, index=ids)
    return history.assign(monetary_value=np.where(frequency > 0, money, 0.0))


def weekly(history: pd.DataFrame) -> pd.DataFrame:
    """The same customers on whole weeks."""
    age = np.ceil(history["age"])
    recency = np.minimum(np.ceil(history["recency"]), age)
    return history.assign(recency=recency, age=age)


def timed(call: Callable[[], object], *, repeats: int = 3) -> float:
    """Best of a few runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def uncompressed(history: pd.DataFrame, family: str) -> optimise.Optimum:
    """The same optimiser on one row per customer."""
    table = rows.plain(history)
    return optimise.maximise(families.get(family), rows.rescale(table, float(history["age"].mean())))


def main() -> None:
    """Print the table."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    daily = simulated(n)
    print(
        f"{n:,} customers: {len(rows.compress(daily)):,} unique rows by day, "
        f"{len(rows.compress(weekly(daily))):,} by week"
    )
    print(f"{'what':44s}{'seconds':>9s}")
    fits = {family: lifetime.fit(daily, family=family) for family in ("bg_nbd", "mbg_nbd")}
    spend = lifetime.fit_spend(daily)
    jobs = {
        "BG/NBD by day, compress + fit": lambda: lifetime.fit(daily),
        "BG/NBD by week, compress + fit": lambda: lifetime.fit(weekly(daily)),
        "MBG/NBD by day, compress + fit": lambda: lifetime.fit(daily, family="mbg_nbd"),
        "Gamma-Gamma, fit": lambda: lifetime.fit_spend(daily),
        "forecast of 52 weeks with 90% intervals": lambda: lifetime.forecast(fits["bg_nbd"], daily, periods=52),
        "total of 52 weeks with interval": lambda: lifetime.total(fits["bg_nbd"], daily, periods=52),
        "value of 52 weeks, discounted, with intervals": lambda: lifetime.value(
            fits["bg_nbd"], spend, daily, periods=52, annual_discount_rate=0.1
        ),
    }
    for name, job in jobs.items():
        print(f"{name:44s}{timed(job):9.2f}")
    print(f"{'BG/NBD by day, one row per customer':44s}{timed(lambda: uncompressed(daily, 'bg_nbd'), repeats=1):9.2f}")
    gap = np.abs(uncompressed(daily, "bg_nbd").theta - optimise.maximise(
        families.get("bg_nbd"), rows.rescale(rows.compress(daily), float(daily["age"].mean()))
    ).theta).max()  # fmt: skip
    print(f"largest difference of log-parameters, compressed against not: {gap:.1e}")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
