from __future__ import annotations

import datetime as dt
from pathlib import Path

from analysis.data import store

from . import desk


def test_months_distributors_did_not_report(tmp_path: Path) -> None:
    stock = [["distributor_id", "product_id", "date", "quantity"]]
    stock += [["J1", "P1", f"2024-0{m}-28", "5"] for m in (1, 2, 4)] + [["J2", "P1", "2024-03-31", "5"]]
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "stock": {"source": "s.csv"} | desk.BASIS,
    }
    dataset = desk.lay(tmp_path / "in", {"o.csv": desk.ORDERS, "s.csv": stock}, spec, as_of="2024-04-30")
    entry = store.build(dataset, tmp_path / "out").meta["tables"]["stock"]
    # J1: January to April without March; J2: March and not April
    assert entry["reports_missing"] == 2
    assert (entry["first"], entry["last"]) == ("2024-01-28", "2024-04-28")


def test_institutions_that_do_not_exist(tmp_path: Path) -> None:
    people = [["customer_id", "parent_id"], ["H001", ""], ["H002", "H009"], ["H003", "H003"], ["H004", "H001"]]
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "customers": {"source": "c.csv"} | desk.BASIS,
    }
    meta = store.build(desk.lay(tmp_path / "in", {"o.csv": desk.ORDERS, "c.csv": people}, spec), tmp_path / "out").meta
    assert meta["tables"]["customers"]["parents_unknown"] == 2


def test_first_day_of_a_survey_without_orders(tmp_path: Path) -> None:
    answers = [
        ["response_id", "item_id", "value", "date"],
        ["1", "Q1", "4", "2025-04-06"],
        ["2", "Q1", "4", "2025-05-06"],
    ]
    spec = {
        "survey_responses": {"source": "s.csv", "grain": "facility", "source_type": "crm", "lawful_basis": "contract"}
    }
    meta = store.build(desk.lay(tmp_path / "in", {"s.csv": answers}, spec), tmp_path / "out").meta
    assert (meta["first_date"], meta["as_of"]) == (dt.date(2025, 4, 6).isoformat(), "2025-05-06")
