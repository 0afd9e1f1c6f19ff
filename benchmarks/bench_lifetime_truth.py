"""Do fits find the truth, and do their intervals hold it? Simulated worlds, family by family.

``python -m benchmarks lifetime_truth [--worlds 200] [--customers 5000] [--families bg_nbd ...]``. For each
family: the median error of each log-parameter (bar .05); how often 90% intervals from the curvature and 95%
profile intervals hold it, and how often the 90% interval of the total of 26 periods ahead holds what came (exact
binomial tests, Bonferroni over the figures of the family); the share of customers inside their own 90%
interval (bar .90: counts are whole numbers); and whether randomised probability transforms are uniform.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from analysis.methods import lifetime
from analysis.methods.lifetime.rows import compress

AHEAD = 26
WORLDS = {
    "bg_nbd": {"r": 1.2, "alpha": 6.0, "a": 0.8, "b": 6.0},
    "mbg_nbd": {"r": 1.2, "alpha": 6.0, "a": 0.8, "b": 6.0},
    "pareto_nbd": {"r": 1.2, "alpha": 6.0, "s": 0.8, "beta": 30.0},
    "mbg_cnbd_k": {"r": 1.2, "alpha": 2.0, "a": 0.8, "b": 6.0, "k": 3},
    "bg_bb": {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 5.0},
    "gamma_gamma": {"p": 6.0, "q": 4.0, "v": 15.0},
}
#: customers of each world whose probability transform is taken
TRANSFORMED = 50
Z90 = stats.norm.ppf(0.95)


@dataclass
class Tally:
    """What the worlds of one family showed."""

    errors: list[np.ndarray] = field(default_factory=list)
    curved: list[np.ndarray] = field(default_factory=list)
    profiled: list[np.ndarray] = field(default_factory=list)
    totals: list[bool] = field(default_factory=list)
    total_error: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    transforms: list[np.ndarray] = field(default_factory=list)
    right_k: list[bool] = field(default_factory=list)


def opportunities(n: int, parameters: dict[str, float], *, seed: int) -> pd.DataFrame:
    """Customers of 12 to 36 monthly opportunities from BG/BB, and what they take of the next 26."""
    rng = np.random.default_rng(seed)
    p = rng.beta(parameters["alpha"], parameters["beta"], n)
    leaves = np.maximum(rng.beta(parameters["gamma"], parameters["delta"], n), 1e-12)
    age = rng.integers(12, 37, n)
    # the number of opportunities at which the customer is still there
    there = np.minimum(rng.geometric(leaves) - 1, 10_000)
    number = np.arange(1, 36 + AHEAD + 1)
    taken = (rng.random((n, len(number))) < p[:, None]) & (number <= there[:, None])
    seen, later = number <= age[:, None], (number > age[:, None]) & (number <= age[:, None] + AHEAD)
    return pd.DataFrame(
        {
            "frequency": (taken & seen).sum(axis=1),
            "recency": np.where(taken & seen, number, 0).max(axis=1).astype(float),
            "age": age.astype(float),
            "ahead": (taken & later).sum(axis=1),
        },
        index=pd.RangeIndex(n, name="customer_id"),
    )


def spending(n: int, parameters: dict[str, float], *, seed: int) -> pd.DataFrame:
    """Mean spend of customers with 1 to 12 repeat purchases from Gamma-Gamma."""
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 13, n)
    nu = rng.gamma(parameters["q"], 1 / parameters["v"], n)
    money = rng.gamma(parameters["p"] * x) / nu / x
    return pd.DataFrame({"frequency": x, "monetary_value": money}, index=pd.RangeIndex(n, name="customer_id"))


def world(family: str, n: int, seed: int, tally: Tally) -> None:
    """Simulate one world, fit it, and note what came of it."""
    truth = WORLDS[family]
    if family == "gamma_gamma":
        parameters(lifetime.fit_spend(spending(n, truth, seed=seed)).table, truth, tally, profile=False)
        return
    history = (
        opportunities(n, truth, seed=seed)
        if family == "bg_bb"
        else lifetime.simulate(family, n, parameters=truth, ages=(30.0, 100.0), horizon=AHEAD, seed=seed)
    )
    fit = lifetime.fit(history, family=family, intervals="profile")
    tally.right_k.append(fit.k == truth.get("k", 1))
    parameters(fit.table, truth, tally, profile=True)
    total = lifetime.total(fit, history, periods=AHEAD, level=0.9).table.set_index("group").loc["all"]
    actual = float(history["ahead"].sum())
    tally.totals.append(bool(total["lo"] <= actual <= total["hi"]))
    tally.total_error.append(float(total["value"]) / actual - 1)
    table = lifetime.forecast(fit, history, periods=AHEAD, level=0.9)
    tally.inside.append(float(history["ahead"].between(table["lo"], table["hi"]).mean()))
    rng = np.random.default_rng(seed)
    some = history.sample(TRANSFORMED, random_state=seed)
    tally.transforms.append(transforms(fit, some, rng))


def parameters(table: pd.DataFrame, truth: dict[str, float], tally: Tally, *, profile: bool) -> None:
    """Errors of the log-parameters and whether the two intervals hold the truth."""
    rows = table[table["parameter"] != "k"]
    real = np.array([truth[name] for name in rows["parameter"]])
    error = np.log(rows["value"].to_numpy() / real)
    tally.errors.append(error)
    tally.curved.append(np.abs(error) <= Z90 * (rows["se"] / rows["value"]).to_numpy())
    if profile:
        # an open end holds everything beyond
        low, high = rows["lo"].fillna(0.0).to_numpy(), rows["hi"].fillna(np.inf).to_numpy()
        tally.profiled.append((low <= real) & (real <= high))


def transforms(fit: lifetime.LifetimeFit, history: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Randomised probability transforms of what came: uniform where the predictive distribution is right."""
    rows = compress(history)
    came = history["ahead"].to_numpy()
    reach = np.empty((2, len(history)))
    for i, count in enumerate((came, came + 1)):
        for j in range(len(history)):
            one = fit.model.at_least(fit.parameters, rows, AHEAD, np.full(len(rows), count[j]))
            reach[i, j] = one[rows.inverse[j]]
    return 1 - reach[0] + rng.random(len(history)) * (reach[0] - reach[1])


def verdict(held: np.ndarray, level: float, figures: int) -> str:
    """Coverage, and whether the exact binomial test rejects the level."""
    result = stats.binomtest(int(held.sum()), len(held), level)
    return f"{held.mean():.3f}{' ' if result.pvalue >= 0.05 / figures else '*'}"


def show(family: str, tally: Tally, seconds: float) -> None:
    """One family's figures; * marks a coverage the exact test rejects."""
    names = [name for name in WORLDS[family] if name != "k"]
    errors, curved = np.array(tally.errors), np.array(tally.curved)
    figures = 2 * len(names) + 1 if tally.profiled else len(names)
    print(f"\n{family}: {len(errors)} worlds, {seconds:.0f} s")
    for i, name in enumerate(names):
        line = f"  {name:6s} median error {np.median(errors[:, i]):+.3f}"
        line += f"  90% curvature {verdict(curved[:, i], 0.9, figures)}"
        if tally.profiled:
            line += f"  95% profile {verdict(np.array(tally.profiled)[:, i], 0.95, figures)}"
        print(line)
    if tally.totals:
        held = verdict(np.array(tally.totals), 0.9, figures)
        print(f"  total  median error {np.median(tally.total_error):+.3f}  90% interval {held}")
        uniform = stats.kstest(np.concatenate(tally.transforms), "uniform").pvalue
        print(
            f"  customers inside their 90% interval {np.mean(tally.inside):.3f}, transforms uniform p = {uniform:.3f}"
        )
    if "k" in WORLDS[family]:
        print(f"  k found in {np.mean(tally.right_k):.3f} of the worlds", flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="benchmarks lifetime_truth")
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--customers", type=int, default=5000)
    parser.add_argument("--families", nargs="+", choices=list(WORLDS), default=list(WORLDS))
    asked = parser.parse_args()
    for family in asked.families:
        tally, start = Tally(), time.perf_counter()
        for seed in range(asked.worlds):
            world(family, asked.customers, seed, tally)
        show(family, tally, time.perf_counter() - start)


if __name__ == "__main__":
    main()
