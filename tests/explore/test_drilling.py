"""Down from regions to order lines: every level adds up to the one above, and no physician is a row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.core import disclosure, words
from analysis.core.errors import PolicyError, SettingError
from analysis.core.policy import MIN_CELL
from analysis.core.result import Result
from analysis.explore import drilling
from analysis.explore.run import Run

ADDED = ("value_12m", "value_prev_12m", "order_lines")
CENT = 0.005


@pytest.fixture
def with_departments(small: Run, tmp_path: Path) -> Iterator[Run]:
    """The small run; some orders of H005 stand under a department's id, some of H006 under a physician's."""
    home = tmp_path / "run"
    shutil.copytree(small.home, home)
    people = home / "tables" / "customers.parquet"
    table = pq.read_table(people)
    row = dict.fromkeys(table.column_names)
    row |= {
        "customer_id": "H005-1",
        "parent_id": "H005",
        "customer_type": "department",
        "name": "内科",
        "region": "华东",
    }
    pq.write_table(pa.concat_tables([table, pa.Table.from_pylist([row], schema=table.schema)]), people)
    orders = home / "tables" / "transactions.parquet"
    lines = pq.read_table(orders)
    ids, seen = [], dict.fromkeys(("H005", "H006"), 0)
    for customer_id in lines["customer_id"].to_pylist():
        moved = customer_id
        if customer_id in seen:
            seen[customer_id] += 1
            if seen[customer_id] % 2:
                moved = "H005-1" if customer_id == "H005" else "M003"
        ids.append(moved)
    column = lines.column_names.index("customer_id")
    pq.write_table(lines.set_column(column, "customer_id", pa.array(ids, pa.string())), orders)
    yield Run(home=home, region="华东", language="en")


def _account(result: drilling.Drill, customer_id: str) -> pd.Series:
    return result.table.set_index("customer_id").loc[customer_id]


def test_regions_add_up_from_their_accounts(run: Run) -> None:
    regions = run.drill(everywhere=True).table.set_index("region")
    assert regions.index.tolist() == ["华东", "华北", "西南"]
    for region in regions.index:
        accounts = run.at(region).drill().table
        assert len(accounts) == regions.at[region, "customers"]
        assert (accounts["order_lines"] > 0).sum() >= regions.at[region, "buying"] > 0
        for name in ADDED:
            assert accounts[name].sum() == pytest.approx(regions.at[region, name], abs=CENT), name


def test_accounts_are_those_of_the_run_with_its_tiers(run: Run) -> None:
    table, known = run.drill().table.set_index("customer_id"), run.accounts
    assert set(table.index) == set(known.index)
    for name in ("value_12m", "value_prev_12m", "days_since_last"):
        pd.testing.assert_series_equal(table[name].sort_index(), known[name].sort_index(), check_names=False, atol=CENT)
    assert table["tier"].sort_index().tolist() == known["tier"].sort_index().tolist()
    assert table["value_12m"].is_monotonic_decreasing


def test_departments_and_order_lines_add_up_to_the_account(run: Run) -> None:
    accounts = run.drill()
    hospitals = accounts.table[accounts.table["departments"] > 0]["customer_id"]
    assert len(hospitals) > 10
    for customer_id in hospitals[:4]:
        above, departments = _account(accounts, customer_id), run.drill(customer=customer_id)
        assert isinstance(departments, drilling.DrillDepartments)
        for name in ADDED:
            assert departments.table[name].sum() == pytest.approx(above[name], abs=CENT), name
        for row in departments.table.to_dict("records"):
            lines = run.drill(customer=customer_id, department=row["department"]).table
            assert lines["value"].sum() == pytest.approx(row["value_12m"], abs=CENT)
            assert len(lines) == row["order_lines"]


def test_an_account_without_departments_goes_straight_to_its_lines(run: Run) -> None:
    result = run.drill(customer="01000003")
    assert isinstance(result, drilling.DrillLines)
    assert result.table["value"].sum() == pytest.approx(_account(run.drill(), "01000003")["value_12m"], abs=CENT)
    assert result.table["date"].is_monotonic_decreasing and "drill_no_departments" in [n.code for n in result.notes]
    assert not result.table["doc_type"].isin(["free", "transfer"]).any()


def test_a_department_with_its_own_id_counts_for_its_hospital(with_departments: Run, small: Run) -> None:
    run, before = with_departments, _account(small.drill(), "H005")
    after = run.drill()
    assert "H005-1" not in set(after.table["customer_id"])
    assert _account(after, "H005")["value_12m"] == pytest.approx(before["value_12m"], abs=CENT)
    departments = run.drill(customer="H005").table
    assert set(departments["department"]) == {"内科", "not_stated"}
    assert departments["value_12m"].sum() == pytest.approx(before["value_12m"], abs=CENT)
    # by the department's own id: the same lines
    assert run.drill(customer="H005-1").table.equals(run.drill(customer="H005", department="内科").table)
    assert [n.values for n in after.notes if n.code == "drill_rolled_up"] == [{"n": 1}]


def test_no_physician_is_a_row_or_part_of_a_sum(with_departments: Run, small: Run) -> None:
    run = with_departments
    accounts, regions = run.drill(), run.drill(everywhere=True).table.set_index("region")
    assert not accounts.table["customer_id"].str.startswith("M").any()
    assert "drill_physicians_out" in [n.code for n in accounts.notes]
    assert _account(accounts, "H006")["value_12m"] < _account(small.drill(), "H006")["value_12m"]
    assert accounts.table["value_12m"].sum() == pytest.approx(regions.at["华东", "value_12m"], abs=CENT)
    with pytest.raises(PolicyError) as caught:
        run.drill(customer="M003")
    assert caught.value.code == "explore_physician_orders" and "李医生" not in str(caught.value)


def test_small_regions_are_hidden_with_a_second_one(small: Run) -> None:
    result = small.drill(everywhere=True)
    # 45, 40 and 5 accounts: shown in the house, hidden below eleven with the next smallest
    assert disclosure.control(result, MIN_CELL["internal"]).hidden == 0
    safe = disclosure.control(result, MIN_CELL["shared"])
    hidden = safe.result.table.set_index("region")["value_12m"].isna()
    assert hidden.to_dict() == {"华东": False, "华北": True, "西南": True}


def test_too_few_accounts_get_no_total(small: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MIN_CELL, "internal", 11)
    finding = small.at("西南").drill().finding
    assert finding is not None and finding.code == "drill_accounts_few" and "value" not in finding.values


def test_each_finding_tells_the_way_down(run: Run) -> None:
    levels = [run.drill(everywhere=True), run.drill(), run.drill(customer="YY0006")]
    levels.append(run.drill(customer="YY0006", department=levels[2].table["department"][0]))
    ways = ["run.at(", "run.drill(customer=", "department=", "run.customer("]
    for result, way in zip(levels, ways, strict=True):
        assert result.finding is not None
        for language in words.LANGUAGES:
            said = words.text(f"findings.{result.finding.code}", language, **result.finding.values)
            assert way in said
            for note in result.notes:
                assert words.text(f"notes.{note.code}", language, **note.values)
    assert [r.level for r in levels] == ["regions", "accounts", "departments", "lines"]


def test_results_are_saved_and_read_back_equal(run: Run, tmp_path: Path) -> None:
    results: list[Result] = [run.drill(everywhere=True), run.drill(), run.drill(customer="YY0006")]
    results.append(run.drill(customer="01000003"))
    for number, result in enumerate(results):
        result.save(tmp_path, f"drill_{number}")
        assert type(result).load(tmp_path, f"drill_{number}").equals(result)


def test_a_department_that_is_not_there(run: Run) -> None:
    with pytest.raises(SettingError) as caught:
        run.drill(customer="YY0006", department="呼吸内科")
    assert caught.value.code == "explore_no_department" and "呼吸与危重症医学科" in caught.value.values["close"]


def test_settings_that_do_not_go_together(run: Run) -> None:
    with pytest.raises(SettingError, match="cannot be given with"):
        run.drill(customer="YY0006", everywhere=True)
    with pytest.raises(SettingError, match="goes with customer"):
        run.drill(department="儿科")
    with pytest.raises(SettingError, match="belongs to 华北"):
        run.drill(customer="02000001")
    with pytest.raises(SettingError, match="no customer YY9999"):
        run.drill(customer="YY9999")
