"""How many segments, if any: `choose_k`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.metrics import silhouette_score

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from . import _criteria, _kmeans, _partition
from ._prepare import Prepared, distinct, matrix_of

__all__ = ["QUICK", "RULES", "KChoice", "choose_k"]

#: settings of a quick look: ``choose_k(features, **QUICK)``
QUICK = {"n_boot": 30, "n_null": 39, "max_rows": 1_000}
#: what a number of segments must reach. Jaccard: reading rules of R's clusterboot. Separation above
#: unstructured data: calibrated on five simulated segments in six features, where it is at most 0.03
#: with centres 1.5 standard deviations from the middle (not recoverable), about 0.05 at 2, from 0.08 at
#: 2.5 and from 0.12 at 3 (recoverable).
RULES = {"excess": 0.07, "p_null": 0.05, "jaccard_min": 0.60, "jaccard_mean": 0.75, "smallest": 0.05}
MIN_ROWS = 60
_SILHOUETTE_ROWS = 5_000
_BOXES = 20
_STARTS = 10


@dataclass(frozen=True, eq=False, kw_only=True)
class KChoice(Result):
    """Criteria for each number of segments.

    Attributes
    ----------
    table : DataFrame
        k, inertia, silhouette, gap, gap_se, prediction_strength, jaccard_min, jaccard_mean, smallest
        (share of the smallest segment), separation (0–1), excess (separation above unstructured data),
        p_null (adjusted over all k), admissible, reason (the first rule missed).
    recommended : int
        The admissible number with the largest product of excess and mean Jaccard (clearer than chance and
        stable); 0 when none is admissible: no clear structure. In simulations with five true segments this
        came nearer to the truth than the highest gap, silhouette or excess alone.
    p_null : float
        Smallest p_null of the table.
    """

    recommended: int
    p_null: float
    formats: ClassVar[Mapping[str, str]] = {
        "inertia": "number", "silhouette": "number2", "gap": "number2", "gap_se": "number2",
        "prediction_strength": "number2", "jaccard_min": "number2", "jaccard_mean": "number2", "smallest": "percent",
        "separation": "number2", "excess": "number2", "p_null": "number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=())


def choose_k(
    features: pd.DataFrame | Prepared,
    *,
    k: Iterable[int] = range(2, 9),
    n_boot: int = 100,
    n_null: int = 49,
    max_rows: int = 3_000,
    seed: int = 0,
) -> KChoice:
    """Compare numbers of segments, and say whether there are segments at all.

    Structure is claimed only when two things agree: the segments are further apart than k-means makes them
    in data without segments (same margins, same correlations), and they come back in resampled data.
    Either alone misleads: stretched data without segments split stably in two, and skewed data separate well.

    Parameters
    ----------
    features : Prepared or DataFrame
        From `prepare`; a DataFrame is taken as it stands.
    k : iterable of int, default 2 to 8
    n_boot : int, default 100
        Resamples behind the Jaccard similarities (scheme "distinct").
    n_null : int, default 49
        Draws of data without segments; the smallest possible p is 1/(n_null + 1).
    max_rows : int, default 3000
        Above this many rows, resampling and reference data use a random sample of this size; inertia and
        smallest segment always use all rows, the silhouette at most 5,000.
    seed : int, default 0

    Returns
    -------
    KChoice
        With the note ``no_clear_structure`` when no number is admissible.

    Raises
    ------
    DataError
        Fewer than 60 customers, fewer different rows than segments, missing values.
    SettingError

    References
    ----------
    Hennig (2007), Computational Statistics & Data Analysis 52, 258–271 (stability); Hennig and Lin (2015),
    Statistics and Computing 25, 821–833 (a null model before a claim); Westfall and Young (1993),
    Resampling-Based Multiple Testing (largest standardised statistic over k).
    """
    ks = _numbers(k)
    checks.whole(n_boot, name="n_boot", low=2)
    checks.whole(n_null, name="n_null", low=19)
    checks.whole(max_rows, name="max_rows", low=MIN_ROWS)
    checks.whole(seed, name="seed", low=0)
    matrix, _recipe, notes = matrix_of(features)
    X = matrix.to_numpy()
    _enough(X)
    distinct(X, max(ks))
    sample = np.arange(len(X))
    if len(X) > max_rows:
        sample = np.sort(np.random.default_rng([seed, 1]).choice(len(X), max_rows, replace=False))
        notes += (Note("segments_sampled", {"rows": max_rows, "all": len(X)}),)
    table = _criteria_table(X, sample, ks, n_boot, n_null, seed)
    table["reason"] = [_reason(row) for row in table.to_dict("records")]
    table["admissible"] = table["reason"] == "k_admissible"
    return _choice(table, notes, {
        "k": ks, "n_boot": n_boot, "n_null": n_null, "max_rows": max_rows, "seed": seed, "scheme": "distinct",
        "n": len(X), "features": list(matrix.columns), "rules": dict(RULES),
    })  # fmt: skip


def _numbers(k: Iterable[int]) -> list[int]:
    ks = sorted(set(k)) if isinstance(k, Iterable) else [k]
    if not ks:
        raise SettingError("out_of_range", name="k", lo=2, hi=50, got="[]")
    for number in ks:
        checks.whole(number, name="k", low=2, high=50)
    return [int(number) for number in ks]


def _enough(X: np.ndarray) -> None:
    if len(X) < MIN_ROWS:
        raise DataError("segments_too_few", need=MIN_ROWS, got=len(X))


def _criteria_table(
    X: np.ndarray, sample: np.ndarray, ks: list[int], n_boot: int, n_null: int, seed: int
) -> pd.DataFrame:
    """One row per k; each k has its own random stream, so leaving one out does not change the others."""
    S = X[sample]
    rng = np.random.default_rng([seed, 2])
    boxes, null = _criteria.box(S, _BOXES, rng), _criteria.unstructured(S, n_null, rng)
    weights = _criteria.resample(len(S), n_boot, "distinct", rng)
    rows, drawn = [], []
    for k in ks:
        rng = np.random.default_rng([seed, 3, k])
        whole = _partition.find(X, k, seed=seed)
        here = _kmeans.solve(S, k, rng=rng, starts=_STARTS)
        gap, gap_se = _criteria.gap(float(here.inertia[0]), boxes, k, rng)
        stable = _criteria.mean_drawn(_criteria.jaccard(S, whole.labels[sample], k, weights, rng))
        drawn.append(_kmeans.separation(null, _kmeans.solve(null, k, rng=rng).centres))
        separation = float(_kmeans.separation(S, here.centres)[0])
        rows.append({
            "k": k, "inertia": whole.inertia, "silhouette": _silhouette(X, whole.labels, seed), "gap": gap,
            "gap_se": gap_se, "prediction_strength": _criteria.prediction_strength(S, k, rng),
            "jaccard_min": float(stable.min()), "jaccard_mean": float(stable.mean()),
            "smallest": float(whole.shares.min()), "separation": separation,
            "excess": separation - float(drawn[-1].mean()),
        })  # fmt: skip
    table = pd.DataFrame(rows)
    table["p_null"] = _adjusted(table["separation"].to_numpy(), np.array(drawn))
    return table


def _adjusted(observed: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Share of reference draws whose largest standardised separation over all k reaches that of each k."""
    mean, spread = drawn.mean(axis=1, keepdims=True), drawn.std(axis=1, ddof=1, keepdims=True)
    spread = np.where(spread > 0, spread, 1)
    largest = ((drawn - mean) / spread).max(axis=0)
    z = (observed[:, None] - mean) / spread
    return (1 + (largest >= z).sum(axis=1)) / (1 + drawn.shape[1])


def _silhouette(X: np.ndarray, labels: np.ndarray, seed: int) -> float:
    rows = np.arange(len(X))
    if len(X) > _SILHOUETTE_ROWS:
        rows = np.random.default_rng([seed, 4]).choice(len(X), _SILHOUETTE_ROWS, replace=False)
    found = np.unique(labels[rows]).size
    return float(silhouette_score(X[rows], labels[rows])) if 1 < found < len(rows) else float("nan")


def _reason(row: Mapping[Any, Any]) -> str:
    if row["p_null"] > RULES["p_null"] or row["excess"] < RULES["excess"]:
        return "k_not_clearer"
    if row["jaccard_min"] < RULES["jaccard_min"] or row["jaccard_mean"] < RULES["jaccard_mean"]:
        return "k_unstable"
    return "k_admissible" if row["smallest"] >= RULES["smallest"] else "k_small_segment"


def _choice(table: pd.DataFrame, notes: tuple[Note, ...], settings: dict[str, Any]) -> KChoice:
    good = table[table["admissible"]]
    if good.empty:
        best = table.iloc[int(table["excess"].to_numpy().argmax())]
        found = Note("no_clear_structure", {
            "excess": float(best["excess"]), "needed": RULES["excess"], "jaccard": float(table["jaccard_mean"].max()),
            "p_null": float(table["p_null"].min()),
        })  # fmt: skip
        notes, recommended = (*notes, found), 0
    else:
        best = good.iloc[int((good["excess"] * good["jaccard_mean"]).to_numpy().argmax())]
        recommended = int(best["k"])
        found = Note("segments_k", {
            "k": recommended, "excess": float(best["excess"]), "jaccard": float(best["jaccard_mean"]),
            "others": max(len(good) - 1, 0), "n": settings["n"],
        })  # fmt: skip
    return KChoice(
        table=table, settings=settings, notes=notes, finding=found, recommended=recommended,
        p_null=float(table["p_null"].min()),
    )  # fmt: skip
