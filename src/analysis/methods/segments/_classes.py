"""Latent classes: groups of respondents who choose their answers with the same probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Classes", "find", "log_joint", "parameters"]

_STARTS, _SHORT, _FINALISTS = 60, 25, 12
_ROUNDS, _STEP = 5_000, 1e-9
_TINY = 1e-300
#: starts that end this near to the best log-likelihood found the same solution
_SAME = 1e-3


@dataclass(frozen=True, eq=False)
class Classes:
    """A solution.

    Attributes
    ----------
    shares : array, shape (k,)
    chances : array, shape (k, levels of all items)
        Probability of each answer in each class.
    log_likelihood : float
        Weights counted with a mean of 1.
    reached : float
        Share of the finished starts that ended at this solution.
    settled : bool
    """

    shares: np.ndarray
    chances: np.ndarray
    log_likelihood: float
    reached: float
    settled: bool


def find(
    levels: np.ndarray, weights: np.ndarray, edges: np.ndarray, k: int, *, rng: np.random.Generator
) -> Classes:  # fmt: skip
    """Maximum likelihood by EM: 60 short starts, the best 12 run to the end.

    Missing answers add nothing to the likelihood of a respondent (full information; right where answers
    are missing at random given the others). Weights multiply the log-likelihoods (pseudo-likelihood).

    Parameters
    ----------
    levels : array, shape (rows, levels of all items)
        Indicators of the answers; none set in an item that was left out.
    weights : array, shape (rows,)
    edges : int array, shape (items + 1,)
        Where the indicators of each item begin.
    k : int
    rng : numpy Generator

    References
    ----------
    Goodman (1974), Biometrika 61, 215–231; Dempster, Laird and Rubin (1977), J. R. Stat. Soc. B 39, 1–38;
    Linzer and Lewis (2011), Journal of Statistical Software 42(10) (why many starts).
    """
    patterns, place = np.unique(levels, axis=0, return_inverse=True)
    weight = np.bincount(place.ravel(), weights=weights * len(weights) / weights.sum())
    starts = _STARTS if k > 1 else 1
    # near the shares of all answers, so that no class starts empty
    common = patterns.T @ weight + 1.0
    chances = rng.gamma(1.0, size=(starts, k, patterns.shape[1])) + 0.5 * _normal(common[None], edges)
    chances, shares = _normal(chances, edges), np.full((starts, k), 1 / k)
    shares, chances, reached = _climb(patterns, weight, edges, shares, chances, _SHORT)
    keep = np.argsort(-reached, kind="stable")[:_FINALISTS]
    shares, chances, reached = _climb(patterns, weight, edges, shares[keep], chances[keep], _ROUNDS)
    best = int(reached.argmax())
    once = _climb(patterns, weight, edges, shares[best : best + 1], chances[best : best + 1], 1)[2]
    return Classes(
        shares[best], chances[best], float(reached[best]), float((reached >= reached[best] - _SAME).mean()),
        bool(once[0] - reached[best] < 1e-6),
    )  # fmt: skip


def log_joint(levels: np.ndarray, shares: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Log of class share times probability of the given answers, shape (rows, k)."""
    return levels @ np.log(np.maximum(chances, _TINY)).T + np.log(np.maximum(shares, _TINY))


def parameters(k: int, edges: np.ndarray) -> int:
    """Free parameters: class shares and, per class and item, one less than there are answers."""
    return k - 1 + k * int((np.diff(edges) - 1).sum())


def _climb(
    patterns: np.ndarray, weight: np.ndarray, edges: np.ndarray, shares: np.ndarray, chances: np.ndarray, rounds: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """EM on all starts side by side, each until it rises no more; with the log-likelihood of each."""
    shares, chances = shares.copy(), chances.copy()
    reached = np.full(len(shares), -np.inf)
    running = np.arange(len(shares))
    for _ in range(rounds):
        joint = _joint(patterns, shares[running], chances[running])
        top = joint.max(axis=1, keepdims=True)
        joint = np.exp(joint - top)
        total = joint.sum(axis=1, keepdims=True)
        now = ((np.log(total) + top)[:, 0] * weight).sum(axis=1)
        rising = now - reached[running] > _STEP * np.maximum(1.0, np.abs(now))
        reached[running] = now
        running, joint = running[rising], (joint / total * weight)[rising]
        if running.size == 0:
            break
        shares[running] = joint.sum(axis=2) / weight.sum()
        counts = joint @ patterns
        chances[running] = _normal(counts, edges, chances[running])
    return shares, chances, reached


def _joint(patterns: np.ndarray, shares: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Array (starts, k, patterns) of log joint probabilities."""
    return np.log(np.maximum(chances, _TINY)) @ patterns.T + np.log(np.maximum(shares, _TINY))[:, :, None]


def _normal(counts: np.ndarray, edges: np.ndarray, before: np.ndarray | None = None) -> np.ndarray:
    """Counts of answers as probabilities within each item; an item without any keeps what it had."""
    total = np.repeat(np.add.reduceat(counts, edges[:-1], axis=-1), np.diff(edges), axis=-1)
    return np.divide(counts, total, out=np.zeros_like(counts) if before is None else before.copy(), where=total > 0)
