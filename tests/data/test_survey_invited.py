"""How many were asked, as the dataset file says it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analysis.core.errors import SettingError
from analysis.data import store, tables

from . import desk

BASIS = {"grain": "person", "source_type": "self_report_survey", "lawful_basis": "consent"}
ANSWERS = [["序号", "item_id", "value"], ["1", "Q1", "4"], ["2", "Q1", "5"]]


def build(folder: Path, invited: Any, **customers: Any) -> dict[str, Any]:
    survey = {"source": "s.csv", "columns": {"response_id": "序号"}, "invited": invited} | BASIS
    items = {"source": "i.csv", "columns": {}} | BASIS
    files = {"s.csv": ANSWERS, "i.csv": [["item_id", "text", "type"], ["Q1", "总体满意度", "likert5"]]}
    spec = {"survey_responses": survey, "survey_items": items} | customers
    folder.mkdir(parents=True, exist_ok=True)
    store.build(desk.lay(folder / "in", files, spec, as_of="2025-06-30"), folder / "out")
    return tables.meta(folder / "out")["tables"]["survey_responses"]


@pytest.mark.parametrize("invited", [8, {"all": 8}])
def test_the_number_invited_stays_with_the_survey(tmp_path: Path, invited: Any) -> None:
    assert build(tmp_path, invited)["invited"] == invited


def test_without_it_nothing_is_made_up(tmp_path: Path) -> None:
    assert build(tmp_path, None)["invited"] is None


def test_a_region_that_the_data_do_not_have(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as caught:
        build(tmp_path, {"华南": 8})
    assert (caught.value.code, caught.value.values["got"]) == ("region_unknown", "华南")


@pytest.mark.parametrize("invited", [0, -3, {"all": 0}, "many"])
def test_not_a_number_of_people(tmp_path: Path, invited: Any) -> None:
    with pytest.raises(SettingError) as caught:
        build(tmp_path, invited)
    assert "tables.survey_responses.invited" in caught.value.text("en")


def test_only_a_survey_has_people_invited(tmp_path: Path) -> None:
    rows = {"source": "c.csv", "invited": 8} | BASIS
    with pytest.raises(SettingError) as caught:
        build(tmp_path, 8, customers=rows)
    assert (caught.value.code, caught.value.values["key"]) == ("yaml_only_survey", "tables.customers.invited")
