"""Six invented products: two of our own and four of competitors, one box is 7 days of treatment.

A standard box is the same amount of treatment for all six, so boxes may be added up across products.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .setting import START, VBP_MONTH, Setting, month_start

__all__ = ["BRANDS", "MATURE", "NEW", "OWN", "build", "policy_events", "price"]

NEW, MATURE = "P01", "P02"
OWN = (NEW, MATURE)
#: product: brand, generic, spec, tablets per box, price per box, unit cost
_ROWS = {
    "P01": ("砚安欣", "泊诺沙星片", "0.1g×7片", 7, 68.0, 11.5),
    "P02": ("禾舒平", "头孢诺肟胶囊", "0.25g×14粒", 14, 26.5, 4.2),
    "P03": ("康缇", "莫拉沙星片", "0.4g×7片", 7, 74.0, None),
    "P04": ("维岚", "头孢瑞克片", "0.2g×14片", 14, 41.0, None),
    "P05": ("欣霁", "阿洛霉素片", "0.25g×14片", 14, 33.0, None),
    "P06": ("普栖", "阿莫诺林胶囊", "0.5g×21粒", 21, 15.5, None),
}
BRANDS = {product: row[0] for product, row in _ROWS.items()}
#: price of the mature drug after winning VBP: public hospitals at once, shops follow part of the way
_VBP_HOSPITAL, _VBP_SHOP = 9.8, 22.0


def build(setting: Setting) -> pd.DataFrame:
    """The product master."""
    restricted = "限制" if setting.scenario == "restricted" else "非限制"
    grade = {"P01": restricted, "P02": "非限制", "P03": "限制", "P04": "限制", "P05": "非限制", "P06": "非限制"}
    launched = {
        "P01": START.replace(year=2021, month=4),
        "P02": START.replace(year=2011),
        "P03": START.replace(year=2015),
    }
    frame = pd.DataFrame(
        [(product, *row[:4], 7.0, product in OWN, row[5]) for product, row in _ROWS.items()],
        columns=["product_id", "brand", "generic", "spec", "units_per_pack", "ddd", "is_own", "unit_cost"],
    )
    frame["restricted_class"] = frame["product_id"].map(grade)
    frame["indications_approved"] = frame["product_id"].map(
        lambda p: "社区获得性肺炎;急性鼻窦炎" if p in ("P01", "P03") else "上呼吸道感染;泌尿系感染"
    )
    frame["launch_date"] = pd.to_datetime(frame["product_id"].map(launched))
    return frame


def price(product: str, month: np.ndarray | pd.Series, *, hospital: bool) -> np.ndarray:
    """Price per box in CNY, without tax, by month index."""
    before = _ROWS[product][4]
    after = before if product != MATURE else (_VBP_HOSPITAL if hospital else _VBP_SHOP)
    return np.where(np.asarray(month) >= VBP_MONTH, after, before)


def policy_events(setting: Setting) -> pd.DataFrame:
    """VBP won by the mature drug and lost by a competitor, the new drug's NRDL entry, one shortage."""
    start = month_start(VBP_MONTH)
    rows: list[tuple[str, str, pd.Timestamp, str, float | None, float | None, str]] = []
    for region in setting.regions:
        rows.append((MATURE, region, start, "VBP_win", _ROWS[MATURE][4], _VBP_HOSPITAL, "示例批次"))
        rows.append(("P06", region, start, "VBP_lose", _ROWS["P06"][4], _ROWS["P06"][4], "示例批次"))
        rows.append((NEW, region, month_start(8), "NRDL", None, None, "2022年版"))
    rows.append((MATURE, setting.regions[-1], month_start(12), "stockout", None, None, ""))
    columns = ["product_id", "region", "date", "type", "price_before", "price_after", "batch"]
    return pd.DataFrame(rows, columns=columns)
