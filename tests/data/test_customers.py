from __future__ import annotations

import datetime as dt
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.data import customers, engine, store, tables
from analysis.methods import lifetime

from . import desk
from .test_calendar import orders

LINES = orders([
    # two lines of one day are one purchase; the return of 3 January is on a day of its own
    ("H001", "2024-01-01", "10.00"), ("H001", "2024-01-01", "5.00"), ("H001", "2024-01-03", "-5.00"),
    ("H001", "2024-01-15", "30.00"), ("H001", "2024-01-15", "-10.00"), ("H001", "2024-02-05", "40.00"),
    # net 0 on the only day: no purchase at all
    ("H002", "2024-01-01", "7.00"), ("H002", "2024-01-01", "-7.00"),
    ("H003", "2024-01-29", "8.00"),
    # after the end
    ("H003", "2024-03-05", "8.00"), ("H004", "2024-03-05", "8.00"),
])  # fmt: skip


def history(unit: str = "week") -> pd.DataFrame:
    expression = customers.lifetime_table(LINES, end=dt.date(2024, 2, 26), unit=unit)
    return tables.to_pandas(engine.to_arrow(expression)).set_index("customer_id").sort_index()


def test_lifetime_table_by_hand() -> None:
    table = history()
    assert table.index.tolist() == ["H001", "H003"]
    # H001: purchases on 1 Jan (15), 15 Jan (20), 5 Feb (40); 35 days from first to last, 56 to the end
    assert table.loc["H001"].tolist() == [2, 5.0, 8.0, 30.0]
    assert table.loc["H003"].tolist()[:3] == [0, 0.0, 4.0]
    assert np.isnan(table.loc["H003", "monetary_value"])
    assert history("day").loc["H001", "age"] == 56
    assert history("month").loc["H001", "recency"] == pytest.approx(35 / 30.4375)


def test_lifetime_table_equals_the_method_on_the_same_lines() -> None:
    rng = np.random.default_rng(3)
    lines = [
        (f"H{rng.integers(60):03d}", str(np.datetime64("2022-01-01") + rng.integers(900)), f"{rng.normal(90, 70):.2f}")
        for _ in range(3000)
    ]
    frame = pd.DataFrame(lines, columns=["customer_id", "date", "amount"]).astype({"amount": float})
    frame["date"] = pd.to_datetime(frame["date"])
    for unit in ("day", "week", "month"):
        expression = customers.lifetime_table(orders(lines), end=dt.date(2024, 3, 31), unit=unit)
        ours = tables.to_pandas(engine.to_arrow(expression)).set_index("customer_id").sort_index()
        theirs = lifetime.summarise(frame, end="2024-03-31", unit=unit)
        pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, rtol=1e-12)


def test_lifetime_table_sums_to_the_cent_and_runs_on_spark_as_it_is() -> None:
    # 0.1 + 0.2 in float64 is not 0.3
    lines = orders([("H001", "2024-01-01", "1.00"), ("H001", "2024-01-02", "0.10"), ("H001", "2024-01-02", "0.20")])
    table = engine.to_arrow(customers.lifetime_table(lines, end=dt.date(2024, 1, 31))).to_pylist()
    assert table[0]["monetary_value"] == 0.3
    for engine_name in ("pyspark", "trino", "snowflake"):
        sql = ibis.to_sql(customers.lifetime_table(lines, end=dt.date(2024, 1, 31)), dialect=engine_name)
        assert "MIN_BY" in sql.upper()
    with pytest.raises(SettingError, match="unit must be one of day, month, week; got quarter"):
        customers.lifetime_table(lines, end=dt.date(2024, 1, 31), unit="quarter")


HEADER = ["客户编码", "销售日期", "产品编码", "数量", "金额", "单据号", "行号", "渠道"]


def line(who: str, when: str, amount: str, product: str = "P1", channel: str = "经销") -> list[str]:
    return [who, when, product, "1" if float(amount) > 0 else "-1", amount, f"{who}{when}{product}", "1", channel]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of a few accounts, ending 31 December 2024."""
    folder = tmp_path_factory.mktemp("profile")
    steady = [line("H001", f"{y}-{m:02d}-10", "100") for y in (2023, 2024) for m in range(1, 13)]
    growing = [line("H002", f"2024-{m:02d}-05", str(50 * m), channel="直销" if m > 6 else "经销") for m in range(1, 13)]
    woken = [line("H003", "2023-01-15", "80"), line("H003", "2024-09-01", "60"), line("H003", "2024-10-11", "-20")]
    both = [line("H001", "2024-12-10", "40", product="P2")]
    free = [["H004", "2024-05-01", "P1", "3", "0", "F1", "1", "经销"]]
    rows = [HEADER, *steady, *growing, *woken, *both, *free]
    people = [
        ["客户编码", "大区", "客户类型", "医院等级"],
        ["H001", "华东", "医院", "三甲"],
        ["H002", "华东", "药店", ""],
    ]
    people += [
        ["H003", "华北", "医院", "二级"],
        ["H004", "华东", "药店", ""],
        ["H005", "华东", "药店", ""],
        ["D001", "华东", "医生", ""],
    ]
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS | {"channel": "渠道"}} | desk.BASIS,
        "customers": {
            "source": "c.csv",
            "columns": {
                "customer_id": "客户编码",
                "region": "大区",
                "customer_type": "客户类型",
                "hospital_level": "医院等级",
            },
        }
        | desk.BASIS,
        "products": {"source": "p.csv"},
    }
    files = {"o.csv": rows, "c.csv": people, "p.csv": [["product_id", "brand"], ["P1", "甲"], ["P2", "乙"]]}
    store.build(desk.lay(folder / "in", files, spec, as_of="2024-12-31"), folder / "out")
    return folder / "out"


def test_profile_by_hand(built: Path) -> None:
    table = customers.profile(built, as_of="2024-12-31")
    # the physician is no account; H004 got free goods only; H005 is a prospect
    assert table.index.tolist() == ["H001", "H002", "H003", "H004", "H005"]
    steady = table.loc["H001"]
    assert (steady["n_dates"], steady["n_orders"], steady["net_value"]) == (24, 25, 2440.0)
    assert (steady["value_12m"], steady["value_prev_12m"], steady["n_products_12m"]) == (1240.0, 1200.0, 2)
    assert (steady["active_months_12m"], steady["n_dates_12m"], steady["days_since_last"]) == (12, 12, 21)
    assert steady["median_gap"] == 31
    # 23 gaps of 28 to 31 days: 7 months of 30 or fewer each year; the spread is small
    gaps = np.diff(pd.date_range("2023-01-10", periods=24, freq="MS").to_numpy() + np.timedelta64(9, "D")).astype(float)
    assert steady["gap_cv"] == pytest.approx(gaps.std(ddof=1) / gaps.mean())
    woken = table.loc["H003"]
    # the return of October is no purchase day, but counts in the net value
    assert (woken["n_dates"], woken["net_value"], woken["value_12m"]) == (2, 120.0, 40.0)
    assert woken["reactivated_on"] == pd.Timestamp("2024-09-01")
    assert pd.isna(steady["reactivated_on"])
    assert table.loc["H005", ["n_dates", "net_value", "value_12m"]].tolist() == [0, 0.0, 0.0]
    assert pd.isna(table.loc["H005", "first_date"])
    assert table["stratum"].tolist() == ["三级甲等", "pharmacy", "二级", "pharmacy", "pharmacy"]
    assert table.loc["H002", ["channel_direct", "channel_distributor"]].tolist() == [
        pytest.approx(57 / 78),
        pytest.approx(21 / 78),
    ]


def test_trend_is_a_slope_of_log_value_over_own_median(built: Path) -> None:
    table = customers.profile(built, as_of="2024-12-31")
    # H001: 100 every month but the last, 140; 24 months, the first left out as it is never empty
    x, y = np.arange(1, 24), np.log1p(np.array([1.0] * 22 + [1.4]))
    assert table.loc["H001", "trend"] == pytest.approx(np.polyfit(x, y, 1)[0])
    # H002: first purchase in month 12 of the window, measured from month 13: 100, 150 … 600; median 350
    x, y = np.arange(13, 24), np.log1p(np.arange(2, 13) * 50 / 350)
    assert table.loc["H002", "trend"] == pytest.approx(np.polyfit(x, y, 1)[0])
    # H003: nothing between February 2023 and August 2024, then 60, then a month of returns
    x, y = np.arange(1, 24), np.where(np.arange(1, 24) == 20, np.log(2), 0.0)
    assert table.loc["H003", "trend"] == pytest.approx(np.polyfit(x, y, 1)[0])


def test_profile_looks_at_one_day_one_region_one_brand(built: Path) -> None:
    early = customers.profile(built, as_of="2023-12-31")
    assert early.loc["H002", "n_dates"] == 0
    assert early.loc["H003", "last_date"] == pd.Timestamp("2023-01-15")
    # the delivery begins in January 2023: what was bought in 2022 is not known, which is not zero
    assert early["value_prev_12m"].isna().all()
    assert customers.profile(built, as_of="2024-12-31", region="华北").index.tolist() == ["H003"]
    other = customers.profile(built, as_of="2024-12-31", brand="乙")
    assert other.loc["H001", "net_value"] == 40.0
    assert other["n_dates"].sum() == 1
    with pytest.raises(SettingError, match="The region must be in the data"):
        customers.profile(built, as_of="2024-12-31", region="华南")


def test_segment_features_are_complete_and_keep_the_order(built: Path) -> None:
    table = customers.profile(built, as_of="2024-12-31")
    features = customers.segment_features(table.iloc[::-1])
    assert features.index.tolist() == ["H003", "H002", "H001"]
    assert features.notna().all(axis=None)
    assert features.columns.tolist() == [
        "value_12m", "orders_12m", "order_value", "active_months_12m", "gap_cv", "days_since_last", "trend", "growth",
        "n_products_12m", "channel_direct",
    ]  # fmt: skip
    # H003: 40 this year, 80 the year before; one gap only, so the spread of random buying
    assert features.loc["H003", ["growth", "gap_cv"]].tolist() == [pytest.approx(-40 / 120), 1.0]
    assert features.loc["H002", "growth"] == 1.0
    early = customers.segment_features(customers.profile(built, as_of="2023-12-31"))
    assert "growth" not in early.columns
    with pytest.raises(DataError, match="profile needs the columns"):
        customers.segment_features(table[["region"]])
