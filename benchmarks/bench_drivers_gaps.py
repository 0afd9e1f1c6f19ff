"""Answer sheets with gaps in the drivers' analysis: left out, or used as far as they go? Simulated surveys.

``python -m benchmarks drivers_gaps [--worlds 120]``. Each world asks 190 respondents of 45 hospitals seven ratings
of five points that go together (.35) and a verdict with weights .4, .15, .2, .3, 0, .1, 0. Gaps depend on nothing (9 %
of every rating), or on the first rating (18 % where it is 3 or less, 2 % above); 5 % leave the verdict empty.
Printed for both ways: respondents used, how often the bounds of a share hold its true value (from 400,000 sheets
without gaps), their mean width, the error of the shares, how often a rating without weight beats its probe, and how
often the two heaviest do.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd

from analysis.methods import drivers

WEIGHTS = np.array([0.4, 0.15, 0.2, 0.3, 0.0, 0.1, 0.0])
RESPONDENTS, HOSPITALS, DRAWS = 190, 45, 250


def sheets(n: int, seed: int, kind: str) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Ratings, verdict and hospital of one world; ``kind`` is complete, completely_at_random or at_random."""
    rng = np.random.default_rng(seed)
    home = rng.integers(0, HOSPITALS, n)
    common = np.sqrt(0.35) * rng.normal(size=(n, 1))
    rating = np.clip(np.round(3.4 + common + np.sqrt(0.65) * rng.normal(size=(n, len(WEIGHTS)))), 1, 5)
    verdict = rating @ WEIGHTS + 0.35 * rng.normal(size=HOSPITALS)[home] + 0.8 * rng.normal(size=n)
    verdict = np.clip(np.round((verdict - verdict.mean()) / verdict.std() + 3.4), 1, 5)
    chance = np.full(rating.shape, 0.0 if kind == "complete" else 0.09)
    if kind == "at_random":
        chance[:, 1:] = np.where(rating[:, [0]] <= 3, 0.18, 0.02)
        chance[:, 0] = 0.0
    X = pd.DataFrame(rating, columns=[f"Q{i + 1}" for i in range(len(WEIGHTS))]).mask(rng.random(rating.shape) < chance)
    y = pd.Series(verdict).mask(rng.random(n) < (0.0 if kind == "complete" else 0.05))
    return X, y, pd.Series(home).astype(str)


def main() -> None:
    """Both kinds of gaps, both ways."""
    options = argparse.ArgumentParser()
    options.add_argument("--worlds", type=int, default=120)
    worlds = options.parse_known_args()[0].worlds
    X, y, _ = sheets(400_000, 0, "complete")
    true = drivers.importance(X, y).table.set_index("driver")["share"].sort_index()
    for kind in ("completely_at_random", "at_random"):
        rows = []
        for world in range(worlds):
            X, y, home = sheets(RESPONDENTS, 100 + world, kind)
            for way in ("listwise", "em"):
                found = drivers.importance(X, y, cluster=home, n_boot=DRAWS, seed=world, missing=way).table
                found = found.set_index("driver").sort_index()
                held = (found["lo"] <= true) & (true <= found["hi"])
                beats = found["beats_probe"].to_numpy(dtype=float)
                rows.append({
                    "way": way, "used": found["n"].iloc[0], "covered": held.mean(),
                    "width": (found["hi"] - found["lo"]).mean(), "error": ((found["share"] - true) ** 2).mean() ** 0.5,
                    "false": beats[WEIGHTS == 0].mean(), "power": beats[WEIGHTS >= 0.3].mean(),
                })  # fmt: skip
        print(f"{kind}, {worlds} worlds")
        print(pd.DataFrame(rows).groupby("way").mean().round(3).to_string(), flush=True)


if __name__ == "__main__":
    main()
