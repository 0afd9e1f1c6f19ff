"""The market: six brands per hospital and month, and the regions as a whole, in standard boxes.

Own boxes are those of the order lines; the rest of a hospital's category goes to four competitors whose
shares move by a known monthly switching matrix. The competitor that lost VBP loses 38 %.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import products
from .setting import MONTHS, VBP_MONTH, Setting, month_start
from .volumes import Volumes

__all__ = ["COMPETITORS", "SWITCHING", "build"]

COMPETITORS = ("P03", "P04", "P05", "P06")
#: share of a brand's use (rows) that goes to each brand (columns) from one month to the next
SWITCHING = np.array([
    [0.975, 0.012, 0.008, 0.005],
    [0.030, 0.950, 0.012, 0.008],
    [0.018, 0.012, 0.960, 0.010],
    [0.030, 0.020, 0.010, 0.940],
])  # fmt: skip
VBP_LOSS = 0.38
_START = (0.30, 0.27, 0.20, 0.23)
_BEYOND_PANEL, _RETAIL_SHARE = 0.25, 0.32


def build(hospitals: pd.DataFrame, lines: pd.DataFrame, volumes: Volumes, setting: Setting) -> pd.DataFrame:
    """Rows of hospitals (``customer_id``) and of whole regions (``customer_id`` empty)."""
    rng = setting.rng("market")
    own = _own(hospitals, lines)
    rest = np.maximum(volumes.category - own.sum(axis=0), 0)
    rivals = _rivals(rest, rng)
    boxes = np.concatenate([own, rivals])
    panel = _rows(boxes, hospitals["customer_id"].to_numpy(), hospitals["region"].to_numpy(), hospital=True)
    return pd.concat([panel, _regions(hospitals, lines, boxes, setting)], ignore_index=True)


def _own(hospitals: pd.DataFrame, lines: pd.DataFrame) -> np.ndarray:
    """Boxes (own product, hospital, month) of demand lines, never below zero."""
    demand = lines[
        lines["doc_type"].isin(["sale", "return", "red_ink"]) & lines["customer_id"].isin(hospitals["customer_id"])
    ]
    row = pd.Index(hospitals["customer_id"]).get_indexer(demand["customer_id"])
    month = _month(demand["date"])
    out = np.zeros((2, len(hospitals), MONTHS))
    np.add.at(
        out,
        ((demand["product_id"] == products.MATURE).astype(int).to_numpy(), row, month),
        demand["quantity"].to_numpy(),
    )
    return np.maximum(out, 0)


def _month(dates: pd.Series) -> np.ndarray:
    return ((dates.dt.year - 2022) * 12 + dates.dt.month - 7).to_numpy()


def _rivals(rest: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Boxes (competitor, hospital, month): shares start around the stated ones and switch every month."""
    shares = rng.dirichlet(25 * np.array(_START), len(rest))
    out = np.zeros((len(COMPETITORS), *rest.shape))
    for month in range(MONTHS):
        weight = shares.copy()
        if month >= VBP_MONTH:
            weight[:, -1] *= 1 - VBP_LOSS
        weight /= weight.sum(axis=1, keepdims=True)
        out[:, :, month] = rng.multinomial(np.round(rest[:, month]).astype(int), weight).T
        shares = shares @ SWITCHING
    return out


def _rows(boxes: np.ndarray, ids: np.ndarray, regions: np.ndarray, *, hospital: bool) -> pd.DataFrame:
    brand, row, month = (axis.ravel() for axis in np.indices(boxes.shape))
    quantity = boxes.ravel()
    price = np.stack([products.price(p, np.arange(MONTHS), hospital=hospital) for p in products.BRANDS])
    frame = pd.DataFrame({
        "customer_id": ids[row],
        "region": regions[row],
        "period": np.array([month_start(m) for m in range(MONTHS)])[month],
        "brand": np.array(list(products.BRANDS.values()))[brand],
        "quantity": quantity,
        "amount": (quantity * price[brand, month]).round(2),
    })  # fmt: skip
    return frame.sort_values(["region", "customer_id", "period", "brand"], ignore_index=True)


def _regions(hospitals: pd.DataFrame, lines: pd.DataFrame, boxes: np.ndarray, setting: Setting) -> pd.DataFrame:
    """Whole regions: the panel, hospitals beyond it (competitors only), and retail."""
    rng = setting.rng("market of regions")
    retail = lines[
        ~lines["customer_id"].isin(hospitals["customer_id"]) & lines["doc_type"].isin(["sale", "return", "red_ink"])
    ]
    total = np.zeros((len(products.BRANDS), len(setting.regions), MONTHS))
    for number, region in enumerate(setting.regions):
        total[:, number] = boxes[:, (hospitals["region"] == region).to_numpy()].sum(axis=1)
        total[2:, number] *= 1 + _BEYOND_PANEL
        here = retail[retail["region"] == region]
        for place, product in enumerate(products.OWN):
            own = np.bincount(
                _month(here.loc[here["product_id"] == product, "date"]),
                weights=here.loc[here["product_id"] == product, "quantity"],
                minlength=MONTHS,
            )
            total[place, number] += own
            others = own.mean() * (1 - _RETAIL_SHARE) / _RETAIL_SHARE * np.exp(rng.normal(0, 0.05, (4, MONTHS)))
            total[2:, number] += others * np.array(_START)[:, None]
    ids = np.full(len(setting.regions), None, dtype=object)
    return _rows(np.round(total), ids, np.array(setting.regions), hospital=True)
