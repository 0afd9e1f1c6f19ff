"""Every criterion for every number of segments, measured once: what `choose_k` judges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import _criteria, _indices, _kmeans, _partition, _reference

__all__ = ["NULL_ROWS", "REFERENCES", "STARTS", "Study", "measure"]

#: reference data sets of each box of the gap statistic
REFERENCES = 20
STARTS = 10
#: rows of the comparison with unstructured data: 49 draws say at 3,000 what they say at 10,000
NULL_ROWS = 3_000


@dataclass(frozen=True, eq=False)
class Study:
    """What is asked.

    Attributes
    ----------
    X : array, shape (customers, features)
    sample : int array
        Rows used for resamples and reference data.
    ks : list of int
    schemes : tuple of str
        "distinct" first; further ones are measured besides.
    values, reachable : arrays or None
        Value of each customer; whether somebody can be reached there.
    """

    X: np.ndarray
    sample: np.ndarray
    ks: list[int]
    n_boot: int
    n_null: int
    seed: int
    schemes: tuple[str, ...]
    values: np.ndarray | None
    reachable: np.ndarray | None

    def rng(self, *purpose: int) -> np.random.Generator:
        """A random stream of its own for each purpose: leaving one criterion out does not change another."""
        return np.random.default_rng([self.seed, *purpose])


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What all numbers of segments share: resamples and reference data."""

    weights: dict[str, np.ndarray]
    boxes: dict[str, np.ndarray]
    some: np.ndarray
    null: np.ndarray


def measure(study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Criteria by k, and the gap statistic by box and k with one segment among them."""
    S = study.X[study.sample]
    some = S
    if len(S) > NULL_ROWS:
        some = S[np.sort(study.rng(6).choice(len(S), NULL_ROWS, replace=False))]
    weights = {
        scheme: _criteria.resample(len(S), study.n_boot, scheme, study.rng(2, at))
        for at, scheme in enumerate(study.schemes)
    }
    boxes = {kind: _reference.box(S, REFERENCES, study.rng(7, at), kind) for at, kind in enumerate(_reference.BOXES)}
    drawn = _Drawn(weights, boxes, some, _reference.unstructured(some, study.n_null, study.rng(8)))
    gaps = [{"box": kind, "k": 1, **_pair(_reference.gap_of_one(S, boxes[kind]))} for kind in _reference.BOXES]
    rows, apart = [], []
    for k in study.ks:
        row, gap_rows, null = _one(study, S, drawn, k)
        rows.append(row)
        gaps += gap_rows
        apart.append(null)
    table = pd.DataFrame(rows)
    table["excess"] = table["separation"] - np.array(apart).mean(axis=1)
    table["p_null"] = _reference.adjusted(table["separation"].to_numpy(), np.array(apart))
    return table, pd.DataFrame(gaps).sort_values(["box", "k"], ignore_index=True)


def _one(study: Study, S: np.ndarray, drawn: _Drawn, k: int) -> tuple[dict[str, Any], list[dict[str, Any]], np.ndarray]:
    """The row of one k, its gap statistics, and the separations found in unstructured data."""
    whole = _partition.find(study.X, k, seed=study.seed)
    begun = _kmeans.solve(S, k, rng=study.rng(3, k, 0), weights=np.ones((STARTS, len(S))), starts=1)
    best = int(begun.inertia.argmin())
    gaps = [
        {"box": kind, "k": k, **_pair(_reference.gap(float(begun.inertia[best]), boxes, k, study.rng(3, k, 1 + at)))}
        for at, (kind, boxes) in enumerate(drawn.boxes.items())
    ]
    here = begun.centres[best : best + 1]
    if len(drawn.some) < len(S):
        here = _kmeans.solve(drawn.some, k, rng=study.rng(3, k, 4), starts=STARTS).centres
    null = _kmeans.solve(drawn.null, k, rng=study.rng(3, k, 3))
    row = {
        "k": k, "inertia": whole.inertia,
        "silhouette": _indices.silhouette(study.X, whole.labels, study.rng(4, k)),
        "calinski_harabasz": _indices.calinski_harabasz(study.X, whole.inertia, k),
        "davies_bouldin": _indices.davies_bouldin(study.X, whole.labels),
        "gap": gaps[0]["gap"], "gap_se": gaps[0]["gap_se"], "gap_box": gaps[1]["gap"], "gap_box_se": gaps[1]["gap_se"],
        "prediction_strength": _criteria.prediction_strength(S, k, study.rng(3, k, 5)),
        **_stable(study, S, whole.labels[study.sample], drawn.weights, k),
        "ari_restarts": _criteria.agreement(begun.labels, k),
        "bic": _indices.mixture_bic(S, begun.labels[best], k),
        "smallest": float(whole.shares.min()),
        **_business(study, whole.labels, k),
        "separation": float(_kmeans.separation(drawn.some, here)[0]),
    }  # fmt: skip
    return row, gaps, _kmeans.separation(drawn.null, null.centres)


def _pair(both: tuple[float, float]) -> dict[str, float]:
    return {"gap": both[0], "gap_se": both[1]}


def _stable(
    study: Study, S: np.ndarray, labels: np.ndarray, weights: dict[str, np.ndarray], k: int
) -> dict[str, float]:
    """Jaccard similarities and the agreement of resamples; ranges hold 90 % of the resamples."""
    out: dict[str, float] = {}
    for at, (scheme, weight) in enumerate(weights.items()):
        found = _kmeans.solve(S, k, rng=study.rng(5, k, at), weights=weight).labels
        each = _criteria.alike(labels, found, k, weight)
        mean = _criteria.mean_drawn(each)
        if scheme != "distinct":
            out[f"jaccard_{scheme}"] = float(mean.mean())
            continue
        low, high = np.quantile(np.nanmean(each, axis=1), [0.05, 0.95])
        out |= {"jaccard_min": float(mean.min()), "jaccard_mean": float(mean.mean()), "jaccard_lo": float(low),
                "jaccard_hi": float(high), "ari_resamples": _criteria.agreement(found, k, weight)}  # fmt: skip
    return out


def _business(study: Study, labels: np.ndarray, k: int) -> dict[str, float]:
    """Share of value of the segment with the least, and share reachable of the least reachable one."""
    out = {}
    if study.values is not None:
        value = np.bincount(labels, weights=study.values, minlength=k)
        out["smallest_value"] = float(value.min() / study.values.sum())
    if study.reachable is not None:
        share = np.bincount(labels, weights=study.reachable, minlength=k) / np.bincount(labels, minlength=k)
        out["reachable"] = float(share.min())
    return out
