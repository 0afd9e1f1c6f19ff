"""The years that a portrait compares: a year earlier, and whether there is a rhythm."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis import runs
from analysis.data import dataset as datasets
from analysis.data import store
from analysis.runs import periods
from analysis.runs.job import Job

from . import small


def opened(folder: Path, orders: pd.DataFrame, as_of: str) -> Job:
    """A job on the small data set with these order lines instead of its own."""
    path = small.write(folder / "data")
    orders.to_csv(folder / "data" / "orders.csv", index=False, encoding="utf-8")
    stated = yaml.safe_load(path.read_text(encoding="utf-8")) | {"as_of": as_of}
    # the survey is of later
    del stated["tables"]["survey_responses"]
    path.write_text(yaml.safe_dump(stated, allow_unicode=True, sort_keys=False), encoding="utf-8")
    store.build(datasets.load(path), folder / "tables")
    told = {"tables_dir": folder / "tables", "reference_dir": folder, "results_dir": folder, "region": "华东"}
    return runs.open_job("02_segments_tiers", told)


def lines(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["客户编码", "日期", "金额"])
    return frame.assign(产品="P1", 单据号=[f"D{i}" for i in range(len(frame))])


@pytest.fixture(scope="module")
def yearly(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """H000 in three years, H001 in the first two, H002 from the second, H003 in the last."""
    rows = [
        ("H000", "2022-03-31", 30.0), ("H000", "2023-03-31", 20.0), ("H000", "2024-03-31", 10.0),
        ("H001", "2022-03-31", 5.0), ("H001", "2023-03-31", 6.0),
        ("H002", "2023-03-31", 7.0), ("H002", "2024-03-31", 8.0), ("H003", "2024-03-31", 9.0),
    ]  # fmt: skip
    return opened(tmp_path_factory.mktemp("yearly"), lines(rows), "2024-03-31")


def test_the_pair_of_years_a_year_earlier(yearly: Job) -> None:
    found = periods.purchases_before(yearly)
    assert found is not None
    before, after = found
    # who had not ordered by the end of a year is not in it; H003 came later than both
    assert before.to_dict() == {"H000": 30.0, "H001": 5.0}
    assert after.to_dict() == {"H000": 20.0, "H001": 6.0, "H002": 7.0}
    rule = periods.months_between(yearly, years=1)
    assert rule["orders"] is None
    both = [[str(day.date()) for day in pair] for pair in rule["rule"]["periods"]]
    assert both == [["2021-04-01", "2022-03-01"], ["2022-04-01", "2023-03-01"]]


def test_dates_once_a_year_tell_no_rhythm(yearly: Job) -> None:
    assert not periods.has_rhythm(yearly)


def test_two_years_have_no_earlier_pair_and_months_have_a_rhythm(tmp_path: Path) -> None:
    months = pd.date_range("2022-04-30", "2024-03-31", freq="ME")
    job = opened(tmp_path, lines([("H000", str(day.date()), 1.0) for day in months]), "2024-03-31")
    assert periods.purchases_before(job) is None
    assert periods.has_rhythm(job)
