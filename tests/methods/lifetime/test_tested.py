"""Held-out sales: what they are, and that forecasts of money are widened by their own miss."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.methods import lifetime
from analysis.methods.lifetime import tested


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


@cache
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
    assert tested.tested_on(only, family="bg_nbd", money=True) is only
    history = lifetime.summarise(orders(), end="2024-12-31")
    total = lifetime.total(
        lifetime.fit(history), history, periods=52, spend_fit=lifetime.fit_spend(history), widen=only
    )
    assert "held_out_orders_only" in {note.code for note in total.notes}
    assert total.finding.code == "lifetime_sales_held_out"


def test_without_repeat_customers_there_is_no_test_of_money() -> None:
    once = orders().sort_values("date", kind="stable").drop_duplicates("customer_id")
    later = once.assign(date=pd.Timestamp("2024-06-01"))
    found = lifetime.compare(pd.concat([once, later]), split="2023-12-31", end="2024-12-31", families=["bg_nbd"])
    assert found.predicted_value is None
    assert set(found.tests["kind"]) == {"orders"}
    assert found.held_out("bg_nbd", money=True) is None


def test_the_test_of_the_family_in_use_counts() -> None:
    found = lifetime.compare(orders(), split="2023-12-31", end="2024-12-31", families=["bg_nbd", "mbg_nbd"])
    scores = found.table.set_index("rule")
    for name in ("bg_nbd", "mbg_nbd"):
        test = tested.tested_on(found, family=name, money=False)
        assert test.predicted == pytest.approx(scores.loc[name, "value"])
        assert test.covered == (scores.loc[name, "total_inside"] == "inside_interval")


def test_a_value_below_zero_is_widened_downwards_too() -> None:
    missed = SimpleNamespace(predicted=100.0, actual=80.0, covered=False)
    lo, hi = tested.widened(
        np.array([-60.0, 5.0]),
        np.array([-40.0, 70.0]),
        [missed, missed],
        exposed=np.array([50.0, 50.0]),
        least=np.array([-np.inf, 0.0]),
    )
    # a fifth of 50 on both sides; what cannot be negative stops at nothing
    assert lo.tolist() == [-70.0, 0.0]
    assert hi.tolist() == [-30.0, 80.0]


def test_a_fixed_cost_takes_nothing_off_the_miss() -> None:
    """Sales missed by a fifth are missed by a fifth however much the customers cost."""
    lines = orders()
    history = lifetime.summarise(lines, end="2024-12-31")
    model, spend = lifetime.fit(history), lifetime.fit_spend(history)
    missed = tested.Tested(100.0, 80.0, covered=False, money=True)
    widen = SimpleNamespace(held_out=lambda *_, **__: missed)
    terms = {"periods": 52, "annual_discount_rate": 0.0, "margin": 0.5}
    gross = lifetime.value_by_group(model, spend, history, **terms).table["value"].iloc[-1]
    # the customers cost nearly all they bring
    costs = {"cost_per_year": 0.9 * gross / len(history), "cost_per_order": 1.0}
    plain = lifetime.value_by_group(model, spend, history, **terms, **costs).table.iloc[-1]
    wide = lifetime.value_by_group(model, spend, history, **terms, **costs, widen=widen).table.iloc[-1]
    assert 0 < plain["value"] < 0.12 * gross
    assert wide["hi"] - plain["hi"] == pytest.approx(0.2 * gross)
    # and below nothing, if it comes to that
    assert plain["lo"] - wide["lo"] == pytest.approx(0.2 * gross)
    assert wide["lo"] < 0


def test_a_test_of_nothing_is_not_told_as_an_error() -> None:
    told = {"value": 1.0}
    empty = tested.Tested(0.5, 0.0, covered=True)
    assert tested.held_out_finding("lifetime_orders", told, empty).code == "lifetime_orders"


def test_a_probability_active_says_which_rule_won() -> None:
    lines = orders()
    history = lifetime.summarise(lines, end="2024-12-31")
    model, found = lifetime.fit(history), compared()
    won = replace(found, best="last_year_rate")
    for result, code in (
        (lifetime.matrix(model, history, periods=13, tested=replace(found, best="bg_nbd")), "active_tested"),
        (lifetime.matrix(model, history, periods=13, tested=won), "active_rule_won"),
        (lifetime.at_risk(model, history, tested=won), "active_rule_won"),
    ):
        assert result.notes[-1].code == code
        assert result.notes[-1].values["error"] == pytest.approx(abs(found.predicted - found.actual) / found.actual)
    assert "active_tested" not in [note.code for note in lifetime.matrix(model, history, periods=13).notes]


def test_a_rule_says_of_how_many_it_expects_nothing() -> None:
    lines = orders()
    # three customers silent for more than a year
    lines = lines[~(lines["customer_id"].isin(["P000", "P001", "P002"]) & (lines["date"] > "2023-12-31"))]
    history = lifetime.summarise(lines, end="2024-12-31")
    rule = lifetime.fit_rule(lines, rule="last_year_rate", end="2024-12-31", dispersion=1.5)
    silent = int((rule.rate_of(history) == 0).sum())
    assert silent >= 3
    terms = {"periods": 52, "annual_discount_rate": 0.0}
    spend = lifetime.fit_spend(history)
    for result in (
        lifetime.total(rule, history, periods=52),
        lifetime.value_by_group(rule, spend, history, **terms),
        lifetime.deciles_of_value(rule, spend, history, **terms),
    ):
        note = next(note for note in result.notes if note.code == "rule_expects_none")
        assert note.values == {"rule": "last_year_rate", "n": silent, "of": len(history)}
