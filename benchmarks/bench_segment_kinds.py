"""Speed of the kinds of segments beside k-means: k-prototypes, k-medoids on Gower's distance, latent classes.

``python -m benchmarks segment_kinds [--customers N] [--peer PYTHON]``. ``--peer`` is the interpreter of a virtual
environment with kmodes 0.12.2; both sides then fit the same file, in turns, and are judged by the same cost.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from analysis.methods import segments
from analysis.methods.segments import _encode, _mixed

K, LEVELS, REPEATS = 5, 6, 3


def simulated(n: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Four numbers and four categories of six levels from five segments: numbers, codes, truth."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(K, size=n)
    centres = rng.normal(size=(K, 4))
    centres *= 2 / np.linalg.norm(centres, axis=1, keepdims=True)
    usual = rng.integers(LEVELS, size=(K, 4))
    codes = np.where(rng.random((n, 4)) < 0.6, usual[truth], rng.integers(LEVELS, size=(n, 4)))
    return centres[truth] + rng.normal(size=(n, 4)), codes, truth


def framed(numbers: np.ndarray, codes: np.ndarray, *, missing: float = 0.0) -> pd.DataFrame:
    """The same as named columns, some values missing."""
    ids = pd.Index([f"H{i:07d}" for i in range(len(numbers))], name="customer_id")
    frame = pd.DataFrame(numbers, ids, ["value_12m", "trend", "gap_cv", "breadth"])
    for j, name in enumerate(("customer_type", "channel", "level", "contract")):
        frame[name] = np.array(list("abcdef"))[codes[:, j]]
    return frame.mask(np.random.default_rng(1).random(frame.shape) < missing)


def timed(job: Callable[[], object]) -> tuple[float, object]:
    """Wall seconds and what came out."""
    begun = time.perf_counter()
    out = job()
    return time.perf_counter() - begun, out


def one_start(features: _mixed.Features, gamma: float, seed: int) -> tuple[float, _mixed.Prototypes]:
    """Seconds of one start of k-prototypes, and its solution."""
    begun = time.perf_counter()
    found = _mixed.find(features, K, gamma=gamma, starts=1, rng=np.random.default_rng(seed))
    return time.perf_counter() - begun, found


def beside(python: str, features: _mixed.Features, table: dict[str, np.ndarray], truth: np.ndarray) -> None:
    """Ours and kmodes on the same file, in turns."""
    script = Path(__file__).with_name("peer_kmodes.py")
    gamma = float(table["gamma"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "features.npz"
        np.savez(path, **table)
        seconds: list[tuple[float, float]] = []
        for seed in range(REPEATS):
            mine, found = one_start(features, gamma, seed)
            done = subprocess.run([python, str(script), str(path), str(seed)], check=True, capture_output=True)
            theirs = json.loads(done.stdout.splitlines()[-1])
            seconds.append((mine, theirs["wall"]))
            ours_ari, theirs_ari = (adjusted_rand_score(truth, x) for x in (found.labels, theirs["labels"]))
            print(
                f"start {seed}: ours {mine:6.2f} s, cost {found.cost:12,.1f}, ARI {ours_ari:.3f}; "
                f"kmodes {theirs['wall']:6.2f} s, cost {theirs['cost']:12,.1f}, ARI {theirs_ari:.3f}",
                flush=True,
            )
    ours, other = (float(np.median(each)) for each in zip(*seconds, strict=True))
    print(f"{'one start, ours and kmodes 0.12.2 (median)':48s}{ours:9.2f} s{other:9.2f} s: {other / ours:.0f} times")


def kinds(n: int) -> None:
    """Whole calls, several starts, from raw features to the model with its customers."""
    numbers, codes, truth = simulated(n)
    for missing in (0.0, 0.1):
        frame = framed(numbers, codes, missing=missing)
        for method in ("kprototypes", "kmedoids_gower"):
            seconds, model = timed(lambda frame=frame, method=method: segments.fit(frame, k=K, method=method))
            agreement = adjusted_rand_score(truth, model.customers["segment"])  # type: ignore[attr-defined]
            name = f"{method}, n = {n:,}, {missing:.0%} missing"
            print(f"{name:48s}{seconds:9.2f} s   ARI {agreement:.3f}", flush=True)


def classes(n: int) -> None:
    """Latent classes of 12 items with five answers."""
    rng = np.random.default_rng(0)
    truth = rng.integers(4, size=n)
    answers = np.clip(np.round(3 + 1.2 * rng.normal(size=(4, 12))[truth] + 0.8 * rng.normal(size=(n, 12))), 1, 5)
    frame = pd.DataFrame(answers).mask(rng.random((n, 12)) < 0.1)
    frame.columns = pd.Index([f"Q{i + 1}" for i in range(12)])
    seconds, model = timed(lambda: segments.fit(frame, k=4, method="lca"))
    agreement = adjusted_rand_score(truth, model.customers["segment"])  # type: ignore[attr-defined]
    name = f"lca, n = {n:,}, 12 items, k = 4, 60 starts"
    print(f"{name:48s}{seconds:9.2f} s   ARI {agreement:.3f}", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="benchmarks segment_kinds")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--peer")
    asked = parser.parse_args()
    numbers, codes, truth = simulated(asked.customers)
    numbers = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)
    frame = framed(numbers, codes)
    levels = {name: sorted(frame[name].unique()) for name in frame.columns[4:]}
    features = _encode.encode(frame, list(frame.columns[:4]), levels)
    gamma = _mixed.gamma_of(features)
    starts = [one_start(features, gamma, seed)[0] for seed in range(10)]
    name = f"k-prototypes, n = {asked.customers:,}, 8 columns, k = {K}, one start"
    print(f"{name:48s}{np.median(starts):9.3f} s (slowest of ten {max(starts):.3f} s)")
    if asked.peer:
        table = {"numbers": numbers, "codes": codes, "k": np.array(K), "gamma": np.array(gamma)}
        beside(asked.peer, features, table, truth)
    for n in (1_000, 5_000, asked.customers):
        kinds(n)
    for n in (500, 5_000):
        classes(n)


if __name__ == "__main__":
    main()
