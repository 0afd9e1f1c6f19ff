"""Months of order lines: totals by customer and month, completed with the months nobody wrote down."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from ..core.errors import SettingError

__all__ = ["monthly", "months"]


def months(start: dt.date, end: dt.date) -> list[dt.date]:
    """First days of the months from ``start`` to ``end``, both included."""
    return [stamp.date() for stamp in pd.date_range(start.replace(day=1), end, freq="MS")]


def monthly(
    orders: ir.Table, *, start: dt.date, end: dt.date, reported: ir.Table | None = None, value: str = "amount"
) -> ir.Table:
    """Each customer's value in every month, as an Ibis expression.

    Exports hold only the months in which something was bought. A month without a row is zero when it
    was reported at all, and missing when it was not: a month absent from the whole delivery must not
    look like a month without sales.

    Parameters
    ----------
    orders : ibis Table
        ``customer_id``, ``date`` and ``value``; demand lines only.
    start, end : datetime.date
        First and last month, by any of their days.
    reported : ibis Table, optional
        ``month`` (first of month), and ``customer_id`` where reporting differs by customer. Default:
        the months that occur in ``orders``; pass it when ``orders`` holds one region only.
    value : str, default "amount"

    Returns
    -------
    ibis Table
        ``customer_id, month, value`` in that order; ``value`` is missing for months not reported.
    """
    if start > end:
        raise SettingError("period_order", start=str(start), end=str(end))
    dated = orders.mutate(month=orders.date.truncate("M").cast("date"))
    totals = dated.group_by("customer_id", "month").agg(value=dated[value].sum())
    calendar = ibis.memtable(pa.table({"month": pa.array(months(start, end), pa.date32())}))
    grid = orders.select("customer_id").distinct().cross_join(calendar)
    known = dated.select("month").distinct() if reported is None else reported.distinct()
    known = known.mutate(reported=ibis.literal(True))
    keys = [name for name in ("customer_id", "month") if name in known.columns]
    full = grid.left_join(known, keys).select("customer_id", "month", "reported")
    full = full.left_join(totals, ["customer_id", "month"]).select("customer_id", "month", "reported", "value")
    zero = ibis.literal(0).cast(full.value.type())
    filled = full.value.fill_null(ibis.ifelse(full.reported.fill_null(False), zero, ibis.null(zero.type())))
    return full.select("customer_id", "month", value=filled).order_by("customer_id", "month")
