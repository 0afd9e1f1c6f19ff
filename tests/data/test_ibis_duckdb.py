"""The calls that newer duckdb and sqlglot releases break under ibis 12: a new pin must pass here first."""

from __future__ import annotations

import ibis
import pandas as pd


def test_calls_that_the_pins_protect() -> None:
    con = ibis.duckdb.connect()
    con.create_table("orders", pd.DataFrame({"customer_id": ["H001", "H002"], "amount": [120.5, 80.0]}))
    assert con.list_tables() == ["orders"]
    table = con.table("orders")
    batches = list(table.order_by("customer_id").to_pyarrow_batches())
    assert batches[0].column("customer_id").to_pylist() == ["H001", "H002"]
    assert table.amount.sum().execute() == 200.5
    con.disconnect()
