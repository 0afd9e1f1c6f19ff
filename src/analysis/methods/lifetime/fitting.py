"""Fitting a lifetime model, and what the fit alone can answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from . import gaps
from .estimates import LEVEL, LOW_N, Estimates
from .families import FAMILIES, Family, checked_parameters, get
from .regularity import highest
from .rows import Rows, compress, rescale

__all__ = ["LOW_N", "LifetimeFit", "expected_orders", "fit", "from_parameters", "log_likelihood"]


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
    aic, bic : float
        Smaller is better; they compare families on one history in one unit.
    verdict : {"interior", "no_dropout", "no_heterogeneity", "flat_ridge"}
        An ordinary optimum; one at the edge where nobody drops out or all customers are alike; or
        one that the data do not determine.
    customers, repeaters : float
        Customers fitted on (sum of weights), and those of them with a repeat purchase.
    covariance : DataFrame
        Of the log-parameters; empty where the parameters were given.
    k : int
        Regularity of the orders; 1 for a family without it.
    """

    family: str
    log_likelihood: float
    aic: float
    verdict: str
    customers: float
    repeaters: float
    covariance: pd.DataFrame
    bic: float = float("nan")
    k: int = 1

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


def fit(
    history: pd.DataFrame,
    *,
    family: str = "bg_nbd",
    weights: Any = None,
    k: int | None = None,
    intervals: str = "curvature",
    engine: str = "likelihood",
) -> LifetimeFit:
    """Fit a model to purchase histories by maximum likelihood, or sample its posterior.

    Parameters
    ----------
    history : DataFrame
        Columns frequency, recency, age as from `summarise`, in any one unit of time; for the choice of k
        also log_gaps, the sum of the logarithms of the times between a customer's purchases.
    family : {"bg_nbd", "mbg_nbd", "pareto_nbd", "bg_cnbd_k", "mbg_cnbd_k", "bg_bb"}, default "bg_nbd"
    weights : array or Series, optional
        Customers behind each row, for histories that were counted beforehand.
    k : int, optional
        Regularity of bg_cnbd_k and mbg_cnbd_k; None chooses the one of highest likelihood.
    intervals : {"curvature", "profile"}, default "curvature"
        Intervals of the parameters from the curvature of the likelihood at its top, or from the likelihood
        itself, which is right where it is lopsided (small samples) and takes some hundred evaluations.
    engine : {"likelihood", "pymc"}, default "likelihood"
        "pymc" needs the extra `bayes` and takes a minute or two: posterior medians, standard deviations and
        central intervals of bg_nbd, mbg_nbd and pareto_nbd under weak priors that the settings state.

    Returns
    -------
    LifetimeFit

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``history_values``, ``history_weights``, ``history_log_gaps``.
    SettingError
        ``not_a_choice`` when the family is not available, lists those that are; ``family_without_k``;
        with "pymc" ``engine_family``, ``engine_intervals``, ``bayes_absent``.

    References
    ----------
    Fader, Hardie and Lee (2005), Marketing Science 24, 275–284 (BG/NBD).
    Batislam, Denizel and Filiztekin (2007), International Journal of Research in Marketing 24, 201–209 (MBG/NBD).
    Schmittlein, Morrison and Colombo (1987), Management Science 33, 1–24 (Pareto/NBD).
    Platzer and Reutterer (2016), Marketing Science 35, 779–799 (regularity k).
    """
    model = get(family)
    checks.choice(intervals, ("curvature", "profile"), name="intervals")
    bayes = _bayes(engine, model, intervals)
    rows = compress(history, weights=weights)
    total = float(rows.weights.sum())
    mean_age = float(rows.weights @ rows.age) / total
    # opportunities are counted, not measured: there is no unit to choose
    scale = (mean_age or 1.0) if model.times else 1.0
    scaled = rescale(rows, scale)
    top, support = highest(model, history, scaled, scale=scale, weights=weights, k=k)
    estimates = Estimates(top, scale=scale, customers=total, repeaters=float(rows.weights[rows.frequency > 0].sum()))
    if bayes is not None:
        estimates = bayes.sampled(estimates, scaled)
        top = estimates.top
    size = len(model.parameters) + (1 if len(support) > 1 else 0)
    return LifetimeFit(
        table=estimates.table(scaled, intervals=intervals, support=support),
        settings={
            "family": family,
            "level": LEVEL,
            "weighted": weights is not None,
            "mean_age": mean_age,
            "intervals": intervals,
            **estimates.settings,
        },
        notes=estimates.notes(),
        finding=estimates.finding(),
        family=family,
        log_likelihood=top.height,
        aic=2 * size - 2 * top.height,
        bic=size * float(np.log(total)) - 2 * top.height,
        verdict=estimates.verdict,
        customers=total,
        repeaters=estimates.repeaters,
        covariance=pd.DataFrame(
            top.optimum.covariance, index=pd.Index(model.parameters, name="parameter"), columns=list(model.parameters)
        ),
        k=top.family.fixed.get("k", 1),
    )


def _bayes(engine: str, model: Family, intervals: str) -> Any:
    """The module that samples, imported only when it is asked for."""
    checks.choice(engine, ("likelihood", "pymc"), name="engine")
    if engine == "likelihood":
        return None
    from . import bayes

    bayes.ready(model, intervals=intervals)
    return bayes


def from_parameters(family: str, **parameters: float) -> LifetimeFit:
    """A fit with known parameters: no likelihood, no uncertainty.

    Parameters
    ----------
    family : {"bg_nbd", "mbg_nbd", "pareto_nbd", "bg_cnbd_k", "mbg_cnbd_k", "bg_bb"}
    **parameters : float
        r, alpha, a, b (and k); r, alpha, s, beta; alpha, beta, gamma, delta. Times (alpha, and beta of
        pareto_nbd) are in the unit of the histories it will be used on.

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
        k=int(values.get("k", 1)),
    )


def log_likelihood(fit: LifetimeFit, history: pd.DataFrame) -> pd.Series:
    """Log-likelihood of each customer's history under a fit, in the order of the history.

    Raises
    ------
    DataError
        ``history_log_gaps`` for a regularity above 1 without the column log_gaps.
    """
    rows = compress(history)
    each, _ = fit.model.log_likelihood(fit.parameters, rows)
    full = each[rows.inverse] + gaps.constant(history, fit.k)
    return pd.Series(full, index=history.index, name="log_likelihood")


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
