"""Reliability of a scale: Cronbach's alpha with Feldt's interval, omega total, each item against the rest."""

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
from ...stats import factors
from ._items import split_items

__all__ = ["ENOUGH", "Reliability", "reliability"]

_LOW_N = 30
#: below this the items do not go together well enough for one score (Nunnally 1978)
ENOUGH = 0.7
#: an item that runs against the others at least this much may be reversed; nearer to 0 it is only weak
_AGAINST = -0.1
#: alpha from which items, a single suspect turned, may be taken for one scale; several need `ENOUGH`
_SCALE = 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class Reliability(Result):
    """Cronbach's alpha and omega total of one scale.

    Attributes
    ----------
    table : DataFrame
        coefficient (alpha_raw, alpha_standardised, omega_total); value, lo, hi, n, method, flag.
    items : DataFrame
        item_id, mean, item_rest (correlation with the sum of the others), alpha_without,
        loading (on the one factor), kmo.
    kmo : float
        Sampling adequacy of all items together; NaN where an item is a sum of others.
    """

    items: pd.DataFrame
    kmo: float
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "ratio", "lo": "ratio", "hi": "ratio", "n": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure()


def reliability(items: pd.DataFrame, *, level: float = 0.95) -> Reliability:
    """Cronbach's alpha, raw and standardised, with Feldt's interval; omega total of a one-factor fit.

    Parameters
    ----------
    items : DataFrame (n, k)
        Answers to the items of one scale, reversed items already turned; incomplete rows
        are left out and counted, and so are items without answers or with one answer only.
    level : float, default 0.95

    Returns
    -------
    Reliability
        An item that runs against the others is named in a note: it may be worded in reverse
        without being declared so.

    Raises
    ------
    DataError
        ``too_few_items`` (two are needed), ``too_few_rows``, ``not_numeric``.

    References
    ----------
    Cronbach, L. J. (1951), Psychometrika 16, 297–334.
    Feldt, L. S., Woodruff, D. J. and Salih, F. A. (1987), Applied Psychological Measurement 11, 93–103.
    McDonald, R. P. (1999), Test Theory: A Unified Treatment (omega total).
    """
    checks.number(level, name="level", low=0.01, high=0.9999)
    kept, notes = split_items(items)
    whole = kept.dropna().sort_index()
    n, k = whole.shape
    if n < 3:
        raise DataError("too_few_rows", n=n, need=3)
    values = whole.to_numpy()
    spread = values.std(axis=0)
    scaled = values / np.where(spread > 0, spread, np.nan)
    rows = []
    for name, matrix in (("alpha_raw", values), ("alpha_standardised", scaled)):
        alpha = _alpha(matrix)
        rows.append(_row(name, (alpha, *_feldt(alpha, n, k, level)), n, "feldt"))
    varied = k >= 2 and bool((spread > 0).all())
    omega = factors.omega_total(values, level=level) if varied and n > k else (np.nan,) * 3
    rows.append(_row("omega_total", omega, n, "one_factor"))
    overall, detail = _without(whole, varied)
    if len(items) > n:
        notes.append(Note("rows_incomplete", {"count": len(items) - n, "n": n}))
    notes += _suspicions(detail, values, varied)
    if np.isfinite(omega[0]):
        notes.append(Note("omega_definition"))
    elif varied:
        notes.append(Note("omega_not_fitted"))
    table = pd.DataFrame(rows)
    return Reliability(
        table=table, settings={"level": level, "items": k}, notes=tuple(notes), finding=_finding(table.iloc[0], k),
        items=detail, kmo=overall,
    )  # fmt: skip


def _row(name: str, estimate: tuple[float, ...], n: int, method: str) -> dict[str, object]:
    flag = "not_identified" if np.isnan(estimate[0]) else "low_n" if n < _LOW_N else "ok"
    told = dict(zip(("value", "lo", "hi"), estimate, strict=True))
    return {"coefficient": name, **told, "n": n, "method": method, "flag": flag}


def _alpha(values: np.ndarray) -> float:
    k = values.shape[1]
    if k < 2:
        return float("nan")
    total = float(np.var(values.sum(axis=1), ddof=1))
    if not total > 0:
        return float("nan")
    return k / (k - 1) * (1 - float(np.var(values, axis=0, ddof=1).sum()) / total)


def _feldt(alpha: float, n: int, k: int, level: float) -> tuple[float, float]:
    if np.isnan(alpha):
        return float("nan"), float("nan")
    tail, df = (1 - level) / 2, (n - 1, (n - 1) * (k - 1))
    return tuple(1 - (1 - alpha) * float(stats.f.ppf(q, *df)) for q in (1 - tail, tail))  # type: ignore[return-value]


def _without(whole: pd.DataFrame, varied: bool) -> tuple[float, pd.DataFrame]:
    """Sampling adequacy of all items, and each item against the rest of the scale."""
    k = whole.shape[1]
    overall, each, load = float("nan"), np.full(k, np.nan), np.full(k, np.nan)
    if varied:
        correlation = np.corrcoef(whole.to_numpy(), rowvar=False)
        overall, each = factors.kmo(correlation)
        if np.isfinite(overall):
            load = factors.one_factor(correlation).loadings
    rows = []
    for place, item in enumerate(whole.columns):
        rest = whole.drop(columns=item)
        total = rest.sum(axis=1)
        varies = whole[item].std() > 0 and total.std() > 0
        rows.append(
            {
                "item_id": str(item),
                "mean": float(whole[item].mean()),
                "item_rest": float(whole[item].corr(total)) if varies else float("nan"),
                "alpha_without": _alpha(rest.to_numpy()),
                "loading": float(load[place]),
                "kmo": float(each[place]),
            }
        )
    columns = ["item_id", "mean", "item_rest", "alpha_without", "loading", "kmo"]
    return overall, pd.DataFrame(rows, columns=columns)


def _suspicions(detail: pd.DataFrame, values: np.ndarray, varied: bool) -> list[Note]:
    """Items that run against the rest: perhaps reversed where turning them makes a scale, else no scale at all."""
    against = (detail["item_rest"] <= _AGAINST).to_numpy() if len(detail) else np.zeros(0, dtype=bool)
    if not against.any() or not varied:
        return []
    first = np.linalg.eigh(np.corrcoef(values, rowvar=False))[1][:, -1] > 0
    turned = ~first if 2 * first.sum() >= len(first) else first
    if not _alpha(np.where(turned, -values, values)) >= (_SCALE if against.sum() == 1 else ENOUGH):
        return [Note("items_oppose", {"count": int(against.sum()), "k": len(detail)})]
    # of as many items one way as the other nobody knows which are reversed
    named = detail[against & turned] if 2 * turned.sum() < len(turned) else detail[against]
    return [
        Note("reverse_suspected", {"item": str(row["item_id"]), "r": float(row["item_rest"])})
        for _, row in named.sort_values(["item_rest", "item_id"]).iterrows()
    ]


def _finding(row: pd.Series, k: int) -> Note:
    if pd.isna(row["value"]):
        return Note("reliability_unknown", {"k": k, "n": int(row["n"])})
    values = {c: float(row[c]) for c in ("value", "lo", "hi")}
    code = "enough" if row["lo"] >= ENOUGH else "open" if row["hi"] >= ENOUGH else "low"
    return Note(f"reliability_{code}", {"k": k, "n": int(row["n"]), **values})
