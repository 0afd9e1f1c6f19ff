"""Early adopters among accounts of high value."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import movers
from analysis.methods.movers import _launches

_DAY, _START = "2025-06-30", "2023-01-01"


def _world(seed: int, *, n: int = 200, launches: int = 5) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Each account's speed is Gamma(1, 1); time to first order exponential with 400 days at speed 1."""
    rng = np.random.default_rng(seed)
    speed = rng.gamma(1.0, 1.0, n)
    ids = np.array([f"H{i:03d}" for i in range(n)])
    parts = [pd.DataFrame({"customer_id": ids, "date": pd.Timestamp("2023-01-05"), "product_id": "OLD"})]
    days = pd.date_range("2023-06-01", "2024-09-01", periods=launches).normalize()
    for i, launch in enumerate(days):
        wait = np.ceil(rng.exponential(400, n) / speed)
        taken = wait < 5000
        parts.append(pd.DataFrame({
            "customer_id": ids[taken], "date": launch + pd.to_timedelta(wait[taken], unit="D"), "product_id": f"N{i}",
        }))  # fmt: skip
    products = pd.DataFrame({
        "product_id": ["OLD", *[f"N{i}" for i in range(launches)]],
        "launch_date": [pd.Timestamp("2015-01-01"), *days], "is_own": True,
    })  # fmt: skip
    return pd.concat(parts, ignore_index=True), products, speed


def _call(lines: pd.DataFrame, products: pd.DataFrame, tiers: pd.Series) -> movers.EarlyAdopters:
    return movers.early_adopters(lines, products, tiers=tiers, as_of=_DAY, data_start=_START)


def _tiers(n: int) -> pd.Series:
    return pd.Series(np.where(np.arange(n) < n // 2, "A", "C"), [f"H{i:03d}" for i in range(n)], dtype="str")


def test_fast_accounts_are_found() -> None:
    lines, products, speed = _world(0)
    result = _call(lines, products, _tiers(200))
    scaled = speed / speed.mean()
    inside = (result.customers["lo"] <= scaled) & (scaled <= result.customers["hi"])
    assert inside.mean() > 0.85
    named = result.table["customer_id"].str[1:].astype(int)
    assert len(named) >= 15
    assert (speed[named] > np.median(speed)).mean() > 0.85
    assert (named < 100).all()


def test_cumulative_hazard_by_hand() -> None:
    """Days 5 (order), 8 (order), 8 (none), 20 (none): 1/4, then 1/4 + 1/3."""
    hazard = _launches._hazard(np.array([20, 5, 8, 8]), np.array([False, True, True, False]))
    assert hazard.tolist() == pytest.approx([7 / 12, 1 / 4, 7 / 12, 7 / 12])


def test_times_are_censored_and_begin_with_the_first_order() -> None:
    """H1 knows us before the launch, orders after 30 days; H2's first order is the new product; H3 never."""
    lines = pd.DataFrame(
        [
            ("H1", "2023-01-01", "P0"),
            ("H1", "2024-03-31", "P1"),
            ("H2", "2024-06-01", "P1"),
            ("H3", "2025-06-20", "P0"),
        ],
        columns=["customer_id", "date", "product_id"],
    )
    frame = _launches.lines(lines, pd.Timestamp(_DAY))
    products = pd.DataFrame({"product_id": ["P1"], "launch_date": ["2024-03-01"]})
    found = _launches.launches(frame, products, pd.Timestamp(_START), pd.Timestamp(_DAY))
    times = _launches.times(frame, found, pd.Timestamp(_DAY)).set_index("customer_id")
    assert times["days"].tolist() == [30, 0, 10]
    assert times["event"].tolist() == [True, True, False]


def test_launches_that_cannot_be_judged_are_said() -> None:
    lines = pd.DataFrame(
        [
            ("H1", "2023-01-01", "P0"),
            ("H1", "2023-02-01", "P1"),
            ("H1", "2025-06-01", "P2"),
            ("H1", "2024-02-01", "P4"),
        ],
        columns=["customer_id", "date", "product_id"],
    )
    products = pd.DataFrame({
        "product_id": ["P0", "P1", "P2", "P3", "P4"], "launch_date": ["2020-01-01", None, "2025-06-01", None, None],
    })  # fmt: skip
    result = _call(lines, products, pd.Series({"H1": "A", "H9": "A"}))
    outcome = result.launches.set_index("product_id")["outcome"].to_dict()
    assert outcome == {
        "P0": "before_data", "P1": "before_data", "P2": "too_recent", "P3": "not_ordered", "P4": "used",
    }  # fmt: skip
    assert {"adopters_before_data", "adopters_too_recent", "adopters_one_launch"} <= {n.code for n in result.notes}
    assert sorted(result.customers.index) == ["H1", "H9"]
    assert result.customers["rank_lo"].isna().all()
    # without any launch dates the first day seen stands for all of them
    unnamed = _call(lines, products[["product_id"]], pd.Series({"H1": "A", "H9": "A"})).launches
    assert set(unnamed["source"]) == {"first_seen"}
    assert unnamed.set_index("product_id")["outcome"].to_dict() == outcome


def test_old_products_alone_identify_nothing() -> None:
    lines, products, _speed = _world(1, n=20)
    result = _call(lines[lines["product_id"] == "OLD"], products.head(1), _tiers(20))
    assert result.table.empty
    assert result.finding is not None
    assert result.finding.code == "adopters_unknown"


def test_later_orders_are_not_looked_at() -> None:
    lines, products, _speed = _world(2, n=40)
    early = _call(lines[lines["date"] <= _DAY], products, _tiers(40))
    assert (lines["date"] > _DAY).any()
    assert early.equals(_call(lines, products, _tiers(40)))


def test_competitors_products_are_left_out() -> None:
    lines, products, _speed = _world(3, n=20)
    result = _call(lines, products.assign(is_own=products["product_id"] != "N0"), _tiers(20))
    assert "N0" not in set(result.launches["product_id"])


def test_bad_input_is_refused() -> None:
    lines, products, _speed = _world(1, n=20)
    with pytest.raises(DataError, match="one row a product"):
        _call(lines, pd.concat([products, products]), _tiers(20))
    with pytest.raises(DataError):
        movers.early_adopters(lines, products, tiers=_tiers(20), as_of="2019-01-01")
    with pytest.raises(DataError, match="among"):
        _call(lines, products, pd.Series({"H1": "X"}))
