"""Notebook parameters are typed, named and checked before a kernel starts."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from analysis.core.errors import SettingError
from analysis.runs import parameters, places

GOOD = {
    "region": "007", "as_of": "2025-06-30", "tables_dir": "t", "reference_dir": "r", "results_dir": "s",
    "profile": "cn", "language": "zh", "audience": "internal", "min_cell": 5,
}  # fmt: skip


def test_ids_stay_text() -> None:
    assert parameters.parse(GOOD).region == "007"


@pytest.mark.parametrize(
    ("name", "value"), [("region", 7), ("language", "fr"), ("min_cell", "5"), ("audience", "all"), ("seed", 1.5)]
)
def test_wrong_values_are_refused(name: str, value: object) -> None:
    with pytest.raises(SettingError, match=f"parameter {name} has a value it cannot take"):
        parameters.parse(GOOD | {name: value})


def test_unknown_name_is_refused_not_logged() -> None:
    path = places.notebook_path("02_segments_tiers")
    with pytest.raises(SettingError, match="x; import os"):
        parameters.check_extra(path, {"x; import os": 1})


def test_lists_do_not_travel() -> None:
    path = places.notebook_path("02_segments_tiers")
    with pytest.raises(SettingError, match="region is of type list"):
        parameters.check_extra(path, {"region": ["华东"]})


def test_a_notebook_without_parameters_cell_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), path)
    with pytest.raises(SettingError, match=r"mine\.ipynb has none"):
        parameters.declared(path)
