"""Cases of tiers by several criteria, scores, levels, buffer, concentration and names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.methods import tiers

from .case import Case

_N = 90
_IDS = pd.Index([f"H{i:03d}" for i in range(_N)], name="customer_id")


def _mixed(frame: Any, shuffled: bool) -> Any:
    return frame.sample(frac=1, random_state=7) if shuffled else frame


def _net(shuffled: bool = False, *, seed: int = 1) -> pd.Series:
    rng = np.random.default_rng(seed)
    values = rng.lognormal(8, 1.4, _N).round(2)
    values[:4], values[4] = 0.0, -80.0
    return _mixed(pd.Series(values, _IDS, name="net_value"), shuffled)


def _strategic(shuffled: bool = False) -> pd.Series:
    """Points of listing and reference hospitals as classes; ten hospitals not judged yet."""
    rng = np.random.default_rng(2)
    letters = pd.Series(rng.choice(["A", "B", "C"], _N), _IDS, dtype="str")
    return _mixed(letters.iloc[10:], shuffled)


def _combined(net: pd.Series, strategic: pd.Series) -> tiers.Combined:
    profit = (0.3 * net.sort_index() * np.random.default_rng(3).uniform(0.1, 1.5, _N)).round(2)
    classes = {"volume": tiers.abc(net), "profit": tiers.abc(profit), "strategic": strategic}
    return tiers.combine(classes, values=net)


def _both(shuffled: bool = False) -> tiers.Combined:
    return _combined(_net(shuffled), _strategic(shuffled))


def _summary(shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "days_since_last": rng.integers(0, 365, _N).astype(float),
            "n_dates_12m": rng.integers(1, 14, _N),
            "value_12m": _net(),
        },
        index=_IDS,
    )
    frame.iloc[:2, 0] = np.nan
    frame.iloc[:2, 1] = 0
    return _mixed(frame, shuffled)


def _levels(net: pd.Series) -> tiers.Levels:
    rng = np.random.default_rng(5)
    potential = pd.Series(rng.lognormal(9, 1, _N), _IDS)
    loyalty = pd.Series(rng.uniform(0, 1, _N), _IDS).where(np.arange(_N) % 6 > 0)
    noise = pd.DataFrame({"value": 0.1 * net.abs(), "loyalty": 0.05})
    return tiers.levels(net, potential.where(np.arange(_N) % 30 > 0), loyalty, noise=noise, n_draws=100)


def _held(net: pd.Series) -> tiers.Held:
    before = tiers.abc(_net())
    now = (net * net.index.map(lambda i: 0.7 + 0.6 * (int(i[1:]) % 10) / 9)).round(2)
    return tiers.hold(before, now, thresholds=before.thresholds, recent=net)


def _drift(net: pd.Series) -> tiers.CutDrift:
    return tiers.drift(1.2 * net, thresholds=tiers.abc(_net()).thresholds, n_boot=50)


CASES = [
    Case(
        name="tiers.combine",
        call=_both,
        shuffled=lambda: _both(True),
        inputs=lambda: ([_net(), _strategic()], _combined),
        figure="plot_combined",
    ),
    Case(
        name="tiers.agreement",
        call=lambda: tiers.agreement(_both(), pair=("volume", "strategic")),
        shuffled=lambda: tiers.agreement(_both(True), pair=("volume", "strategic")),
        figure="plot_agreement",
    ),
    Case(
        name="tiers.disagreements",
        call=lambda: tiers.disagreements(_both(), most=10),
        shuffled=lambda: tiers.disagreements(_both(True), most=10),
    ),
    Case(
        name="tiers.rfm",
        call=lambda: tiers.rfm(_summary()),
        shuffled=lambda: tiers.rfm(_summary(True)),
        inputs=lambda: ([_summary()], tiers.rfm),
        figure="plot_rfm",
    ),
    Case(
        name="tiers.levels",
        call=lambda: _levels(_net()),
        shuffled=lambda: _levels(_net(True)),
        inputs=lambda: ([_net()], _levels),
        figure="plot_levels",
    ),
    Case(
        name="tiers.hold",
        call=lambda: _held(_net()),
        shuffled=lambda: _held(_net(True)),
        inputs=lambda: ([_net()], _held),
        figure="plot_hold",
    ),
    Case(
        name="tiers.drift",
        call=lambda: _drift(_net()),
        shuffled=lambda: _drift(_net(True)),
        inputs=lambda: ([_net()], _drift),
        figure="plot_cut_drift",
    ),
    Case(
        name="tiers.lorenz",
        call=lambda: tiers.lorenz(_net(), n_boot=50),
        shuffled=lambda: tiers.lorenz(_net(True), n_boot=50),
        inputs=lambda: ([_net()], tiers.lorenz),
        figure="plot_lorenz",
    ),
    Case(
        name="tiers.relabel",
        call=lambda: tiers.relabel(tiers.abc(_net()), "key"),
        shuffled=lambda: tiers.relabel(tiers.abc(_net(True)), "key"),
        figure="plot_abc",
    ),
]
