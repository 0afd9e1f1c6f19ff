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
from ...core.errors import SettingError
from ...core.result import Disclosure, Result
from ._notes import finding_of, notes_of
from ._probe import probes
from ._resample import resampled
from .question import LIMITS, Question, ask
from .worth import correlations, cross_validated, full_model, parts_of

__all__ = ["Drivers", "folds_of", "importance"]

_FOLDS, _LOW_N = 10, 30


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
    r_squared_lo, r_squared_hi : float
        Its bootstrap bounds, corrected for median bias.
    ranks : DataFrame (p, p)
        Share of the draws in which a driver (row) holds a rank (column).
    beats : DataFrame (p, p)
        Share of the draws in which the row's share is larger than the column's.
    """

    r_squared: float
    cross_validated: float
    r_squared_lo: float
    r_squared_hi: float
    ranks: pd.DataFrame
    beats: pd.DataFrame
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
    interval: str = "percentile",
    missing: str = "listwise",
) -> Drivers:
    """Share of each driver in the explained variance of the outcome.

    Parameters
    ----------
    X : DataFrame (n, p)
        Numeric answers, one column per driver; a column of dtype category becomes a group
        of indicators.
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
    interval : {"percentile", "bca"}
        Bounds of the shares. BCa corrects bias and skewness (jackknife by row or hospital).
    missing : {"listwise", "em"}
        What becomes of rows with gaps: left out, or used as far as they go, with correlations by
        maximum likelihood (EM) in every draw (linear only). Probe and ``cross_validated`` rest on
        the complete rows either way: with fewer rows the probe is harder to beat, not easier.

    Returns
    -------
    Drivers
        Rows by importance, largest first.

    Raises
    ------
    SettingError
        ``too_many_drivers``, ``unknown_columns``, ``column_twice``, ``drivers_em_linear``.
    DataError
        ``not_numeric``, ``one_level``, ``one_level_column``, ``too_few_rows``, ``not_binary``.

    Notes
    -----
    Exact over all subsets up to 22 drivers (logit and ordinal 12). The probe is averaged over
    20 shuffles and all subsets up to 12 drivers (logit and ordinal 5), beyond over 8 shuffles
    and 24 random subsets each.

    References
    ----------
    Lindeman, R. H., Merenda, P. F. and Gold, R. Z. (1980), Introduction to Bivariate and
    Multivariate Analysis; Grömping, U. (2006), Journal of Statistical Software 17(1).
    Little, R. J. A. and Rubin, D. B. (2019), Statistical Analysis with Missing Data, section 11.2.
    """
    checks.choice(family, tuple(LIMITS), name="family")
    checks.choice(interval, ("percentile", "bca"), name="interval")
    checks.choice(missing, ("listwise", "em"), name="missing")
    if missing == "em" and family != "linear":
        raise SettingError("drivers_em_linear", family=family)
    checks.not_empty(X, name="X")
    checks.whole(n_boot, name="n_boot", low=0)
    asked = ask(
        X, y, family=family, weights=weights, groups=groups, always=always, cluster=cluster, gaps=missing == "em"
    )
    complete, (question, labels) = asked.question, asked.whole
    n = len(question.y)
    (parts,), (r_squared,) = parts_of(question, question.weights[None])
    total = float(parts.sum())
    cv = cross_validated(complete, folds_of(asked.labels, len(complete.y), seed))
    drawn = resampled(question, asked.names, labels, n_boot=n_boot, seed=seed, interval=interval)
    frame = pd.DataFrame({"driver": asked.names, "importance": parts, "share": parts / total if total > 0 else np.nan})
    frame = frame.join(drawn.bounds)
    frame["rank"] = frame["importance"].rank(ascending=False, method="min")
    coef = full_model(question)
    frame["sign"] = [int(np.sign(np.round(coef[c[0]], 10))) if len(c) == 1 else 0 for c in question.players]
    frame["probe"] = probes(complete, seed)
    frame["beats_probe"] = frame["lo"] > frame["probe"]
    frame["vif"] = _vif(question)
    frame["n"] = n
    frame["method"] = {"linear": "lmg", "logit": "shapley_logit", "ordinal": "shapley_ordinal"}[family]
    frame["flag"] = "not_identified" if not cv > 0 else "low_n" if n < _LOW_N else "ok"
    frame = frame.sort_values(["importance", "driver"], ascending=[False, True], ignore_index=True)
    settings = {
        "family": family, "groups": {k: list(v) for k, v in (groups or {}).items()}, "always": list(always),
        "n_boot": n_boot, "seed": seed, "weighted": weights is not None, "clustered": cluster is not None,
        "folds": _FOLDS, "interval": interval, "level": 0.95, "missing": missing,
    }  # fmt: skip
    order = ["driver", "importance", "share", "lo", "hi", "rank", "rank_lo", "rank_hi", "sign", "probe", "beats_probe",
             "vif", "n", "method", "flag"]  # fmt: skip
    names = list(frame["driver"])
    return Drivers(
        table=frame[order], settings=settings, notes=notes_of(frame, asked, cv), finding=finding_of(frame, cv, n_boot),
        r_squared=float(r_squared), cross_validated=cv, r_squared_lo=drawn.r_squared[0],
        r_squared_hi=drawn.r_squared[1], ranks=drawn.ranks.loc[names], beats=drawn.beats.loc[names, names],
    )  # fmt: skip


def folds_of(labels: np.ndarray | None, n: int, seed: int) -> np.ndarray:
    """Fold of each row; the rows of one cluster share a fold."""
    code = np.arange(n) if labels is None else np.unique(labels.astype(str), return_inverse=True)[1]
    count = int(code.max()) + 1
    return np.random.default_rng(seed).permutation(count)[code] % min(_FOLDS, count)


def _vif(question: Question) -> np.ndarray:
    """Variance inflation of each player (largest over a group's columns)."""
    matrix = correlations(question, question.weights[None])[0][:-1, :-1]
    value, vector = np.linalg.eigh(matrix)
    with np.errstate(divide="ignore", invalid="ignore"):
        inflation = (vector**2 / np.where(value > 1e-10, value, np.nan)).sum(axis=1)
    return np.array([inflation[c].max() if np.isfinite(inflation[c]).all() else np.inf for c in question.players])
