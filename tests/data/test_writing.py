from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.data import writing

FRAME = pd.DataFrame({
    "customer_id": ["B", "A", "A"],
    "date": pd.to_datetime(["2024-01-02", None, "2024-01-01"]),
    "quantity": [1.0, -0.0, 0.0],
    "amount": [1.1, -2.25, np.nan],
    "tax_included": pd.array([True, None, False], dtype="boolean"),
    "x_note": pd.Series(["<script>", None, "乙"], dtype="str"),
})  # fmt: skip


def test_types_and_order_of_the_written_table(tmp_path: Path) -> None:
    digest, rows = writing.write_table(FRAME, "transactions", tmp_path)
    table = pq.read_table(tmp_path / "transactions.parquet")
    assert (rows, len(digest)) == (3, 64)
    assert {f.name: f.type for f in table.schema} == {
        "customer_id": pa.string(), "date": pa.date32(), "quantity": pa.float64(), "amount": pa.decimal128(18, 2),
        "tax_included": pa.bool_(), "x_note": pa.string(),
    }  # fmt: skip
    # by customer, then date; a missing date comes last
    assert table["customer_id"].to_pylist() == ["A", "A", "B"]
    assert table["date"].to_pylist()[1] is None
    assert table["amount"].to_pylist() == [None, Decimal("-2.25"), Decimal("1.10")]
    assert table["x_note"].to_pylist() == ["乙", None, "<script>"]


def test_bytes_do_not_depend_on_the_order_of_rows_or_columns(tmp_path: Path) -> None:
    digests = set()
    for frame in (FRAME, FRAME.iloc[::-1], FRAME[FRAME.columns[::-1]]):
        digests.add(writing.write_table(frame, "transactions", tmp_path)[0])
    assert len(digests) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["transactions.parquet"]


def test_cents_are_exact_up_to_the_limit(tmp_path: Path) -> None:
    amounts = [0.29, 1.005, 44_999_999_999_999.99, -0.01, 0.0]
    frame = pd.DataFrame({"unit_id": list("abcde"), "type": "x", "amount": amounts})
    writing.write_table(frame, "costs", tmp_path)
    stored = pq.read_table(tmp_path / "costs.parquet")["amount"].to_pylist()
    assert stored == [Decimal(t) for t in ("0.29", "1.00", "44999999999999.99", "-0.01", "0.00")]


def test_json_is_whole_and_sorted(tmp_path: Path) -> None:
    writing.write_json({"b": 1, "a": "乙"}, tmp_path / "meta.json")
    text = (tmp_path / "meta.json").read_text(encoding="utf-8")
    assert text.index('"a"') < text.index('"b"')
    assert json.loads(text) == {"a": "乙", "b": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["meta.json"]
