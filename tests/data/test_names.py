from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.data import decisions, names, store, tables

from . import desk


def frames() -> dict[str, pd.DataFrame]:
    customers = pd.DataFrame({
        "customer_id": ["H001", "H002", "H003", "H004"], "name": ["江城第一医院", "临湖医院", "人民医院", "人民医院"],
    })  # fmt: skip
    given = ["H001", "江城第一医院", "江城一院", "人民医院", "临湖医院(东院)", None]
    return {"customers": customers, "transactions": pd.DataFrame({"customer_id": given})}


def test_exact_unique_names_become_ids_and_nothing_similar_does() -> None:
    tables_, facts = frames(), {"transactions": {}}
    names.resolve(tables_, facts, {})
    # two hospitals are called 人民医院: nobody can tell which; a branch is not its hospital
    assert tables_["transactions"]["customer_id"].tolist()[:5] == [
        "H001",
        "H001",
        "江城一院",
        "人民医院",
        "临湖医院(东院)",
    ]
    assert facts["transactions"]["names"] == {"customer_id": {"matched": 1, "unmatched": 3}}


def test_confirmed_aliases_count_and_suggestions_do_not() -> None:
    tables_, facts = frames(), {"transactions": {}, "customer_alias": {}}
    tables_["customer_alias"] = pd.DataFrame({
        "alias": ["江城一院", "人民医院", "临湖医院(东院)"], "customer_id": ["H001", "H003", "H002"],
        "match_method": ["fuzzy", "manual", "fuzzy"], "confirmed_by": ["Li", None, None],
    })  # fmt: skip
    names.resolve(tables_, facts, {})
    assert tables_["transactions"]["customer_id"].tolist()[2:5] == ["H001", "H003", "临湖医院(东院)"]


def test_an_alias_confirmed_for_two_customers_decides_nothing() -> None:
    tables_, facts = frames(), {"transactions": {}, "customer_alias": {}}
    tables_["customer_alias"] = pd.DataFrame({
        "alias": ["江城一院", "江城一院"], "customer_id": ["H001", "H002"], "match_method": ["manual", "manual"],
    })  # fmt: skip
    names.resolve(tables_, facts, {})
    assert tables_["transactions"]["customer_id"].tolist()[2] == "江城一院"


def test_an_id_is_never_renamed() -> None:
    tables_, facts = frames(), {"transactions": {}}
    names.resolve(tables_, facts, {"H001": "H002", "江城一院": "H001"})
    assert tables_["transactions"]["customer_id"].tolist()[:3] == ["H001", "H001", "H001"]


def test_aliases_of_the_decisions_file_are_used_in_the_build(tmp_path: Path) -> None:
    orders = [
        desk.ORDERS[0],
        ["江城一院", "2024-01-05", "P1", "1", "68", "D1", "1"],
        ["临湖医院", "2024-01-06", "P1", "1", "68", "D2", "1"],
    ]
    (tmp_path / "in").mkdir()
    choice = "aliases: {value: {江城一院: H001}, who: Li, when: 2024-04-01, why: asked}"
    (tmp_path / "in" / decisions.FILE).write_text(choice, encoding="utf-8")
    meta = store.build(desk.sales(tmp_path / "in", orders), tmp_path / "out").meta
    assert set(tables.read(tmp_path / "out", "transactions")["customer_id"]) == {"H001", "H002"}
    assert meta["tables"]["customers"]["added"] == 0
