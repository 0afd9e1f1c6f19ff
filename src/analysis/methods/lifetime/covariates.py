"""Purchase and dropout rates that depend on what is known of a customer: region, hospital level, tier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.result import Note
from . import families
from .covariate_design import PER_SD, Design, encode
from .covariate_fit import LEVEL, CovariateFit
from .covariate_model import LINKS, Covaried, moves
from .covariate_search import Top, highest
from .estimates import LOW_N, SMALL_N
from .optimise import maximise
from .rows import compress, rescale

__all__ = ["CovariateFit", "fit_covariates"]

PROCESSES = ("purchase", "dropout")


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
    best = highest(objective, plain.theta, 2 * len(design.columns))
    units = np.array([np.log(scale) if name in model.times else 0.0 for name in model.parameters])
    jacobian = float(every.weights @ every.frequency) * float(np.log(scale))
    gain = 2 * max(best.height - plain.log_likelihood, 0.0)
    p = float(stats.chi2.sf(gain, 2 * len(design.columns)))
    repeaters = float(every.weights[every.frequency > 0].sum())
    table = _table(design, best, len(units), n=total)
    settings = {"family": family, "dropout": dropout, "level": LEVEL, "base": design.base, "mean_age": scale}
    return CovariateFit(
        table=table,
        settings=settings,
        notes=_notes(design, table, best, settings, "nobody_repeats" if repeaters == 0 else plain.note),
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


def _table(design: Design, best: Top, k: int, *, n: float) -> pd.DataFrame:
    """Both processes, each level against its base."""
    coefficient = best.theta[k:]
    se = np.where(best.open_[k:], np.nan, np.sqrt(np.diag(best.covariance)[k:]))
    z = stats.norm.ppf((1 + LEVEL) / 2)
    frame = pd.concat([design.columns.assign(process=process) for process in PROCESSES], ignore_index=True)
    # a numeric covariate has its mean for a base, and is known of every customer
    frame["base"] = ["mean" if level == PER_SD else design.base[name] for name, level in zip(
        frame["covariate"], frame["level"], strict=True
    )]  # fmt: skip
    # where the data leave a coefficient open, the end of the search is no estimate of a rate
    frame["value"] = np.where(best.open_[k:], np.nan, np.exp(coefficient))
    frame["lo"], frame["hi"] = np.exp(coefficient - z * se), np.exp(coefficient + z * se)
    frame["coefficient"], frame["se"], frame["method"] = coefficient, se, "maximum_likelihood"
    few = (frame["n"] < LOW_N) | (n - frame["n"] * (frame["level"] != PER_SD) < LOW_N)
    frame["flag"] = np.where(best.open_[k:], "not_identified", np.where(few, "low_n", "ok"))
    return frame[[
        "process", "covariate", "level", "base", "value", "lo", "hi", "coefficient", "se", "n", "method", "flag",
    ]]  # fmt: skip


def _baseline(names: tuple[str, ...], best: Top, units: np.ndarray) -> pd.DataFrame:
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


def _notes(design: Design, table: pd.DataFrame, best: Top, settings: Mapping[str, Any], edge: str) -> tuple[Note, ...]:
    bases = [f"{name}={level}" for name, level in design.base.items() if isinstance(level, str)]
    notes = [Note("covariates_base", {"bases": bases})] if bases else []
    if settings["family"] != "pareto_nbd" and settings["dropout"] == "scale":
        notes.append(Note("covariates_scale"))
    if design.left_out:
        notes.append(Note("covariates_left_out", {"columns": list(design.left_out)}))
    if edge:
        notes.append(Note(edge if edge == "nobody_repeats" else f"fit_{edge}"))
    if len(design.code) < SMALL_N:
        pair = " ".join(families.get(settings["family"]).parameters[2:4])
        notes.append(Note("fit_small_sample", {"n": len(design.code), "need": SMALL_N, "pair": pair}))
    unknown = int((table["flag"] == "not_identified").sum())
    if unknown:
        notes.append(Note("covariates_open", {"n": unknown, "of": len(table)}))
    if not best.converged:
        notes.append(Note("not_converged"))
    return tuple(notes)


def _finding(p: float, family: str, total: float, design: Design) -> Note:
    told = {"n": round(total), "family": family, "covariates": sorted(design.base)}
    return Note("covariates_matter" if p < 1 - LEVEL else "covariates_unclear", told)
