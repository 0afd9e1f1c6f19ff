"""Held-out sales: what they are, and that forecasts of money are widened by their own miss."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.methods import lifetime
from analysis.methods.lifetime import moneytest


def orders(seed: int = 5) -> pd.DataFrame:
    """Three hundred pharmacies; from the second year on every order is worth twice as much."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(300):
        rate, size = rng.gamma(2, 0.6), rng.gamma(6, 50)
        for month in range(24):
            if rng.random() < min(rate, 0.9):
                day = (
                    pd.Timestamp("2023-01-01") + pd.DateOffset(months=month) + pd.Timedelta(days=int(rng.integers(28)))
                )
                rows.append((f"P{i:03d}", day, float(size * rng.gamma(6, 1 / 6) * (2 if month >= 12 else 1))))
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


def compared() -> lifetime.Comparison:
    return lifetime.compare(orders(), split="2023-12-31", end="2024-12-31", families=["bg_nbd"])


def test_actual_sales_are_those_of_customers_known_at_the_split() -> None:
    found, lines = compared(), orders()
    known = set(lines.loc[lines["date"] <= "2023-12-31", "customer_id"])
    after = lines[(lines["date"] > "2023-12-31") & lines["customer_id"].isin(known)]
    assert found.actual_value == pytest.approx(math.fsum(after["amount"]))


def test_a_doubled_price_is_a_miss_of_money() -> None:
    found = compared()
    assert found.predicted_value is not None
    assert found.actual_value is not None
    # sales were predicted at the old price: about half of what came
    assert 0.4 < found.predicted_value / found.actual_value < 0.6
    assert found.covered_value is False


def test_value_is_widened_by_the_miss_of_money_not_of_orders() -> None:
    found, lines = compared(), orders()
    history = lifetime.summarise(lines, end="2024-12-31")
    model, spend = lifetime.fit(history), lifetime.fit_spend(history)
    terms = {"periods": 52, "annual_discount_rate": 0.0}
    plain = lifetime.value_by_group(model, spend, history, **terms).table.iloc[-1]
    wide = lifetime.value_by_group(model, spend, history, **terms, widen=found)
    row = wide.table.iloc[-1]
    miss = abs(found.actual_value - found.predicted_value) / found.predicted_value * plain["value"]
    assert row["hi"] == pytest.approx(plain["hi"] + miss)
    assert {note.code for note in wide.notes} >= {"held_out_missed_value"}
    assert wide.finding.code == "lifetime_value_tested"


def test_a_comparison_of_orders_only_says_so() -> None:
    only = SimpleNamespace(predicted=90.0, actual=100.0, covered=True, predicted_value=None)
    assert moneytest.of(only) is None
    history = lifetime.summarise(orders(), end="2024-12-31")
    total = lifetime.total(
        lifetime.fit(history), history, periods=52, spend_fit=lifetime.fit_spend(history), widen=only
    )
    assert "held_out_orders_only" in {note.code for note in total.notes}
    assert total.finding.code == "lifetime_sales_held_out"


def test_without_repeat_customers_there_is_no_test_of_money() -> None:
    history = pd.DataFrame(
        {"frequency": [0, 0], "recency": [0.0, 0.0], "age": [10.0, 20.0], "monetary_value": [0.0, 0.0]},
        index=pd.Index(["P1", "P2"], name="customer_id"),
    )
    assert moneytest.tested(history, family="bg_nbd", actual=5.0, horizon=10, level=0.9) == {}
