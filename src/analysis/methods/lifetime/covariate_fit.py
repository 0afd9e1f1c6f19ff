"""The result of fitting with covariates: rates against their base, and the model of any combination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.result import Disclosure, Result
from . import families
from .covariate_model import Covaried, moves
from .fitting import LifetimeFit

__all__ = ["LEVEL", "CovariateFit"]

#: of the intervals
LEVEL = 0.95


@dataclass(frozen=True, eq=False, kw_only=True)
class CovariateFit(Result):
    """A fitted model whose purchase and dropout rates depend on covariates.

    Attributes
    ----------
    table : DataFrame
        One row per process and level: process ("purchase", "dropout"), covariate, level, base (level it is
        held against; for a numeric covariate one standard deviation more against the mean), value (rate of
        that level over the rate of the base, missing where not identified), lo, hi, coefficient (its
        logarithm), se, n (customers with the level), method, flag.
    baseline : DataFrame
        The model of a customer at every base: parameter, value, se, lo, hi.
    covariance : DataFrame
        Of all log-parameters and coefficients, in the order of ``baseline``, then of ``table``.
    log_likelihood, aic : float
    log_likelihood_plain : float
        Of the same family without covariates.
    p_value : float
        Likelihood-ratio test against it.
    family, dropout : str
    scaling : dict
        Base level of each covariate; mean and standard deviation of a numeric one.
    """

    baseline: pd.DataFrame
    covariance: pd.DataFrame
    log_likelihood: float
    aic: float
    log_likelihood_plain: float
    p_value: float
    family: str
    dropout: str
    scaling: dict[str, Any]
    customers: float
    repeaters: float

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "value": "ratio", "lo": "ratio", "hi": "ratio", "coefficient": "ratio", "se": "ratio",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "coefficient", "se"))

    def of(self, **levels: Any) -> LifetimeFit:
        """The model of customers with these levels (numbers for numeric covariates), for `forecast` and `total`.

        A covariate that is not named stands at its base.

        Raises
        ------
        SettingError
            ``not_a_choice`` for a covariate or a level that the fit does not know.
        """
        coefficients = self.table[self.table["process"] == "purchase"]
        at = np.zeros(len(coefficients))
        for name, level in levels.items():
            checks.choice(name, list(self.scaling), name="covariate")
            own = (coefficients["covariate"] == name).to_numpy()
            base = self.scaling[name]
            if isinstance(base, Mapping):
                at[own] = (float(level) - base["mean"]) / base["sd"]
            else:
                checks.choice(str(level), [base, *coefficients.loc[own, "level"]], name=name)
                at[own] = (coefficients.loc[own, "level"] == str(level)).to_numpy(dtype=float)
        return _at(self, at)


def _at(fit: CovariateFit, at: np.ndarray) -> LifetimeFit:
    """Parameters and covariance at one combination of covariates: a linear map of what was estimated."""
    model = families.get(fit.family)
    to = Covaried(model, [], np.empty((0, len(at))), moves(model, fit.dropout)).map(at)
    theta = np.concatenate([np.log(fit.baseline["value"].to_numpy(dtype=float)), fit.table["coefficient"].to_numpy()])
    covariance = to @ fit.covariance.to_numpy(dtype=float) @ to.T
    value, se = np.exp(to @ theta), np.sqrt(np.diag(covariance))
    z = stats.norm.ppf((1 + LEVEL) / 2)
    names = list(model.parameters)
    table = pd.DataFrame({"parameter": names, "value": value, "se": value * se})
    table["lo"], table["hi"] = value * np.exp(-z * se), value * np.exp(z * se)
    table["n"], table["method"], table["flag"] = round(fit.customers), "maximum_likelihood", "ok"
    return LifetimeFit(
        table=table,
        settings={"family": fit.family, "level": LEVEL, "mean_age": fit.settings["mean_age"]},
        family=fit.family,
        log_likelihood=fit.log_likelihood,
        aic=fit.aic,
        verdict="interior",
        customers=fit.customers,
        repeaters=fit.repeaters,
        covariance=pd.DataFrame(covariance, index=pd.Index(names, name="parameter"), columns=names),
    )
