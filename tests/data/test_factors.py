from __future__ import annotations

from pathlib import Path

import pytest

from analysis.core.errors import DataError
from analysis.data import store, tables

from . import desk

COLUMNS = {k: v for k, v in desk.COLUMNS.items() if k != "amount"}


def build(tmp_path: Path, units: dict, orders: list | None = None, **files: list) -> Path:
    spec = {"transactions": {"source": "o.csv", "columns": COLUMNS, "units": units} | desk.BASIS}
    more = {name.replace("_", "."): rows for name, rows in files.items()}
    dataset = desk.lay(tmp_path / "in", {"o.csv": orders or desk.ORDERS} | more, spec, value="quantity")
    store.build(dataset, tmp_path / "out")
    return tmp_path / "out"


def test_factors_from_another_file(tmp_path: Path) -> None:
    products = [["code", "per_pack"], ["P1", "7"], ["P2", "14"], ["P2", "14"]]
    out = build(
        tmp_path, {"source": "p.csv", "product_id": "code", "factor": "per_pack", "unit": "tablet"}, p_csv=products
    )
    frame = tables.read(out, "transactions")
    assert frame.groupby("product_id")["quantity"].sum().to_dict() == {"P1": 91.0, "P2": 168.0}
    assert set(frame["unit"]) == {"tablet"}
    assert tables.meta(out)["tables"]["transactions"]["units_converted"] == 5


def test_factors_from_the_rows_themselves(tmp_path: Path) -> None:
    orders = [[*row, factor] for row, factor in zip(desk.ORDERS, ["ratio", "7", "14", "7", "0", ""], strict=True)]
    out = build(tmp_path, {"factor": "ratio"}, orders)
    assert sorted(tables.read(out, "transactions")["quantity"]) == [-14.0, 56.0, 70.0]
    # a factor of 0 and a missing one convert nothing
    entry = tables.meta(out)["tables"]["transactions"]
    assert entry["rejected"] == {"unknown_pack": 2}
    assert entry["totals"]["quantity"] == {
        "read": 25.0,
        "adjusted": 100.0,
        "kept": 112.0,
        "rejected": 13.0,
        "dropped": 0.0,
    }


def test_products_without_factor_are_rejected(tmp_path: Path) -> None:
    out = build(tmp_path, {"factor": {"P1": "7"}})
    assert tables.meta(out)["tables"]["transactions"]["rejected"] == {"unknown_pack": 2}
    assert set(tables.read(out, "transactions")["product_id"]) == {"P1"}


def test_two_factors_for_one_product_are_refused(tmp_path: Path) -> None:
    products = [["code", "per_pack"], ["P1", "7"], ["P1", "14"], ["P2", "1"]]
    with pytest.raises(DataError, match=r"P1 has several; file p\.csv"):
        build(tmp_path, {"source": "p.csv", "product_id": "code", "factor": "per_pack"}, p_csv=products)
