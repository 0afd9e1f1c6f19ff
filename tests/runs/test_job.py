"""What a notebook is handed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import runs
from analysis.data import dataset as datasets
from analysis.data import store
from analysis.methods import segments

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


def test_an_earlier_run_lends_its_model(tmp_path: Path) -> None:
    path = small.write(tmp_path / "data")
    store.build(datasets.load(path), tmp_path / "tables")
    told = {"tables_dir": tmp_path / "tables", "reference_dir": tmp_path, "results_dir": tmp_path}
    assert runs.open_job("00_reference", told).baseline(segments.Segments, "segments_model") is None
    features = pd.DataFrame({"value_12m": range(60)}, [f"H{i:03d}" for i in range(60)])
    model = segments.fit(features, k=2)
    model.save(tmp_path / "earlier" / "reference", "segments_model")
    job = runs.open_job("00_reference", told | {"baseline_run": str(tmp_path / "earlier")})
    found = job.baseline(segments.Segments, "segments_model")
    assert found is not None
    assert found.equals(model)
    assert job.baseline(segments.Segments, "of_another_name") is None
