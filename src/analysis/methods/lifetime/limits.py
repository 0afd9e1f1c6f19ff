"""Models at the edge of a family: where the optimum may run to zero or infinity.

Each family describes purchases with one pair of parameters and dropout with
another. A limit says what becomes of each pair, and stands for it by the full
log-parameters; `FAR` is the logarithm that stands for infinity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

__all__ = ["BETA_BETA", "GAMMA_BETA", "GAMMA_GAMMA", "Limit", "Part"]

FAR = 18.0
#: free: both parameters; one_rate: gamma (shape, rate) shrunk to a point; one_coin: beta shrunk to a point;
#: none: shape zero, so that it never happens
Part = Literal["free", "one_rate", "one_coin", "none"]
#: own parameters of each kind of pair
SIZE = {"free": 2, "one_rate": 1, "one_coin": 1, "none": 0}


@dataclass(frozen=True)
class Limit:
    """One limiting model.

    Attributes
    ----------
    verdict : {"no_dropout", "no_heterogeneity"}
    note : str
        Code of the note that says in what.
    parts : tuple of {"free", "one_rate", "one_coin", "none"}
        What becomes of the pair of purchase and of the pair of dropout.
    """

    verdict: str
    note: str
    parts: tuple[Part, ...]

    def expand(self, own: np.ndarray) -> np.ndarray:
        """Full log-parameters from the limit's own."""
        pairs, start = [], 0
        for part in self.parts:
            pairs.append(_pair(part, own[start : start + SIZE[part]]))
            start += SIZE[part]
        return np.concatenate(pairs)

    def reduce(self, theta: np.ndarray) -> np.ndarray:
        """The limit's own parameters nearest to full ones: where its search begins."""
        pairs = [_own(part, theta[2 * i : 2 * i + 2]) for i, part in enumerate(self.parts)]
        return np.concatenate(pairs)


def _pair(part: Part, own: np.ndarray) -> np.ndarray:
    if part == "free":
        return own
    if part == "one_rate":
        # own: logarithm of the rate that all customers share
        return np.array([FAR, FAR - own[0]])
    if part == "one_coin":
        # own: log-odds of the probability that all customers share
        return np.array([FAR + special.log_expit(own[0]), FAR + special.log_expit(-own[0])])
    return np.array([-2 * FAR, 0.0])


def _own(part: Part, pair: np.ndarray) -> np.ndarray:
    if part == "free":
        return pair.copy()
    return np.array([pair[0] - pair[1]] if SIZE[part] else [])


def _limits(alike: Sequence[Part]) -> tuple[Limit, ...]:
    """The limits of a family whose pairs, when all customers are alike, are of these kinds; the plainest first."""
    buying, leaving = alike
    return (
        Limit("no_dropout", "no_dropout_one_rate", (buying, "none")),
        Limit("no_dropout", "no_dropout", ("free", "none")),
        Limit("no_heterogeneity", "same_rate_same_dropout", (buying, leaving)),
        Limit("no_heterogeneity", "same_dropout", ("free", leaving)),
        Limit("no_heterogeneity", "same_rate", (buying, "free")),
    )


#: gamma purchase rates, beta dropout: (r, alpha, a, b)
GAMMA_BETA = _limits(("one_rate", "one_coin"))
#: gamma purchase rates, gamma dropout rates: (r, alpha, s, beta)
GAMMA_GAMMA = _limits(("one_rate", "one_rate"))
#: beta purchase probabilities, beta dropout: (alpha, beta, gamma, delta)
BETA_BETA = _limits(("one_coin", "one_coin"))
