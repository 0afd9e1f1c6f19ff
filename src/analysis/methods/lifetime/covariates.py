"""Purchase and dropout rates that depend on what is known of a customer: region, hospital level, tier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import optimize, stats

from ...core import checks
from ...core.result import Disclosure, Note, Result
from . import families
from .covariate_design import PER_SD, Design, encode
from .covariate_model import LINKS, Covaried, moves
from .fitting import LOW_N, LifetimeFit
from .optimise import BOUND, CONVERGED, FLAT, maximise
from .rows import compress, rescale

__all__ = ["CovariateFit", "fit_covariates"]

LEVEL = 0.95
#: coefficients are searched within this: a rate e^6 = 400 times another is no answer
STEEP = 6.0
#: most Newton steps
NEWTON = 15
PROCESSES = ("purchase", "dropout")


@dataclass(frozen=True, eq=False, kw_only=True)
class CovariateFit(Result):
    """A fitted model whose purchase and dropout rates depend on covariates.

    Attributes
    ----------
    table : DataFrame
        One row per process and level: process ("purchase", "dropout"), covariate, level, base (level it is
        held against; for a numeric covariate one standard deviation more against the mean), value (rate of
        that level over the rate of the base), lo, hi, coefficient (its logarithm), se, n (customers with
        the level), method, flag.
    baseline : DataFrame
        The model of a customer at every base: parameter, value, se, lo, hi.
    covariance : DataFrame
        Of all log-parameters and coefficients, in the order of ``baseline``, then of ``table``.
    log_likelihood, aic : float
    log_likelihood_plain : float
        Of the same family without covariates.
    p_value : float
        Likelihood-ratio test against it.
    family, dropout : str
    scaling : dict
        Base level of each covariate; mean and standard deviation of a numeric one.
    """

    baseline: pd.DataFrame
    covariance: pd.DataFrame
    log_likelihood: float
    aic: float
    log_likelihood_plain: float
    p_value: float
    family: str
    dropout: str
    scaling: dict[str, Any]
    customers: float
    repeaters: float

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "value": "ratio", "lo": "ratio", "hi": "ratio", "coefficient": "ratio", "se": "ratio",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "coefficient", "se"))

    def of(self, **levels: Any) -> LifetimeFit:
        """The model of customers with these levels (numbers for numeric covariates), for `forecast` and `total`.

        A covariate that is not named stands at its base.

        Raises
        ------
        SettingError
            ``not_a_choice`` for a covariate or a level that the fit does not know.
        """
        coefficients = self.table[self.table["process"] == "purchase"]
        at = np.zeros(len(coefficients))
        for name, level in levels.items():
            checks.choice(name, list(self.scaling), name="covariate")
            own = (coefficients["covariate"] == name).to_numpy()
            base = self.scaling[name]
            if isinstance(base, Mapping):
                at[own] = (float(level) - base["mean"]) / base["sd"]
            else:
                checks.choice(str(level), [base, *coefficients.loc[own, "level"]], name=name)
                at[own] = (coefficients.loc[own, "level"] == str(level)).to_numpy(dtype=float)
        return _at(self, at)


def fit_covariates(
    history: pd.DataFrame, covariates: pd.DataFrame, *, family: str = "bg_nbd", dropout: str = "scale"
) -> CovariateFit:
    """Fit a model whose purchase and dropout rates depend on covariates that do not change with time.

    Parameters
    ----------
    history : DataFrame
        Index customer_id; frequency, recency, age, as for `fit`.
    covariates : DataFrame
        On customer_id, one column per covariate. Text, categories and yes/no are levels, held against the
        most frequent one; a customer without a level has "unassigned". Numbers are standardised.
    family : {"bg_nbd", "mbg_nbd", "pareto_nbd"}, default "bg_nbd"
    dropout : {"scale", "odds"}, default "scale"
        What the dropout coefficient does to BG/NBD and MBG/NBD. "scale": a and b are multiplied alike, as
        in the literature, which changes how much customers differ and not the mean dropout; "odds": the
        odds of dropping out after a purchase are multiplied. For Pareto/NBD the rate is multiplied.

    Returns
    -------
    CovariateFit
        ``.of(level="三级")`` is a fit that `forecast` and `total` take.

    Raises
    ------
    DataError
        As `fit`; ``duplicate_customers``, ``covariate_missing``, ``covariates_constant``,
        ``covariates_collinear``, ``covariate_patterns``.
    SettingError
        ``not_a_choice`` (family, dropout).

    References
    ----------
    Fader, P. S. and Hardie, B. G. S. (2007), Incorporating time-invariant covariates into the Pareto/NBD and
    BG/NBD models.
    """
    checks.choice(family, sorted({name for name, _ in LINKS}), name="family")
    checks.choice(dropout, ["scale"] if family == "pareto_nbd" else ["scale", "odds"], name="dropout")
    checks.not_empty(history, name="history")
    checks.unique_index(history, name="history")
    model = families.get(family)
    every = compress(history)
    total = float(every.weights.sum())
    scale = float(every.weights @ every.age) / total or 1.0
    design = encode(history.index, covariates)
    rows = [rescale(compress(history[design.code == i]), scale) for i in range(len(design.patterns))]
    objective = Covaried(model, rows, design.patterns, moves(model, dropout))
    plain = maximise(model, rescale(every, scale))
    best = _maximise(objective, plain.theta, 2 * len(design.columns))
    units = np.array([np.log(scale) if name in model.times else 0.0 for name in model.parameters])
    jacobian = float(every.weights @ every.frequency) * float(np.log(scale))
    gain = 2 * max(best.height - plain.log_likelihood, 0.0)
    p = float(stats.chi2.sf(gain, 2 * len(design.columns)))
    repeaters = float(every.weights[every.frequency > 0].sum())
    table = _table(design, best, len(units), n=total)
    return CovariateFit(
        table=table,
        settings={
            "family": family,
            "dropout": dropout,
            "level": LEVEL,
            "base": design.base,
            "mean_age": float(every.weights @ every.age) / total,
        },
        notes=_notes(design, table, best, family, dropout, plain.note, repeaters),
        finding=_finding(p, family, total, design),
        baseline=_baseline(model.parameters, best, units),
        covariance=_named(best.covariance, model.parameters, table),
        log_likelihood=best.height - jacobian,
        aic=2 * len(best.theta) - 2 * (best.height - jacobian),
        log_likelihood_plain=plain.log_likelihood - jacobian,
        p_value=p,
        family=family,
        dropout=dropout,
        scaling=design.base,
        customers=total,
        repeaters=repeaters,
    )


@dataclass(frozen=True, eq=False)
class _Top:
    """Where the likelihood is highest: estimates, height, covariance, what the data leave open."""

    theta: np.ndarray
    height: float
    covariance: np.ndarray
    open_: np.ndarray
    converged: bool


def _maximise(objective: Covaried, plain: np.ndarray, size: int) -> _Top:
    """From the model without covariates upwards, then Newton steps in the directions the data determine."""
    limit = np.concatenate([np.full(len(plain), BOUND), np.full(size, STEEP)])
    start = np.concatenate([plain, np.zeros(size)])
    settings = {"maxiter": 60, "ftol": 1e-10, "gtol": 1e-6}
    bounds = list(zip(-limit, limit, strict=True))
    theta = optimize.minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=settings).x
    value, gradient = objective(theta)
    for _ in range(NEWTON):
        roots, axes = np.linalg.eigh(objective.curvature(theta))
        firm = roots > 1 / FLAT**2
        along = axes[:, firm]
        step = -along @ ((along.T @ gradient) / roots[firm])
        gain = float(-gradient @ step) / 2
        moved = _step(objective, theta, step, limit) if gain > CONVERGED else None
        if moved is None:
            break
        theta, value, gradient = moved
    spread = np.where(firm, 1 / np.where(firm, roots, 1.0), FLAT**2)
    loose = (axes[:, ~firm] ** 2).sum(axis=1) > 0.1
    return _Top(
        theta=theta,
        height=-value,
        covariance=(axes * spread) @ axes.T,
        open_=loose | (np.abs(theta) > limit - 1e-6),
        converged=bool(gain < CONVERGED * max(1.0, abs(value))),
    )


def _step(
    objective: Covaried, theta: np.ndarray, step: np.ndarray, limit: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray] | None:
    """The Newton step, or as much of it as leads upwards; None when nothing does."""
    before, length = objective(theta)[0], min(1.0, 1.0 / float(np.abs(step).max()))
    for _ in range(5):
        trial = np.clip(theta + length * step, -limit, limit)
        value, gradient = objective(trial)
        if value < before:
            return trial, value, gradient
        length /= 4
    return None


def _table(design: Design, best: _Top, k: int, *, n: float) -> pd.DataFrame:
    """Both processes, each level against its base."""
    coefficient = best.theta[k:]
    se = np.where(best.open_[k:], np.nan, np.sqrt(np.diag(best.covariance)[k:]))
    z = stats.norm.ppf((1 + LEVEL) / 2)
    frame = pd.concat([design.columns.assign(process=process) for process in PROCESSES], ignore_index=True)
    # a numeric covariate has its mean for a base, and is known of every customer
    frame["base"] = ["mean" if level == PER_SD else design.base[name] for name, level in zip(
        frame["covariate"], frame["level"], strict=True
    )]  # fmt: skip
    frame["value"] = np.exp(coefficient)
    frame["lo"], frame["hi"] = np.exp(coefficient - z * se), np.exp(coefficient + z * se)
    frame["coefficient"], frame["se"], frame["method"] = coefficient, se, "maximum_likelihood"
    few = (frame["n"] < LOW_N) | (n - frame["n"] * (frame["level"] != PER_SD) < LOW_N)
    frame["flag"] = np.where(best.open_[k:], "not_identified", np.where(few, "low_n", "ok"))
    return frame[[
        "process", "covariate", "level", "base", "value", "lo", "hi", "coefficient", "se", "n", "method", "flag",
    ]]  # fmt: skip


def _baseline(names: tuple[str, ...], best: _Top, units: np.ndarray) -> pd.DataFrame:
    k = len(names)
    value = np.exp(best.theta[:k] + units)
    se = np.where(best.open_[:k], np.nan, np.sqrt(np.diag(best.covariance)[:k]))
    z = stats.norm.ppf((1 + LEVEL) / 2)
    frame = pd.DataFrame({"parameter": list(names), "value": value, "se": value * se})
    frame["lo"], frame["hi"] = value * np.exp(-z * se), value * np.exp(z * se)
    return frame


def _named(covariance: np.ndarray, parameters: tuple[str, ...], table: pd.DataFrame) -> pd.DataFrame:
    names = [*parameters, *(table["process"] + ":" + table["covariate"] + ":" + table["level"])]
    return pd.DataFrame(covariance, index=pd.Index(names, name="parameter"), columns=names)


def _at(fit: CovariateFit, at: np.ndarray) -> LifetimeFit:
    """Parameters and covariance at one combination of covariates: a linear map of what was estimated."""
    model = families.get(fit.family)
    to = Covaried(model, [], np.empty((0, len(at))), moves(model, fit.dropout)).map(at)
    theta = np.concatenate([np.log(fit.baseline["value"].to_numpy(dtype=float)), fit.table["coefficient"].to_numpy()])
    covariance = to @ fit.covariance.to_numpy(dtype=float) @ to.T
    value, se = np.exp(to @ theta), np.sqrt(np.diag(covariance))
    z = stats.norm.ppf((1 + LEVEL) / 2)
    names = list(model.parameters)
    table = pd.DataFrame({"parameter": names, "value": value, "se": value * se})
    table["lo"], table["hi"] = value * np.exp(-z * se), value * np.exp(z * se)
    table["n"], table["method"], table["flag"] = round(fit.customers), "maximum_likelihood", "ok"
    return LifetimeFit(
        table=table,
        settings={"family": fit.family, "level": LEVEL, "mean_age": fit.settings["mean_age"]},
        family=fit.family,
        log_likelihood=fit.log_likelihood,
        aic=fit.aic,
        verdict="interior",
        customers=fit.customers,
        repeaters=fit.repeaters,
        covariance=pd.DataFrame(covariance, index=pd.Index(names, name="parameter"), columns=names),
    )


def _notes(
    design: Design, table: pd.DataFrame, best: _Top, family: str, dropout: str, edge: str, repeaters: float
) -> tuple[Note, ...]:
    notes = [Note("covariates_base", {"bases": [f"{k}={v}" for k, v in design.base.items() if isinstance(v, str)]})]
    if not notes[0].values["bases"]:
        notes = []
    if family != "pareto_nbd" and dropout == "scale":
        notes.append(Note("covariates_scale"))
    if design.left_out:
        notes.append(Note("covariates_left_out", {"columns": list(design.left_out)}))
    if edge:
        notes.append(Note("nobody_repeats") if repeaters == 0 else Note(f"fit_{edge}"))
    unknown = int((table["flag"] == "not_identified").sum())
    if unknown:
        notes.append(Note("covariates_open", {"n": unknown, "of": len(table)}))
    if not best.converged:
        notes.append(Note("not_converged"))
    return tuple(notes)


def _finding(p: float, family: str, total: float, design: Design) -> Note:
    told = {"n": round(total), "family": family, "covariates": sorted(design.base)}
    return Note("covariates_matter" if p < 1 - LEVEL else "covariates_unclear", told)
