"""Which segments come back in resampled data: `stability`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from . import _criteria, _fit, _partition
from ._prepare import Prepared, distinct, matrix_of

__all__ = ["Stability", "stability"]

_BANDS = ((0.85, "highly_stable"), (0.75, "stable"), (0.60, "pattern_only"), (-1.0, "dissolving"))
_DISSOLVED, _RECOVERED = 0.5, 0.75
_ROWS = 10_000


@dataclass(frozen=True, eq=False, kw_only=True)
class Stability(Result):
    """Stability of each segment.

    Attributes
    ----------
    table : DataFrame
        segment (numbered as by `fit`, largest first), n, jaccard (mean over resamples), lo, hi (90 % of the
        resamples), dissolved (resamples with Jaccard up to 0.5), recovered (0.75 or more), band.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"jaccard": "number2", "lo": "number2", "hi": "number2"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",), hides=("jaccard", "lo", "hi", "dissolved", "recovered", "band"), within=()
    )


def stability(
    features: pd.DataFrame | Prepared, *, k: int, n_boot: int = 100, scheme: str = "distinct", seed: int = 0
) -> Stability:
    """How far each of ``k`` segments comes back when the customers are resampled.

    Parameters
    ----------
    features : Prepared or DataFrame
        From `prepare`; a DataFrame is taken as it stands.
    k : int
    n_boot : int, default 100
    scheme : {"distinct", "bootstrap", "subset"}, default "distinct"
        Drawn customers once each (the variant to which the bands belong), with repeats, or half of them.
    seed : int, default 0

    Returns
    -------
    Stability

    Raises
    ------
    DataError
        Fewer different rows than segments, missing values.
    SettingError

    References
    ----------
    Hennig (2007), Computational Statistics & Data Analysis 52, 258–271. Bands: help page of
    ``clusterboot`` in R's fpc; a convention, not a test.
    """
    checks.whole(k, name="k", low=2, high=50)
    checks.whole(n_boot, name="n_boot", low=2)
    checks.choice(scheme, _criteria.SCHEMES, name="scheme")
    checks.whole(seed, name="seed", low=0)
    matrix, _recipe, notes = matrix_of(features)
    X = matrix.to_numpy()
    distinct(X, k)
    found = _partition.find(X, k, seed=seed)
    labels = _fit.numbers(found, np.bincount(found.labels, minlength=k))[found.labels] - 1
    sample = np.arange(len(X))
    if len(X) > _ROWS:
        sample = np.sort(np.random.default_rng([seed, 1]).choice(len(X), _ROWS, replace=False))
        notes += (Note("segments_sampled", {"rows": _ROWS, "all": len(X)}),)
    rng = np.random.default_rng([seed, 5, k])
    weights = _criteria.resample(len(sample), n_boot, scheme, rng)
    table = _table(_criteria.jaccard(X[sample], labels[sample], k, weights, rng), np.bincount(labels, minlength=k))
    return Stability(
        table=table,
        settings={"k": k, "n_boot": n_boot, "scheme": scheme, "seed": seed, "n": len(X), "resampled_rows": len(sample)},
        notes=notes,
        finding=_finding(table, k),
    )


def _table(similarity: np.ndarray, size: np.ndarray) -> pd.DataFrame:
    mean = _criteria.mean_drawn(similarity)
    known = np.where(np.isfinite(similarity), similarity, 0.0)
    low, high = np.quantile(known, [0.05, 0.95], axis=0)
    return pd.DataFrame({
        "segment": np.arange(1, len(size) + 1),
        "n": size,
        "jaccard": mean,
        "lo": low,
        "hi": high,
        "dissolved": (known <= _DISSOLVED).sum(axis=0),
        "recovered": (known >= _RECOVERED).sum(axis=0),
        "band": [next(word for least, word in _BANDS if value > least) for value in mean],
    })  # fmt: skip


def _finding(table: pd.DataFrame, k: int) -> Note:
    kept = int((table["jaccard"] >= _RECOVERED).sum())
    code = "segments_stable" if kept == k else "segments_partly_stable" if kept else "segments_unstable"
    return Note(code, {"k": k, "kept": kept, "least": float(table["jaccard"].min())})
