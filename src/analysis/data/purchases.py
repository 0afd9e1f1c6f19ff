"""Order lines to one row per customer, as Ibis expressions: days, gaps, windows, months.

Money stays DECIMAL and quantities become it, so sums do not depend on the order in which an engine
adds them up; counts and sums of days are whole numbers. Anything that is a ratio is left to the caller.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import ibis
import ibis.expr.types as ir

from . import engine

__all__ = ["active_months", "by_day", "channels", "demand", "gaps", "totals"]

#: documents that move goods without being demand
NOT_DEMAND = ("free", "transfer")
_EXACT = "decimal(18, 4)"


def demand(
    tables_dir: str | Path, *, value: str, as_of: dt.date, region: str | None = None, brand: str | None = None
) -> ir.Table:
    """Demand lines up to a day, with the declared value column called ``value``.

    Parameters
    ----------
    tables_dir : path
        Folder of the built tables.
    value : {"amount", "quantity"}
    as_of : datetime.date
    region, brand : str, optional
        Only customers of this region, only products of this brand.
    """
    folder = Path(tables_dir)
    lines = engine.parquet(folder / "transactions.parquet")
    lines = lines.filter(lines.date <= as_of, lines.doc_type.notin(NOT_DEMAND))
    if region is not None:
        customers = engine.parquet(folder / "customers.parquet")
        lines = lines.semi_join(customers.filter(customers.region == region), "customer_id")
    if brand is not None:
        products = engine.parquet(folder / "products.parquet")
        lines = lines.semi_join(products.filter(products.brand == brand), "product_id")
    amount = lines[value] if lines[value].type().is_decimal() else lines[value].cast(_EXACT)
    return lines.mutate(value=amount)


def by_day(orders: ir.Table, *, value: str = "value") -> ir.Table:
    """Days on which a customer's net value is positive: ``customer_id, date, value``.

    Returns on the day of a purchase are netted; a day of returns alone is no purchase.
    """
    daily = orders.group_by("customer_id", "date").agg(value=orders[value].sum())
    return daily.filter(daily.value > 0)


def totals(orders: ir.Table, days: ir.Table, *, year_ago: dt.date, before: dt.date) -> ir.Table:
    """Net value and counts by customer, all time and in the two twelve-month windows.

    ``year_ago`` and ``before`` are the last days before the windows of the last and the previous twelve
    months. Net value counts returns wherever they fall.
    """
    recent, previous = orders.date > year_ago, (orders.date > before) & (orders.date <= year_ago)
    zero = ibis.literal(0).cast(orders.value.type())
    bought = orders.value > 0
    documents = orders.document_no.nunique(where=bought) if "document_no" in orders.columns else ibis.null("int64")
    products = (
        orders.product_id.nunique(where=bought & recent) if "product_id" in orders.columns else ibis.null("int64")
    )
    net = orders.group_by("customer_id").agg(
        net_value=orders.value.sum(),
        value_12m=orders.value.sum(where=recent).fill_null(zero),
        value_prev_12m=orders.value.sum(where=previous).fill_null(zero),
        n_documents=documents,
        n_products_12m=products,
    )
    last_year = days.date > year_ago
    dates = days.group_by("customer_id").agg(
        first_date=days.date.min(),
        last_date=days.date.max(),
        n_dates=days.count(),
        n_dates_12m=days.count(where=last_year),
        active_months_12m=days.date.truncate("M").nunique(where=last_year),
    )
    return net.left_join(dates, "customer_id").drop("customer_id_right").order_by("customer_id")


def gaps(days: ir.Table) -> ir.Table:
    """Days between purchases: median, and the sums from which mean and spread follow exactly.

    ``reactivated_on`` is the latest purchase that ended a gap of more than twelve months.
    """
    rows = ibis.window(group_by="customer_id", order_by="date")
    dated = days.mutate(before=days.date.lag().over(rows))
    dated = dated.filter(dated.before.notnull())
    gap = dated.date.delta(dated.before, unit="day")
    dated = dated.mutate(gap=gap, woken=dated.date > (dated.before + ibis.interval(years=1)).cast("date"))
    return (
        dated.group_by("customer_id")
        .agg(
            median_gap=dated.gap.median(),
            gap_sum=dated.gap.sum(),
            gap_squares=(dated.gap * dated.gap).sum(),
            gap_count=dated.count(),
            reactivated_on=dated.date.max(where=dated.woken),
        )
        .order_by("customer_id")
    )


def active_months(orders: ir.Table, *, first: dt.date, last: dt.date) -> ir.Table:
    """Months with positive net value between two days: ``customer_id, month, value``."""
    inside = orders.filter(orders.date.between(first, last))
    monthly = inside.mutate(month=inside.date.truncate("M").cast("date")).group_by("customer_id", "month")
    table = monthly.agg(value=ibis._.value.sum())
    return table.filter(table.value > 0).order_by("customer_id", "month")


def channels(orders: ir.Table, *, after: dt.date) -> ir.Table:
    """Purchases (returns left out) by customer and channel after a day: ``customer_id, channel, value``."""
    bought = orders.filter(orders.date > after, orders.value > 0, orders.channel.notnull())
    table = bought.group_by("customer_id", "channel").agg(value=bought.value.sum())
    return table.order_by("customer_id", "channel")
