"""How clearly the customers of each segment belong to it: `silhouettes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from sklearn.metrics import silhouette_samples

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from . import _recipe
from ._fit import LOW_N, Segments, assign
from ._prepared import read, with_recipe

__all__ = ["Silhouettes", "silhouettes"]

_KINDS = ("gmm", "kmeans")
#: steps of the curve of each segment
_STEPS = 41


@dataclass(frozen=True, eq=False, kw_only=True)
class Silhouettes(Result):
    """Silhouettes by segment; they describe, they do not prove that there are segments.

    Attributes
    ----------
    table : DataFrame
        segment, n (customers compared), value (mean silhouette, −1 to 1), lo, hi, astray (share nearer to another
        segment), method, flag.
    curve : DataFrame
        segment, n, position (0: the best placed customer, 1: the worst), silhouette.
    """

    curve: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {"value": "number2", "astray": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "astray", "silhouette"), keys=("segment",)
    )


def silhouettes(model: Segments, features: pd.DataFrame, *, max_rows: int = 3_000, seed: int = 0) -> Silhouettes:
    """Compare each customer's mean distance to the own segment with that to the nearest other one.

    Parameters
    ----------
    model : Segments
        k-means or mixture.
    features : DataFrame
        Raw features, as given to `assign`; who fits no segment is left out.
    max_rows : int, default 3000
        Above this many customers, a random sample.
    seed : int, default 0

    Returns
    -------
    Silhouettes

    Raises
    ------
    DataError
        Fewer than two segments among these customers.
    SettingError
        Another kind of model.

    References
    ----------
    Rousseeuw (1987), Journal of Computational and Applied Mathematics 20, 53–65.
    """
    checks.choice(model.family, _KINDS, name="model.family")
    checks.whole(max_rows, name="max_rows", low=60)
    checks.whole(seed, name="seed", low=0)
    frame = read(features, model.recipe)
    label = assign(model, features).reindex(frame.index).to_numpy()
    rows = np.flatnonzero(label > 0)
    notes: tuple[Note, ...] = ()
    if len(rows) > max_rows:
        notes = (Note("segments_sampled", {"rows": max_rows, "all": len(rows)}),)
        rows = np.sort(np.random.default_rng([seed, 13]).choice(rows, max_rows, replace=False))
    label = label[rows]
    found = np.unique(label)
    if not 1 < len(found) < len(rows):
        raise DataError("typing_too_few", segments=len(found), least=1 if len(rows) else 0, folds=2)
    X = with_recipe(frame, model.recipe).to_numpy()[rows]
    width = silhouette_samples(X, label)
    table = pd.DataFrame([_row(int(number), width[label == number]) for number in found])
    curve = pd.concat([_curve(int(number), width[label == number]) for number in found], ignore_index=True)
    return Silhouettes(
        table=table,
        settings={"n": len(rows), "max_rows": max_rows, "seed": seed, "features": _recipe.kept(model.recipe)},
        notes=notes,
        finding=Note("segments_silhouettes", {
            "mean": float(width.mean()), "astray": float((width < 0).mean()), "n": len(rows),
        }),
        curve=curve,
    )  # fmt: skip


def _row(number: int, width: np.ndarray) -> dict[str, object]:
    lo, hi = intervals.mean(width)
    value = float(width.mean())
    return {
        "segment": number, "n": len(width), "value": value, "lo": lo, "hi": hi, "astray": float((width < 0).mean()),
        "method": "t_interval", "flag": "low_n" if len(width) < LOW_N else "ok",
    }  # fmt: skip


def _curve(number: int, width: np.ndarray) -> pd.DataFrame:
    at = np.linspace(0, 1, _STEPS)
    return pd.DataFrame({
        "segment": number, "n": len(width), "position": at, "silhouette": np.quantile(width, 1 - at),
    })  # fmt: skip
