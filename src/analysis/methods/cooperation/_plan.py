"""What each draw assumes: weights, way to normalise, way to aggregate, cut points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ._scheme import CHOICES

__all__ = ["CONCENTRATION", "Plan", "make"]

#: concentration of the weights around those set
CONCENTRATION = 60.0


@dataclass(frozen=True, eq=False)
class Plan:
    """Draws in the order min-max arithmetic, min-max geometric, rank arithmetic, rank geometric.

    Attributes
    ----------
    n_draws, seed : int
    noise : bool
        Whether component noise is drawn.
    ways : tuple of (str, str, int, int)
        Normaliser, aggregation, first draw, draw after the last.
    scales : tuple of (array, array) or None
        For each way the points that put it on the published scale (0, both cut points, 100), and what they become:
        ways differ by the order of customers, not by their level. None: the published way.
    lower, upper : float
        Cut points of the published score.
    weights : dict
        Kind -> (component names, array (n_draws, components) adding up to 1).
    """

    n_draws: int
    seed: int
    noise: bool
    ways: tuple[tuple[str, str, int, int], ...]
    scales: tuple[tuple[np.ndarray, np.ndarray] | None, ...]
    lower: float
    upper: float
    weights: dict[str, tuple[list[str], np.ndarray]]


def make(
    table: pd.DataFrame, cuts: pd.DataFrame, *, normaliser: str, vary: Sequence[str], n_draws: int, seed: int
) -> Plan:
    """The plan of all draws.

    Parameters
    ----------
    table : DataFrame
        From ``_scheme.weight_table``.
    cuts : DataFrame
        From ``_scheme.cuts_of``.
    normaliser : str
        Used in every draw when the normaliser is not varied.
    vary : sequence of str
    n_draws, seed : int
    """
    used = [
        (n, a)
        for n, a in CHOICES
        if ("normaliser" in vary or n == normaliser) and ("aggregation" in vary or a == "arithmetic")
    ]
    # as many draws each, so that no way weighs more by chance
    edges = [round(i * n_draws / len(used)) for i in range(len(used) + 1)]
    ways = tuple((n, a, edges[i], edges[i + 1]) for i, (n, a) in enumerate(used))
    points = cuts.set_index(["normaliser", "aggregation"])
    ends = {way: np.array([0.0, *points.loc[way, ["lower", "upper"]].astype(float), 100.0]) for way in used}
    published = ends[normaliser, "arithmetic"]
    scales = tuple(None if way == (normaliser, "arithmetic") else (ends[way], published) for way in used)
    weights = {}
    for place, (kind, rows) in enumerate(table.groupby("kind", sort=True)):
        counted = rows[rows["weight"] > 0]
        rng = np.random.default_rng([seed, 1, place])
        drawn = _weights(counted, n_draws, rng if "weights" in vary else None)
        weights[str(kind)] = (counted["component"].tolist(), drawn)
    return Plan(n_draws, seed, "noise" in vary, ways, scales, float(published[1]), float(published[2]), weights)


def _weights(rows: pd.DataFrame, n_draws: int, rng: np.random.Generator | None) -> np.ndarray:
    """Pillar weights times weights within the pillar, each Dirichlet around what was set."""
    if rng is None:
        return np.tile(rows["weight"].to_numpy(), (n_draws, 1))
    pillars = rows.groupby("pillar", sort=False)["pillar_weight"].first()
    outer = _dirichlet(pillars.to_numpy(), n_draws, rng)
    out = np.empty((n_draws, len(rows)))
    for j, pillar in enumerate(pillars.index):
        members = np.flatnonzero((rows["pillar"] == pillar).to_numpy())
        within = _dirichlet(np.full(len(members), 1 / len(members)), n_draws, rng)
        out[:, members] = outer[:, [j]] * within
    return out


def _dirichlet(mean: np.ndarray, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    return rng.dirichlet(CONCENTRATION * mean, n_draws) if len(mean) > 1 else np.ones((n_draws, 1))
