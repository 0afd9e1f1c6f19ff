"""Whether a stored segment model still fits the customers it is applied to: `drift`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import effect_sizes, intervals
from . import _recipe
from ._fit import LOW_N, Segments, place

__all__ = ["Drift", "drift", "stability_index"]

#: reading of the population stability index: a convention of credit scoring, not a test
_READINGS = ((0.25, "drift_large"), (0.10, "drift_moderate"), (-np.inf, "drift_small"))
_DECILES = np.arange(1, 10) / 10
_FAR = 0.99
#: below so many customers chance alone makes the index of ten classes pass 0.1 on average
_SMALL = 200


@dataclass(frozen=True, eq=False, kw_only=True)
class Drift(Result):
    """How far customers differ from those a model was learned from.

    Attributes
    ----------
    table : DataFrame
        One row per feature, one for the shares of the segments (``segment_shares``), one for the share of
        customers beyond the distance that 99 % of the fitted ones do not reach (``beyond_fit``): subject, value
        (population stability index; for ``beyond_fit`` a share), lo, hi, n, count (customers beyond), n_reference,
        by_chance (value expected without any drift), reading, method, flag, unit.
    shares : DataFrame
        One row per segment: segment (0: fits none), n, n_reference, share, share_reference.
    """

    shares: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        "by_chance": "number2", "n_reference": "count", "count": "count", "share": "percent",
        "share_reference": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "count", "n_reference"), hides=("value", "lo", "hi", "share", "share_reference")
    )


def drift(model: Segments, features: pd.DataFrame, *, reference: pd.DataFrame | None = None) -> Drift:
    """Compare customers with those that a segment model was learned from.

    Parameters
    ----------
    model : Segments
    features : DataFrame
        Raw features of today's customers, as given to `assign`. The intervals take them as drawn apart from those
        of the fit; where the same customers stand in both, chance moves the indices less.
    reference : DataFrame, optional
        Raw features of the customers the model was learned from: their deciles are the classes. Without it the
        indices of single features are left out (the model keeps no distribution of features).

    Returns
    -------
    Drift
        Index Σ(p − q)·ln(p ÷ q) over the classes, missing values being a class of their own; half a customer is
        added to each class where one is empty. Readings below 0.1, to 0.25 and above are a convention;
        ``drift_by_chance`` where the interval reaches 0.

    Raises
    ------
    DataError
        A feature of the model is absent.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards, ch. 9 (index and reading); Yurdakul and Naranjo (2020), Journal of
    Risk Model Validation 14(4), 89–100 (the index ÷ (1/n + 1/m) is chi-square without drift), whence the interval.
    """
    checks.not_empty(features, name="features")
    rows = []
    names = _recipe.kept(model.recipe)
    if reference is not None:
        checks.columns(features, names, name="features")
        checks.columns(reference, names, name="reference")
        rows = [_feature(name, features[name], reference[name]) for name in names]
    found, fitted = place(model, features), _fitted(model)
    shares = _shares(found["segment"].where(found["fits"], 0), fitted, [int(s) for s in model.table["segment"]])
    rows.append(_index("segment_shares", shares["n"].to_numpy(), shares["n_reference"].to_numpy()))
    rows.append(_beyond(model, found["distance"].dropna()))
    table = pd.DataFrame(rows)
    return Drift(
        table=table,
        settings={"n": len(features), "n_reference": len(fitted), "far": _FAR, "classes": "deciles"},
        notes=_notes(len(features), reference is None),
        finding=_finding(table),
        shares=shares,
    )


def stability_index(now: np.ndarray, before: np.ndarray) -> float:
    """Population stability index of two sets of counts over the same classes."""
    now, before = np.asarray(now, dtype=float), np.asarray(before, dtype=float)
    used = (now + before) > 0
    now, before = now[used], before[used]
    if (now == 0).any() or (before == 0).any():
        now, before = now + 0.5, before + 0.5
    p, q = now / now.sum(), before / before.sum()
    return float(((p - q) * np.log(p / q)).sum())


def _feature(name: str, now: pd.Series, before: pd.Series) -> dict[str, Any]:
    if _recipe.is_text(before):
        levels = sorted({str(word) for column in (now, before) for word in column.dropna()})
        return _index(name, *(_levels(column, levels) for column in (now, before)))
    edges = np.unique(np.nanquantile(before.astype(float), _DECILES))
    return _index(name, *(_classes(column.to_numpy(dtype=float), edges) for column in (now, before)))


def _classes(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Counts of (lowest, …, highest class, missing); a value on an edge belongs below it."""
    known = np.isfinite(values)
    inside = np.bincount(np.searchsorted(edges, values[known], side="left"), minlength=len(edges) + 1)
    return np.append(inside, (~known).sum())


def _levels(column: pd.Series, levels: list[str]) -> np.ndarray:
    """Counts of each word, then of missing ones."""
    counts = column.dropna().astype(str).value_counts().reindex(levels, fill_value=0)
    return np.append(counts.to_numpy(), column.isna().sum())


def _index(subject: str, now: np.ndarray, before: np.ndarray) -> dict[str, Any]:
    n, m = int(now.sum()), int(before.sum())
    classes = int(((now + before) > 0).sum())
    value = stability_index(now, before)
    scale = 1 / n + 1 / m
    # one class alone cannot drift
    lo, hi = effect_sizes.noncentrality(value / scale, classes - 1) if classes > 1 else (0.0, 0.0)
    reading = next(word for least, word in _READINGS if value >= least)
    return {
        "subject": subject, "value": value, "lo": min(lo * scale, value), "hi": max(hi * scale, value), "n": n,
        "count": np.nan, "n_reference": m, "by_chance": (classes - 1) * scale,
        "reading": "drift_by_chance" if lo == 0 and reading != "drift_small" else reading,
        "method": "noncentral_chi_square", "flag": "low_n" if n < LOW_N else "ok", "unit": "number2",
    }  # fmt: skip


def _fitted(model: Segments) -> pd.Series:
    """Segments of the customers of the fit by the rule of `assign`: 0 beyond the limit."""
    own = model.customers
    return own["segment"].where(own["distance"] <= model.limit * (1 + 1e-9), 0)


def _shares(placed: pd.Series, fitted: pd.Series, segments: list[int]) -> pd.DataFrame:
    numbers = [0, *segments]
    n = placed.value_counts().reindex(numbers, fill_value=0).to_numpy()
    before = fitted.value_counts().reindex(numbers, fill_value=0).to_numpy()
    return pd.DataFrame({
        "segment": numbers, "n": n, "n_reference": before, "share": n / n.sum(),
        "share_reference": before / before.sum(),
    })  # fmt: skip


def _beyond(model: Segments, distance: pd.Series) -> dict[str, Any]:
    """Share of customers beyond the 99th percentile of the fitted distances; who has no value has no distance."""
    fitted = model.customers["distance"].dropna()
    edge = float(np.quantile(fitted, _FAR, method="higher"))
    n, hits = len(distance), int((distance > edge * (1 + 1e-9)).sum())
    lo, hi = intervals.wilson(hits, n)
    return {
        "subject": "beyond_fit", "value": hits / n if n else np.nan, "lo": lo, "hi": hi, "n": n, "count": hits,
        "n_reference": len(fitted), "by_chance": 1 - _FAR,
        "reading": "drift_far_more" if lo > 1 - _FAR else "drift_small",
        "method": "wilson", "flag": "low_n" if n < LOW_N else "ok", "unit": "percent1",
    }  # fmt: skip


def _notes(n: int, without_features: bool) -> tuple[Note, ...]:
    notes = [Note("drift_convention", {})]
    if n < _SMALL:
        notes.append(Note("drift_small_n", {"n": n, "chance": 9 / n}))
    if without_features:
        notes.append(Note("drift_no_reference", {}))
    return tuple(notes)


def _finding(table: pd.DataFrame) -> Note:
    index = table[table["subject"] != "beyond_fit"]
    moved = index["reading"].isin(["drift_moderate", "drift_large"])
    worst = index.iloc[int(index["value"].to_numpy().argmax())]
    far = table[table["subject"] == "beyond_fit"].iloc[0]
    values = {"subject": worst["subject"], "value": float(worst["value"]), "moved": int(moved.sum()), "all": len(index)}
    # a sentence carries the numbers it says and no others: each could be a hidden one
    if moved.any():
        return Note("drift_found", values | {"n": int(far["n"])})
    if far["reading"] == "drift_far_more":
        return Note("drift_none_far", {"n": int(far["n"]), "beyond": float(far["value"])})
    return Note("drift_none", values)
