"""Orders of pharmacies and clinics: gamma gaps until drop-out, gamma spend around the customer's mean.

Pareto/NBD with regularity: gaps of customer ``i`` are Gamma(k, 1 / (k rate)), life is exponential with
its own drop-out rate; an order's value is Gamma(6) around the customer's mean. The process runs on for
24 months after the as-of date: that future is the truth about lifetime value.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import products
from .setting import FUTURE, MONTHS, Setting, day

__all__ = ["BASE_SPEND", "SHAPE", "build", "expected"]

#: shape of the spend of one customer's orders (Gamma-Gamma p), and the base order value in CNY
SHAPE = 6.0
BASE_SPEND = 2300.0
#: share of orders of a two-product customer that hold both products
_TOGETHER = 0.5
#: sales trends fade out: after the as-of date spend stays level
_PIVOT = 18.0


def build(outlets: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Order lines of 60 months; column ``future`` marks those after the as-of date."""
    rng = setting.rng("orders")
    who, when = _moments(outlets, rng)
    own = outlets.iloc[who].reset_index(drop=True)
    trend = np.exp(own["trend"] * (np.minimum(when, MONTHS) - _PIVOT) / 12)
    spend = BASE_SPEND * own["spend"] * trend * rng.gamma(SHAPE, 1 / SHAPE, len(when))
    together = own["both"].to_numpy() & (rng.random(len(when)) < _TOGETHER)
    single_new = np.where(own["both"], rng.random(len(when)) < 0.5, own["new"])
    share_new = np.where(together, 0.35 + 0.3 * rng.random(len(when)), single_new.astype(float))
    orders = pd.DataFrame({"customer_id": own["customer_id"], "moment": when, "channel": _channels(own, rng)})
    parts = [
        _lines(orders, products.NEW, spend * share_new),
        _lines(orders, products.MATURE, spend * (1 - share_new)),
    ]
    lines = pd.concat(parts, ignore_index=True)
    lines["date"] = day(lines["moment"]).to_numpy()
    lines["future"] = lines["moment"] >= MONTHS
    return lines.sort_values(["customer_id", "moment", "product_id"], ignore_index=True)


def _moments(outlets: pd.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(row of the outlet, month) of every order until drop-out or the end of the future."""
    end = MONTHS + FUTURE
    rate, k = outlets["rate"].to_numpy(), outlets["regularity"].to_numpy()
    start = outlets["start"].to_numpy()
    stop = np.minimum(outlets["leave"].to_numpy(), end)
    most = int(np.ceil(rate.max() * end + 8 * np.sqrt(rate.max() * end))) + 1
    # one customer after the other in blocks keeps the matrix small whatever the scale
    whos, whens = [], []
    for first in range(0, len(outlets), 2000):
        block = slice(first, first + 2000)
        gaps = rng.gamma(k[block, None], 1 / (k * rate)[block, None], (len(rate[block]), most))
        times = start[block, None] + np.concatenate([np.zeros((len(gaps), 1)), np.cumsum(gaps, axis=1)], axis=1)
        row, column = np.nonzero(times < stop[block, None])
        whos.append(row + first)
        whens.append(times[row, column])
    return np.concatenate(whos), np.concatenate(whens)


def _channels(own: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Channel of each order; one customer mostly keeps to one."""
    names = np.array(["distributor", "direct", "e-com"])
    edges = own[list(names)].to_numpy().cumsum(axis=1)
    return names[np.minimum((rng.random(len(own))[:, None] > edges).sum(axis=1), 2)]


def _lines(orders: pd.DataFrame, product: str, value: np.ndarray) -> pd.DataFrame:
    """Lines of one product: whole boxes nearest to the value, at the month's price."""
    value = np.asarray(value)
    month = np.floor(orders["moment"].to_numpy())
    price = products.price(product, month, hospital=False)
    boxes = np.where(value > 0, np.maximum(1, np.round(value / price)), 0)
    lines = orders.assign(product_id=product, quantity=boxes, unit_price=price, amount=np.round(boxes * price, 2))
    return lines[boxes > 0]


def expected(outlets: pd.DataFrame) -> pd.DataFrame:
    """Expected orders and value of the 24 months to come of each outlet, zero for those who left.

    With drop-out rate ``mu`` and order rate ``l``: l (1 - exp(-24 mu)) / mu orders.
    """
    mu = outlets["dropout"]
    alive = (outlets["start"] <= MONTHS) & (outlets["leave"] > MONTHS)
    orders = alive * outlets["rate"] * (1 - np.exp(-FUTURE * mu)) / mu
    spend = BASE_SPEND * outlets["spend"] * np.exp(outlets["trend"] * (MONTHS - _PIVOT) / 12)
    return pd.DataFrame({"alive": alive, "orders": orders, "value": orders * spend})
