"""Results are frozen and travel as JSON and CSV, equal to themselves."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.core.errors import DataError
from analysis.core.result import Note, Result


@dataclass(frozen=True, eq=False, kw_only=True)
class Ranking(Result):
    """A result with every kind of field."""

    customers: pd.DataFrame
    scores: pd.Series
    recipe: dict[str, object]
    gini: float


def ranking() -> Ranking:
    customers = pd.DataFrame(
        {
            "tier": pd.Categorical(["B", "A", None], categories=["A", "B"], ordered=True),
            "value": [1 / 3, np.nan, -2e-17],
            "orders": [3, 0, 12],
            "first_date": pd.to_datetime(["2024-03-05", None, "2022-07-01"]),
            "name": ["第一人民医院,东院", '引号"与\n换行', None],
            "listed": [True, False, True],
        },
        index=pd.Index(["007", "1e5", "NA"], name="customer_id"),
    )
    return Ranking(
        table=pd.DataFrame({"tier": ["A", "B"], "n": [1, 2]}),
        settings={"cuts": (0.7, 0.9), "as_of": pd.Timestamp("2025-06-30"), "limit": float("inf"), "seed": 0},
        notes=(Note("low_n", {"n": 3}),),
        finding=Note("abc_share", {"share": 0.7}),
        customers=customers,
        scores=pd.Series([1.5, 2.5], index=pd.Index(["a", "b"], name="customer_id"), name="score"),
        recipe={"mean": {"value": 0.1}, "steps": ["log", "scale"]},
        gini=0.25,
    )


def test_saved_and_loaded_equal(tmp_path: Path) -> None:
    result = ranking()
    result.save(tmp_path, "ranking")
    loaded = Ranking.load(tmp_path, "ranking")
    assert loaded.equals(result)
    pd.testing.assert_frame_equal(loaded.customers, result.customers)
    assert loaded.settings["cuts"] == (0.7, 0.9)
    assert list(loaded.customers.index) == ["007", "1e5", "NA"]


def test_loads_as_base_class_when_only_the_table_is_wanted(tmp_path: Path) -> None:
    ranking().save(tmp_path, "ranking")
    assert list(Result.load(tmp_path, "ranking").table["tier"]) == ["A", "B"]


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    ranking().save(tmp_path / "one", "r")
    ranking().save(tmp_path / "two", "r")
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ranking().gini = 0.5  # type: ignore[misc]


def test_a_changed_number_is_not_equal() -> None:
    changed = dataclasses.replace(ranking(), table=pd.DataFrame({"tier": ["A", "B"], "n": [1, 3]}))
    assert not ranking().equals(changed)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), min_size=1, max_size=20))
def test_every_float_survives(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    folder = tmp_path_factory.mktemp("floats")
    result = Result(table=pd.DataFrame({"value": values}))
    result.save(folder, "r")
    pd.testing.assert_frame_equal(Result.load(folder, "r").table, result.table, check_exact=True)


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
def test_every_text_survives(tmp_path_factory: pytest.TempPathFactory, values: list[str]) -> None:
    folder = tmp_path_factory.mktemp("texts")
    result = Result(table=pd.DataFrame({"name": pd.Series(values, dtype="str")}))
    result.save(folder, "r")
    assert list(Result.load(folder, "r").table["name"]) == values


def test_a_file_without_a_part_of_today_is_of_another_version(tmp_path: Path) -> None:
    path = ranking().save(tmp_path, "ranking")
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["fields"]["gini"]
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        Ranking.load(tmp_path, "ranking")
    assert caught.value.code == "result_parts"
    assert "ranking lacks gini" in str(caught.value)
