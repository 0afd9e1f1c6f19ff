"""The years that a portrait compares, and whether the delivery tells them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..data import customers, rhythm, tables
from ..methods import health
from .job import Job

__all__ = ["has_rhythm", "months_between", "purchases", "purchases_before", "years_before"]

#: months with a report in each period from which the noise of purchases is read; fewer: it is not identified
_LEAST_MONTHS = 6
#: days between two order dates from which each stands for a whole year
_A_YEAR = 300
#: days by which a delivery may begin late and still cover a year
_NEARLY = 31


def years_before(job: Job, years: float = 1.0) -> pd.Timestamp:
    """The as-of date, so many years (or half years) earlier, at the end of a month where it is one."""
    day = pd.Timestamp(job.as_of)
    earlier = day - pd.DateOffset(months=round(12 * years))
    return earlier + pd.offsets.MonthEnd(0) if day.is_month_end else earlier


def purchases(job: Job, profile: pd.DataFrame) -> tuple[pd.Series, pd.Series] | None:
    """Net value in the last twelve months and the twelve before; who had not ordered by then is not in the first.

    Parameters
    ----------
    job : Job
    profile : DataFrame
        From `customers.profile`.

    Returns
    -------
    tuple of Series, or None
        (before, after); None where the delivery does not reach back two years, or nobody ordered then.
    """
    known = profile[profile["first_date"].notna()]
    before = known["value_prev_12m"][known["first_date"] <= years_before(job)].dropna()
    return (before, known["value_12m"]) if (before > 0).any() else None


def purchases_before(job: Job) -> tuple[pd.Series, pd.Series] | None:
    """As `purchases`, both years one year earlier.

    Returns
    -------
    tuple of Series, or None
        None where the delivery does not reach back three years. Where orders are dated once a year, a date stands
        for the year that it ends.
    """
    days = rhythm.order_dates(job.tables_dir)
    whole = days[:1] and days[0] <= years_before(job, 3) + pd.Timedelta(days=_NEARLY)
    yearly = len(days) > 1 and pd.Series(days).diff().dt.days.min() >= _A_YEAR
    if not (whole or (yearly and days[0] <= years_before(job, 2))):
        return None
    pair = []
    for years in (2, 1):
        frame = customers.profile(job.tables_dir, as_of=years_before(job, years), region=job.region, brand=job.brand)
        pair.append(frame.loc[frame["first_date"].notna(), "value_12m"])
    return (pair[0], pair[1]) if (pair[0] > 0).any() else None


def has_rhythm(job: Job) -> bool:
    """Whether the delivery has dates enough to tell how often customers buy; yearly totals have not."""
    return len(rhythm.order_dates(job.tables_dir)) >= health.LEAST_DATES


def months_between(job: Job, years: float = 0.0) -> dict[str, Any]:
    """Monthly values and the two twelve-month periods for `migration.compare`, where months are reported.

    Parameters
    ----------
    job : Job
    years : float, default 0
        So many years before the as-of date.

    Returns
    -------
    dict
        ``orders`` and ``rule`` ({"periods": ...}); orders None where a period has fewer than six reported months.
    """
    end = years_before(job, years)
    last = end.replace(day=1) if end.is_month_end else end.replace(day=1) - pd.DateOffset(months=1)
    periods = [[last - pd.DateOffset(months=23), last - pd.DateOffset(months=12)],
               [last - pd.DateOffset(months=11), last]]  # fmt: skip
    reported = tables.reported_months(job.tables_dir)
    if min(sum(first <= month <= last for month in reported) for first, last in periods) < _LEAST_MONTHS:
        return {"orders": None, "rule": {"periods": periods}}
    orders = customers.monthly(job.tables_dir, as_of=end, region=job.region, brand=job.brand)
    return {"orders": orders, "rule": {"periods": periods}}
