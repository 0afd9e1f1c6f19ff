"""The held-out test: models and plain rules against a period none of them has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals, periods
from .families import FAMILIES, get
from .fitting import LOW_N, fit
from .naive import last_year_rate, recency_rule
from .outlook import count_interval, orders_outlook
from .prediction import forecast
from .summary import UNIT_DAYS, days_of, purchase_days, summarise

__all__ = ["Calibration", "Comparison", "calibration", "compare"]

#: frequencies up to this have a bin of their own in the calibration
LAST_BIN = 7


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison(Result):
    """Scoreboard of models and plain rules on the held-out period.

    Attributes
    ----------
    table : DataFrame
        rule, value (orders predicted), lo, hi, actual, bias (value / actual − 1), mae (orders per
        customer), spearman, coverage (share of customers inside their interval), total_inside
        ("inside", "outside", "none"), rank, n, method, flag; best rule first.
    best : str
        Rule with the smallest sum of ranks over |bias|, mae and spearman; ties go to the smaller |bias|.
    family : str
        The best of the models, and what the following four are about.
    predicted, actual, error : float
        Orders in the held-out period; error = predicted / actual − 1.
    covered : bool
        Whether the actual total lay inside the interval.
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

    formats: ClassVar[Mapping[str, str]] = {
        "value": "number", "lo": "number", "hi": "number", "actual": "number", "bias": "percent1", "mae": "ratio",
        "spearman": "ratio", "coverage": "percent", "rank": "count",
    }  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Calibration(Result):
    """Actual against predicted orders by number of repeat purchases before the split.

    Attributes
    ----------
    table : DataFrame
        frequency ("0" … "7+"), value (mean actual orders), lo, hi, predicted (mean), n, method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "value": "number2",
        "lo": "number2",
        "hi": "number2",
        "predicted": "number2",
    }
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "predicted"))


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
        ``split`` unless split lies before end; ``not_a_choice`` (family, unit).
    DataError
        As `summarise`.
    """
    names = list(FAMILIES) if families is None else [get(family).name for family in families]
    low, high = (int(days_of(pd.Series([periods.day(date)]))[0]) for date in (split, end))
    if high <= low:
        raise SettingError("split", split=str(periods.day(split).date()), end=str(periods.day(end).date()))
    history = summarise(orders, end=split, unit=unit, amount=amount, keep_zero=keep_zero)
    known, code, day, _ = purchase_days(orders, end=end, amount=amount, keep_zero=keep_zero)
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
    return _comparison(_ranked(pd.DataFrame(rows), n=len(history)), customers, names, settings)


def calibration(comparison: Comparison, *, family: str | None = None, level: float = 0.9) -> Calibration:
    """Mean actual and predicted orders by number of repeat purchases, for one rule of a comparison.

    Parameters
    ----------
    comparison : Comparison
    family : str, optional
        A model or rule of the comparison; by default its best model.
    level : float, default 0.9
        Of the t interval of the actual mean.
    """
    rule = comparison.family if family is None else family
    checks.choice(rule, list(comparison.table["rule"]), name="family")
    customers = comparison.customers
    bins = np.minimum(customers["frequency"].to_numpy(dtype=int), LAST_BIN)
    rows = []
    for i in range(LAST_BIN + 1):
        inside = customers[bins == i]
        if len(inside) == 0:
            continue
        mean = float(inside["actual"].mean())
        lo, hi = intervals.mean(np.sort(inside["actual"].to_numpy(dtype=float)), level=level)
        label = f"{i}+" if i == LAST_BIN else str(i)
        predicted = float(np.sort(inside[rule].to_numpy(dtype=float)).mean())
        rows.append(
            {"frequency": label, "value": mean, "lo": max(lo, 0.0), "hi": hi, "predicted": predicted, "n": len(inside)}
        )
    table = pd.DataFrame(rows).assign(method="t_interval")
    table["flag"] = np.where(table["n"] < 30, "low_n", "ok")
    known = table.dropna(subset=["lo", "hi"])
    hits = int(((known["lo"] <= known["predicted"]) & (known["predicted"] <= known["hi"])).sum())
    return Calibration(
        table=table,
        settings={"family": rule, "level": level},
        finding=Note("lifetime_calibration", {"inside": hits, "of": len(known), "family": rule}),
    )


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
        "total_inside": "inside" if hit else "outside",
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
        "total_inside": "none",
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
    told = {"rule": best, "family": model["rule"], "error": abs(bias), "n": len(customers)}
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
        covered=model["total_inside"] == "inside",
        customers=customers,
    )
