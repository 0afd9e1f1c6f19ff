"""What customers will still order, all the future counted, each order discounted by when it comes.

References
----------
Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005), RFM and CLV: using iso-value curves for customer
base analysis, Journal of Marketing Research 42, 415–430, equation 2 (Pareto/NBD; their function Ψ
is the integral below, which does not overflow).
Fader, P. S., Hardie, B. G. S. and Shang, J. (2010), Marketing Science 29, 1086–1108, equation 14 (BG/BB).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ...core import checks
from . import bg_bb
from .discounting import discounted
from .families import Family
from .fitting import LifetimeFit
from .rows import Rows, compress

__all__ = ["expected_residual", "residual"]

#: step of the trapezoid rule in the logarithm of time; the integrand is analytic there
STEP = 0.35

Values = Mapping[str, float]


def residual(fit: LifetimeFit, history: pd.DataFrame, *, discount_rate: float) -> pd.Series:
    """Discounted expected residual orders of each customer, over an infinite horizon.

    Times the margin of an order this is the residual lifetime value. In closed form for Pareto/NBD
    and BG/BB, by quadrature of the expected orders over time for the others.

    Parameters
    ----------
    fit : LifetimeFit
    history : DataFrame
        As from `summarise`, in the unit the fit was made on.
    discount_rate : float
        Continuous, per period of that unit, above 0: ln(1 + annual rate) / periods per year. BG/BB counts
        whole periods, the k-th opportunity from now e^(−k · rate).

    Returns
    -------
    Series
        On the history's index, in its order.

    Raises
    ------
    SettingError
        ``out_of_range`` unless the rate is above 0: without discounting the sum may be infinite.
    DataError
        As `fit`.
    """
    checks.number(discount_rate, name="discount_rate", low=1e-12, high=100)
    rows = compress(history)
    each = expected_residual(fit.model, fit.parameters, rows, discount_rate)
    return pd.Series(each[rows.inverse], index=history.index, name="residual")


def expected_residual(model: Family, values: Values, rows: Rows, rate: float, *, rough: bool = False) -> np.ndarray:
    """Discounted expected residual orders of each row; ``rough`` as in `discounted`."""
    closed = CLOSED.get(model.name)
    if closed is not None:
        return closed(model, values, rows, rate)
    return discounted(model, dict(values), rows, np.inf, rate, rough=rough).first


def _pareto_nbd(model: Family, values: Values, rows: Rows, rate: float) -> np.ndarray:
    """P(active) · E[λ] · E[1 / (μ + δ)], rate λ and dropout μ being independent gammas given an active customer.

    E[1 / (μ + δ)] = ∫ e^(−δu) (1 + u / (β+T))^(−s) du.
    """
    r, alpha, s, beta = (values[name] for name in ("r", "alpha", "s", "beta"))
    scale = beta + rows.ages
    remaining = (scale * _laplace(rate * scale, s))[rows.age_code]
    return model.p_alive(values, rows) * (r + rows.frequency) / (alpha + rows.age) * remaining


def _bg_bb(model: Family, values: Values, rows: Rows, rate: float) -> np.ndarray:
    return bg_bb.residual(values, rows, rate)


def _laplace(z: np.ndarray, s: float) -> np.ndarray:
    """∫ e^(−zt) (1 + t)^(−s) dt over t > 0 = U(1, 2 − s, z), Tricomi's function, by trapezoids in v = ln t.

    The integrand lies between 0 and 1 and its logarithm is concave in v, so nothing overflows.
    """
    z = np.asarray(z, dtype=float)
    low = -37.0 - np.log(np.maximum(1.0, max(float(z.max(initial=1.0)), s)))
    high = np.log(45.0) - np.log(min(1.0, float(z.min(initial=1.0)))) + 1.0
    v = np.arange(low, high + STEP, STEP)
    t = np.exp(v)
    fixed = v - s * np.log1p(t)
    return STEP * np.exp(fixed - z[:, None] * t).sum(axis=1)


#: families with a formula
CLOSED: Mapping[str, Callable[[Family, Values, Rows, float], np.ndarray]] = {
    "pareto_nbd": _pareto_nbd,
    "bg_bb": _bg_bb,
}
