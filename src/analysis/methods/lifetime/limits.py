"""Models at the edge of a family: where the optimum may run to zero or infinity.

A limit is written as the full log-parameters that stand for it, given its own
fewer ones; `FAR` is the logarithm that stands for infinity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

__all__ = ["GAMMA_BETA", "Limit"]

FAR = 18.0


@dataclass(frozen=True)
class Limit:
    """One limiting model.

    Attributes
    ----------
    verdict : {"no_dropout", "no_heterogeneity"}
    note : str
        Code of the note that says in what.
    expand : callable
        Full log-parameters from the limit's own.
    reduce : callable
        The limit's own parameters nearest to full ones: where its search begins.
    """

    verdict: str
    note: str
    expand: Callable[[np.ndarray], np.ndarray]
    reduce: Callable[[np.ndarray], np.ndarray]


def _no_dropout(own: np.ndarray) -> np.ndarray:
    return np.array([own[0], own[1], -2 * FAR, 0.0])


def _no_dropout_start(theta: np.ndarray) -> np.ndarray:
    return theta[:2].copy()


def _one_coin(own: np.ndarray) -> np.ndarray:
    # own[2]: log-odds of dropping out after a purchase, the same for every customer
    return np.array([own[0], own[1], FAR + special.log_expit(own[2]), FAR + special.log_expit(-own[2])])


def _one_coin_start(theta: np.ndarray) -> np.ndarray:
    return np.array([theta[0], theta[1], theta[2] - theta[3]])


def _one_rate(own: np.ndarray) -> np.ndarray:
    # own[0]: logarithm of the purchase rate, the same for every customer
    return np.array([FAR, FAR - own[0], own[1], own[2]])


def _one_rate_start(theta: np.ndarray) -> np.ndarray:
    return np.array([theta[0] - theta[1], theta[2], theta[3]])


def _one_rate_one_coin(own: np.ndarray) -> np.ndarray:
    return np.concatenate([[FAR, FAR - own[0]], _one_coin(np.array([0.0, 0.0, own[1]]))[2:]])


def _one_rate_one_coin_start(theta: np.ndarray) -> np.ndarray:
    return np.array([theta[0] - theta[1], theta[2] - theta[3]])


def _one_rate_no_dropout(own: np.ndarray) -> np.ndarray:
    return np.array([FAR, FAR - own[0], -2 * FAR, 0.0])


def _one_rate_no_dropout_start(theta: np.ndarray) -> np.ndarray:
    return np.array([theta[0] - theta[1]])


#: for parameters (r, alpha, a, b), the plainest model first
GAMMA_BETA = (
    Limit("no_dropout", "no_dropout_one_rate", _one_rate_no_dropout, _one_rate_no_dropout_start),
    Limit("no_dropout", "no_dropout", _no_dropout, _no_dropout_start),
    Limit("no_heterogeneity", "same_rate_same_dropout", _one_rate_one_coin, _one_rate_one_coin_start),
    Limit("no_heterogeneity", "same_dropout", _one_coin, _one_coin_start),
    Limit("no_heterogeneity", "same_rate", _one_rate, _one_rate_start),
)
