"""One model for the country, one for each region, and each region's drawn towards the country by what it knows.

A region with few customers cannot carry a model of its own; alone it would give
nonsense or nothing. Its parameters are drawn towards the national ones as far as
its data leave them open, so that each region gets an answer of honest width.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.result import Note
from ...stats import groups
from .fitting import LOW_N, LifetimeFit, expected_orders, fit
from .optimise import Objective
from .prediction import parameter_points
from .regional_fit import LEVEL, RegionFits
from .regional_prior import PRIOR_SD, Pull, shrink
from .rows import compress, rescale
from .summary import UNIT_DAYS

__all__ = ["RegionFits", "fit_regions"]

YEAR_DAYS = 365.25
KINDS = ("pooled", "unpooled", "shrunk")
COLUMNS = [
    "region", "value", "lo", "hi", "unpooled", "unpooled_lo", "unpooled_hi", "pooled", "own_weight", "n", "repeaters",
    "method", "flag",
]  # fmt: skip


def fit_regions(
    history: pd.DataFrame, region: pd.Series, *, family: str = "bg_nbd", unit: str = "week", k: int | None = None
) -> RegionFits:
    """Fit the country and each region, and draw the regions towards the country by empirical Bayes.

    Parameters
    ----------
    history : DataFrame
        Index customer_id; frequency, recency, age, as for `fit`.
    region : Series
        Region of each customer, on customer_id; a customer without one is "unassigned".
    family : str, default "bg_nbd"
        As for `fit`.
    unit : {"day", "week", "month"}, default "week"
        Unit of the history, which gives the length of a year.
    k : int, optional
        Regularity, as for `fit`; the country's holds for every region.

    Returns
    -------
    RegionFits
        ``.of(region)`` is a fit that `forecast` and `total` take.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``history_values``, ``duplicate_customers``.
    SettingError
        ``not_a_choice`` (family, unit), ``family_without_k``.

    References
    ----------
    Efron and Morris (1975), Journal of the American Statistical Association 70, 311–319; the steps are in
    `regional_prior`.
    """
    checks.choice(unit, UNIT_DAYS, name="unit")
    checks.not_empty(history, name="history")
    checks.unique_index(history, name="history")
    code, names, missing = groups.codes(history.index, region)
    national = fit(history, family=family, k=k)
    # the regularity of orders is that of the country
    regular = national.k if national.model.fixed else None
    own = [fit(history[code == i], family=family, k=regular) for i in range(len(names))]
    pulls, sd = _drawn(history, code, len(names), national)
    drawn = [_as_fit(national, pull) for pull in pulls]
    table = _table(names, national, own, drawn, sd, year=YEAR_DAYS / UNIT_DAYS[unit])
    parameters = list(national.model.parameters)
    return RegionFits(
        table=table,
        settings={
            "family": family,
            "unit": unit,
            "level": LEVEL,
            "prior_sd": PRIOR_SD,
            "mean_age": national.settings["mean_age"],
        },
        notes=_notes(table, national, missing),
        finding=_finding(table),
        national=national.estimates,
        parameters=_parameters(names, national, own, drawn, table["flag"]),
        spread=pd.DataFrame({"parameter": parameters, "sd": sd}),
        covariances=pd.concat(
            [
                each.covariance.reset_index().assign(region=name)[["region", "parameter", *parameters]]
                for name, each in zip(names, drawn, strict=True)
            ],
            ignore_index=True,
        ),
        family=family,
    )


def _drawn(history: pd.DataFrame, code: np.ndarray, size: int, national: LifetimeFit) -> tuple[list[Pull], np.ndarray]:
    """Each region's log-parameters after the pull, in the unit of the history."""
    model = national.model.held(national.k) if national.model.fixed else national.model
    every = compress(history)
    scale = (float(every.weights @ every.age) / len(history) or 1.0) if model.times else 1.0
    regions = [Objective(model, rescale(compress(history[code == i]), scale)) for i in range(size)]
    shift = np.array([np.log(scale) if name in model.times else 0.0 for name in model.parameters])
    centre = np.log([national.parameters[name] for name in model.parameters]) - shift
    pulls, sd = shrink(regions, centre, national.covariance.to_numpy(dtype=float))
    return [replace(pull, theta=pull.theta + shift) for pull in pulls], sd


def _as_fit(national: LifetimeFit, pull: Pull) -> LifetimeFit:
    """The national fit with the region's parameters in its place."""
    names = list(national.model.parameters)
    value, se = np.exp(pull.theta), np.sqrt(np.diag(pull.covariance))
    z = stats.norm.ppf((1 + LEVEL) / 2)
    table = pd.DataFrame({"parameter": names, "value": value, "se": value * se})
    table["lo"], table["hi"] = value * np.exp(-z * se), value * np.exp(z * se)
    fixed = national.table[~national.table["parameter"].isin(names)]
    table = pd.concat([table, fixed[["parameter", "value", "se", "lo", "hi"]]], ignore_index=True)
    covariance = pd.DataFrame(pull.covariance, index=pd.Index(names, name="parameter"), columns=names)
    return replace(national, table=table, covariance=covariance)


def _orders(model: LifetimeFit, year: float) -> tuple[float, float, float]:
    """Repeat orders of a new customer in a year, and the interval of its logarithm, taken back."""
    value = float(expected_orders(model, year))
    # a fit of one point each stands for the uncertainty of the parameters
    points = [float(expected_orders(_at(model, values), year)) for values in parameter_points(model)]
    if value <= 0 or min(points) <= 0:
        return value, float("nan"), float("nan")
    spread = float(np.sqrt(np.mean((np.log(points) - np.log(value)) ** 2)))
    z = stats.norm.ppf((1 + LEVEL) / 2)
    return value, value * float(np.exp(-z * spread)), value * float(np.exp(z * spread))


def _at(model: LifetimeFit, values: Mapping[str, float]) -> LifetimeFit:
    return replace(model, table=model.table.assign(value=[values[name] for name in model.table["parameter"]]))


def _table(
    names: list[str],
    national: LifetimeFit,
    own: list[LifetimeFit],
    drawn: list[LifetimeFit],
    sd: np.ndarray,
    *,
    year: float,
) -> pd.DataFrame:  # three kinds of fit side by side, hence seven
    pooled = float(expected_orders(national, year))
    rows: list[dict[str, Any]] = []
    for name, alone, model in zip(names, own, drawn, strict=True):
        value, lo, hi = _orders(model, year)
        single = _orders(alone, year) if alone.repeaters else (float("nan"),) * 3
        rows.append(
            {
                "region": name,
                "value": value,
                "lo": lo,
                "hi": hi,
                "unpooled": single[0],
                "unpooled_lo": single[1],
                "unpooled_hi": single[2],
                "pooled": pooled,
                "n": round(alone.customers),
                "repeaters": round(alone.repeaters),
                "method": "empirical_bayes",
                "flag": "low_n" if alone.customers < LOW_N else "ok",
            }
        )
    table = pd.DataFrame(rows)
    table["own_weight"] = _own_weight(table, national, sd, year)
    if national.repeaters == 0:
        # nobody ever came back anywhere: numbers would be the shape of the model and nothing else
        table[list(RegionFits.formats)], table["flag"] = np.nan, "not_identified"
    return table[COLUMNS]


def _own_weight(table: pd.DataFrame, national: LifetimeFit, sd: np.ndarray, year: float) -> np.ndarray:
    """1 − variance of the logarithm of the value after the region's data over that before them."""
    prior = replace(national, covariance=national.covariance + np.diag(sd**2))
    _, lo, hi = _orders(prior, year)
    return np.clip(1 - (np.log(table["hi"] / table["lo"]) / np.log(hi / lo)) ** 2, 0.0, 1.0).to_numpy()


def _parameters(
    names: list[str], national: LifetimeFit, own: list[LifetimeFit], drawn: list[LifetimeFit], flag: pd.Series
) -> pd.DataFrame:
    frames = []
    for name, alone, model, low in zip(names, own, drawn, flag, strict=True):
        shrunk = model.table.assign(flag=low)
        for kind, table in zip(KINDS, (national.table, alone.table, shrunk), strict=True):
            frames.append(table.assign(region=name, kind=kind))
    columns = ["region", "parameter", "kind", "value", "se", "lo", "hi", "flag"]
    return pd.concat(frames, ignore_index=True)[columns]


def _notes(table: pd.DataFrame, national: LifetimeFit, missing: int) -> tuple[Note, ...]:
    notes = [Note("customers_without_group", {"n": missing})] if missing else []
    few = table.loc[table["flag"] == "low_n", "region"].tolist()
    if few:
        notes.append(Note("regions_few", {"n": len(few), "of": len(table), "need": LOW_N}))
    # what is said of the country's model holds for what is drawn towards it
    notes += [note for note in national.notes if note.code != "few_repeaters"]
    return (Note("regions_rule"), *notes)


def _finding(table: pd.DataFrame) -> Note:
    if table["value"].isna().all():
        return Note("lifetime_total_unknown", {"n": int(table["n"].sum())})
    top, low = table["value"].max(), table["value"].min()
    if len(table) == 1:
        # with one region there is nothing to compare
        row = table.iloc[0]
        return Note("regions_one", {**{name: float(row[name]) for name in ("value", "lo", "hi")}, "n": int(row["n"])})
    told = {"n": len(table), "low": float(low), "high": float(top), "pooled": float(table["pooled"].iloc[0])}
    # regions differ when some interval leaves out the national value
    apart = int(((table["lo"] > table["pooled"]) | (table["hi"] < table["pooled"])).sum())
    return Note("regions_differ" if apart else "regions_alike", {**told, "apart": apart})
