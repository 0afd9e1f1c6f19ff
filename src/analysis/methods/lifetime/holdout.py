"""The held-out test: models and plain rules against a period none of them has seen."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core.errors import SettingError
from ...core.result import Note, Result
from ...stats import periods
from . import moneytest
from .families import FAMILIES, get
from .fitting import LOW_N, fit
from .naive import last_year_rate, recency_rule
from .outlook import count_interval, orders_outlook
from .prediction import forecast
from .summary import UNIT_DAYS, days_of, purchase_days, summarise

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison(Result):
    """Scoreboard of models and plain rules on the held-out period.

    Attributes
    ----------
    table : DataFrame
        rule, value (orders predicted), lo, hi, actual, bias (value / actual − 1), mae (orders per
        customer), spearman, coverage (share of customers inside their interval), total_inside
        ("inside_interval", "outside_interval", "no_interval"), rank, n, method, flag; best rule first.
    best : str
        Rule with the smallest sum of ranks over |bias|, mae and spearman; ties go to the smaller |bias|.
    family : str
        The best of the models, and what the following four are about.
    predicted, actual, error : float
        Orders in the held-out period; error = predicted / actual − 1.
    covered : bool
        Whether the actual total lay inside the interval.
    predicted_value, actual_value, covered_value : float, float, bool or None
        The same for sales; None without amounts or where spend could not be learned.
    customers : DataFrame
        Index customer_id: frequency, recency, age, actual, and the orders predicted by each rule.
    """

    best: str
    family: str
    predicted: float
    actual: float
    error: float
    covered: bool
    customers: pd.DataFrame
    predicted_value: float | None = None
    actual_value: float | None = None
    covered_value: bool | None = None

    formats: ClassVar[Mapping[str, str]] = {
        "value": "number", "lo": "number", "hi": "number", "actual": "number", "bias": "percent1", "mae": "ratio",
        "spearman": "ratio", "coverage": "percent", "rank": "count",
    }  # fmt: skip


def compare(  # the design fixes the first five parameters
    orders: pd.DataFrame,
    *,
    split: Any,
    end: Any,
    unit: str = "week",
    families: Sequence[str] | None = None,
    amount: str | None = "amount",
    keep_zero: bool = False,
    level: float = 0.9,
) -> Comparison:
    """Fit on the orders up to ``split``, score on those after it, beside two plain rules.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount, as for `summarise`.
    split : date
        Last day of the calibration period, counted in; customers first seen after it play no part.
    end : date
        Last day of the held-out period, counted in.
    unit : {"day", "week", "month"}, default "week"
    families : sequence of str, optional
        All available ones by default.
    amount, keep_zero
        As for `summarise`.
    level : float, default 0.9
        Of the predictive intervals.

    Returns
    -------
    Comparison

    Raises
    ------
    SettingError
        ``lifetime_split`` unless split lies before end; ``not_a_choice`` (family, unit).
    DataError
        As `summarise`.
    """
    # families of opportunities need months, not times
    every = [name for name, family in FAMILIES.items() if family.times]
    names = every if families is None else [get(family).name for family in families]
    low, high = (int(days_of(pd.Series([periods.day(date)]))[0]) for date in (split, end))
    if high <= low:
        raise SettingError("lifetime_split", split=str(periods.day(split).date()), end=str(periods.day(end).date()))
    history = summarise(orders, end=split, unit=unit, amount=amount, keep_zero=keep_zero)
    known, code, day, spent = purchase_days(orders, end=end, amount=amount, keep_zero=keep_zero)
    place = history.index.get_indexer(known)[code]
    before, after = (place >= 0) & (day <= low), (place >= 0) & (day > low)
    length = {"unit_days": UNIT_DAYS[unit], "horizon": (high - low) / UNIT_DAYS[unit]}
    customers = history[["frequency", "recency", "age"]].copy()
    customers["actual"] = np.bincount(place[after], minlength=len(history)).astype(float)
    rows = []
    for name in names:
        customers[name], row = _model(history, name, length["horizon"], level, customers["actual"])
        rows.append({**_score(name, customers), **row})
    customers["last_year_rate"] = last_year_rate(history, place[before], day[before], split=low, **length)
    customers["recency_rule"] = recency_rule(history, **length)
    rows += [_score(name, customers) for name in ("last_year_rate", "recency_rule")]
    settings = {
        "split": periods.day(split).date(),
        "end": periods.day(end).date(),
        "unit": unit,
        "horizon": length["horizon"],
        "families": names,
        "level": level,
        "best": "rank_sum",
    }
    found = _comparison(_ranked(pd.DataFrame(rows), n=len(history)), customers, names, settings)
    if amount is None:
        return found
    sales = math.fsum(spent[after])
    money = moneytest.tested(history, family=found.family, actual=sales, horizon=length["horizon"], level=level)
    return dataclasses.replace(found, **money)


def _model(
    history: pd.DataFrame, name: str, horizon: float, level: float, actual: pd.Series
) -> tuple[pd.Series, dict[str, Any]]:
    """Orders a model expects of each customer, and how its intervals did."""
    model = fit(history, family=name)
    ahead = forecast(model, history, periods=horizon, level=level)
    outlook = orders_outlook(model, history, horizon)
    mean, variance, _ = outlook.by_group(np.zeros(len(history), dtype=np.int64), 1)
    lo, hi = count_interval(mean, variance, level=level)
    inside = (ahead["lo"] <= actual) & (actual <= ahead["hi"])
    hit = bool(lo[0] <= actual.sum() <= hi[0])
    row = {
        "lo": float(lo[0]),
        "hi": float(hi[0]),
        "coverage": float(inside.mean()),
        "total_inside": "inside_interval" if hit else "outside_interval",
        "method": "predictive",
    }
    return ahead["expected"], row


def _score(rule: str, customers: pd.DataFrame) -> dict[str, Any]:
    predicted, actual = customers[rule].to_numpy(dtype=float), customers["actual"].to_numpy(dtype=float)
    return {
        "rule": rule,
        "value": float(predicted.sum()),
        "lo": np.nan,
        "hi": np.nan,
        "actual": float(actual.sum()),
        "bias": float(predicted.sum() / actual.sum() - 1) if actual.sum() else np.nan,
        "mae": float(np.abs(predicted - actual).mean()),
        "spearman": _spearman(predicted, actual),
        "coverage": np.nan,
        "total_inside": "no_interval",
        "method": "plain_rule",
    }


def _spearman(x: np.ndarray, y: np.ndarray) -> float:
    # sums of floats that should be equal differ in the last digits; ranks must not
    a, b = stats.rankdata(np.round(x, 9)), stats.rankdata(y)
    return float(np.corrcoef(a, b)[0, 1]) if len(a) > 2 and np.ptp(a) and np.ptp(b) else float("nan")


def _ranked(table: pd.DataFrame, *, n: int) -> pd.DataFrame:
    """Best first: smallest sum of the ranks of |bias|, mae and (falling) spearman."""
    scores = [table["bias"].abs(), table["mae"], -table["spearman"]]
    rank_sum = np.sum([score.rank(na_option="bottom").to_numpy() for score in scores], axis=0)
    order = np.lexsort((np.arange(len(table)), scores[0].fillna(np.inf).to_numpy(), rank_sum))
    out = table.iloc[order].reset_index(drop=True)
    out["rank"] = np.arange(1, len(out) + 1)
    out["n"] = n
    out["flag"] = "ok" if n >= LOW_N else "low_n"
    return out[[
        "rule", "value", "lo", "hi", "actual", "bias", "mae", "spearman", "coverage", "total_inside", "rank", "n",
        "method", "flag",
    ]]  # fmt: skip


def _comparison(table: pd.DataFrame, customers: pd.DataFrame, names: list[str], settings: dict[str, Any]) -> Comparison:
    best = str(table["rule"].iloc[0])
    model = table[table["rule"].isin(names)].iloc[0]
    bias = float(model["bias"])
    told = {"rule": best, "family": str(model["rule"]), "n": len(customers)}
    told["error"] = None if np.isnan(bias) else abs(bias)
    code = "lifetime_model_wins" if best in names else "lifetime_naive_wins"
    notes = [Note("comparison_rule")]
    if best not in names:
        notes.append(Note("naive_wins", {"rule": best}))
    if np.isnan(bias):
        notes.append(Note("held_out_empty"))
        code = "lifetime_held_out_empty"
    return Comparison(
        table=table,
        settings=settings,
        notes=tuple(notes),
        finding=Note(code, told),
        best=best,
        family=str(model["rule"]),
        predicted=float(model["value"]),
        actual=float(model["actual"]),
        error=bias,
        covered=model["total_inside"] == "inside_interval",
        customers=customers,
    )
