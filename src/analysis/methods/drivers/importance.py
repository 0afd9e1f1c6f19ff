"""Driver importance: the LMG (Shapley) share of each driver in the explained variance.

A share says what goes together, not what causes what. It is compared with a
probe: a stand-in for the driver that keeps its correlation with the other
drivers but has nothing of its own (its residual on the others, shuffled). An
interval above 0 proves nothing, because a driver without effect earns a share
through the drivers it resembles; an interval above its probe says something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import bootstrap, shapley
from .question import LIMITS, Question, players_of, question_of
from .worth import cross_validated, full_model, worth, worth_with_probe

__all__ = ["Drivers", "importance"]

_FOLDS, _PROBES = 10, 20
#: subsets computed for all probes together (times the rows for logit and ordinal)
_BUDGET = {"linear": 3_000_000, "logit": 800_000, "ordinal": 500_000}
_LOW_N, _HIGH_VIF = 30, 5


@dataclass(frozen=True, eq=False, kw_only=True)
class Drivers(Result):
    """Shares of explained variance, one row per driver or group of drivers.

    Attributes
    ----------
    table : DataFrame
        driver; importance (part of R²); share (of explained variance, sums to 1), lo, hi
        (its bootstrap bounds); rank, rank_lo, rank_hi; sign (of the coefficient in the
        full model; 0 for a group); probe (share of the stand-in); beats_probe (lo above
        probe); vif; n, method, flag.
    r_squared : float
        Of all drivers (McFadden's for logit and ordinal).
    cross_validated : float
        The same on rows the model has not seen.
    """

    r_squared: float
    cross_validated: float
    formats: ClassVar[Mapping[str, str]] = {
        "importance": "ratio", "share": "percent", "lo": "percent", "hi": "percent", "probe": "percent",
        "rank": "count", "rank_lo": "count", "rank_hi": "count", "sign": "count", "vif": "number", "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("importance", "share", "lo", "hi", "probe"))


def importance(
    X: pd.DataFrame,
    y: Any,
    *,
    family: str = "linear",
    weights: Any = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    always: Sequence[str] = (),
    n_boot: int = 0,
    seed: int = 0,
    cluster: Any = None,
) -> Drivers:
    """Share of each driver in the explained variance of the outcome.

    Parameters
    ----------
    X : DataFrame (n, p)
        Numeric answers, one column per driver.
    y : Series or array (n,)
        Outcome: number (linear), 0/1 (logit), ordered number (ordinal). A Series is
        aligned with X by index. Rows with a gap are left out and counted.
    family : {"linear", "logit", "ordinal"}
    weights : Series or array, optional
    groups : mapping of name to columns, optional
        Columns that stand or fall together.
    always : sequence of str, optional
        Columns (or groups) in every model; they get no share.
    n_boot : int, default 0
        Bootstrap draws for the bounds and rank intervals; 0 leaves them empty.
    seed : int, default 0
    cluster : Series or array, optional
        Hospital of each row: whole hospitals are drawn.

    Returns
    -------
    Drivers
        Rows by importance, largest first.

    Raises
    ------
    SettingError
        ``too_many_drivers``, ``unknown_columns``, ``column_twice``.
    DataError
        ``not_numeric``, ``one_level``, ``too_few_rows``, ``not_binary``.

    References
    ----------
    Lindeman, R. H., Merenda, P. F. and Gold, R. Z. (1980), Introduction to Bivariate and
    Multivariate Analysis; Grömping, U. (2006), Journal of Statistical Software 17(1).
    """
    checks.choice(family, tuple(LIMITS), name="family")
    checks.not_empty(X, name="X")
    checks.whole(n_boot, name="n_boot", low=0)
    names, players, kept = players_of(X, groups, always, family)
    question, labels, dropped = question_of(X, y, family, weights, cluster, players, kept)
    table = worth(question, question.weights[None])
    parts = shapley.shares(table)[0]
    total = float(parts.sum())
    cv = cross_validated(question, _folds(labels, len(question.y), seed))
    frame = pd.DataFrame({"driver": names, "importance": parts, "share": parts / total if total > 0 else np.nan})
    frame = frame.join(_resampled(question, labels, n_boot=n_boot, seed=seed))
    frame["rank"] = frame["importance"].rank(ascending=False, method="min")
    coef = full_model(question)
    frame["sign"] = [int(np.sign(np.round(coef[c[0]], 10))) if len(c) == 1 else 0 for c in question.players]
    frame["probe"] = _probes(question, table, seed)
    frame["beats_probe"] = frame["lo"] > frame["probe"]
    frame["vif"] = _vif(question)
    frame["n"] = len(question.y)
    frame["method"] = {"linear": "lmg", "logit": "shapley_logit", "ordinal": "shapley_ordinal"}[family]
    frame["flag"] = "not_identified" if not cv > 0 else "low_n" if len(question.y) < _LOW_N else "ok"
    frame = frame.sort_values(["importance", "driver"], ascending=[False, True], ignore_index=True)
    settings = {
        "family": family, "groups": {k: list(v) for k, v in (groups or {}).items()}, "always": list(always),
        "n_boot": n_boot, "seed": seed, "weighted": weights is not None, "clustered": cluster is not None,
        "folds": _FOLDS,
    }  # fmt: skip
    order = ["driver", "importance", "share", "lo", "hi", "rank", "rank_lo", "rank_hi", "sign", "probe", "beats_probe",
             "vif", "n", "method", "flag"]  # fmt: skip
    r_squared = float(table[0, -1])
    return Drivers(
        table=frame[order], settings=settings, notes=_notes(frame, question, dropped, cv),
        finding=_finding(frame, cv, n_boot), r_squared=r_squared, cross_validated=cv,
    )  # fmt: skip


def _folds(labels: np.ndarray | None, n: int, seed: int) -> np.ndarray:
    """Fold of each row; the rows of one cluster share a fold."""
    code = np.arange(n) if labels is None else np.unique(labels.astype(str), return_inverse=True)[1]
    count = int(code.max()) + 1
    return np.random.default_rng(seed).permutation(count)[code] % min(_FOLDS, count)


def _resampled(question: Question, labels: np.ndarray | None, *, n_boot: int, seed: int) -> pd.DataFrame:
    columns = ["lo", "hi", "rank_lo", "rank_hi"]
    if n_boot == 0:
        return pd.DataFrame(np.nan, index=range(len(question.players)), columns=columns)
    times = bootstrap.multiplicities(len(question.y), n_boot=n_boot, seed=seed, cluster=labels)
    parts = shapley.shares(worth(question, times * question.weights))
    total = parts.sum(axis=1, keepdims=True)
    share = np.divide(parts, total, out=np.full_like(parts, np.nan), where=total > 0)
    share = share[np.isfinite(share).all(axis=1)]
    bounds = np.quantile(share, [0.025, 0.975], axis=0) if len(share) else np.full((2, parts.shape[1]), np.nan)
    # ties up to rounding (two equal columns) share their rank
    ranks = bootstrap.rank_interval(np.round(parts, 10))
    return pd.DataFrame(np.vstack([bounds, *ranks]).T, columns=columns)


def _probes(question: Question, table: np.ndarray, seed: int) -> np.ndarray:
    """Mean share of each player's stand-in: fitted part kept, residual on the other columns shuffled."""
    p, n = len(question.players), len(question.y)
    cost = p * table.shape[1] * (1 if question.family == "linear" else n / 64)
    draws = int(np.clip(_BUDGET[question.family] / cost, 1, _PROBES))
    rng = np.random.default_rng(seed)
    root = np.sqrt(question.weights)[:, None]
    out = np.empty(p)
    for j, own in enumerate(question.players):
        others = [c for c in range(question.X.shape[1]) if c not in own]
        design = np.column_stack([np.ones(n), question.X[:, others]])
        target = question.X[:, own]
        kept = design @ np.linalg.lstsq(design * root, target * root, rcond=None)[0]
        got = []
        for _ in range(draws):
            values = worth_with_probe(question, table, j, kept + (target - kept)[rng.permutation(n)])
            parts = shapley.shares(values)[0]
            got.append(parts[j] / parts.sum() if parts.sum() > 0 else np.nan)
        out[j] = np.mean(got)
    return out


def _vif(question: Question) -> np.ndarray:
    """Variance inflation of each player (largest over a group's columns)."""
    matrix = shapley.correlations(question.X, question.weights[None])[0]
    value, vector = np.linalg.eigh(matrix)
    with np.errstate(divide="ignore", invalid="ignore"):
        inflation = (vector**2 / np.where(value > 1e-10, value, np.nan)).sum(axis=1)
    return np.array([inflation[c].max() if np.isfinite(inflation[c]).all() else np.inf for c in question.players])


def _notes(frame: pd.DataFrame, question: Question, dropped: int, cv: float) -> tuple[Note, ...]:
    notes = [Note("drivers_association")]
    if dropped:
        notes.append(Note("rows_incomplete", {"count": dropped, "n": len(question.y)}))
    if not cv > 0:
        notes.append(Note("drivers_no_prediction", {"cv": cv}))
    high = [str(d) for d in frame.loc[frame["vif"] > _HIGH_VIF, "driver"]]
    if high:
        notes.append(Note("drivers_collinear", {"drivers": high, "limit": _HIGH_VIF}))
    columns = dict(zip(sorted(frame["driver"]), question.players, strict=True))
    flat = [str(d) for d, c in columns.items() if not question.X[:, c].any()]
    if flat:
        notes.append(Note("drivers_constant", {"drivers": flat}))
    away = question.y - question.y.mean()
    simple = {str(d): np.sign(question.X[:, c[0]] @ away) for d, c in columns.items() if len(c) == 1}
    against = [str(d) for d, s in zip(frame["driver"], frame["sign"], strict=True) if s * simple.get(str(d), 0) < 0]
    if against:
        notes.append(Note("drivers_sign_conflict", {"drivers": against}))
    return tuple(notes)


def _finding(frame: pd.DataFrame, cv: float, n_boot: int) -> Note:
    n = int(frame["n"].iloc[0])
    if not cv > 0:
        return Note("drivers_no_prediction", {"n": n})
    if n_boot == 0:
        top = frame.iloc[0]
        shares = {k: float(top[k]) for k in ("share", "probe")}
        return Note("drivers_plain", {"driver": top["driver"], **shares})
    strong = frame[frame["beats_probe"]]
    if strong.empty:
        return Note("drivers_none", {"n": n})
    top = strong.iloc[0]
    values = {k: float(top[k]) for k in ("share", "lo", "hi", "probe")}
    return Note("drivers_share", {"driver": top["driver"], **values})
