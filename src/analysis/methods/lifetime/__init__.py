"""Customer lifetime: who will order again, how often, and what that is worth.

The way through: `summarise` order lines, `fit` a model, `compare` it with plain
rules on a held-out period, then `forecast`, `total`, `fit_spend`, `value`.

Quantities follow the literature: frequency (repeat purchases), recency (time
from first to last purchase), age (time from first purchase to the end of the
data, called T there), monetary_value (mean value of a repeat purchase).
"""

from .calibrating import Calibration, calibration
from .fitting import LifetimeFit, expected_orders, fit, from_parameters, log_likelihood
from .holdout import Comparison, compare
from .opportunities import opportunities
from .prediction import forecast
from .retention import RetentionFit, fit_retention
from .retention_curve import RetentionCurve, retention_curve
from .risk import AtRisk, at_risk
from .spend import SpendFit, fit_spend, spend_expectation
from .summary import summarise
from .totals import Total, total
from .valuation import ValueDeciles, ValueTotal, deciles_of_value, value, value_by_group

__all__ = [
    "AtRisk", "Calibration", "Comparison", "LifetimeFit", "RetentionCurve", "RetentionFit", "SpendFit", "Total",
    "ValueDeciles", "ValueTotal", "at_risk", "calibration", "compare", "deciles_of_value", "expected_orders", "fit",
    "fit_retention", "fit_spend", "forecast", "from_parameters", "log_likelihood", "opportunities",
    "retention_curve", "spend_expectation", "summarise", "total", "value", "value_by_group",
]  # fmt: skip
