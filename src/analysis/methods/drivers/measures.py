"""Measures of driver importance side by side, and how far one driver dominates another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import shapley
from . import _matrix
from ._notes import about_rows
from .question import Asked, Question, ask
from .worth import correlations, worth

__all__ = ["Measures", "measures"]

#: with more players the pairs over all subsets take too long to be worth it
_LIMIT, _LOW_N = 18, 30
_ORDER = [
    "driver", "lmg", "johnson", "first_in", "last_in", "correlation", "coefficient", "semipartial", "sign",
    "sign_conflict", "vif", "dominates_complete", "dominates_conditional", "dominates_general", "n", "method", "flag",
]  # fmt: skip
_KIND = dict.fromkeys(("lmg", "johnson", "first_in", "last_in", "correlation", "coefficient", "semipartial"), "ratio")


@dataclass(frozen=True, eq=False, kw_only=True)
class Measures(Result):
    """One row per driver (or group), by LMG, largest first; descriptive, without intervals.

    Attributes
    ----------
    table : DataFrame
        driver; lmg (Shapley part of R²); johnson (relative weight); first_in (R² alone); last_in
        (R² added to all others, usefulness); correlation with the outcome, coefficient
        (standardised), semipartial (signed root of last_in; all three empty for a group); sign of
        the coefficient; sign_conflict (it contradicts the correlation: a suppressor); vif;
        dominates_complete, dominates_conditional, dominates_general (number of drivers that it
        dominates at that level or a stricter one); n, method, flag.
    r_squared : float
    conditional : DataFrame (p, p)
        Mean gain of a driver (row) on subsets of 0 … p − 1 others (columns).
    dominance : DataFrame (p, p)
        Row over column: 3 complete, 2 conditional, 1 general, 0 not.
    """

    r_squared: float
    conditional: pd.DataFrame
    dominance: pd.DataFrame
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        **_KIND, "sign": "count", "vif": "number", "n": "count", "dominates_complete": "count",
        "dominates_conditional": "count", "dominates_general": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=tuple(_KIND))


def measures(
    X: pd.DataFrame,
    y: Any,
    *,
    weights: Any = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    always: Sequence[str] = (),
    missing: str = "listwise",
) -> Measures:
    """Measures of importance for a linear model, for comparison with the shares of `importance`.

    Parameters
    ----------
    X : DataFrame (n, p)
        Numeric answers; a column of dtype category becomes a group of indicators. At most 18 drivers.
    y : Series or array (n,)
    weights : Series or array, optional
    groups : mapping of name to columns, optional
    always : sequence of str, optional
        Columns in every model; lmg, johnson, first_in and last_in then add up to what the others explain beyond them.
    missing : {"listwise", "em"}
        As in `importance`.

    Returns
    -------
    Measures

    Raises
    ------
    SettingError
        ``too_many_drivers``, ``unknown_columns``, ``column_twice``.
    DataError
        ``not_numeric``, ``one_level``, ``one_level_column``, ``too_few_rows``.

    References
    ----------
    Grömping, U. (2006), Journal of Statistical Software 17(1); Johnson, J. W. (2000),
    Multivariate Behavioral Research 35, 1–19; Azen, R. and Budescu, D. V. (2003),
    Psychological Methods 8, 129–148; Darlington, R. B. (1968), Psychological Bulletin 69 (usefulness).
    """
    checks.not_empty(X, name="X")
    checks.choice(missing, ("listwise", "em"), name="missing")
    gaps = missing == "em"
    asked = ask(X, y, family="linear", weights=weights, groups=groups, always=always, cluster=None, gaps=gaps)
    question = asked.whole[0]
    if len(asked.names) > _LIMIT:
        raise SettingError("too_many_measures", got=len(asked.names), limit=_LIMIT)
    matrix = correlations(question, question.weights[None])[0]
    value = worth(question, question.weights[None])[0]
    frame = _table(question, matrix, value)
    by_size = _matrix.conditional(value)
    level = _matrix.dominance(value, by_size)
    for place, name in enumerate(("general", "conditional", "complete"), start=1):
        frame[f"dominates_{name}"] = (level >= place).sum(axis=1)
    frame["driver"], frame["n"], frame["method"] = asked.names, len(question.y), "linear"
    frame["flag"] = "low_n" if len(question.y) < _LOW_N else "ok"
    frame = frame.sort_values(["lmg", "driver"], ascending=[False, True], ignore_index=True)
    names = frame["driver"].tolist()
    index, sizes = pd.Index(asked.names, name="driver"), [str(k) for k in range(len(names))]
    return Measures(
        table=frame[_ORDER],
        settings={
            "groups": {k: list(v) for k, v in (groups or {}).items()}, "always": list(always),
            "weighted": weights is not None, "missing": missing,
        },
        notes=_notes(frame, asked), finding=_finding(frame), r_squared=float(value[-1]),
        conditional=pd.DataFrame(by_size, index, sizes).loc[names],
        dominance=pd.DataFrame(level, index, asked.names).loc[names, names],
    )  # fmt: skip


def _table(question: Question, matrix: np.ndarray, value: np.ndarray) -> pd.DataFrame:
    p = len(question.players)
    alone, everyone = 1 << np.arange(p), len(value) - 1
    single = np.array([columns[0] if len(columns) == 1 else -1 for columns in question.players])
    beta = np.where(single >= 0, _matrix.coefficients(matrix)[single], np.nan)
    plain = np.where(single >= 0, matrix[single, -1], np.nan)
    last = value[-1] - value[everyone - alone]
    sign = np.nan_to_num(np.sign(np.round(beta, 10)))
    inverse = np.linalg.pinv(matrix[:-1, :-1], rcond=1e-10, hermitian=True)
    repeated = np.linalg.matrix_rank(matrix[:-1, :-1], tol=1e-10, hermitian=True) < len(inverse)
    return pd.DataFrame(
        {
            "lmg": shapley.shares(value[None])[0],
            "johnson": _matrix.relative_weights(matrix, question),
            "first_in": value[alone] - value[0],
            "last_in": last,
            "correlation": plain,
            "coefficient": beta,
            "semipartial": np.sign(beta) * np.sqrt(np.maximum(last, 0)),
            "sign": sign.astype(int),
            "sign_conflict": sign * np.nan_to_num(np.sign(np.round(plain, 10))) < 0,
            # exact repetition leaves no finite inflation for those concerned
            "vif": [_inflation(inverse, matrix, columns, repeated) for columns in question.players],
        }
    )


def _inflation(inverse: np.ndarray, matrix: np.ndarray, columns: list[int], repeated: bool) -> float:
    """Largest variance inflation of the columns; infinite where others give them exactly."""
    if not repeated:
        return float(np.diag(inverse)[columns].max())
    inner = matrix[:-1, :-1]
    worst = 0.0
    for c in columns:
        others = np.delete(np.arange(len(inner)), c)
        known = inner[c, others] @ np.linalg.pinv(inner[np.ix_(others, others)], rcond=1e-10) @ inner[others, c]
        worst = max(worst, 1 / (1 - known) if known < 1 - 1e-9 else np.inf)
    return worst


def _notes(frame: pd.DataFrame, asked: Asked) -> tuple[Note, ...]:
    notes = [Note("drivers_measures"), *about_rows(asked)]
    conflict = frame.loc[frame["sign_conflict"], "driver"].tolist()
    if conflict:
        notes.append(Note("drivers_sign_conflict", {"drivers": conflict}))
    return tuple(notes)


def _finding(frame: pd.DataFrame) -> Note:
    """Whether relative weights, R² alone and R² added put the same driver first as LMG."""
    top, others = str(frame["driver"].iloc[0]), len(frame) - 1
    first = {str(frame["driver"].iloc[int(frame[m].to_numpy().argmax())]) for m in ("johnson", "first_in", "last_in")}
    if first != {top}:
        return Note("drivers_measures_differ", {"driver": top, "others": sorted(first - {top})})
    return Note(
        "drivers_measures_agree", {"driver": top, "count": int(frame["dominates_complete"].iloc[0]), "others": others}
    )
