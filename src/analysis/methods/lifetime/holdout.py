"""The held-out test: models and plain rules against a period none of them has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataError
from ...core.result import Note
from ...stats import periods
from .comparison import Comparison, verdict
from .families import FAMILIES, get
from .fitting import LOW_N, LifetimeFit, fit
from .outlook import money_outlook, orders_outlook
from .prediction import forecast
from .rules import RULES, RuleFit, from_rates, rule_orders
from .scoring import rank_sums, score
from .spend import SpendFit, fit_spend
from .trial import Trial, observe

__all__ = ["compare"]

COLUMNS = [
    "rule", "value", "lo", "hi", "actual", "bias", "mae", "spearman", "lift", "coverage", "total_inside", "rank_sum",
    "rank", "n", "method", "flag",
]  # fmt: skip


def compare(  # the design fixes the first five parameters
    orders: pd.DataFrame,
    *,
    split: Any,
    end: Any,
    unit: str = "week",
    families: Sequence[str] | None = None,
    by: pd.Series | None = None,
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
        All available ones by default. One that these data do not suit is left out with a note: BG/BB needs
        purchases that stand alone in their period, such as monthly figures.
    by : Series, optional
        Region or other group of each customer, on customer_id: each is tested by itself as well.
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
        ``split_before_orders``, ``no_family_fits``; else as `summarise`.
    """
    names = list(FAMILIES) if families is None else [get(family).name for family in families]
    trial = observe(orders, split=split, end=end, unit=unit, amount=amount, keep_zero=keep_zero, by=by)
    customers = trial.history[["frequency", "recency", "age"]].assign(actual=trial.actual)
    spend = _spend(trial) if amount is not None else None
    rows, tests, skipped = [], [], {}
    for name in names:
        found = _model(trial, name, spend, level, names)
        if isinstance(found, Note):
            skipped[name] = found
            continue
        customers[name], row, own = found
        rows.append(row)
        tests += own
    if not rows:
        raise DataError("no_family_fits", families=names, unit=unit)
    for name in RULES:
        customers[name], row, own = _rule(trial, name, spend, level)
        rows.append(row)
        tests += own
    settings = {
        "split": periods.day(split).date(),
        "end": periods.day(end).date(),
        "unit": unit,
        "horizon": trial.horizon,
        "families": [name for name in names if name not in skipped],
        "level": level,
        "best": "rank_sum",
        "by": None if by is None else str(by.name),
    }
    ranked = _ranked(pd.DataFrame(rows), n=len(customers))
    return _comparison(ranked, customers, pd.DataFrame(tests), settings, list(skipped.values()))


_Found = tuple[np.ndarray, dict[str, Any], list[dict[str, Any]]]


def _model(trial: Trial, name: str, spend: SpendFit | None, level: float, names: Sequence[str]) -> _Found | Note:
    """Orders a model expects of each customer, its scores, and how its intervals did; or why it is left out."""
    suited = trial.history_of(name)
    if suited is None:
        return Note("family_skipped", {"family": name})
    history, horizon = suited
    try:
        model = fit(history, family=name)
    except DataError:
        return Note("family_skipped", {"family": name})
    plain = name.replace("_cnbd_k", "_nbd")
    if model.parameters.get("k") == 1 and plain in names:
        # the same model twice would count twice in the ranks of the others
        return Note("family_same", {"family": name, "plain": plain})
    ahead = forecast(model, history, periods=horizon, level=level)
    tests = _tests(trial, model, history, horizon, spend, level)
    inside = (ahead["lo"].to_numpy() <= trial.actual) & (trial.actual <= ahead["hi"].to_numpy())
    row = {
        "rule": name,
        **score(ahead["expected"].to_numpy(), trial.actual),
        "lo": tests[0]["lo"],
        "hi": tests[0]["hi"],
        "coverage": float(inside.mean()),
        "total_inside": "inside_interval" if tests[0]["inside"] else "outside_interval",
        "method": "predictive",
    }
    return ahead["expected"].to_numpy(), row, tests


def _rule(trial: Trial, name: str, spend: SpendFit | None, level: float) -> _Found:
    predicted = rule_orders(
        name,
        trial.history,
        trial.place,
        trial.day,
        split=trial.split,
        unit_days=trial.unit_days,
        horizon=trial.horizon,
    )
    rates = pd.Series(predicted / trial.horizon, index=trial.history.index)
    plain = from_rates(name, rates, dispersion=trial.scatter(predicted), repeaters=0, settings={})
    tests = _tests(trial, plain, trial.history, trial.horizon, spend, level)
    # before the test nothing was known of its scatter: the scoreboard shows no interval
    none = {"lo": np.nan, "hi": np.nan, "coverage": np.nan, "total_inside": "no_interval", "method": "plain_rule"}
    return predicted, {"rule": name, **score(predicted, trial.actual), **none}, tests


def _tests(
    trial: Trial,
    model: LifetimeFit | RuleFit,
    history: pd.DataFrame,
    horizon: float,
    spend: SpendFit | None,
    level: float,
) -> list[dict[str, Any]]:
    """Orders and, where spend is known, sales: predicted and actual, in total and by group."""
    rows = trial.tests(model.family, orders_outlook(model, history, horizon), level=level)
    if spend is not None:
        rows += trial.tests(model.family, money_outlook(model, spend, history, periods=horizon), level=level)
    return rows


def _spend(trial: Trial) -> SpendFit | None:
    """Spend at the split; None where too few customers repeated to learn it."""
    try:
        return fit_spend(trial.history)
    except DataError:
        return None


def _ranked(table: pd.DataFrame, *, n: int) -> pd.DataFrame:
    """Best first: smallest sum of ranks; ties go to the smaller |bias|."""
    table = table.assign(rank_sum=rank_sums(table), n=n, flag="ok" if n >= LOW_N else "low_n")
    bias = table["bias"].abs().fillna(np.inf).to_numpy()
    order = np.lexsort((np.arange(len(table)), bias, table["rank_sum"].to_numpy()))
    out = table.iloc[order].reset_index(drop=True)
    return out.assign(rank=np.arange(1, len(out) + 1))[COLUMNS]


def _comparison(
    table: pd.DataFrame, customers: pd.DataFrame, tests: pd.DataFrame, settings: dict[str, Any], notes: list[Note]
) -> Comparison:
    best = str(table["rule"].iloc[0])
    model = table[~table["rule"].isin(RULES)].iloc[0]
    family, bias = str(model["rule"]), float(model["bias"])
    told = {
        "rule": best,
        "family": family,
        "n": len(customers),
        "error": None if np.isnan(bias) else abs(bias),
        "of": len(table),
    }
    code, other = verdict(table, family)
    told = told if other is None else {**told, "other": other}
    first, second = table.iloc[0], table.iloc[1]
    notes = [*notes, Note("comparison_rule"), Note("comparison_used", {
        "rule": best, "points": float(first["rank_sum"]), "second": str(second["rule"]),
        "others": float(second["rank_sum"]),
    })]  # fmt: skip
    if other is not None and not np.isnan(bias):
        notes.append(Note("comparison_tie", {"rule": best, "other": other}))
    if other is None and best in RULES:
        notes.append(Note("naive_wins", {"rule": best, "family": family}))
    if np.isnan(bias):
        notes.append(Note("held_out_empty"))
        code = "lifetime_held_out_empty"
    money = tests[(tests["rule"] == family) & (tests["kind"] == "sales") & (tests["group"] == "")]
    sales = {} if money.empty else {
        "predicted_value": float(money["value"].iloc[0]),
        "actual_value": float(money["actual"].iloc[0]),
        "covered_value": bool(money["inside"].iloc[0]),
    }  # fmt: skip
    return Comparison(
        table=table,
        settings=settings,
        notes=tuple(notes),
        finding=Note(code, told),
        best=best,
        family=family,
        predicted=float(model["value"]),
        actual=float(model["actual"]),
        error=bias,
        covered=model["total_inside"] == "inside_interval",
        customers=customers,
        tests=tests,
        **sales,  # type: ignore[arg-type]
    )
