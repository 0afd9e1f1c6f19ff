"""``rejected.csv`` is opened in spreadsheet programs: what was delivered must not run there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.data import store

from . import desk

HARM = '=HYPERLINK("http://x")'


def test_a_rejected_formula_is_listed_as_text(tmp_path: Path) -> None:
    rows = [
        list(desk.COLUMNS.values()),
        ["H001", "2024-01-05", "P1", "10", "680.00", "D1", "1"],
        ["H002", "2024-01-07", "P1", HARM, "340.00", "D3", "1"],
        ["H002", "2024-01-08", "P1", "-5盒半", "340.00", "D4", "1"],
    ]
    store.build(desk.sales(tmp_path / "in", rows, as_of="2024-06-30"), tmp_path / "out")
    listed = pd.read_csv(tmp_path / "out" / "rejected.csv", dtype=str, keep_default_na=False)
    values = listed.set_index("row")["value"]
    assert values["3"] == f"'{HARM}"
    assert values["4"] == "'-5盒半"
