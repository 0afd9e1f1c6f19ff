"""Reliability of a scale: Cronbach's alpha with Feldt's interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result

__all__ = ["Reliability", "reliability"]

_LOW_N = 30
#: below this the items do not go together well enough for one score (Nunnally 1978)
_ENOUGH = 0.7


@dataclass(frozen=True, eq=False, kw_only=True)
class Reliability(Result):
    """Cronbach's alpha of one scale.

    Attributes
    ----------
    table : DataFrame
        coefficient (alpha_raw, alpha_standardised); value, lo, hi, n, method, flag.
    items : DataFrame
        item_id, mean, item_rest (correlation with the sum of the others), alpha_without.
    """

    items: pd.DataFrame
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "ratio", "lo": "ratio", "hi": "ratio", "n": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure()


def reliability(items: pd.DataFrame, *, level: float = 0.95) -> Reliability:
    """Cronbach's alpha, raw and standardised, with Feldt's interval.

    Parameters
    ----------
    items : DataFrame (n, k)
        Answers to the items of one scale, reversed items already turned; incomplete rows
        are left out and counted.
    level : float, default 0.95

    Raises
    ------
    DataError
        ``too_few_items`` (two are needed), ``too_few_rows``, ``not_numeric``.

    References
    ----------
    Cronbach, L. J. (1951), Psychometrika 16, 297–334.
    Feldt, L. S., Woodruff, D. J. and Salih, F. A. (1987), Applied Psychological Measurement 11, 93–103.
    """
    checks.number(level, name="level", low=0.01, high=0.9999)
    text = [str(c) for c in items.columns if not pd.api.types.is_numeric_dtype(items[c])]
    if text:
        raise DataError("not_numeric", name="items", columns=text[:20])
    if items.shape[1] < 2:
        raise DataError("too_few_items", got=items.shape[1])
    whole = items.astype(float).dropna().sort_index()
    n, k = whole.shape
    if n < 3:
        raise DataError("too_few_rows", n=n, need=3)
    values = whole.to_numpy()
    scaled = values / np.where(values.std(axis=0) > 0, values.std(axis=0), np.nan)
    rows = []
    for name, matrix in (("alpha_raw", values), ("alpha_standardised", scaled)):
        alpha = _alpha(matrix)
        lo, hi = _feldt(alpha, n, k, level)
        flag = "not_identified" if np.isnan(alpha) else "low_n" if n < _LOW_N else "ok"
        rows.append({"coefficient": name, "value": alpha, "lo": lo, "hi": hi, "n": n, "method": "feldt", "flag": flag})
    table = pd.DataFrame(rows)
    dropped = len(items) - n
    notes = (Note("rows_incomplete", {"count": dropped, "n": n}),) if dropped else ()
    return Reliability(
        table=table, settings={"level": level, "items": k}, notes=notes, finding=_finding(table.iloc[0], k),
        items=_without(whole),
    )  # fmt: skip


def _alpha(values: np.ndarray) -> float:
    k = values.shape[1]
    total = float(np.var(values.sum(axis=1), ddof=1))
    if not total > 0 or k < 2:
        return float("nan")
    return k / (k - 1) * (1 - float(np.var(values, axis=0, ddof=1).sum()) / total)


def _feldt(alpha: float, n: int, k: int, level: float) -> tuple[float, float]:
    if np.isnan(alpha):
        return float("nan"), float("nan")
    tail, df = (1 - level) / 2, (n - 1, (n - 1) * (k - 1))
    return tuple(1 - (1 - alpha) * float(stats.f.ppf(q, *df)) for q in (1 - tail, tail))  # type: ignore[return-value]


def _without(whole: pd.DataFrame) -> pd.DataFrame:
    """Each item against the rest of the scale."""
    rows = []
    for item in whole.columns:
        rest = whole.drop(columns=item)
        total = rest.sum(axis=1)
        varies = whole[item].std() > 0 and total.std() > 0
        rows.append(
            {
                "item_id": str(item),
                "mean": float(whole[item].mean()),
                "item_rest": float(whole[item].corr(total)) if varies else float("nan"),
                "alpha_without": _alpha(rest.to_numpy()),
            }
        )
    return pd.DataFrame(rows)


def _finding(row: pd.Series, k: int) -> Note:
    if pd.isna(row["value"]):
        return Note("reliability_unknown", {"k": k, "n": int(row["n"])})
    values = {c: float(row[c]) for c in ("value", "lo", "hi")}
    code = "enough" if row["lo"] >= _ENOUGH else "open" if row["hi"] >= _ENOUGH else "low"
    return Note(f"reliability_{code}", {"k": k, "n": int(row["n"]), **values})
