"""Loyalty to expect from a brand's size alone, for the sample and for every bootstrap draw at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["MODELS", "Patterns", "ehrenberg", "patterns", "repertoire", "size"]

#: how loyalty is expected from penetration
MODELS = ("both", "size", "ehrenberg", "repertoire")
_ROUNDS = 25


class Patterns(NamedTuple):
    """Distinct answers: which brands are used, which of them is preferred (−1: no answer), and who gave them.

    Attributes
    ----------
    used : array (patterns, brands)
    preferred : int array (patterns,)
    member : int array (n,)
        Pattern of each respondent.
    """

    used: np.ndarray
    preferred: np.ndarray
    member: np.ndarray


def patterns(used: np.ndarray, preferred: np.ndarray) -> Patterns:
    """Put equal answers together."""
    rows, member = np.unique(np.column_stack([used, preferred]), axis=0, return_inverse=True)
    return Patterns(rows[:, :-1], rows[:, -1].astype(int), member.ravel())


def _sizes(count: np.ndarray, seen: Patterns) -> tuple[np.ndarray, np.ndarray]:
    """Penetration and loyalty of each brand in each draw; ``count`` is (draws, patterns)."""
    said = seen.preferred >= 0
    mine = said[:, None] & (seen.preferred[:, None] == np.arange(seen.used.shape[1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        b = (count @ seen.used) / count.sum(axis=1, keepdims=True)
        loyalty = (count @ mine) / (count[:, said] @ seen.used[said])
    return b, loyalty


def ehrenberg(
    count: np.ndarray, seen: Patterns, aside: tuple[int, ...] = ()
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Penetration, loyalty, expected loyalty and its constant, (draws, brands) each; ``aside`` as in `repertoire`.

    w(1 − b) is constant over brands: with the preferred brand as each respondent's one vote, loyalty is the
    votes per user. The constant comes from the other brands, weighted by their users.

    References
    ----------
    Ehrenberg, A. S. C., Goodhardt, G. J. and Barwise, T. P. (1990), Double jeopardy revisited, Journal of Marketing
    54(3), 82–91.
    """
    b, loyalty = _sizes(count, seen)
    known = np.isfinite(loyalty)
    known[:, list(aside)] = False
    top, base = np.where(known, b * loyalty * (1 - b), 0.0), np.where(known, b, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        constant = (top.sum(axis=1, keepdims=True) - top) / (base.sum(axis=1, keepdims=True) - base)
        expected = np.minimum(constant / (1 - b), 1.0)
    return b, loyalty, expected, constant


def size(
    count: np.ndarray, seen: Patterns, aside: tuple[int, ...] = ()
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Penetration, loyalty, expected loyalty and slope, (draws, brands) each; ``aside`` as in `repertoire`.

    The log odds of loyalty on the log odds of penetration: a line through the other brands, weighted by their users,
    that never falls. The same regularity as w(1 − b), without its pole at a penetration of one.

    References
    ----------
    Ehrenberg, A. S. C., Goodhardt, G. J. and Barwise, T. P. (1990), Journal of Marketing 54(3), 82–91 (loyalty rises
    with penetration); the line on log odds is this project's own choice.
    """
    b, loyalty = _sizes(count, seen)
    known = np.isfinite(loyalty)
    known[:, list(aside)] = False
    x, y = (np.log(v / (1 - v)) for v in (np.clip(b, 0.002, 0.998), np.clip(loyalty, 0.002, 0.998)))
    parts = np.stack([np.where(known, b * p, 0.0) for p in (np.ones_like(x), x, y, x * x, x * y)])
    # sums over the other brands
    n, sx, sy, sxx, sxy = parts.sum(axis=2, keepdims=True) - parts
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.maximum((sxy - sx * sy / n) / (sxx - sx * sx / n), 0.0)
        expected = 1 / (1 + np.exp(-(sy / n + slope * (x - sx / n))))
    return b, loyalty, expected, slope


def repertoire(
    count: np.ndarray, seen: Patterns, aside: tuple[int, ...] = ()
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Penetration, loyalty, expected loyalty and exponent, (draws, brands) each.

    Among the brands that a respondent uses, one is preferred with a probability in proportion to its penetration
    to a power, not below zero; the power is the only parameter, and comes (maximum likelihood) from those who
    the power is the only parameter, and comes (maximum likelihood) from those who prefer another
    prefer another brand, with the brand in question taken out of what they use. Loyalty follows from penetration
    and from what else the brand's users use, and stays below one where the rule w(1 − b) would pass it.

    Brands set aside (``aside``) are known not to follow: who prefers one of them counts as lost to the others,
    and choice among the rest is as if they were not there.

    References
    ----------
    Luce, R. D. (1959), Individual Choice Behavior, chapter 1 (choice within a set); McFadden, D. (1974), Conditional
    logit analysis of qualitative choice behavior. Ehrenberg et al. (1990) for what it is meant to reproduce.
    """
    b, loyalty = _sizes(count, seen)
    x = np.log(np.maximum(b, 1e-9))
    expected, power = np.full(b.shape, np.nan), np.full(b.shape, np.nan)
    said = seen.preferred >= 0
    for j in range(b.shape[1]):
        gone = [place for place in aside if place != j]
        sets = seen.used.copy()
        sets[:, gone] = 0
        others = sets[said].copy()
        others[:, j] = 0
        kept = ~np.isin(seen.preferred[said], [j, *gone]) & (others.sum(axis=1) >= 2)
        power[:, j] = _power(count[:, said][:, kept], others[kept], seen.preferred[said][kept], x)
        users = said & (seen.used[:, j] == 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = np.exp(power[:, [j]] * (x - x[:, [j]]))
            chance = ~np.isin(seen.preferred[users], gone) / (weight @ sets[users].T)
            expected[:, j] = (count[:, users] * chance).sum(axis=1) / count[:, users].sum(axis=1)
    return b, loyalty, expected, power


def _power(count: np.ndarray, sets: np.ndarray, preferred: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Newton's method for the one parameter, in all draws together; NaN where no set leaves a choice of sizes."""
    theta = np.zeros(len(x))
    if not len(sets):
        return np.full(len(x), np.nan)
    chosen = (count * x[:, preferred]).sum(axis=1)
    for _ in range(_ROUNDS):
        e = np.exp(theta[:, None] * (x - x.max(axis=1, keepdims=True)))
        base = e @ sets.T
        mean = (e * x) @ sets.T / base
        spread = (e * x**2) @ sets.T / base - mean**2
        information = (count * spread).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(information > 1e-9, (chosen - (count * mean).sum(axis=1)) / information, 0.0)
        before = theta
        # size never makes less loyal: that would be the contrary of double jeopardy
        theta = np.clip(theta + np.clip(step, -1, 1), 0, 10)
        if np.abs(theta - before).max() < 1e-10:
            break
    return np.where(information > 1e-9, theta, np.nan)
