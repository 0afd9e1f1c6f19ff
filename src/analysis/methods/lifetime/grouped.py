"""Forecasts where each group of customers has a model of its own: regions, combinations of covariates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...stats import groups
from .covariates import CovariateFit
from .fitting import LifetimeFit
from .prediction import forecast
from .regional import RegionFits

__all__ = ["forecast_covariates", "forecast_regions"]


def forecast_regions(
    fit: RegionFits, history: pd.DataFrame, region: pd.Series, *, periods: float, level: float = 0.9
) -> pd.DataFrame:
    """Orders of each customer in the next ``periods``, by the model of the customer's region.

    Parameters
    ----------
    fit : RegionFits
    history : DataFrame
        Index customer_id, as for `forecast`.
    region : Series
        Region of each customer, on customer_id.
    periods, level
        As for `forecast`.

    Returns
    -------
    DataFrame
        As from `forecast`.

    Raises
    ------
    SettingError
        ``not_a_choice`` for a region that was not fitted.
    """
    checks.unique_index(history, name="history")
    code, names, _ = groups.codes(history.index, region)
    return _each(history, code, [fit.of(name) for name in names], periods, level)


def forecast_covariates(
    fit: CovariateFit, history: pd.DataFrame, covariates: pd.DataFrame, *, periods: float, level: float = 0.9
) -> pd.DataFrame:
    """Orders of each customer in the next ``periods``, by the model of the customer's covariates.

    Parameters
    ----------
    fit : CovariateFit
    history : DataFrame
        Index customer_id, as for `forecast`.
    covariates : DataFrame
        On customer_id, the columns of the fit.
    periods, level
        As for `forecast`.

    Returns
    -------
    DataFrame
        As from `forecast`.

    Raises
    ------
    DataError
        ``missing_columns``, ``duplicate_customers``, ``covariate_missing``.
    SettingError
        ``not_a_choice`` for a level that the fit does not know.
    """
    checks.unique_index(history, name="history")
    checks.unique_index(covariates, name="covariates")
    checks.columns(covariates, fit.scaling, name="covariates")
    found = covariates.reindex(history.index)[list(fit.scaling)]
    for name, base in fit.scaling.items():
        if isinstance(base, str):
            found[name] = found[name].astype(object).where(found[name].notna(), groups.UNASSIGNED).map(str)
        elif found[name].isna().any():
            raise DataError("covariate_missing", column=name, count=int(found[name].isna().sum()), of=len(found))
    different = found.drop_duplicates()
    code = found.merge(different.reset_index(drop=True).reset_index(names="_code"), how="left")["_code"]
    fits = [fit.of(**dict(zip(fit.scaling, row, strict=True))) for row in different.itertuples(index=False)]
    return _each(history, code.to_numpy(), fits, periods, level)


def _each(
    history: pd.DataFrame, code: np.ndarray, fits: Sequence[LifetimeFit], periods: float, level: float
) -> pd.DataFrame:
    parts = [forecast(fit, history[code == i], periods=periods, level=level) for i, fit in enumerate(fits)]
    return pd.concat(parts).reindex(history.index)
