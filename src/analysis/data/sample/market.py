"""The market in standard boxes: six brands per hospital and month, per outlet and half-year, and whole regions.

Own boxes are those of the order lines; the rest of a hospital's category goes to four competitors whose
shares move by a known monthly switching matrix. The competitor that lost VBP loses 38 %. Pharmacies and
clinics come from a retail panel that reports by half-year, in the half-year's last month.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import orders, products
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
#: last months of the half-years of the retail panel, and the spread of its estimates
_HALF_YEARS = (17, 23, 29, 35)
_PANEL_NOISE = 0.12
#: largest share of its category that an outlet buys from us
_MOST = 0.95


def build(
    hospitals: pd.DataFrame, outlets: pd.DataFrame, lines: pd.DataFrame, volumes: Volumes, setting: Setting
) -> pd.DataFrame:
    """Rows of hospitals and outlets (``customer_id``) and of whole regions (``customer_id`` empty)."""
    rng = setting.rng("market")
    own = _own(hospitals, lines)
    rest = np.maximum(volumes.category - own.sum(axis=0), 0)
    rivals = _rivals(rest, rng)
    boxes = np.concatenate([own, rivals])
    panel = _rows(boxes, hospitals["customer_id"].to_numpy(), hospitals["region"].to_numpy(), hospital=True)
    retail = _outlets(outlets, lines, setting)
    return pd.concat([panel, retail, _regions(hospitals, lines, boxes, setting)], ignore_index=True)


def _own(customers: pd.DataFrame, lines: pd.DataFrame) -> np.ndarray:
    """Boxes (own product, customer, month) of demand lines, never below zero."""
    demand = lines[
        lines["doc_type"].isin(["sale", "return", "red_ink"]) & lines["customer_id"].isin(customers["customer_id"])
    ]
    row = pd.Index(customers["customer_id"]).get_indexer(demand["customer_id"])
    month = _month(demand["date"])
    out = np.zeros((2, len(customers), MONTHS))
    np.add.at(
        out,
        ((demand["product_id"] == products.MATURE).astype(int).to_numpy(), row, month),
        demand["quantity"].to_numpy(),
    )
    return np.maximum(out, 0)


def _outlets(outlets: pd.DataFrame, lines: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Half-years of each outlet: what it buys from us, and a category that goes with its true potential."""
    rng = setting.rng("market of outlets")
    months = np.array(_HALF_YEARS)
    bought = _own(outlets, lines)
    own = np.stack([bought[:, :, last - 5 : last + 1].sum(axis=2) for last in months], axis=2)
    price = np.mean([products.price(p, months, hospital=False) for p in products.OWN], axis=0)
    usual = 6 * orders.BASE_SPEND * outlets["rate"] * outlets["spend"] / outlets["own_share"]
    category = usual.to_numpy()[:, None] / price * np.exp(rng.normal(0, _PANEL_NOISE, own.shape[1:]))
    rest = np.round(np.maximum(category, own.sum(axis=0) / _MOST) - own.sum(axis=0)).astype(int)
    shares = rng.dirichlet(25 * np.array(_START), len(outlets))
    rivals = rng.multinomial(rest, shares[:, None, :])
    boxes = np.concatenate([own, np.moveaxis(rivals, 2, 0)])
    return _rows(boxes, outlets["customer_id"].to_numpy(), outlets["region"].to_numpy(), hospital=False, months=months)


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


def _rows(
    boxes: np.ndarray, ids: np.ndarray, regions: np.ndarray, *, hospital: bool, months: np.ndarray | None = None
) -> pd.DataFrame:
    """One row per brand, customer and period; ``months`` are those of the last axis."""
    brand, row, month = (axis.ravel() for axis in np.indices(boxes.shape))
    quantity = boxes.ravel()
    at = np.arange(MONTHS) if months is None else months
    price = np.stack([products.price(p, at, hospital=hospital) for p in products.BRANDS])
    frame = pd.DataFrame({
        "customer_id": ids[row],
        "region": regions[row],
        "period": np.array([month_start(m) for m in at])[month],
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
