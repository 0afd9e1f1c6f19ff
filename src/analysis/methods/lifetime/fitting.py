"""Fitting a lifetime model, and what the fit alone can answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core.result import Disclosure, Note, Result
from .families import FAMILIES, Family, checked_parameters, get
from .optimise import Optimum, maximise
from .rows import Rows, compress, rescale

__all__ = ["LifetimeFit", "expected_orders", "fit", "from_parameters", "log_likelihood"]

#: level of the intervals of parameters
LEVEL = 0.95
#: below this many customers with a repeat purchase the estimates are for orientation only
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class LifetimeFit(Result):
    """A fitted model of buying and dropping out.

    Attributes
    ----------
    table : DataFrame
        One row per parameter: parameter, value, se, lo, hi, n, method, flag. Times are in the unit of
        the history; the interval is that of the logarithm, taken back.
    family : str
    log_likelihood : float
        Sum over customers in the unit of the history, so that families can be compared.
    aic : float
    verdict : {"interior", "no_dropout", "no_heterogeneity", "flat_ridge"}
        An ordinary optimum; one at the edge where nobody drops out or all customers are alike; or
        one that the data do not determine.
    customers, repeaters : float
        Customers fitted on (sum of weights), and those of them with a repeat purchase.
    covariance : DataFrame
        Of the log-parameters; empty where the parameters were given.
    """

    family: str
    log_likelihood: float
    aic: float
    verdict: str
    customers: float
    repeaters: float
    covariance: pd.DataFrame

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "number", "se": "number", "lo": "number", "hi": "number"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n",), hides=("value", "lo", "hi", "se"))

    @property
    def estimates(self) -> pd.DataFrame:
        """Columns parameter, value, se, lo, hi."""
        return self.table[["parameter", "value", "se", "lo", "hi"]]

    @property
    def parameters(self) -> dict[str, float]:
        """Value of each parameter."""
        return dict(zip(self.table["parameter"], self.table["value"].astype(float), strict=True))

    @property
    def model(self) -> Family:
        """The functions of the fitted family."""
        return FAMILIES[self.family]


def fit(history: pd.DataFrame, *, family: str = "bg_nbd", weights: Any = None) -> LifetimeFit:
    """Fit a model to purchase histories by maximum likelihood.

    Parameters
    ----------
    history : DataFrame
        Columns frequency, recency, age as from `summarise`, in any one unit of time.
    family : {"bg_nbd", "mbg_nbd"}, default "bg_nbd"
    weights : array or Series, optional
        Customers behind each row, for histories that were counted beforehand.

    Returns
    -------
    LifetimeFit

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``history_values``, ``history_weights``.
    SettingError
        ``not_a_choice`` when the family is not available; lists those that are.

    References
    ----------
    Fader, Hardie and Lee (2005), Marketing Science 24, 275–284 (BG/NBD).
    Batislam, Denizel and Filiztekin (2007), International Journal of Research in Marketing 24, 201–209 (MBG/NBD).
    """
    model = get(family)
    rows = compress(history, weights=weights)
    total = float(rows.weights.sum())
    # opportunities are counted, not measured: there is no unit to choose
    scale = (float(rows.weights @ rows.age) / total or 1.0) if model.times else 1.0
    best = maximise(model, rescale(rows, scale))
    values = dict(zip(model.parameters, np.exp(best.theta).tolist(), strict=True))
    for name in model.times:
        values[name] *= scale
    # a density of purchase times carries one 1/time per repeat purchase
    height = best.log_likelihood - float(rows.weights @ rows.frequency) * float(np.log(scale))
    repeaters = float(rows.weights[rows.frequency > 0].sum())
    verdict = best.verdict if repeaters > 0 else "flat_ridge"
    return LifetimeFit(
        table=_table(model, values, best, n=total, low=repeaters < LOW_N),
        settings={"family": family, "level": LEVEL, "weighted": weights is not None},
        notes=_notes(best, repeaters),
        finding=_finding(model, values, total, verdict),
        family=family,
        log_likelihood=height,
        aic=2 * len(model.parameters) - 2 * height,
        verdict=verdict,
        customers=total,
        repeaters=repeaters,
        covariance=pd.DataFrame(
            best.covariance, index=pd.Index(model.parameters, name="parameter"), columns=list(model.parameters)
        ),
    )


def from_parameters(family: str, **parameters: float) -> LifetimeFit:
    """A fit with known parameters: no likelihood, no uncertainty.

    Parameters
    ----------
    family : {"bg_nbd", "mbg_nbd"}
    **parameters : float
        r, alpha, a, b; alpha in the unit of the histories it will be used on.

    Raises
    ------
    SettingError
        ``not_a_choice`` (family), ``family_parameters`` (missing or foreign), ``out_of_range`` (not positive).
    """
    model = get(family)
    values = checked_parameters(model, parameters)
    table = pd.DataFrame({"parameter": list(values), "value": list(values.values())})
    for column in ("se", "lo", "hi"):
        table[column] = np.nan
    table["n"], table["method"], table["flag"] = 0, "given", "ok"
    return LifetimeFit(
        table=table,
        settings={"family": family, **values},
        notes=(Note("parameters_given"),),
        family=family,
        log_likelihood=float("nan"),
        aic=float("nan"),
        verdict="interior",
        customers=0.0,
        repeaters=0.0,
        covariance=pd.DataFrame(columns=list(model.parameters), dtype=float),
    )


def log_likelihood(fit: LifetimeFit, history: pd.DataFrame) -> pd.Series:
    """Log-likelihood of each customer's history under a fit, in the order of the history."""
    rows = compress(history)
    each, _ = fit.model.log_likelihood(fit.parameters, rows)
    return pd.Series(each[rows.inverse], index=history.index, name="log_likelihood")


def expected_orders(fit: LifetimeFit, periods: Any) -> Any:
    """Expected repeat orders of a new customer in the first ``periods`` after the first purchase.

    Parameters
    ----------
    fit : LifetimeFit
    periods : float or array
        In the unit of the history the fit was made on.

    Returns
    -------
    float or array
    """
    lengths = np.atleast_1d(np.asarray(periods, dtype=float))
    zero = np.zeros(1, dtype=np.int64)
    newcomer = Rows(zero, np.zeros(1), zero, np.zeros(1), zero, np.ones(1), zero)
    out = np.array([fit.model.moments(fit.parameters, newcomer, length)[0][0] for length in lengths])
    return float(out[0]) if np.ndim(periods) == 0 else out


def _table(model: Family, values: Mapping[str, float], best: Optimum, *, n: float, low: bool) -> pd.DataFrame:
    spread = np.where(best.undetermined, np.nan, np.sqrt(np.diag(best.covariance)))
    z = stats.norm.ppf((1 + LEVEL) / 2)
    value = np.array([values[name] for name in model.parameters])
    flag = np.where(best.undetermined, "not_identified", "low_n" if low else "ok")
    return pd.DataFrame(
        {
            "parameter": list(model.parameters),
            "value": value,
            "se": value * spread,
            "lo": value * np.exp(-z * spread),
            "hi": value * np.exp(z * spread),
            "n": round(n),
            "method": "maximum_likelihood",
            "flag": flag,
        }
    )


def _notes(best: Optimum, repeaters: float) -> tuple[Note, ...]:
    notes = []
    if repeaters == 0:
        notes.append(Note("nobody_repeats"))
    elif best.note:
        notes.append(Note(f"fit_{best.note}"))
    if 0 < repeaters < LOW_N:
        notes.append(Note("few_repeaters", {"n": round(repeaters), "need": LOW_N}))
    if not best.converged:
        notes.append(Note("not_converged"))
    return tuple(notes)


def _finding(model: Family, values: Mapping[str, float], total: float, verdict: str) -> Note:
    told = {"n": round(total), "family": model.name}
    if verdict != "interior":
        return Note("lifetime_fit_edge", {**told, "verdict": verdict})
    found = model.describe(values)
    return Note(found.code, {**found.values, **told})
