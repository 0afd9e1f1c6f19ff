"""Speed of the whole study of the number of segments, beside a plain scikit-learn loop in the same run.

``python -m benchmarks segments [--customers N ...] [--repeats R]``. The study: 2 to 8 segments, 100 resamples in
the scheme "distinct", 3 starts each, gap statistic with 20 references in each of two boxes, separation against 49
draws of unstructured data, prediction strength, silhouette, Calinski-Harabasz, Davies-Bouldin, BIC. Resampling
uses at most 10,000 rows, as the settings of the result say. The loop: `KMeans` with 3 starts on each resample and
each reference, all rows, and the silhouette of 5,000 rows; nothing else of the study. Where it would take too long
it is measured on a stated part of the resamples and references and scaled up.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from analysis.methods import segments

SIZES = (500, 10_000, 100_000)
#: seconds, on two cores
BARS = {500: 2.5, 10_000: 15.0, 100_000: 60.0}
KS = range(2, 9)
RESAMPLES, REFERENCES, STARTS, FEATURES = 100, 20, 3, 8
#: resamples and references of each box that the loop is measured on, by number of customers
PART = {500: (100, 20), 10_000: (10, 2), 100_000: (1, 1)}
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def simulated(n: int, *, seed: int = 0) -> pd.DataFrame:
    """Customers of five segments, centres three standard deviations from the middle."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(5, FEATURES))
    centres *= 3 / np.linalg.norm(centres, axis=1, keepdims=True)
    truth = rng.choice(5, n, p=(0.12, 0.22, 0.26, 0.25, 0.15))
    names = [f"feature_{i + 1}" for i in range(FEATURES)]
    index = pd.Index([f"H{i:06d}" for i in range(n)], name="customer_id")
    return pd.DataFrame(centres[truth] + rng.normal(size=(n, FEATURES)), index, names)


def study(n: int) -> str:
    """The whole study; gives what was suggested."""
    choice = segments.choose_k(simulated(n), k=KS, n_boot=RESAMPLES)
    good = choice.table.loc[choice.table["admissible"], "k"].tolist()
    return f"resampling on {choice.settings['resampled_rows']:,} rows; candidates {good}"


def loop(n: int) -> str:
    """scikit-learn's share of the study: gives the seconds that stand for all resamples and references."""
    X, rng = simulated(n).to_numpy(), np.random.default_rng(0)
    resamples, references = PART.get(n, (1, 1))
    clock = np.zeros(2)
    centre = X.mean(axis=0)
    _u, _s, axes = np.linalg.svd(X - centre, full_matrices=False)
    turned = (X - centre) @ axes.T
    for k in KS:
        for _ in range(resamples):
            clock += _fitted(X[np.unique(rng.integers(0, n, n))], k) * RESAMPLES / resamples
        for _ in range(references):
            along = rng.uniform(turned.min(axis=0), turned.max(axis=0), size=X.shape)
            boxes = along @ axes + centre, rng.uniform(X.min(axis=0), X.max(axis=0), size=X.shape)
            clock += sum(_fitted(box, k) for box in boxes) * REFERENCES / references
        labels = KMeans(k, n_init=STARTS, random_state=0).fit_predict(X)
        begun = _now()
        silhouette_score(X, labels, sample_size=min(n, 5_000), random_state=0)
        clock += _now() - begun
    return json.dumps({"wall": clock[0], "cpu": clock[1]})


def _fitted(X: np.ndarray, k: int) -> np.ndarray:
    begun = _now()
    KMeans(k, n_init=STARTS, random_state=0).fit(X)
    return _now() - begun


def _now() -> np.ndarray:
    return np.array([time.perf_counter(), time.process_time()])


JOBS = {"study": study, "loop": loop}


def child(job: str, n: int) -> None:
    """Run one job and print its seconds and peak memory."""
    begun = _now()
    said = JOBS[job](n)
    wall, cpu = _now() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "memory": memory, "said": said}))


def measured(job: str, n: int) -> dict[str, Any]:
    """One job in a process of its own, with one thread."""
    command = [sys.executable, "-m", "benchmarks.bench_segments", "--child", job, str(n)]
    alone = {**os.environ, **dict.fromkeys(ONE_THREAD, "1")}
    return json.loads(subprocess.run(command, check=True, capture_output=True, env=alone).stdout.splitlines()[-1])


def report(n: int, repeats: int) -> None:
    """Both jobs in turns, so that they meet the same load; cpu seconds depend on it least."""
    ours, theirs = [], []
    for turn in range(repeats):
        ours.append(measured("study", n))
        if turn == 0 or n <= 500:
            theirs.append(json.loads(measured("loop", n)["said"]))
    wall, cpu = (float(np.median([run[name] for run in ours])) for name in ("wall", "cpu"))
    loop_wall, loop_cpu = (float(np.median([run[name] for run in theirs])) for name in ("wall", "cpu"))
    resamples, references = PART.get(n, (1, 1))
    scaled = (
        "" if resamples == RESAMPLES else f", from {resamples} of {RESAMPLES} resamples and {references} of 20 draws"
    )
    bar = f"bar {BARS[n]:g} s" if n in BARS else "no bar"
    print(f"\n{n:,} customers, {FEATURES} features, 2 to 8 segments ({bar}); {ours[0]['said']}")
    print(f"{'whole study':44s}{wall:9.2f} s wall{cpu:9.2f} s cpu{max(run['memory'] for run in ours):8.0f} MB")
    print(f"{'scikit-learn: resamples, gap, silhouette':44s}{loop_wall:9.2f} s wall{loop_cpu:9.2f} s cpu{scaled}")
    print(f"{'scikit-learn over ours':44s}{loop_wall / wall:9.1f} times {loop_cpu / cpu:8.1f} times", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks segments")
    parser.add_argument("--customers", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--child", nargs=2)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child[0], int(asked.child[1]))
        return
    for n in asked.customers:
        report(n, asked.repeats)


if __name__ == "__main__":
    main()
