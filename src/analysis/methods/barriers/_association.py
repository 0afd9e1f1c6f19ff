"""How far naming a barrier goes with being less far on: one model with all barriers together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from ...core.result import Note
from ...stats import adjust, bootstrap, cumulative, regression
from ._design import design

__all__ = ["LEAST_CLUSTERS", "LEAST_EACH", "LEAST_ROWS", "Association", "associate", "no_model"]

#: fewest respondents, and fewest on each side of the outcome, for a model
LEAST_ROWS, LEAST_EACH = 30, 10
#: fewest answers on the rarer side per column; below it a log-F(1,1) prior keeps estimates sane
_PER_COLUMN = 5
LEAST_CLUSTERS = 20
_MODEL = ("log_odds", "log_odds_lo", "log_odds_hi", "log_odds_df", "effect_se", "effect_df")


@dataclass(frozen=True, eq=False)
class Association:
    """Effects of the barriers that could be estimated, and why others could not.

    Attributes
    ----------
    effects : DataFrame
        Index barrier; effect (average marginal effect), effect_lo, effect_hi, p, q,
        effect_shrunk, se, df. Empty when there is no model.
    model : DataFrame
        The numbers of the fit, one row per barrier.
    why_not : dict of barrier to flag
    draws : array (n_boot, k)
        Shrunken effects of the bootstrap, columns as ``effects``.
    notes : tuple of Note
    method : str
    """

    effects: pd.DataFrame
    why_not: dict[str, str]
    draws: np.ndarray
    notes: tuple[Note, ...]
    model: pd.DataFrame
    method: str = "none"
    rows: dict[str, Any] = field(default_factory=dict)


def associate(
    answers: pd.DataFrame, outcome: pd.Series, frame: pd.DataFrame, *, family: str, step: float, n_boot: int, seed: int
) -> Association:
    """Fit the outcome on all barriers together.

    Parameters
    ----------
    answers : DataFrame (n, k)
        1, 0 or missing; sorted by index.
    outcome : Series (n,)
        0/1 or ordered steps, may have gaps.
    frame : DataFrame (n, ...)
        ``weight``, ``cluster`` (may be all missing) and controls ``c_…``.
    family : {"logit", "ordinal"}
    step : float
        The effect is on P(outcome ≥ step).
    n_boot, seed : int
    """
    usable = (outcome.notna() & answers.notna().any(axis=1)).to_numpy()
    named, y, rows = answers[usable], outcome[usable].astype(float), frame[usable]
    reached = (y >= step).to_numpy()
    fewer = int(min(reached.sum(), (~reached).sum()))
    notes = [Note("outcome_missing", {"count": int((~usable).sum()), "n": len(y)})] if not usable.all() else []
    if len(y) < LEAST_ROWS or fewer < LEAST_EACH:
        notes.append(Note("barriers_too_few", {"n": len(y), "need": LEAST_ROWS, "fewer": fewer, "each": LEAST_EACH}))
        return _none(answers, tuple(notes))
    X, why_not, more = design(named, rows)
    tested = [c for c in X.columns if c in named.columns and c not in why_not]
    if not tested:
        return _none(answers, (*notes, *more), why_not)
    labels = rows["cluster"].to_numpy(dtype=object)
    clusters, cluster_notes = _clusters(labels)
    few = fewer / X.shape[1] < _PER_COLUMN
    weight = rows["weight"].to_numpy(dtype=float)
    model = regression.fit(y, X, family=family, cluster=clusters, weights=weight, penalise=few)
    effects = regression.marginal_effects(model, tested, at=None if family == "logit" else step)
    table = effects.rename(columns={"lo": "effect_lo", "hi": "effect_hi"})[
        ["effect", "effect_lo", "effect_hi", "p", "se", "df"]
    ]
    table["q"] = adjust.benjamini_hochberg(effects["p"].to_numpy())
    factor = _shrinkage(effects["effect"].to_numpy(), effects["se"].to_numpy())
    table["effect_shrunk"] = effects["effect"] * factor
    notes += [*more, *cluster_notes, *_model_notes(model, few)]
    times = bootstrap.multiplicities(len(y), n_boot=n_boot, seed=seed, cluster=clusters)
    draws = _draws(model, y, tested, times, step) * factor
    for code in set(tested) & set(model.separated):
        why_not[code] = "not_identified"  # its log-odds has no finite maximum: what is given rests on the prior
    return Association(
        table, why_not, draws, tuple(notes), _model(model, effects), f"{family}_cr2", {"n": len(y), "fewer": fewer}
    )


def _none(answers: pd.DataFrame, notes: tuple[Note, ...], why_not: dict[str, str] | None = None) -> Association:
    flags = why_not if why_not is not None else {str(c): "low_n" for c in answers.columns}
    columns = ["effect", "effect_lo", "effect_hi", "p", "se", "df", "q", "effect_shrunk"]
    empty = pd.DataFrame(columns=columns, dtype=float)
    return Association(empty, flags, np.empty((0, 0)), notes, no_model())


def no_model() -> pd.DataFrame:
    """The table of the fit where there is none."""
    return pd.DataFrame({"barrier": pd.Series(dtype="str"), **dict.fromkeys(_MODEL, pd.Series(dtype=float))})


def _model(model: regression.Fit, effects: pd.DataFrame) -> pd.DataFrame:
    """Coefficients with CR2 intervals on Satterthwaite's degrees of freedom, and the errors of the effects."""
    errors, rows = model.standard_errors(), []
    for code in sorted(map(str, effects.index)):
        j = model.names.index(code)
        direction = np.zeros(len(model.covariance))
        direction[len(model.cuts) + j] = 1
        df = model.degrees_of_freedom(direction)
        half = float(stats.t.ppf(0.975, df)) * float(errors[code])
        own = float(model.coef[j])
        rows.append((code, own, own - half, own + half, df, float(effects["se"][code]), float(effects["df"][code])))
    return pd.DataFrame(rows, columns=["barrier", *_MODEL])


def _clusters(labels: np.ndarray) -> tuple[np.ndarray | None, list[Note]]:
    missing = pd.isna(labels)
    if missing.all():
        return None, []
    names = np.array([f"?{i}" if gone else f"={v}" for i, (v, gone) in enumerate(zip(labels, missing, strict=True))])
    count = len(set(names))
    if count < 2:
        return None, [Note("one_cluster")]
    return names, [Note("few_clusters", {"count": count, "need": LEAST_CLUSTERS})] if count < LEAST_CLUSTERS else []


def _model_notes(model: regression.Fit, few: bool) -> list[Note]:
    notes = [Note("barriers_association")]
    if model.separated:
        notes.append(Note("separation", {"columns": list(model.separated)}))
    if few:
        notes.append(Note("few_events", {"need": _PER_COLUMN}))
    return notes


def _shrinkage(effect: np.ndarray, se: np.ndarray) -> np.ndarray:
    """Empirical-Bayes factor toward 0: τ² ÷ (τ² + se²), τ² by moments over the barriers."""
    spread = max(0.0, float(np.mean(effect**2 - se**2)))
    return spread / (spread + se**2) if spread > 0 else np.zeros(len(effect))


def _draws(model: regression.Fit, y: pd.Series, tested: list[str], times: np.ndarray, step: float) -> np.ndarray:
    """Average marginal effects on each bootstrap resample, given how often each row stands in it."""
    w = np.maximum(times * model.weights, 1e-4)  # keeps every level of the outcome in every draw
    codes = np.searchsorted(model.levels, y.to_numpy())
    start = cumulative.Fits(model.cuts[None], model.coef[None], np.zeros(1), np.ones(1, dtype=bool))
    fits = cumulative.fit_many(model.X, codes, w, start=start, log_f=float(model.penalised))
    k = 0 if model.family == "logit" else int(np.searchsorted(model.levels, step)) - 1
    eta = fits.cuts[:, k : k + 1] + fits.coef @ model.X.T
    share = w / w.sum(axis=1, keepdims=True)
    out = np.empty((len(times), len(tested)))
    for i, code in enumerate(tested):
        j = model.names.index(code)
        b = fits.coef[:, j : j + 1]
        low = eta - b * model.X[:, j]
        out[:, i] = (share * (expit(low + b) - expit(low))).sum(axis=1)
    return out
