"""An analyst's desk in a folder: files and a dataset file, for tests of the build."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any

import yaml

from analysis.data import dataset
from analysis.data.dataset import Dataset

BASIS = {"grain": "facility", "source_type": "own_lawful_sales", "lawful_basis": "own sales system"}
#: order lines of three hospitals; H003 is not in the customer list
ORDERS = [
    ["客户编码", "销售日期", "产品编码", "数量", "金额", "单据号", "行号"],
    ["H001", "2024-01-05", "P1", "10", "680.00", "D1", "1"],
    ["H001", "2024-01-05", "P2", "4", "106.00", "D1", "2"],
    ["H001", "2024-03-20", "P1", "-2", "-136.00", "D7", "1"],
    ["H002", "2024-02-11", "P1", "5", "340.00", "D3", "1"],
    ["H003", "2024-03-02", "P2", "8", "212.00", "D5", "1"],
]
CUSTOMERS = [
    ["客户编码", "客户名称", "大区", "医院等级"],
    ["H001", "江城第一医院", "华东", "三甲"],
    ["H002", "临湖医院", "", "二级"],
]
COLUMNS = {
    "customer_id": "客户编码", "date": "销售日期", "product_id": "产品编码", "quantity": "数量", "amount": "金额",
    "document_no": "单据号", "line_no": "行号",
}  # fmt: skip
CUSTOMER_COLUMNS = {"customer_id": "客户编码", "name": "客户名称", "region": "大区", "hospital_level": "医院等级"}


def text(rows: list[list[str]]) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def shuffled(rows: list[list[str]], seed: int = 1) -> list[list[str]]:
    """The same rows below the same header in another order."""
    body = rows[1:]
    random.Random(seed).shuffle(body)
    return [rows[0], *body]


def lay(folder: Path, files: dict[str, Any], tables: dict[str, Any], **top: Any) -> Dataset:
    """Write the files and the dataset file; gives the loaded dataset.

    ``files``: name -> rows, text or bytes. ``tables`` and ``top`` are written as YAML.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        body = text(content) if isinstance(content, list) else content
        (folder / name).write_bytes(body if isinstance(body, bytes) else body.encode("utf-8"))
    spec = {"name": "desk", "tables": tables} | top
    (folder / "dataset.yaml").write_text(yaml.safe_dump(spec, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return dataset.load(folder / "dataset.yaml")


def sales(folder: Path, orders: Any = None, customers: Any = None, **top: Any) -> Dataset:
    """The usual desk: order lines and a customer list."""
    tables = {
        "transactions": {"source": "orders.csv", "columns": COLUMNS} | BASIS,
        "customers": {"source": "customers.csv", "columns": CUSTOMER_COLUMNS} | BASIS,
    }
    files = {"orders.csv": orders or ORDERS, "customers.csv": customers or CUSTOMERS}
    return lay(folder, files, tables, **top)
