"""Cooperation score of 100,000 accounts with 1,000 draws: time and peak memory, beside a plain loop over draws.

``python -m benchmarks cooperation [--customers N] [--part N]``. Each runs in a process of its own, the two in
turns, so that both meet the same load. The loop does the same draws with numpy and pandas on a part of the
accounts (5,000 unless told otherwise), and its seconds for all accounts are scaled up from there.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

from analysis.methods import cooperation

CUSTOMERS, PART, DRAWS, REPEATS = 100_000, 5_000, 1_000, 3
NAMES = ["behav", "stable", "breadth", "joint", "needs", "attitude", "access", "listing", "competitor"]


def made(n: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Hospitals in three classes, a tenth of the components missing; standard errors of 0.05 to 0.15."""
    rng = np.random.default_rng(0)
    ids = pd.Index([f"H{i:06d}" for i in range(n)], name="customer_id")
    values = pd.DataFrame(rng.beta(2, 2, (n, len(NAMES))), ids, NAMES).mask(rng.random((n, len(NAMES))) < 0.1)
    noise = pd.DataFrame(rng.uniform(0.05, 0.15, values.shape), ids, NAMES)
    accounts = pd.DataFrame({"customer_type": "hospital", "stratum": rng.choice(["三级", "二级", "一级"], n)}, ids)
    return values, noise, accounts


def ours(n: int) -> dict[str, float]:
    """The score as published; the yardsticks are learnt before."""
    values, noise, accounts = made(n)
    normalisers = cooperation.learn(values, accounts["stratum"])
    begun, worked = time.perf_counter(), time.process_time()
    cooperation.score(values, accounts=accounts, normalisers=normalisers, noise=noise, n_draws=DRAWS)
    return {"wall": time.perf_counter() - begun, "cpu": time.process_time() - worked}


def loop(n: int) -> dict[str, float]:
    """One draw after another: noise, weights, normaliser, aggregation, levels and ranks; all draws kept."""
    values, noise, accounts = made(n)
    counted = NAMES[:7]
    begun, worked = time.perf_counter(), time.process_time()
    rng = np.random.default_rng(1)
    groups = accounts["stratum"]
    low = values[counted].groupby(groups).quantile(0.02).loc[groups].to_numpy()
    high = values[counted].groupby(groups).quantile(0.98).loc[groups].to_numpy()
    raw, error = values[counted].to_numpy(), noise[counted].to_numpy()
    scores, ranks = np.empty((n, DRAWS)), np.empty((n, DRAWS))
    for d in range(DRAWS):
        drawn = raw + error * rng.standard_normal(raw.shape)
        if d % 2:
            x = pd.DataFrame(drawn).groupby(groups.to_numpy()).rank(pct=True).to_numpy()
        else:
            x = np.clip((drawn - low) / (high - low), 0, 1)
        pillar = rng.dirichlet([20, 20, 20])
        weight = np.r_[pillar[0] * rng.dirichlet([15] * 4), pillar[1], pillar[2] * rng.dirichlet([30, 30])]
        usable = np.isfinite(x) * weight
        if d % 4 < 2:
            scores[:, d] = np.nansum(x * weight, axis=1) / usable.sum(axis=1)
        else:
            scores[:, d] = np.exp(np.nansum(np.log(np.maximum(x, 0.01)) * weight, axis=1) / usable.sum(axis=1))
        ranks[:, d] = pd.Series(-scores[:, d]).rank()
    np.quantile(scores, [0.05, 0.95], axis=1)
    np.quantile(ranks, [0.05, 0.95], axis=1)
    for lower, upper in [np.quantile(scores, [1 / 3, 2 / 3])]:
        (scores >= upper).mean(axis=1), (scores < lower).mean(axis=1)
    return {"wall": time.perf_counter() - begun, "cpu": time.process_time() - worked}


JOBS = {"ours": ours, "loop": loop}


def measured(job: str, n: int) -> dict[str, float]:
    """One job in a fresh process: seconds and peak memory in MB."""
    command = [sys.executable, "-m", "benchmarks.bench_cooperation", "--child", job, "--customers", str(n)]
    done = subprocess.run(command, check=True, capture_output=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks cooperation")
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--part", type=int, default=PART)
    parser.add_argument("--child", choices=JOBS)
    asked = parser.parse_args()
    if asked.child:
        clock = JOBS[asked.child](asked.customers)
        print(json.dumps({**clock, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
        return
    pairs = [(measured("ours", asked.customers), measured("loop", asked.part)) for _ in range(REPEATS)]
    mine = {name: float(np.median([pair[0][name] for pair in pairs])) for name in pairs[0][0]}
    other = {name: float(np.median([pair[1][name] for pair in pairs])) for name in pairs[0][1]}
    scale = asked.customers / asked.part
    print(f"{'':28s}{'customers':>12s}{'wall s':>10s}{'cpu s':>10s}{'peak MB':>10s}")
    print(
        f"{'cooperation.score':28s}{asked.customers:12,}{mine['wall']:10.1f}{mine['cpu']:10.1f}{mine['memory']:10.0f}"
    )
    print(f"{'loop over draws':28s}{asked.part:12,}{other['wall']:10.1f}{other['cpu']:10.1f}{other['memory']:10.0f}")
    print(f"{'  scaled to the same number':28s}{asked.customers:12,}{other['wall'] * scale:10.1f}", end="")
    print(f"{other['cpu'] * scale:10.1f}: {other['cpu'] * scale / mine['cpu']:.0f} times the cpu seconds")


if __name__ == "__main__":
    main()
