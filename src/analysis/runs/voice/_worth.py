"""What accounts are worth, for the scenario that stands beside the barriers."""

from __future__ import annotations

import pandas as pd

from ...methods import lifetime
from ..job import Job

__all__ = ["worth"]


def worth(job: Job, *, horizon_months: int = 12, annual_discount_rate: float = 0.1) -> pd.DataFrame | None:
    """Lifetime value of each account over a stated horizon, by the models of the reference pass.

    Returns
    -------
    DataFrame or None
        Index customer_id: value, lo, hi; None where the data hold no orders, or too few repeat for a model.
    """
    if not job.has("transactions") or not job.saved_reference("lifetime_fit"):
        return None
    fit = job.reference(lifetime.LifetimeFit, "lifetime_fit")
    spend = job.reference(lifetime.SpendFit, "lifetime_spend")
    orders = job.orders()
    if orders.empty:
        return None
    unit = job.time.unit
    history = lifetime.history_for(fit.family, orders, end=job.as_of, unit=unit)
    periods = job.time.periods(horizon_months)
    return lifetime.value(fit, spend, history, periods=periods, annual_discount_rate=annual_discount_rate, unit=unit)
