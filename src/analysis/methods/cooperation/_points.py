"""Published scores: normalised components, weights of what is known, points by pillar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...core import checks
from ._draws import FLOOR
from ._normalise import Normalisers, Places, checked, places
from ._scheme import CHOICES, PILLARS, Scheme, pillar_weights, sets_of, weight_table

__all__ = ["ENOUGH", "Base", "aggregate", "alone", "base", "levels_of", "pillars", "weight_matrix"]

#: weight that must be known for a level
ENOUGH = 0.6


@dataclass(frozen=True, eq=False)
class Base:
    """Customers sorted by id with everything that does not depend on draws.

    Attributes
    ----------
    values : DataFrame
        Raw components.
    kind : array of str
        Kind of each customer; "" where no component set is meant for it.
    where : Places
    weights : DataFrame
        From ``_scheme.weight_table``.
    matrix : array (customers, components)
        Weight of each component.
    known : array of bool
        Where the value counts: in the customer's set, with a yardstick, not missing.
    coverage : array
        Weight of what is known.
    scores : dict
        (normaliser, aggregation) -> array, 0–100; NaN without any known component.
    absent : list of str
        Components of a set that are no column.
    """

    values: pd.DataFrame
    kind: np.ndarray
    where: Places
    weights: pd.DataFrame
    matrix: np.ndarray
    known: np.ndarray
    coverage: np.ndarray
    scores: Mapping[tuple[str, str], np.ndarray]
    absent: list[str]

    @property
    def enough(self) -> np.ndarray:
        """Who gets a level."""
        # shares such as 0.2 + 0.4 must reach 0.6
        return np.round(self.coverage, 9) >= ENOUGH


def base(components: pd.DataFrame, accounts: pd.DataFrame, normalisers: Normalisers, scheme: Scheme) -> Base:
    """Check and join the inputs; score every customer in every way."""
    values = checked(components)
    checks.columns(accounts, ["customer_type", "stratum"], name="accounts")
    checks.unique_index(accounts, name="accounts")
    sets = sets_of(scheme)
    weights = weight_table(sets, pillar_weights(scheme))
    named = list(dict.fromkeys(weights["component"]))
    absent = [c for c in named if c not in values.columns]
    values = values.reindex(columns=named)
    told = accounts["customer_type"].reindex(values.index).astype(object)
    kind = told.where(told.isin(list(sets)), "").map(str).to_numpy(dtype=object)
    where = places(values, accounts["stratum"], normalisers)
    matrix = weight_matrix(weights, kind, named)
    known = np.isfinite(where.minmax) & _in_set(weights, kind, named)
    coverage = np.where(known, matrix, 0).sum(axis=1)
    scores = {way: aggregate(where, matrix, known, *way) for way in CHOICES}
    return Base(values, kind, where, weights, matrix, known, coverage, scores, absent)


def weight_matrix(weights: pd.DataFrame, kind: np.ndarray, named: list[str]) -> np.ndarray:
    """Weight of each component for each customer's kind; 0 for a kind without a set."""
    table = weights.pivot_table(index="kind", columns="component", values="weight", aggfunc="sum").reindex(
        columns=named
    )
    return np.nan_to_num(table.reindex(kind).to_numpy(dtype=float))


def _in_set(weights: pd.DataFrame, kind: np.ndarray, named: list[str]) -> np.ndarray:
    table = weights.pivot_table(index="kind", columns="component", values="weight", aggfunc="size").reindex(
        columns=named
    )
    return table.reindex(kind).notna().to_numpy()


def aggregate(where: Places, matrix: np.ndarray, known: np.ndarray, normaliser: str, aggregation: str) -> np.ndarray:
    """Scores 0–100 over the known components, weights adding up to 1 again."""
    value = where.minmax if normaliser == "minmax" else where.rank
    weight = np.where(known, matrix, 0.0)
    total = weight.sum(axis=1)
    counted = np.where(weight > 0, value, 1.0)
    if aggregation == "geometric":
        counted = np.log(np.maximum(counted, FLOOR))
    mean = np.divide((weight * counted).sum(axis=1), total, out=np.full(len(total), np.nan), where=total > 0)
    return 100 * (np.exp(mean) if aggregation == "geometric" else mean)


def levels_of(score: np.ndarray, enough: np.ndarray, lower: float, upper: float) -> np.ndarray:
    """1 high, 2, 3; 0 to be assessed."""
    level = np.where(score >= upper, 1, np.where(score >= lower, 2, 3))
    return np.where(enough, level, 0)


def pillars(found: Base, normaliser: str) -> pd.DataFrame:
    """Score of each pillar (0–100, NaN where nothing is known) and its points of the total."""
    value = found.where.minmax if normaliser == "minmax" else found.where.rank
    total = found.coverage
    columns = {}
    pillar_of = found.weights.drop_duplicates(["kind", "component"]).set_index(["kind", "component"])["pillar"]
    inside = {
        p: np.array([[pillar_of.get((k, c)) == p for c in found.values.columns] for k in _kinds(found)])
        for p in PILLARS
    }
    place = np.searchsorted(_kinds(found), found.kind.astype(str))
    for pillar in PILLARS:
        mine = inside[pillar][place] & found.known
        count = mine.sum(axis=1)
        filled = np.where(mine, value, 0.0)
        mark = np.divide(filled.sum(axis=1), count, out=np.full(len(count), np.nan), where=count > 0)
        points = np.divide((filled * found.matrix).sum(axis=1), total, out=np.zeros(len(count)), where=total > 0)
        columns[f"pillar_{pillar}"] = 100 * mark
        columns[f"points_{pillar}"] = np.where(total > 0, 100 * points, np.nan)
    return pd.DataFrame(columns, index=found.values.index)


def _kinds(found: Base) -> np.ndarray:
    return np.unique(found.kind.astype(str))


def alone(found: Base, errors: np.ndarray) -> str | None:
    """The one component on which every score rests, where it has no error: there is nothing to vary."""
    used = (found.known & (found.matrix > 0))[found.enough].any(axis=0)
    if used.sum() != 1 or (errors[:, used] > 0).any():
        return None
    return str(found.values.columns[used][0])
