"""What a notebook is handed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import runs
from analysis.data import dataset as datasets
from analysis.data import store

from . import small


def test_months_that_nobody_delivered(tmp_path: Path) -> None:
    path = small.write(tmp_path / "data")
    orders = pd.read_csv(tmp_path / "data" / "orders.csv", dtype=str)
    kept = orders[~orders["日期"].str.startswith(("2024-03", "2024-05"))]
    kept.to_csv(tmp_path / "data" / "orders.csv", index=False, encoding="utf-8")
    store.build(datasets.load(path), tmp_path / "tables")
    told = {"tables_dir": tmp_path / "tables", "reference_dir": tmp_path, "results_dir": tmp_path, "region": "华东"}
    job = runs.open_job("03_value_loyalty", told)
    assert job.unreported == [pd.Timestamp("2024-03-01"), pd.Timestamp("2024-05-01")]
