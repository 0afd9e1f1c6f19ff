"""Segments in one sentence each: the rules of a shallow tree on raw features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.tree import DecisionTreeClassifier

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._fit import LOW_N
from ._recipe import numeric

__all__ = ["Rules", "rules"]

_LEAF = 0.01
#: kind of number of known features; the others are plain numbers
_KINDS = {"value_12m": "money", "value_prev_12m": "money", "order_value": "money", "net_value": "money"}
_SHARES = ("channel_", "share_")


@dataclass(frozen=True, eq=False, kw_only=True)
class Rules(Result):
    """A rule for each segment, and how well rules stand for the segments.

    Attributes
    ----------
    table : DataFrame
        One row per segment: segment, conditions (number of them; 0: no rule), n (customers of the segment), covered
        (of them, by the rule), value (coverage: covered ÷ n), lo, hi, precision (of those who meet the rule, share
        in the segment), met (customers who meet the rule), method, flag.
    conditions : DataFrame
        segment, position, feature, side (at_least, below), threshold (two figures), kind (of number).
    fidelity : float
        Share of held-out customers whom the whole tree puts in their own segment, mean over the segments.
    """

    conditions: pd.DataFrame
    fidelity: float
    formats: ClassVar[Mapping[str, str]] = {
        "conditions": "count", "covered": "count", "met": "count", "value": "percent", "precision": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "covered", "met"), hides=("value", "lo", "hi", "precision"), keys=("segment", "conditions"),
    )  # fmt: skip


def rules(assigned: pd.Series, features: pd.DataFrame, *, depth: int = 3, folds: int = 5, seed: int = 0) -> Rules:
    """Say each segment in one rule: the path of a shallow tree that holds most of its customers.

    Thresholds are rounded to two figures before anything is counted, so that the sentence is what was measured. The
    segments all weigh the same in the tree: a small one gets a rule too.

    Parameters
    ----------
    assigned : Series
        Segment of each customer; 0 (fits none) is left out.
    features : DataFrame
        Raw features of the same customers; missing values count as the median.
    depth : int, default 3
        Conditions of a rule at most.
    folds : int, default 5
        Of the cross-validation behind ``fidelity``.
    seed : int, default 0

    Returns
    -------
    Rules

    Raises
    ------
    DataError
        Fewer than two segments, a segment with fewer customers than folds, customers without features.

    References
    ----------
    Breiman et al. (1984), Classification and Regression Trees, ch. 2.
    """
    checks.whole(depth, name="depth", low=1, high=5)
    checks.whole(folds, name="folds", low=2, high=20)
    checks.whole(seed, name="seed", low=0)
    X, y = _input(assigned, features, folds)
    leaf = max(1, int(_LEAF * len(X)))
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaf, class_weight="balanced", random_state=seed)
    splits = StratifiedKFold(folds, shuffle=True, random_state=seed)
    held_out = cross_val_predict(tree, X.to_numpy(), y, cv=splits)
    numbers = [int(number) for number in np.unique(y)]
    fidelity = float(np.mean([(held_out[y == number] == number).mean() for number in numbers]))
    conditions, rows = [], []
    whole = {str(c) for c in X.columns if (X[c] == X[c].round()).all()}
    paths = _paths(tree.fit(X.to_numpy(), y), list(map(str, X.columns)), whole)
    for number in numbers:
        path = _best(paths, X, y, number)
        conditions += [{"segment": number, "position": i + 1, **step} for i, step in enumerate(path)]
        rows.append(_row(path, X, y, number))
    table = pd.DataFrame(rows)
    return Rules(
        table=table,
        settings={"depth": depth, "folds": folds, "seed": seed, "n": len(y), "features": list(map(str, X.columns))},
        notes=(Note("rules_fidelity", {"fidelity": fidelity, "folds": folds}),),
        finding=_finding(table, fidelity),
        conditions=_typed(conditions),
        fidelity=fidelity,
    )


def _input(assigned: pd.Series, features: pd.DataFrame, folds: int) -> tuple[pd.DataFrame, np.ndarray]:
    checks.not_empty(assigned, name="assigned")
    checks.unique_index(assigned, name="assigned")
    frame = numeric(features)
    absent = ~assigned.index.isin(frame.index)
    if absent.any():
        raise DataError("segments_without_features", count=int(absent.sum()), all=len(assigned))
    used = assigned[assigned > 0]
    frame = frame[frame.index.isin(used.index)]
    size = used.value_counts()
    if len(size) < 2 or size.min() < folds:
        raise DataError("typing_too_few", segments=len(size), least=int(size.min()) if len(size) else 0, folds=folds)
    frame = frame.fillna(frame.median()).dropna(axis=1)
    return frame, used.reindex(frame.index).to_numpy(dtype="int64")


def _paths(tree: DecisionTreeClassifier, names: list[str], whole: set[str]) -> list[list[dict[str, Any]]]:
    """Conditions from the root to each leaf, thresholds rounded, one condition per feature and side."""
    inner = tree.tree_
    found = []
    open_: list[tuple[int, dict[tuple[str, str], float]]] = [(0, {})]
    while open_:
        node, conditions = open_.pop()
        if inner.children_left[node] < 0:
            found.append([_condition(*key, at, whole) for key, at in conditions.items()])
            continue
        name, at = names[inner.feature[node]], float(inner.threshold[node])
        for child, side in ((inner.children_left[node], "below"), (inner.children_right[node], "at_least")):
            earlier = conditions.get((name, side), at)
            # deeper conditions on the same side are narrower
            narrower = min(at, earlier) if side == "below" else max(at, earlier)
            open_.append((int(child), {**conditions, (name, side): narrower}))
    return found


def _condition(feature: str, side: str, at: float, whole: set[str]) -> dict[str, Any]:
    """One condition; below 1.5 of a whole number is below 2."""
    at = float(np.ceil(at)) if feature in whole and abs(at) < 100 else at
    kind = _KINDS.get(feature, "percent" if feature.startswith(_SHARES) else "number")
    return {"feature": feature, "side": side, "threshold": float(f"{at:.2g}"), "kind": kind}


def _best(paths: list[list[dict[str, Any]]], X: pd.DataFrame, y: np.ndarray, number: int) -> list[dict[str, Any]]:
    """Among the paths that hold a larger part of this segment than of any other, the one with most of it."""
    numbers, size = np.unique(y, return_counts=True)
    place = int(np.searchsorted(numbers, number))
    best: list[dict[str, Any]] = []
    most = 0.0
    for path in paths:
        held = np.searchsorted(numbers, y[_met(path, X)])
        part = np.bincount(held, minlength=len(numbers)) / size
        if part.argmax() == place and part[place] > most:
            best, most = path, float(part[place])
    return best


def _met(path: list[dict[str, Any]], X: pd.DataFrame) -> np.ndarray:
    out = np.ones(len(X), dtype=bool)
    for step in path:
        values = X[step["feature"]].to_numpy()
        out &= values >= step["threshold"] if step["side"] == "at_least" else values < step["threshold"]
    return out


def _row(path: list[dict[str, Any]], X: pd.DataFrame, y: np.ndarray, number: int) -> dict[str, Any]:
    n = int((y == number).sum())
    met = _met(path, X) if path else np.zeros(len(X), dtype=bool)
    covered = int((met & (y == number)).sum())
    lo, hi = intervals.wilson(covered, n)
    return {
        "segment": number, "conditions": len(path), "n": n, "covered": covered, "value": covered / n, "lo": lo,
        "hi": hi,
        "precision": covered / met.sum() if met.any() else np.nan, "met": int(met.sum()), "method": "wilson",
        "flag": "not_identified" if not path else "low_n" if n < LOW_N else "ok",
    }  # fmt: skip


def _typed(conditions: list[dict[str, Any]]) -> pd.DataFrame:
    kinds = {
        "segment": "int64",
        "position": "int64",
        "feature": "str",
        "side": "str",
        "threshold": "float64",
        "kind": "str",
    }
    return pd.DataFrame(conditions, columns=list(kinds)).astype(kinds)


def _finding(table: pd.DataFrame, fidelity: float) -> Note:
    told = table[table["conditions"] > 0]
    values = {"segments": len(table), "told": len(told), "fidelity": fidelity, "n": int(table["n"].sum())}
    if len(told) < len(table):
        return Note("rules_partly", values)
    return Note("rules_found", {**values, "least": float(table["value"].min())})
