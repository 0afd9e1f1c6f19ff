"""Contract cases of lifetime forecasts: plain rules, tracking, matrix, new customers, constant prices."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.methods import lifetime

from .case import Case
from .cases_lifetime import END, SPLIT, TERMS, comparison, fit, history, orders, region, spend


def priced(shuffled: bool = False) -> pd.DataFrame:
    """The same orders with product and quantity; the price of one product is halved on 1 January 2025."""
    frame = orders(shuffled)
    i = frame["customer_id"].str[1:].astype(int)
    product = np.where(i % 2, "oral", "injection")
    price = np.where((product == "oral") & (frame["date"] >= "2025-01-01"), 10.0, 20.0)
    return frame.assign(product_id=product, quantity=frame["amount"] / price)


def rule() -> lifetime.RuleFit:
    return lifetime.fit_rule(orders(), rule="last_year_rate", end=END, dispersion=1.5)


CASES = [
    Case(
        "lifetime.compare[by region]",
        lambda: lifetime.compare(orders(), split=SPLIT, end=END, by=region()),
        lambda: lifetime.compare(orders(shuffled=True), split=SPLIT, end=END, by=region()[::-1]),
        lambda: ([orders(), region()], lambda o, by: lifetime.compare(o, split=SPLIT, end=END, by=by)),
        figure="plot_comparison",
    ),
    Case(
        "lifetime.fit_rule",
        rule,
        lambda: lifetime.fit_rule(orders(shuffled=True), rule="last_year_rate", end=END, dispersion=1.5),
        lambda: ([orders()], lambda o: lifetime.fit_rule(o, rule="recency_rule", end=END)),
    ),
    Case(
        "lifetime.total[rule]",
        lambda: lifetime.total(rule(), history(), periods=26, by=region(), widen=comparison()),
        lambda: lifetime.total(rule(), history(shuffled=True), periods=26, by=region()[::-1], widen=comparison()),
        figure="plot_total",
    ),
    Case(
        "lifetime.value_by_group[endless, net of cost]",
        lambda: lifetime.value_by_group(fit(), spend(), history(), by=region(), **_endless()),
        lambda: lifetime.value_by_group(fit(), spend(), history(shuffled=True), by=region()[::-1], **_endless()),
        figure="plot_total",
    ),
    Case(
        "lifetime.tracking",
        lambda: lifetime.tracking(fit(), orders(), split=SPLIT, end=END, every=4),
        lambda: lifetime.tracking(fit(), orders(shuffled=True), split=SPLIT, end=END, every=4),
        lambda: ([orders()], lambda o: lifetime.tracking(fit(), o, split=SPLIT, end=END, every=4)),
        figure="plot_tracking",
    ),
    Case(
        "lifetime.tracking[steps]",
        lambda: lifetime.tracking(fit(), orders(), end=END, every=13),
        figure="plot_tracking_steps",
    ),
    Case(
        "lifetime.matrix",
        lambda: lifetime.matrix(fit(), history(), periods=26),
        lambda: lifetime.matrix(fit(), history(shuffled=True), periods=26),
        lambda: ([history()], lambda h: lifetime.matrix(fit(), h, periods=26)),
        figure="plot_matrix",
    ),
    Case("lifetime.matrix[orders]", lambda: lifetime.matrix(fit(), history(), periods=26), figure="plot_matrix_orders"),
    Case("lifetime.new_customer", lambda: lifetime.new_customer(fit(), spend(), **_endless())),
    Case(
        "lifetime.at_risk[own median gap]",
        lambda: lifetime.at_risk(fit(), history(), below=1.0, above=0.0, orders=orders(), end=END),
        lambda: lifetime.at_risk(fit(), history(True), below=1.0, above=0.0, orders=orders(True), end=END),
    ),
    Case(
        "lifetime.price_effect",
        lambda: lifetime.price_effect(priced(), as_of=END),
        lambda: lifetime.price_effect(priced(shuffled=True), as_of=END),
        lambda: ([priced()], lambda o: lifetime.price_effect(o, as_of=END)),
    ),
]


def _endless() -> dict[str, float]:
    return {**TERMS, "periods": math.inf, "cost_per_order": 20.0, "cost_per_year": 100.0}
