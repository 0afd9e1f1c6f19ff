"""How far naming a barrier goes with being less far on: one model with all barriers together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from ...core.result import Note
from ...stats import adjust, bootstrap, cumulative, regression

__all__ = ["LEAST_CLUSTERS", "LEAST_EACH", "LEAST_ROWS", "Association", "associate"]

#: fewest respondents, and fewest on each side of the outcome, for a model
LEAST_ROWS, LEAST_EACH = 30, 10
#: fewest who name a barrier, and who do not, for it to enter the model
_LEAST_CELL = 5
#: fewest answers on the rarer side per column; below it a log-F(1,1) prior keeps estimates sane
_PER_COLUMN = 5
LEAST_CLUSTERS = 20


@dataclass(frozen=True, eq=False)
class Association:
    """Effects of the barriers that could be estimated, and why others could not.

    Attributes
    ----------
    effects : DataFrame
        Index barrier; effect (average marginal effect), effect_lo, effect_hi, p, q,
        effect_shrunk. Empty when there is no model.
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
    X, why_not, more = _design(named, rows)
    tested = [c for c in X.columns if c in named.columns and c not in why_not]
    if not tested:
        return _none(answers, (*notes, *more), why_not)
    labels = rows["cluster"].to_numpy(dtype=object)
    clusters, cluster_notes = _clusters(labels)
    few = fewer / X.shape[1] < _PER_COLUMN
    weight = rows["weight"].to_numpy(dtype=float)
    model = regression.fit(y, X, family=family, cluster=clusters, weights=weight, penalise=few)
    effects = regression.marginal_effects(model, tested, at=None if family == "logit" else step)
    table = effects.rename(columns={"lo": "effect_lo", "hi": "effect_hi"})[["effect", "effect_lo", "effect_hi", "p"]]
    table["q"] = adjust.benjamini_hochberg(effects["p"].to_numpy())
    factor = _shrinkage(effects["effect"].to_numpy(), effects["se"].to_numpy())
    table["effect_shrunk"] = effects["effect"] * factor
    notes += [*more, *cluster_notes, *_model_notes(model, few)]
    times = bootstrap.multiplicities(len(y), n_boot=n_boot, seed=seed, cluster=clusters)
    draws = _draws(model, y, tested, times, step) * factor
    return Association(table, why_not, draws, tuple(notes), f"{family}_cr2", {"n": len(y), "fewer": fewer})


def _none(answers: pd.DataFrame, notes: tuple[Note, ...], why_not: dict[str, str] | None = None) -> Association:
    flags = why_not if why_not is not None else {str(c): "low_n" for c in answers.columns}
    empty = pd.DataFrame(columns=["effect", "effect_lo", "effect_hi", "p", "q", "effect_shrunk"], dtype=float)
    return Association(empty, flags, np.empty((0, 0)), notes)


def _design(named: pd.DataFrame, rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str], list[Note]]:
    """Independent columns: controls first, then the barriers that vary."""
    why_not: dict[str, str] = {}
    count = named.notna().sum()
    for code in named.columns:
        yes = int(named[code].sum())
        if count[code] * 2 < len(named):
            why_not[code] = "missing_input"
        elif min(yes, int(count[code]) - yes) < _LEAST_CELL:
            why_not[code] = "low_n"
    notes = [Note("barriers_rare", {"barriers": sorted(why_not), "need": _LEAST_CELL})] if why_not else []
    varied = [c for c in named.columns if c not in why_not]
    gaps = int(named[varied].isna().to_numpy().sum())
    if gaps:
        notes.append(Note("barrier_answers_missing", {"share": gaps / named[varied].size}))
    # a gap counts as the average answer: dropping the row would lose most respondents
    filled = named[varied].fillna(named[varied].mean())
    base = _independent(_controls(rows))
    full = pd.concat([base, filled], axis=1)
    constant = np.ones(len(full))
    for code in varied:
        others = np.column_stack([constant, full.drop(columns=code).to_numpy(dtype=float)])
        if _residual(others, full[code].to_numpy(dtype=float)) < 1e-8:
            why_not[code] = "not_identified"
    tied = sorted(c for c in varied if why_not.get(c) == "not_identified")
    if tied:
        notes.append(Note("barriers_collinear", {"barriers": tied}))
    return _independent(full), why_not, notes


def _controls(rows: pd.DataFrame) -> pd.DataFrame:
    """Controls as columns: numbers standardised, words as indicators of all but the most frequent."""
    out = {}
    for name in [c for c in rows.columns if c.startswith("c_")]:
        column = rows[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            values = column.astype(float)
            spread = float(values.std())
            if spread > 0:
                out[name] = ((values - values.mean()) / spread).fillna(0.0)
            continue
        words = column.astype(object).where(column.notna(), "?").astype(str)
        size = words.value_counts().sort_index()
        # rare categories would each cost a column and separate the outcome
        words = words.where(words.map(size) >= LEAST_EACH, "(rest)")
        kept = sorted(set(words), key=lambda w: (-int((words == w).sum()), w))
        for word in kept[1:]:
            out[f"{name}={word}"] = (words == word).astype(float)
    return pd.DataFrame(out, index=rows.index)


def _independent(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns, in order, that are no combination of a constant and those before them."""
    kept: list[str] = []
    block = np.ones((len(frame), 1))
    for name in frame.columns:
        column = frame[name].to_numpy(dtype=float)
        if _residual(block, column) > 1e-8:
            kept.append(name)
            block = np.column_stack([block, column])
    return frame[kept]


def _residual(block: np.ndarray, column: np.ndarray) -> float:
    """Share of a column's length that the block does not explain."""
    left = column - block @ np.linalg.lstsq(block, column, rcond=None)[0]
    length = float(np.linalg.norm(column))
    return float(np.linalg.norm(left)) / length if length > 0 else 0.0


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
