"""Files of different make for one table, and wide files turned into lines."""

# ruff: noqa: E501 - one mistake and its message per line

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.core.errors import DataError, PolicyError, SettingError
from analysis.data import dataset, store, tables

from . import desk

FIRST = [["Practice", "Name", "Area", "Global Sum ", "Other"]]
FIRST += [["A1", "Elm", "North", "1,000.50", "0.00"], ["A2", "Oak", "Old", "20", "-5"], ["A3", "Ash", "North", "", "7"]]
SECOND = [["Code", "Name", "Area", "Global.Sum", "Other", "New line"]]
SECOND += [["A1", "Elm Street", "North", "900", "-", "0"], ["A4", "Yew", "South", "30", "0", "3"]]
LINES = {"into": "product_id", "value": "amount"}
ORDERS = {
    "parts": [
        {
            "source": "one.csv",
            "columns": {"customer_id": "Practice"},
            "constants": {"date": "2023-03-31"},
            "unpivot": LINES | {"columns": {"sum": "Global Sum", "other": "Other"}},
        },
        {
            "source": "two.csv",
            "columns": {"customer_id": "Code"},
            "constants": {"date": "2024-03-31"},
            "unpivot": LINES | {"columns": {"sum": "Global.Sum", "other": "Other", "new": "New line"}},
        },
    ]
} | desk.BASIS
PEOPLE = {
    "columns": {"name": "Name", "region": "Area"},
    "constants": {"customer_type": "clinic"},
    "others": "drop",
    "parts": [
        {"source": "two.csv", "columns": {"customer_id": "Code"}},
        {"source": "one.csv", "columns": {"customer_id": "Practice"}, "where": {"region": ["North"]}},
    ],
} | desk.BASIS


def lay(folder: Path, orders: Any = None, people: Any = None, **files: Any) -> dataset.Dataset:
    spec = {"transactions": orders or ORDERS, "customers": people or PEOPLE}
    return desk.lay(folder, {"one.csv": FIRST, "two.csv": SECOND} | files, spec, as_of="2024-03-31", profile="eu")


def test_wide_files_of_two_years_become_lines(tmp_path: Path) -> None:
    data = lay(tmp_path / "in")
    assert [path.name for path in data.files("transactions")] == ["one.csv", "two.csv"]
    built = store.build(data, tmp_path / "out")
    lines = tables.read(tmp_path / "out", "transactions")
    # empty, zero and dash are no lines; the negative amount is a return
    said = lines[["customer_id", "date", "product_id", "amount", "doc_type"]].astype({"date": str})
    assert said.to_numpy().tolist() == [
        ["A1", "2023-03-31", "sum", 1000.5, "sale"],
        ["A1", "2024-03-31", "sum", 900.0, "sale"],
        ["A2", "2023-03-31", "other", -5.0, "return"],
        ["A2", "2023-03-31", "sum", 20.0, "sale"],
        ["A3", "2023-03-31", "other", 7.0, "sale"],
        ["A4", "2024-03-31", "new", 3.0, "sale"],
        ["A4", "2024-03-31", "sum", 30.0, "sale"],
    ]
    entry = built.meta["tables"]["transactions"]
    # 6 + 6 cells, of them 1000.5, 20, -5, 7, 900, 30 and 3 filled
    assert (entry["read"], entry["kept"], entry["rows"], entry["cells_empty"]) == (7, 7, 7, 5)
    assert entry["sources"] == ["one.csv", "two.csv"]
    assert [c for c in lines.columns if c.startswith("x_")] == []


def test_of_a_customer_in_several_parts_the_first_counts(tmp_path: Path) -> None:
    built = store.build(lay(tmp_path / "in"), tmp_path / "out")
    people = tables.read(tmp_path / "out", "customers").set_index("customer_id")
    # A1 as in the first part; A2's region is not wanted: known from its lines only, as unassigned
    assert people["name"].fillna("").to_dict() == {"A1": "Elm Street", "A2": "", "A3": "Ash", "A4": "Yew"}
    assert people["region"].to_dict() == {"A1": "North", "A2": "unassigned", "A3": "North", "A4": "South"}
    entry = built.meta["tables"]["customers"]
    assert entry["dropped"] == {"in_earlier_part": 1, "not_selected": 1}
    assert (entry["read"], entry["kept"], entry["added"]) == (5, 3, 1)
    assert [c for c in people.columns if c.startswith("x_")] == []
    gone = pd.read_csv(tmp_path / "out" / "rejected.csv")
    assert sorted(gone["rule"]) == ["in_earlier_part", "not_selected"]


def test_an_unreadable_cell_is_one_rejected_line(tmp_path: Path) -> None:
    bad = [FIRST[0], ["A1", "Elm", "North", "many", "5"]]
    built = store.build(lay(tmp_path / "in", **{"one.csv": bad}), tmp_path / "out")
    entry = built.meta["tables"]["transactions"]
    assert (entry["read"], entry["kept"], entry["rejected"]) == (5, 4, {"not_a_number": 1})
    gone = pd.read_csv(tmp_path / "out" / "rejected.csv")
    line = gone[gone["rule"] == "not_a_number"].iloc[0]
    assert (line["source"], line["row"], line["column"], line["value"]) == ("one.csv", 2, "amount", "many")


def test_the_order_of_rows_plays_no_part(tmp_path: Path) -> None:
    one = store.build(lay(tmp_path / "a"), tmp_path / "x").meta
    other = lay(tmp_path / "b", **{"one.csv": desk.shuffled(FIRST), "two.csv": desk.shuffled(SECOND)})
    assert store.build(other, tmp_path / "y").meta["tables_hash"] == one["tables_hash"]


def test_another_table_may_be_taken_from_the_parts(tmp_path: Path) -> None:
    same = [["Code", *FIRST[0][1:]], *FIRST[1:]]
    orders = ORDERS | {"parts": [ORDERS["parts"][0] | {"columns": {"customer_id": "Code"}}, ORDERS["parts"][1]]}
    people = {"from": "transactions", "columns": {"customer_id": "Code", "region": "Area"}}
    store.build(lay(tmp_path / "in", orders, people, **{"one.csv": same}), tmp_path / "out")
    found = tables.read(tmp_path / "out", "customers").set_index("customer_id")["region"]
    assert found.to_dict() == {"A1": "North", "A2": "Old", "A3": "North", "A4": "South"}


def test_further_columns_are_kept_unless_told(tmp_path: Path) -> None:
    people = {"source": "one.csv", "columns": {"customer_id": "Practice", "region": "Area"}}
    store.build(lay(tmp_path / "in", people=people), tmp_path / "out")
    kept = tables.read(tmp_path / "out", "customers")
    assert {"x_Name", "x_Other"} <= set(kept.columns)


def test_a_list_of_headers_stands_for_itself(tmp_path: Path) -> None:
    orders = {
        "source": "one.csv", "columns": {"customer_id": "Practice"}, "constants": {"date": "2024-03-31"},
        "unpivot": {"columns": ["Global Sum", "Other"]},
    } | desk.BASIS  # fmt: skip
    store.build(lay(tmp_path / "in", orders), tmp_path / "out")
    assert set(tables.read(tmp_path / "out", "transactions")["product_id"]) == {"Global Sum", "Other"}


def part(**changed: Any) -> dict[str, Any]:
    return ORDERS | {"parts": [ORDERS["parts"][0] | changed]}


MISTAKES = {
    "source beside parts": (ORDERS | {"source": "one.csv"}, "yaml_source_or_from", "tables.transactions needs one of source, parts and from"),
    "a part without a source": (ORDERS | {"parts": [{"constants": {"date": "2024-03-31"}}]}, "yaml_missing", "tables.transactions.parts.0.source must be given"),
    "no parts": (ORDERS | {"parts": []}, "yaml_missing", "tables.transactions.parts must be given"),
    "unknown key of a part": (part(sorce="a"), "yaml_unknown_key_near", "tables.transactions.parts.0.sorce"),
    "a key that parts do not have": (part(grain="person"), "yaml_unknown_key", "tables.transactions.parts.0.grain"),
    "unknown column in a part": (part(columns={"customer": "Practice"}), "yaml_unknown_column_near", "tables.transactions.parts.0.columns.customer"),
    "unknown column of unpivot": (part(unpivot={"columns": ["Other"], "into": "product"}), "yaml_unknown_column_near", "parts.0.unpivot.into"),
    "unknown key of unpivot": (part(unpivot={"columns": ["Other"], "valeu": "amount"}), "yaml_unknown_key_near", "parts.0.unpivot.valeu"),
    "unpivot without columns": (part(unpivot={"into": "product_id"}), "yaml_missing", "parts.0.unpivot.columns must be given"),
    "a column filled twice": (part(constants={"date": "2024-03-31", "product_id": "P1"}), "yaml_unpivot", "product_id of tables.transactions.parts.0.unpivot"),
    "date format of a part": (part(dates="%d/%m"), "yaml_date_format", "parts.0.dates"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_name_key_and_line(tmp_path: Path, name: str) -> None:
    orders, code, said = MISTAKES[name]
    with pytest.raises(SettingError) as caught:
        lay(tmp_path, orders)
    assert caught.value.code == code
    assert said in str(caught.value)
    assert "dataset.yaml line" in str(caught.value)
    assert caught.value.text("zh")


def test_a_header_that_is_not_there_and_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Ohter"):
        store.build(lay(tmp_path / "a", part(unpivot={"columns": ["Ohter"]})), tmp_path / "out")
    with pytest.raises(DataError, match=r"tables\.transactions\.parts\.0\.source \(line"):
        store.build(lay(tmp_path / "b", part(source="nothing.csv")), tmp_path / "out")


def test_the_gate_sees_every_part_and_every_header(tmp_path: Path) -> None:
    wide = [[*row, "x"] for row in FIRST]
    wide[0][-1] = "patient id"
    with pytest.raises(PolicyError) as caught:
        store.build(lay(tmp_path / "a", **{"one.csv": wide}), tmp_path / "out")
    assert caught.value.code == "patient_data"
    physicians = part(constants={"date": "2024-03-31"}, columns={"customer_id": "physician"})
    data = desk.lay(tmp_path / "b", {"one.csv": FIRST}, {"transactions": physicians})
    with pytest.raises(PolicyError) as caught:
        store.build(data, tmp_path / "out")
    assert caught.value.code == "physician_column"
