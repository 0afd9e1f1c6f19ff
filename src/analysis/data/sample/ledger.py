"""All order lines with documents: sales, returns, free goods, transfers and honest repeats.

These lines are true, however odd some look; what is wrong with the delivered files is put in afterwards,
by `dirt`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import distributors as firms
from .setting import AS_OF, Setting

__all__ = ["COLUMNS", "DEMAND", "build"]

COLUMNS = (
    "document_no", "line_no", "date", "doc_type", "customer_id", "product_id", "unit", "quantity", "unit_price",
    "amount", "channel", "distributor_id", "department", "original_no", "kind", "region",
)  # fmt: skip
DEMAND = ("sale", "return", "red_ink")
_RETURNS, _UNLINKED, _RED_INK = 0.02, 0.25, 0.3
_FREE, _TRANSFERS, _NEAR = 0.006, 0.0015, 0.008


def build(
    hospital_lines: pd.DataFrame,
    outlet_lines: pd.DataFrame,
    regions: pd.Series,
    distributors: pd.DataFrame,
    setting: Setting,
) -> pd.DataFrame:
    """One row per line of the 36 months, sorted by document and line; columns as in `COLUMNS`."""
    rng = setting.rng("ledger")
    keep = ["customer_id", "date", "product_id", "quantity", "unit_price", "amount", "channel", "department"]
    sales = pd.concat([hospital_lines, outlet_lines.assign(department=None)], ignore_index=True)[keep]
    sales["distributor_id"] = firms.deliver(sales, regions, distributors, setting)
    sales = sales.assign(doc_type="sale", kind="sale", original_no=None)
    sales = pd.concat([sales, _near(sales, rng)], ignore_index=True)
    sales = _number(sales, "XS")
    others = [
        _number(_back(sales, rng), "TH"),
        _number(_free(sales, rng), "ZS"),
        _number(_transfers(sales, distributors, rng), "DB"),
    ]
    lines = pd.concat([sales, *others], ignore_index=True)
    lines["unit"] = "盒"
    lines["region"] = lines["customer_id"].map(regions)
    lines["amount"] = lines["amount"].round(2)
    lines = lines.sort_values(["date", "document_no", "line_no"], ignore_index=True)
    return lines[list(COLUMNS)]


def _number(lines: pd.DataFrame, prefix: str) -> pd.DataFrame:
    """Document and line numbers: one document per customer, day and channel, and per ``turn`` where given."""
    keys = ["date", "customer_id", "channel", *(["turn"] if "turn" in lines else [])]
    lines = lines.sort_values([*keys, "product_id"], kind="stable")
    number = lines.groupby(keys, sort=False).ngroup() + 1
    lines["line_no"] = lines.groupby(number).cumcount() + 1
    lines["document_no"] = prefix + lines["date"].dt.strftime("%y%m") + number.map("{:06d}".format)
    return lines


def _near(sales: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A second, genuine order alike in all but the day, one day later: it must survive cleaning."""
    row = rng.choice(len(sales), round(_NEAR * len(sales)), replace=False)
    again = sales.iloc[np.sort(row)].copy()
    again["date"] = again["date"] + pd.Timedelta(days=1)
    again = again[again["date"] <= pd.Timestamp(AS_OF)]
    return again.assign(kind="near_duplicate")


def _back(sales: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Returns and red-ink reversals 5 to 60 days after the sale; a quarter do not name it."""
    row = np.sort(rng.choice(len(sales), round(_RETURNS * len(sales)), replace=False))
    back = sales.iloc[row].copy().reset_index(drop=True)
    n = len(back)
    red = rng.random(n) < _RED_INK
    part = np.where(red, 1.0, rng.uniform(0.1, 0.6, n))
    boxes = np.maximum(1, np.round(back["quantity"] * part))
    back["date"] = back["date"] + pd.to_timedelta(rng.integers(5, 61, n), unit="D")
    unlinked = rng.random(n) < _UNLINKED
    back["original_no"] = back["document_no"].astype(object).mask(unlinked, None)
    back["quantity"] = -boxes
    back["amount"] = (-boxes * back["unit_price"]).round(2)
    back["doc_type"] = np.where(red, "red_ink", "return")
    back["kind"] = np.where(unlinked, "return_unlinked", "return_linked")
    back["turn"] = np.arange(n)
    return back[back["date"] <= pd.Timestamp(AS_OF)]


def _free(sales: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Goods given free to pharmacies and clinics with an order: no price, no demand."""
    legal = sales[sales["department"].isna() & ~sales["customer_id"].str.startswith("YY")]
    row = np.sort(rng.choice(len(legal), round(_FREE * len(legal)), replace=False))
    free = legal.iloc[row].copy()
    free["quantity"] = np.maximum(1, np.round(free["quantity"] * 0.1))
    return free.assign(
        unit_price=0.0, amount=0.0, doc_type="free", kind="free", original_no=None, turn=np.arange(len(row))
    )


def _transfers(sales: pd.DataFrame, distributors: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Goods moved between distributors of a region: the receiver stands as the customer."""
    n = round(_TRANSFERS * len(sales))
    row = np.sort(rng.choice(len(sales), n, replace=False))
    moved = sales.iloc[row].copy()
    giver = rng.integers(0, len(distributors), n)
    ids, area = distributors["customer_id"].to_numpy(), distributors["region"].to_numpy()
    taker = np.array([rng.choice(ids[(area == area[g]) & (ids != ids[g])]) for g in giver], dtype=object)
    moved["quantity"] = rng.integers(2, 20, n) * 10.0
    moved["amount"] = (moved["quantity"] * moved["unit_price"]).round(2)
    return moved.assign(
        customer_id=taker,
        distributor_id=ids[giver],
        channel="distributor",
        department=None,
        doc_type="transfer",
        kind="transfer",
        original_no=None,
        turn=np.arange(n),
    )
