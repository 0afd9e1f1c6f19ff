import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import lifetime

END = "2025-12-31"


def lines(n=60, cut=0.5, grows=1.0):
    """Accounts buying ten boxes of two products each month; the price of one falls on 1 January 2025."""
    rng = np.random.default_rng(8)
    rows = []
    for month in pd.date_range("2024-01-01", "2025-12-01", freq="MS") + pd.Timedelta(days=9):
        late = month.year == 2025
        for i in range(n):
            boxes = float(np.round(10 * (1 + i % 3) * rng.uniform(0.8, 1.2) * (grows if late else 1.0)))
            rows.append((f"H{i:02d}", month, "generic", boxes, boxes * 20.0 * (cut if late else 1.0)))
            rows.append((f"H{i:02d}", month, "brand", 5.0, 5.0 * 30.0))
    return pd.DataFrame(rows, columns=["customer_id", "date", "product_id", "quantity", "amount"])


def test_lines_are_revalued_at_the_latest_price():
    table = pd.DataFrame(
        [
            ("H1", "2024-05-01", "A", 10.0, 200.0),
            ("H1", "2024-06-01", "A", -2.0, -40.0),  # return at the old price
            ("H1", "2024-07-01", "A", 3.0, 0.0),  # free goods
            ("H1", "2024-08-01", "A", np.nan, 55.0),  # quantity unknown
            ("H1", "2025-01-01", "A", 10.0, 100.0),
            ("H1", "2025-02-01", "A", 10.0, 98.0),
            ("H1", "2025-02-01", "B", 0.0, 12.0),  # never sold by quantity
        ],
        columns=["customer_id", "date", "product_id", "quantity", "amount"],
        index=list("abcdefg"),
    )
    found = lifetime.at_constant_prices(table, end=END)
    # since the step in January 2025: 198 for 20 boxes
    assert found["amount"].to_dict() == pytest.approx(
        {"a": 99.0, "b": -19.8, "c": 0.0, "d": 55.0, "e": 99.0, "f": 99.0, "g": 12.0}
    )
    assert found.drop(columns="amount").equals(table.drop(columns="amount"))
    assert table.loc["a", "amount"] == 200.0


def test_a_price_cut_is_all_of_a_fall_in_sales():
    table = lifetime.price_effect(lines(), as_of=END)
    rows = table.table.set_index("measure")["value"]
    boxes = lines().query("product_id == 'generic'").groupby(lines()["date"].dt.year)["quantity"].sum()
    assert rows["change_paid"] == pytest.approx(10 * boxes[2025] - 20 * boxes[2024])
    assert rows["change_constant"] == pytest.approx(10 * (boxes[2025] - boxes[2024]))
    assert rows["change_price"] == pytest.approx(-10 * boxes[2024])
    assert rows["change_price_steps"] == pytest.approx(rows["change_price"])
    assert table.finding.code == "price_effect"
    assert table.steps[["product_id", "month", "change"]].to_numpy().tolist() == [["generic", "2025-01", -0.5]]
    assert table.share == pytest.approx(rows["change_price"] / rows["change_paid"])
    assert (table.table["lo"] <= table.table["value"]).all()
    assert (table.table["value"] <= table.table["hi"]).all()


def test_parts_add_up_and_volume_is_not_price():
    result = lifetime.price_effect(lines(cut=1.0, grows=1.5), as_of=END)
    rows = result.table.set_index("measure")["value"]
    assert rows["change_constant"] + rows["change_price"] == pytest.approx(rows["change_paid"])
    assert rows["change_price"] == pytest.approx(0.0, abs=1e-6)
    assert result.finding.code == "price_effect_unclear"
    assert len(result.steps) == 0


def test_value_learned_at_constant_prices_is_that_of_today():
    paid = lifetime.summarise(lines(), end=END)["monetary_value"]
    constant = lifetime.summarise(lifetime.at_constant_prices(lines(), end=END), end=END)["monetary_value"]
    later = lifetime.summarise(lines().query("date >= '2025-01-01'"), end=END)["monetary_value"]
    assert (paid - later).abs().mean() > 3 * (constant - later).abs().mean()


def test_data_that_do_not_reach_back_say_so():
    result = lifetime.price_effect(lines().query("date >= '2025-03-01'"), as_of=END)
    assert result.table["flag"].tolist() == ["missing_input"] * 4
    assert result.table["value"].isna().all()
    assert result.finding.code == "growth_unknown"
    assert np.isnan(result.share)


def test_messages():
    with pytest.raises(DataError, match="orders needs the columns quantity"):
        lifetime.at_constant_prices(lines().drop(columns="quantity"), end=END)
    with pytest.raises(SettingError, match="months must be a whole number"):
        lifetime.price_effect(lines(), as_of=END, months=0.5)
