"""Order lines of hospitals: the month's volume in one to three deliveries, by department where monitored."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import products
from .setting import MONTHS, VBP_MONTH, Setting, month_start
from .volumes import Volumes

__all__ = ["build"]

#: probability of 1 to 4 deliveries a month by segment; hospitals without listing buy now and then
_DELIVERIES = {"champion": (0.1, 0.3, 0.35, 0.25), "steady": (0.9, 0.1, 0, 0), "untapped": (1, 0, 0, 0)}
_MOST = 4
#: in the scenario "weak" every hospital orders alike
_ALIKE = (0.4, 0.3, 0.2, 0.1)
_TEMPORARY = 0.65


def build(hospitals: pd.DataFrame, volumes: Volumes, setting: Setting) -> pd.DataFrame:
    """Lines of hospitals with department where it is known, like those of the pharmacies."""
    rng = setting.rng("deliveries")
    rooms = volumes.departments
    weak = setting.scenario == "weak"
    count = _counts(hospitals, weak, rng)
    new = _hold_back(volumes.new, rooms["hospital"].to_numpy(), count)
    parts = [
        _by_room(new, rooms, count, rng),
        _whole(_sum(new, rooms, ~rooms["monitored"], len(hospitals)), products.NEW, count, rng),
        _whole(volumes.mature, products.MATURE, count, rng),
    ]
    lines = pd.concat(parts, ignore_index=True)
    lines = lines[lines["quantity"] > 0].reset_index(drop=True)
    lines["date"] = _dates(lines, _days(hospitals, count, weak, rng), count)
    lines["customer_id"] = hospitals["customer_id"].to_numpy()[lines["hospital"]]
    mature = (lines["product_id"] == products.MATURE).to_numpy()
    price = [products.price(p, lines["month"], hospital=True) for p in products.OWN]
    lines["unit_price"] = np.where(mature, price[1], price[0])
    lines["amount"] = (lines["quantity"] * lines["unit_price"]).round(2)
    lines["channel"] = np.where(mature & (lines["month"] >= VBP_MONTH), "tender", "distributor")
    return lines.drop(columns=["hospital", "month", "turn"])


def _counts(hospitals: pd.DataFrame, weak: bool, rng: np.random.Generator) -> np.ndarray:
    """Deliveries per hospital and month; zero only for hospitals that buy without listing."""
    odds = np.array([_ALIKE if weak else _DELIVERIES[name] for name in hospitals["segment"]]).cumsum(axis=1)
    draw = rng.random((len(hospitals), MONTHS))
    count = 1 + (draw[:, :, None] > odds[:, None, :]).sum(axis=2)
    absent = ~hospitals["listed"].to_numpy()[:, None] & (rng.random(draw.shape) > _TEMPORARY)
    return np.where(absent, 0, np.minimum(count, _MOST))


def _hold_back(volume: np.ndarray, of: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Move the boxes of months without delivery to the next delivery."""
    moved, waiting = np.zeros_like(volume), np.zeros(len(volume))
    for month in range(MONTHS):
        open_now = count[of, month] > 0
        waiting = waiting + volume[:, month]
        moved[:, month] = np.where(open_now, waiting, 0)
        waiting = np.where(open_now, 0, waiting)
    return moved


def _sum(values: np.ndarray, rooms: pd.DataFrame, keep: pd.Series, n: int) -> np.ndarray:
    total = np.zeros((n, values.shape[1]))
    np.add.at(total, rooms.loc[keep, "hospital"].to_numpy(), values[keep.to_numpy()])
    return total


def _by_room(values: np.ndarray, rooms: pd.DataFrame, count: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """One line per monitored department and month, on one of the month's deliveries."""
    known = np.flatnonzero(rooms["monitored"])
    row, month = np.divmod(np.arange(len(known) * MONTHS), MONTHS)
    hospital = rooms["hospital"].to_numpy()[known][row]
    return pd.DataFrame({
        "hospital": hospital,
        "month": month,
        "turn": np.floor(rng.random(len(row)) * count[hospital, month]).astype(int),
        "product_id": products.NEW,
        "department": rooms["specialty"].to_numpy()[known][row],
        "quantity": values[known].ravel(),
    })  # fmt: skip


def _whole(values: np.ndarray, product: str, count: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """The hospital's volume spread evenly over the month's deliveries."""
    shares = (np.arange(_MOST) < count[:, :, None]) / np.maximum(count, 1)[:, :, None]
    # an undelivered month keeps a valid distribution: its volume is zero
    shares[count == 0] = (1.0, 0.0, 0.0, 0.0)
    boxes = rng.multinomial(values.astype(int), shares)
    hospital, month, turn = np.nonzero(boxes)
    return pd.DataFrame({
        "hospital": hospital,
        "month": month,
        "turn": turn,
        "product_id": product,
        "department": None,
        "quantity": boxes[hospital, month, turn].astype(float),
    })  # fmt: skip


def _days(hospitals: pd.DataFrame, count: np.ndarray, weak: bool, rng: np.random.Generator) -> np.ndarray:
    """Day of the month (1-28) of each delivery: any day for champions, near the hospital's own rhythm elsewhere."""
    shape = (*count.shape, _MOST)
    own = rng.uniform(3, 9, len(hospitals))[:, None, None]
    step = 26 / np.maximum(count, 1)[:, :, None]
    steady = own + np.arange(_MOST) * step + rng.normal(0, 1.6, shape)
    free = np.sort(rng.uniform(1, 29, shape), axis=2)
    anyhow = (weak | (hospitals["segment"] == "champion")).to_numpy()[:, None, None]
    return np.clip(np.floor(np.where(anyhow, free, steady)), 1, 28).astype(int)


def _dates(lines: pd.DataFrame, days: np.ndarray, count: np.ndarray) -> np.ndarray:
    starts = np.array([month_start(month).to_datetime64() for month in range(MONTHS)]).astype("datetime64[D]")
    month, hospital = lines["month"].to_numpy(), lines["hospital"].to_numpy()
    turn = np.minimum(lines["turn"].to_numpy(), np.maximum(count[hospital, month] - 1, 0))
    return (starts[month] + (days[hospital, month, turn] - 1)).astype("datetime64[s]")
