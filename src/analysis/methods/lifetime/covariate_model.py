"""Families whose parameters depend on covariates: the likelihood of all combinations together.

With z the covariates of a customer, g₁ and g₂ the coefficients of purchase and dropout,

    α_i = α exp(−g₁ᵀz);  BG and MBG: a_i = a exp(g₂ᵀz), b_i = b exp(g₂ᵀz);  Pareto: β_i = β exp(−g₂ᵀz),

so the purchase rate is multiplied by exp(g₁ᵀz), and for Pareto/NBD the dropout rate by exp(g₂ᵀz).
Scaling a and b together leaves the mean a / (a + b) as it is and changes how much customers differ around
it; ``dropout="odds"`` scales a alone instead, which multiplies the odds of dropping out after a purchase.

References
----------
Fader, P. S. and Hardie, B. G. S. (2007), Incorporating time-invariant covariates into the Pareto/NBD and
BG/NBD models, sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .families import Family
from .rows import Rows

__all__ = ["LINKS", "Covaried", "moves"]

#: log-parameters beyond this are as good as infinite
FAR = 300.0
#: sign of the move of each log-parameter with the purchase and with the dropout coefficients
LINKS: Mapping[tuple[str, str], tuple[Mapping[str, float], Mapping[str, float]]] = {
    ("bg_nbd", "scale"): ({"alpha": -1.0}, {"a": 1.0, "b": 1.0}),
    ("bg_nbd", "odds"): ({"alpha": -1.0}, {"a": 1.0}),
    ("mbg_nbd", "scale"): ({"alpha": -1.0}, {"a": 1.0, "b": 1.0}),
    ("mbg_nbd", "odds"): ({"alpha": -1.0}, {"a": 1.0}),
    ("pareto_nbd", "scale"): ({"alpha": -1.0}, {"beta": -1.0}),
}


def moves(family: Family, dropout: str) -> tuple[np.ndarray, np.ndarray]:
    """Move (k,) of each log-parameter with one unit of the purchase and of the dropout predictor."""
    purchase, leaving = (
        np.array([link.get(name, 0.0) for name in family.parameters]) for link in LINKS[family.name, dropout]
    )
    return purchase, leaving


@dataclass(frozen=True, eq=False)
class Covaried:
    """Minus the log-likelihood by log-parameters (k), purchase coefficients (m), dropout coefficients (m).

    Attributes
    ----------
    family : Family
    rows : list of Rows
        Histories of each combination of covariates.
    patterns : array (g, m)
        The combinations.
    link : tuple of two arrays (k,)
        As from `moves`.
    """

    family: Family
    rows: list[Rows]
    patterns: np.ndarray
    link: tuple[np.ndarray, np.ndarray]

    def map(self, at: np.ndarray) -> np.ndarray:
        """Matrix (k, k + 2m) from all that is estimated to the log-parameters of one combination."""
        blocks = [np.eye(len(self.link[0])), *(np.outer(each, at) for each in self.link)]
        return np.hstack(blocks)

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Value and exact gradient, as the optimiser wants them."""
        value, gradient = 0.0, np.zeros(len(theta))
        for at, rows in zip(self.patterns, self.rows, strict=True):
            to = self.map(at)
            each, slope = self._own(to @ theta, rows)
            value += each
            gradient += slope @ to
        return value, gradient

    def curvature(self, theta: np.ndarray, *, step: float = 1e-4) -> np.ndarray:
        """Second derivatives: those of each combination by its own k log-parameters, mapped to all estimates.

        Central differences of the exact gradient cost 2k evaluations however many coefficients there are.
        """
        second = np.zeros((len(theta), len(theta)))
        for at, rows in zip(self.patterns, self.rows, strict=True):
            to = self.map(at)
            own = to @ theta
            moves = step * np.eye(len(own))
            inner = [(self._own(own + move, rows)[1] - self._own(own - move, rows)[1]) / (2 * step) for move in moves]
            second += to.T @ np.array(inner) @ to
        return (second + second.T) / 2

    def _own(self, own: np.ndarray, rows: Rows) -> tuple[float, np.ndarray]:
        """The same for one combination, by its own log-parameters."""
        values = dict(zip(self.family.parameters, np.exp(np.clip(own, -FAR, FAR)).tolist(), strict=True))
        each, slope = self.family.log_likelihood({**values, **self.family.fixed}, rows)
        return -float(rows.weights @ each), -(rows.weights @ slope)
