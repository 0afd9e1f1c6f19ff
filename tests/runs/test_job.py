"""What a notebook is handed."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from analysis import runs
from analysis.data import customers, store, tables
from analysis.data import dataset as datasets
from analysis.methods import segments, tiers

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


def test_decided_rules_reach_the_method_that_reads_them(tmp_path: Path) -> None:
    path = small.write(tmp_path / "data")
    rules = "[{name: 近期, r: [4, 5]}, {name: 其他, r: [1, 3]}]"
    (tmp_path / "data" / "decisions.yaml").write_text(
        f"rfm: {{value: {rules}, who: 李, when: 2025-01-04, why: 试}}\n", encoding="utf-8"
    )
    store.build(datasets.load(path), tmp_path / "tables")
    told = {"tables_dir": tmp_path / "tables", "reference_dir": tmp_path, "results_dir": tmp_path, "region": "华东"}
    job = runs.open_job("02_segments_tiers", told)
    profile = customers.profile(job.tables_dir, as_of=job.as_of, region="华东")
    found = tiers.rfm(profile, rules=job.decided("rfm")).customers
    assert set(found["group"]) <= {"近期", "其他", "zero", "negative"}
    assert {"近期", "其他"} <= set(found["group"])


def test_no_number_of_segments_is_to_be_confirmed_where_none_was_found(tmp_path: Path) -> None:
    path = small.write(tmp_path / "data")
    store.build(datasets.load(path), tmp_path / "tables")
    told = {"tables_dir": tmp_path / "tables", "reference_dir": tmp_path, "results_dir": tmp_path, "region": "华东"}
    assert not runs.open_job("02_segments_tiers", told).page.confirmed
    stamp = {"tables_hash": tables.meta(tmp_path / "tables")["tables_hash"], "reference_hash": ""}
    (tmp_path / "reference.json").write_text(json.dumps(stamp), encoding="utf-8")
    assert runs.open_job("02_segments_tiers", told).page.confirmed
    features = pd.DataFrame({"value_12m": range(60)}, [f"H{i:03d}" for i in range(60)])
    segments.fit(features, k=2).save(tmp_path, "segments_model")
    assert not runs.open_job("02_segments_tiers", told).page.confirmed
