"""What every subset of drivers explains: R² or McFadden's pseudo-R², many versions at once."""

from __future__ import annotations

import numpy as np

from ...stats import cumulative, incomplete, scores, shapley
from .question import Question

__all__ = ["correlations", "cross_validated", "full_model", "parts_of", "worth", "worth_with_probe"]

#: weight of a row outside a draw or fold: keeps every level of the outcome present
_TINY = 1e-4


def correlations(question: Question, weights: np.ndarray) -> np.ndarray:
    """Correlations of the columns, the outcome last, one matrix per row of weights; with gaps by maximum likelihood."""
    columns = np.column_stack([question.X, question.y])
    if np.isfinite(columns).all():
        return shapley.correlations(columns, weights)
    covariance = incomplete.covariances(columns, weights)
    spread = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0))
    spread = np.where(spread > 1e-6 * np.maximum(spread.max(axis=1, keepdims=True), 1e-300), spread, np.inf)
    out = covariance / (spread[:, :, None] * spread[:, None, :])
    diagonal = np.arange(out.shape[1])
    out[:, diagonal, diagonal] = np.where(np.isfinite(spread), 1.0, 0.0)
    return out


def worth(question: Question, weights: np.ndarray) -> np.ndarray:
    """R² of every subset, one row per row of weights: array (m, 2^p)."""
    if question.family == "linear":
        return shapley.subset_r_squared(correlations(question, weights), question.players, question.always)
    every = np.arange(1 << len(question.players))
    return np.stack([_pseudo(question, question.X, w, every) for w in weights])


def parts_of(question: Question, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Part of R² of each player (m, p), and R² of all (m,), one row per row of weights."""
    if question.family == "linear":
        return shapley.lmg(correlations(question, weights), question.players, question.always)
    table = worth(question, weights)
    return shapley.shares(table), table[:, -1]


def worth_with_probe(question: Question, player: int, stand_in: np.ndarray, subsets: np.ndarray) -> np.ndarray:
    """Pseudo-R² of the subsets named by their bits when one player's columns are replaced by a stand-in."""
    X = question.X.copy()
    X[:, question.players[player]] = stand_in
    return _pseudo(question, X, question.weights, subsets)


def _pseudo(question: Question, X: np.ndarray, weights: np.ndarray, subsets: np.ndarray) -> np.ndarray:
    """McFadden's pseudo-R² of the subsets named by their bits."""
    active = np.zeros((len(subsets), X.shape[1]), dtype=bool)
    active[:, question.always] = True
    for j, columns in enumerate(question.players):
        active[:, columns] |= (subsets >> j & 1).astype(bool)[:, None]
    w = np.maximum(weights, _TINY)
    null = cumulative.fit_many(X[:, :0], question.y, w[None])
    whole = cumulative.fit_many(X, question.y, w[None])
    many = np.broadcast_to(w, (len(subsets), len(w)))
    fits = cumulative.fit_many(X, question.y, many, active=active, start=_halfway(whole, len(subsets), active))
    return 1 - fits.log_likelihood / null.log_likelihood[0]


def _halfway(whole: cumulative.Fits, m: int, active: np.ndarray) -> cumulative.Fits:
    """The full model's coefficients where a subset has the column: close to its own maximum."""
    coef = np.clip(whole.coef, -3, 3) * active
    value = np.repeat(whole.log_likelihood, m)
    return cumulative.Fits(np.repeat(whole.cuts, m, axis=0), coef, value, np.zeros(m, dtype=bool))


def full_model(question: Question) -> np.ndarray:
    """Coefficients of all columns together, on standardised columns."""
    if question.family == "linear" and not np.isfinite(np.column_stack([question.X, question.y])).all():
        matrix = correlations(question, question.weights[None])[0]
        return np.linalg.pinv(matrix[:-1, :-1], rcond=1e-10, hermitian=True) @ matrix[:-1, -1]
    if question.family == "linear":
        root = np.sqrt(question.weights)
        design = np.column_stack([np.ones(len(question.y)), question.X])
        return np.linalg.lstsq(design * root[:, None], question.y * root, rcond=None)[0][1:]
    return cumulative.fit_many(question.X, question.y, question.weights[None]).coef[0]


def cross_validated(question: Question, folds: np.ndarray) -> float:
    """R² (linear) or 1 − deviance ratio on rows that the model has not seen.

    Parameters
    ----------
    question : Question
    folds : array of int (n,)
        Fold of each row.
    """
    masks = np.stack([folds != f for f in np.unique(folds)])
    training = np.where(masks, question.weights, 0.0)
    if question.family == "linear":
        return _cross_linear(question, masks, training)
    w = np.maximum(training, _TINY)
    model = cumulative.fit_many(question.X, question.y, w, log_f=0.01)
    null = cumulative.fit_many(question.X[:, :0], question.y, w)
    seen, base = 0.0, 0.0
    for i, mask in enumerate(masks):
        out = ~mask
        eta = question.X[out] @ model.coef[i]
        seen += _held_out(model.cuts[i], eta, question.y[out], question.weights[out])
        base += _held_out(null.cuts[i], 0 * eta, question.y[out], question.weights[out])
    return 1 - seen / base


def _held_out(cuts: np.ndarray, eta: np.ndarray, codes: np.ndarray, weights: np.ndarray) -> float:
    _, above = scores.information(cuts, eta)
    edge = np.ones((len(eta), 1))
    level = -np.diff(np.hstack([edge, above, 0 * edge]), axis=1)
    return float(weights @ np.log(np.maximum(level[np.arange(len(eta)), codes], 1e-12)))


def _cross_linear(question: Question, masks: np.ndarray, training: np.ndarray) -> float:
    design = np.column_stack([np.ones(len(question.y)), question.X])
    error, spread = 0.0, 0.0
    for mask, w in zip(masks, training, strict=True):
        root, out = np.sqrt(w), ~mask
        beta = np.linalg.lstsq(design * root[:, None], question.y * root, rcond=None)[0]
        mean = float(w @ question.y / w.sum())
        error += float(question.weights[out] @ (question.y[out] - design[out] @ beta) ** 2)
        spread += float(question.weights[out] @ (question.y[out] - mean) ** 2)
    return 1 - error / spread if spread > 0 else float("nan")
