from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.data import orders, store, tables
from analysis.data.rejects import ROW, SOURCE, Ledger

from . import desk


def lines(**columns: list) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    frame = pd.DataFrame({"customer_id": ["H001"] * size, "date": pd.to_datetime(["2024-01-05"] * size)} | columns)
    return frame.assign(**{SOURCE: "o.csv", ROW: range(2, size + 2)})


def test_document_types_follow_from_signs_where_nobody_states_them() -> None:
    frame = lines(quantity=[5.0, -2.0, 3.0, 0.0, np.nan], amount=[340.0, -136.0, 0.0, 50.0, 10.0])
    typed, counts = orders.document_types(frame, value="amount")
    assert typed["doc_type"].tolist() == ["sale", "return", "free", "sale", "sale"]
    assert counts == {"derived": 5, "turned": 0}
    # a reported zero in data without money is a reported zero, not free goods
    assert orders.document_types(lines(quantity=[0.0, 4.0]), value="quantity")[0]["doc_type"].tolist() == [
        "sale",
        "sale",
    ]


def test_returns_written_as_positive_numbers_get_their_sign() -> None:
    frame = lines(
        doc_type=["return", "red_ink", "return", "sale"],
        quantity=[2.0, 1.0, -3.0, 4.0],
        amount=[136.0, 68.0, -204.0, 272.0],
    )
    typed, counts = orders.document_types(frame, value="amount")
    assert typed["quantity"].tolist() == [-2.0, -1.0, -3.0, 4.0]
    assert typed["amount"].sum() == -136.0  # −136 − 68 − 204 + 272
    assert counts == {"derived": 0, "turned": 2}
    assert frame["amount"].tolist() == [136.0, 68.0, -204.0, 272.0]


def repeats(frame: pd.DataFrame) -> list[int]:
    ledger = Ledger("transactions")
    return orders.drop_repeats(frame, ledger)[ROW].tolist()


def test_lines_sent_twice_are_dropped_by_document_and_line() -> None:
    frame = lines(document_no=["D1", "D1", "D1", "D1"], line_no=["1", "2", "1", "1"], amount=[10.0, 10.0, 10.0, 11.0],
                  x_file=["a", "a", "b", "b"])  # fmt: skip
    # row 4 repeats row 2 although another column of the file differs; row 5 says something else and stays
    assert repeats(frame) == [2, 3, 5]


def test_without_line_numbers_the_whole_row_decides() -> None:
    frame = lines(document_no=["D1", "D1", "D1"], amount=[10.0, 10.0, 10.0], x_serial=["1", "1", "2"])
    assert repeats(frame) == [2, 4]


def test_lines_without_document_stay_however_alike() -> None:
    frame = lines(amount=[10.0, 10.0])
    assert repeats(frame) == [2, 3]
    assert repeats(frame.assign(document_no=pd.Series([None, None], dtype="str"))) == [2, 3]
    assert orders.near_repeats(frame) == 1


def test_near_repeats_are_a_day_apart() -> None:
    frame = lines(product_id=["P1"] * 4, quantity=[1.0, 1.0, 1.0, 2.0])
    frame["date"] = pd.to_datetime(["2024-01-05", "2024-01-06", "2024-01-08", "2024-01-06"])
    assert orders.near_repeats(frame) == 1


def test_which_repeat_stays_does_not_depend_on_the_order() -> None:
    frame = lines(document_no=["D1", "D1"], line_no=["1", "1"], x_file=["b", "a"])
    kept = [orders.drop_repeats(part, Ledger("t"))["x_file"].tolist() for part in (frame, frame.iloc[::-1])]
    assert kept == [["a"], ["a"]]


PRODUCTS = pd.DataFrame({"product_id": ["P1", "P2"], "units_per_pack": [7.0, np.nan]})


def test_pieces_become_packs_and_unknown_packs_are_rejected() -> None:
    frame = lines(
        product_id=["P1", "P1", "P1", "P2", "P2", "P2"], unit=["盒", "盒", "片", "盒", "盒", "片"],
        quantity=[10.0, 4.0, 14.0, 1.0, 2.0, 30.0], unit_price=[68.0, 68.0, 9.0, 26.5, 26.5, 2.0],
    )  # fmt: skip
    ledger = Ledger("transactions")
    ledger.open(frame, frame.iloc[:0], "o.csv")
    out, converted = orders.to_packs(frame, PRODUCTS, ledger)
    assert converted == 1
    # 14 tablets at 7 a box are 2 boxes at 63
    assert out.loc[2, ["quantity", "unit_price", "unit"]].tolist() == [2.0, 63.0, "盒"]
    assert ledger.counts["rejected"] == {"unknown_pack": 1}
    totals = ledger.close(out)["totals"]["quantity"]
    assert totals == {"read": 61.0, "adjusted": -12.0, "kept": 19.0, "rejected": 30.0, "dropped": 0.0}


def test_packs_become_pieces_where_pieces_are_usual() -> None:
    frame = lines(product_id=["P1"] * 3, unit=["片", "片", "盒"], quantity=[7.0, 14.0, 1.0])
    ledger = Ledger("transactions")
    out, _ = orders.to_packs(frame, PRODUCTS, ledger)
    assert out["quantity"].tolist() == [7.0, 14.0, 7.0]


def test_unlike_quantities_are_never_added(tmp_path: Path) -> None:
    columns = {k: v for k, v in desk.COLUMNS.items() if k != "amount"}
    spec = {"transactions": {"source": "o.csv", "columns": columns} | desk.BASIS}
    with pytest.raises(DataError, match="Quantities in unlike units cannot be added; transactions has 2 products"):
        store.build(desk.lay(tmp_path / "a", {"o.csv": desk.ORDERS}, spec, value="quantity"), tmp_path / "out")
    # one product, a stated common unit, or factors make it run
    one = {"transactions": spec["transactions"] | {"where": {"product_id": ["P1"]}}}
    assert store.build(desk.lay(tmp_path / "b", {"o.csv": desk.ORDERS}, one, value="quantity"), tmp_path / "1")
    told = {"transactions": spec["transactions"] | {"constants": {"unit": "DDD"}}}
    assert store.build(desk.lay(tmp_path / "c", {"o.csv": desk.ORDERS}, told, value="quantity"), tmp_path / "2")
    factors = {"transactions": spec["transactions"] | {"units": {"unit": "DDD", "factor": {"P1": 7, "P2": "14"}}}}
    store.build(desk.lay(tmp_path / "d", {"o.csv": desk.ORDERS}, factors, value="quantity"), tmp_path / "3")
    # P1: (10 − 2 + 5) * 7 = 91; P2: (4 + 8) * 14 = 168
    assert tables.orders(tmp_path / "3")["amount"].sum() == 259.0


def test_one_product_one_unit() -> None:
    frame = lines(product_id=["P1", "P1", "P1"], unit=["盒", "盒", "件"], quantity=[1.0, 1.0, 2.0])
    with pytest.raises(DataError) as caught:
        orders.refuse_unlike(frame)
    assert caught.value.text("zh") == "同一产品须用同一单位；P1有件、盒；transactions第4行起。请填写units系数。"
    orders.refuse_unlike(frame.head(2))


def test_tax_bases_are_not_mixed() -> None:
    frame = lines(tax_included=[True, True, False])
    with pytest.raises(DataError, match="transactions has 2 rows with and 1 without"):
        orders.check_tax(frame)
    orders.check_tax(frame.head(2))
    orders.check_tax(lines(tax_included=pd.array([True, None], dtype="boolean")))


def test_facts_of_the_order_lines() -> None:
    frame = lines(
        product_id=["P1", "P1", "P2", "P1", "P1"],
        doc_type=["sale", "return", "return", "free", "transfer"],
        quantity=[10.0, -1.0, -1.0, 2.0, 5.0],
        amount=[700.0, -68.0, -26.5, 0.0, 340.0],
        unit_price=[68.0, 68.0, 26.5, 0.0, 68.0],
        channel=["direct", None, "e-com", "direct", "direct"],
    )
    found = orders.facts(frame)
    # P2 was returned without a sale before; 10 boxes at 68 are 680, not 700
    assert found == {
        "returns": 2, "returns_without_sale": 1, "not_demand": 2, "near_repeats": 0, "products": 2,
        "channels": ["direct", "e-com"], "price_differs": 1,
    }  # fmt: skip
