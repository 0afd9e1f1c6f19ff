"""Customer lifetime: who will order again, how often, and what that is worth.

The way through: `summarise` order lines, `fit` a model, `compare` it with plain
rules on a held-out period, then `forecast`, `total`, `fit_spend`, `value`.
Beside it: `opportunities` for months with and without a purchase (family "bg_bb"),
`fit_regions` for regions too small for a model of their own, `fit_covariates` for
customers whose traits differ, `fit_retention` for contracts.

Quantities follow the literature: frequency (repeat purchases), recency (time
from first to last purchase), age (time from first purchase to the end of the
data, called T there), monetary_value (mean value of a repeat purchase).
"""

from .calibrating import Calibration, calibration
from .choosing import choose, history_for
from .comparison import Comparison
from .constant_prices import PriceEffect, at_constant_prices, price_effect
from .covariates import CovariateFit, fit_covariates
from .fitting import LifetimeFit, expected_orders, fit, from_parameters, log_likelihood
from .grouped import forecast_covariates, forecast_regions
from .holdout import compare
from .matrix import Matrix, matrix
from .newcomer import NewCustomer, new_customer
from .opportunities import opportunities
from .prediction import forecast
from .regional import RegionFits, fit_regions
from .residual import residual
from .retention import RetentionFit, fit_retention
from .retention_curve import RetentionCurve, retention_curve
from .risk import AtRisk, at_risk
from .rules import RuleFit, fit_rule
from .simulate import simulate
from .spend import SpendFit, fit_spend, spend_expectation
from .summary import summarise
from .totals import Total, total
from .tracking import Tracking, tracking
from .valuation import ValueDeciles, ValueTotal, deciles_of_value, value, value_by_group

__all__ = [
    "AtRisk", "Calibration", "Comparison", "CovariateFit", "LifetimeFit", "Matrix", "NewCustomer", "PriceEffect",
    "RegionFits", "RetentionCurve", "RetentionFit", "RuleFit", "SpendFit", "Total", "Tracking", "ValueDeciles",
    "ValueTotal", "at_constant_prices", "at_risk", "calibration", "choose", "compare", "deciles_of_value",
    "expected_orders", "fit", "fit_covariates", "fit_regions", "fit_retention", "fit_rule", "fit_spend", "forecast",
    "forecast_covariates", "forecast_regions", "from_parameters", "history_for", "log_likelihood", "matrix",
    "new_customer", "opportunities", "price_effect", "residual", "retention_curve", "simulate", "spend_expectation",
    "summarise", "total", "tracking", "value", "value_by_group",
]  # fmt: skip
