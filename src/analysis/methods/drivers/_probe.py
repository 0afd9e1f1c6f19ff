"""Probes: the share a driver would get if it had nothing of its own.

The stand-in of a driver is what the other drivers say about it plus the rest,
shuffled over the rows: it resembles them as before, but what is its own no
longer goes with the outcome.
"""

from __future__ import annotations

import numpy as np

from ...stats import shapley
from .question import Question
from .worth import worth, worth_with_probe

__all__ = ["probes"]

#: shuffles; up to this number of players over all subsets, beyond over a sample of them
_SHUFFLES, _EXACT = 20, 12
_FEW_SHUFFLES, _SUBSETS = 8, 24
#: the same for logit and ordinal models, where each subset is a fit of its own
_EXACT_FITS = 5
_RIDGE = 1e-9


def probes(question: Question, seed: int) -> np.ndarray:
    """Mean share of each player's stand-in: array (p,); NaN where nothing is explained."""
    if question.family != "linear":
        return _pseudo_probes(question, seed)
    many = len(question.players) > _EXACT
    matrices = _stand_ins(question, _FEW_SHUFFLES if many else _SHUFFLES, seed)
    rng = np.random.default_rng(seed)
    out = np.empty(len(question.players))
    for j, versions in enumerate(matrices):
        if many:
            own, whole = _sampled(versions, question, j, rng)
        else:
            parts, _ = shapley.lmg(versions, question.players, question.always)
            own, whole = parts[:, j], parts.sum(axis=1)
        share = own[whole > 0] / whole[whole > 0]
        out[j] = share.mean() if len(share) else np.nan
    return out


def _stand_ins(question: Question, shuffles: int, seed: int) -> list[np.ndarray]:
    """Correlation matrices with one player's columns replaced, (shuffles, q, q) for each player."""
    w = question.weights / question.weights.sum()
    full = np.column_stack([question.X, question.y])
    full = full - w @ full
    spread = np.sqrt(w @ full**2)
    full /= np.where(spread > 0, spread, 1)
    matrix = shapley.correlations(full, w[None])[0]
    own_rest = _regressions(question, matrix[:-1, :-1])
    kept = full[:, :-1] @ own_rest
    rest = full[:, :-1] - kept
    out = [np.repeat(matrix[None], shuffles, axis=0) for _ in question.players]
    rng = np.random.default_rng(seed)
    for k in range(shuffles):
        shuffled = rest[rng.permutation(len(rest))]
        stand_in = kept + shuffled - w @ shuffled
        heavy = (stand_in * w[:, None]).T
        with_all, among = heavy @ full, heavy @ stand_in
        scale = np.sqrt(np.maximum(np.diag(among), 0))
        scale = np.where(scale > 1e-9, scale, np.inf)
        for j, own in enumerate(question.players):
            version = out[j][k]
            version[own, :] = with_all[own] / scale[own, None]
            version[:, own] = version[own, :].T
            version[np.ix_(own, own)] = among[np.ix_(own, own)] / np.outer(scale[own], scale[own])
            version[own, own] = np.isfinite(scale[own])
    return out


def _regressions(question: Question, matrix: np.ndarray) -> np.ndarray:
    """Coefficients of each player's columns on all columns of the others: array (c, c)."""
    out = np.zeros_like(matrix)
    for own in question.players:
        others = [c for c in range(len(matrix)) if c not in own]
        if others:
            inverse = np.linalg.pinv(matrix[np.ix_(others, others)], rcond=1e-10, hermitian=True)
            out[np.ix_(others, own)] = inverse @ matrix[np.ix_(others, own)]
    return out


def _sampled(
    versions: np.ndarray, question: Question, j: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The player's part of R² and R² beyond the columns always in, from random subsets of every size.

    A uniform size and a random subset of that size give the Shapley value on average.
    """
    p, c = len(question.players), versions.shape[1] - 1
    inside = _subsets(p, j, len(versions), rng)
    member = np.zeros((p, c))
    for i, columns in enumerate(question.players):
        member[i, columns] = 1
    fixed = np.zeros(c)
    fixed[question.always] = 1
    without = inside @ member + fixed
    own = (_explained(versions, without + member[j]) - _explained(versions, without)).mean(axis=1)
    ends = np.broadcast_to(np.stack([fixed, fixed + member.sum(axis=0)]), (len(versions), 2, c))
    whole = _explained(versions, ends)
    return own, whole[:, 1] - whole[:, 0]


def _subsets(p: int, j: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Random subsets of the other players, array of bool (count, _SUBSETS, p)."""
    # every size equally likely, spread evenly from a random start
    places = (np.arange(_SUBSETS) + rng.random((count, 1))) / _SUBSETS
    order = rng.random((count, _SUBSETS, p))
    order[..., j] = 2
    inside: np.ndarray = order.argsort(axis=-1).argsort(axis=-1) < (p * places).astype(int)[..., None]
    return inside


def _explained(versions: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """R² of the columns in each mask: versions (k, q, q), masks (k, s, q − 1) to (k, s)."""
    target = versions[:, None, :-1, -1] * masks
    inner = versions[:, None, :-1, :-1] * masks[..., :, None] * masks[..., None, :]
    at = np.arange(masks.shape[-1])
    # columns left out get 1 on the diagonal; the ridge keeps equal columns solvable
    inner[..., at, at] += 1 - masks + _RIDGE
    return (np.linalg.solve(inner, target[..., None])[..., 0] * target).sum(axis=-1)


def _pseudo_probes(question: Question, seed: int) -> np.ndarray:
    table = worth(question, question.weights[None])[0]
    p, n = len(question.players), len(question.y)
    draws = _FEW_SHUFFLES if p > _EXACT_FITS else _SHUFFLES
    rng, chosen = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    root = np.sqrt(question.weights)[:, None]
    out = np.empty(p)
    for j, own in enumerate(question.players):
        others = [c for c in range(question.X.shape[1]) if c not in own]
        design = np.column_stack([np.ones(n), question.X[:, others]])
        target = question.X[:, own]
        kept = design @ np.linalg.lstsq(design * root, target * root, rcond=None)[0]
        got = []
        for _ in range(draws):
            stand_in = kept + (target - kept)[rng.permutation(n)]
            part, whole = _pseudo_share(question, table, j, stand_in, chosen)
            got.append(part / whole if whole > 0 else np.nan)
        out[j] = np.mean(got)
    return out


def _pseudo_share(
    question: Question, table: np.ndarray, j: int, stand_in: np.ndarray, rng: np.random.Generator
) -> tuple[float, float]:
    """The stand-in's part and the whole; subsets without the player stay as they were."""
    p = len(question.players)
    if p <= _EXACT_FITS:
        inside = np.flatnonzero(np.arange(len(table)) >> j & 1)
        values = table.copy()
        values[inside] = worth_with_probe(question, j, stand_in, inside)
        parts = shapley.shares(values[None])[0]
        return float(parts[j]), float(parts.sum())
    without = _subsets(p, j, 1, rng)[0] @ (1 << np.arange(p))
    values = worth_with_probe(question, j, stand_in, np.r_[without | 1 << j, len(table) - 1])
    return float((values[:-1] - table[without]).mean()), float(values[-1] - table[0])
