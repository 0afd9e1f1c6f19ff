"""Contract cases of loyalty beyond retention, of profit, behaviour and sources of growth: 60 accounts, three years."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from analysis.methods import behaviour, growth, loyalty, profit

from .case import Case

END = "2025-06-30"
CHANNELS = ("distributor", "direct", "e-com")


def _mixed(frame: pd.DataFrame, shuffled: bool) -> pd.DataFrame:
    return frame.sample(frac=1, random_state=11).reset_index(drop=True) if shuffled else frame.copy()


@cache
def _world() -> pd.DataFrame:
    """Hospitals under a mandate from April 2024 buy through tenders; some accounts stop, some begin late."""
    rng = np.random.default_rng(17)
    lines = []
    for i in range(60):
        day, stops = rng.uniform(0, 500), rng.uniform(400, 1600)
        size = rng.gamma(3.0, 12.0) + 2
        while day < min(1095, stops):
            date = pd.Timestamp("2022-07-01") + pd.Timedelta(days=int(day))
            for product, price in (("P01", 68.0), ("P02", 26.5)):
                if rng.random() < 0.7:
                    tender = product == "P02" and i < 15 and date >= pd.Timestamp("2024-04-01")
                    paid = 9.8 if tender else price
                    boxes = float(rng.integers(1, int(size) + 2))
                    channel = "tender" if tender else CHANNELS[int(rng.integers(0, 3))]
                    lines.append((f"H{i:03d}", date, product, boxes, round(paid * boxes, 2), channel))
            if rng.random() < 0.04:
                lines.append((f"H{i:03d}", date + pd.Timedelta(days=2), "P01", -1.0, -68.0, "distributor"))
            day += rng.exponential(40) + 3
    frame = pd.DataFrame(lines, columns=["customer_id", "date", "product_id", "quantity", "amount", "channel"])
    return frame[frame["date"] <= END].reset_index(drop=True)


def orders(shuffled: bool = False) -> pd.DataFrame:
    return _mixed(_world(), shuffled)


def ids() -> pd.Index:
    return pd.Index([f"H{i:03d}" for i in range(60)], name="customer_id")


def kind() -> pd.Series:
    return pd.Series(np.where(np.arange(60) < 25, "hospital", "pharmacy"), index=ids())


def attitude(shuffled: bool = False) -> pd.Series:
    score = pd.Series(np.random.default_rng(3).uniform(0.2, 0.9, 60).round(3), index=ids())
    return score.sample(frac=1, random_state=5) if shuffled else score


def events() -> pd.DataFrame:
    return pd.DataFrame({"product_id": ["P02"], "date": [pd.Timestamp("2024-04-01")], "type": ["VBP_win"]})


def market(shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    rows = [
        (customer, month, brand, float(rng.poisson(8 * rate)))
        for customer in ids()
        for month in pd.date_range("2024-07-01", "2025-06-01", freq="MS")
        for brand, rate in (("ours", rng.uniform(0.3, 1.0)), ("theirs", 1.0))
    ]
    return _mixed(pd.DataFrame(rows, columns=["customer_id", "period", "brand", "quantity"]), shuffled)


def ratings(shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    rows = [(f"R{i:02d}", brand, float(rng.integers(1, 6))) for i in range(40) for brand in ("ours", "theirs", "other")]
    return _mixed(pd.DataFrame(rows, columns=["response_id", "brand", "score"]), shuffled)


def products() -> pd.DataFrame:
    return pd.DataFrame({"product_id": ["P01", "P02"], "unit_cost": [11.5, 8.2]})


def costs(shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    rows = [(c, "logistics", float(rng.gamma(2.0, 400.0)), half) for c in ids() for half in ("2024H2", "2025H1")]
    rows += [("East", "visit", 60_000.0, "2025H1"), ("XS1", "meeting_total", 9000.0, "2025H1")]
    return _mixed(pd.DataFrame(rows, columns=["unit_id", "type", "amount", "period"]), shuffled)


def contacts(shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(9)
    days = pd.Timestamp(END) - pd.to_timedelta(rng.integers(0, 300, 400), unit="D")
    who = np.where(rng.random(400) < 0.1, "D001", [f"H{i:03d}" for i in rng.integers(0, 60, 400)])
    return _mixed(pd.DataFrame({"customer_id": who, "date": days}), shuffled)


def statement(shuffled: bool = False) -> profit.Statement:
    parents = pd.Series({"D001": "H001"})
    by = kind()[::-1] if shuffled else kind()
    tables = {"costs": costs(shuffled), "contacts": contacts(shuffled), "products": products()}
    return profit.statement(orders(shuffled), as_of=END, parents=parents, by=by, **tables)


CASES = [
    Case(
        "loyalty.survival",
        lambda: loyalty.survival(orders(), as_of=END, by=kind(), mandated=events()),
        lambda: loyalty.survival(orders(True), as_of=END, by=kind()[::-1], mandated=events()),
        lambda: ([orders(), kind()], lambda o, by: loyalty.survival(o, as_of=END, by=by, mandated=events())),
        figure="plot_survival",
    ),
    Case(
        "loyalty.cohorts",
        lambda: loyalty.cohorts(orders(), as_of=END),
        lambda: loyalty.cohorts(orders(True), as_of=END),
        lambda: ([orders()], lambda o: loyalty.cohorts(o, as_of=END)),
        figure="plot_cohorts",
    ),
    Case(
        "loyalty.matrix",
        lambda: loyalty.matrix(orders(), attitude(), as_of=END, mandated=events()),
        lambda: loyalty.matrix(orders(True), attitude(True), as_of=END, mandated=events()),
        lambda: ([orders(), attitude()], lambda o, a: loyalty.matrix(o, a, as_of=END, mandated=events())),
        figure="plot_loyalty_matrix",
    ),
    Case(
        "loyalty.share_of_wallet",
        lambda: loyalty.share_of_wallet(market(), own=["ours"], as_of=END, by=kind()),
        lambda: loyalty.share_of_wallet(market(True), own=["ours"], as_of=END, by=kind()[::-1]),
        lambda: ([market(), kind()], lambda m, by: loyalty.share_of_wallet(m, own=["ours"], as_of=END, by=by)),
        figure="plot_share_of_wallet",
    ),
    Case(
        "loyalty.wallet_rule",
        lambda: loyalty.wallet_rule(ratings(), own="ours"),
        lambda: loyalty.wallet_rule(ratings(True), own="ours"),
        lambda: ([ratings()], lambda r: loyalty.wallet_rule(r, own="ours")),
    ),
    Case(
        "profit.statement",
        statement,
        lambda: statement(True),
        lambda: (
            [orders(), costs(), contacts(), products()],
            lambda o, c, m, p: profit.statement(o, as_of=END, costs=c, contacts=m, products=p),
        ),
        figure="plot_statement",
    ),
    Case("profit.whale", lambda: profit.whale(statement()), lambda: profit.whale(statement(True)), figure="plot_whale"),
    Case(
        "profit.abc", lambda: profit.abc(statement()), lambda: profit.abc(statement(True)), figure="plot_profit_tiers"
    ),
    Case(
        "profit.disagreements",
        lambda: profit.disagreements(profit.abc(statement())),
        lambda: profit.disagreements(profit.abc(statement(True))),
    ),
    Case(
        "behaviour.frequency",
        lambda: behaviour.frequency(orders(), as_of=END, by=kind()),
        lambda: behaviour.frequency(orders(True), as_of=END, by=kind()[::-1]),
        lambda: ([orders(), kind()], lambda o, by: behaviour.frequency(o, as_of=END, by=by)),
        figure="plot_frequency",
    ),
    Case(
        "behaviour.gaps",
        lambda: behaviour.gaps(orders(), as_of=END, by=kind()),
        lambda: behaviour.gaps(orders(True), as_of=END, by=kind()[::-1]),
        lambda: ([orders(), kind()], lambda o, by: behaviour.gaps(o, as_of=END, by=by)),
        figure="plot_gaps",
    ),
    Case(
        "behaviour.order_size",
        lambda: behaviour.order_size(orders(), as_of=END, by=kind()),
        lambda: behaviour.order_size(orders(True), as_of=END, by=kind()[::-1]),
        lambda: ([orders(), kind()], lambda o, by: behaviour.order_size(o, as_of=END, by=by)),
        figure="plot_order_size",
    ),
    Case(
        "behaviour.channels",
        lambda: behaviour.channels(orders(), as_of=END),
        lambda: behaviour.channels(orders(True), as_of=END),
        lambda: ([orders()], lambda o: behaviour.channels(o, as_of=END)),
        figure="plot_channels",
    ),
    Case(
        "growth.decompose",
        lambda: growth.decompose(orders(), as_of=END, mandated=events()),
        lambda: growth.decompose(orders(True), as_of=END, mandated=events()),
        lambda: ([orders(), events()], lambda o, e: growth.decompose(o, as_of=END, mandated=e)),
        figure="plot_waterfall",
    ),
    Case(
        "growth.price_volume_mix",
        lambda: growth.price_volume_mix(orders(), as_of=END, mandated=events()),
        lambda: growth.price_volume_mix(orders(True), as_of=END, mandated=events()),
        lambda: ([orders(), events()], lambda o, e: growth.price_volume_mix(o, as_of=END, mandated=e)),
        figure="plot_waterfall",
    ),
    Case(
        "growth.sources",
        lambda: growth.sources(orders(), as_of=END),
        lambda: growth.sources(orders(True), as_of=END),
        lambda: ([orders()], lambda o: growth.sources(o, as_of=END)),
        figure="plot_waterfall",
    ),
]
