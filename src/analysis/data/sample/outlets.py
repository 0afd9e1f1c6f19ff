"""Pharmacies and clinics: five true segments, each a way of ordering, around the Pareto/NBD means.

Over all segments the order rate has a mean near .75 a month (Gamma .9, 1.2) and drop-out near
.05 a month (Gamma .6, 12 months); the segments are the larger part of that spread. Log rate and log
spend are uncorrelated across customers, except in the scenario "rho".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import names
from .setting import MONTHS, Setting

__all__ = ["OUTLETS", "SEGMENTS", "Segment", "build", "shares"]

#: pharmacies and clinics by region: the first normal, the second sparse, the third small
OUTLETS = (480, 250, 170)
_OTHER = 300
_CLINICS = 0.3
#: the sparse region orders at this multiple of the rates
_SPARSE = 0.8
_PROSPECTS = 0.05
#: log spend on log rate in the scenario "rho": orders and mean order value then correlate near .3
_RHO = 0.5


@dataclass(frozen=True)
class Segment:
    """How the customers of one segment order.

    Attributes
    ----------
    share : float
        Of all ordering accounts.
    rate, spend : float
        Mean log orders per month and mean log spend per order (relative to the base).
    regularity : float
        Shape of the gamma gaps between orders; 1 is a Poisson process.
    dropout : float
        Mean drop-out rate per month.
    both, new : float
        Probability of buying both own products; of the new one when only one is bought.
    trend : float
        Yearly change of log spend.
    start : tuple of float
        Months between which the first order falls.
    channels : tuple of float
        Shares of distributor, direct, e-com.
    own_share : float
        Mean log share of the category bought from us; with rate and spend it fixes the potential.
    """

    share: float
    rate: float
    spend: float
    regularity: float
    dropout: float
    both: float
    new: float
    trend: float
    start: tuple[float, float]
    channels: tuple[float, float, float]
    own_share: float


SEGMENTS = {
    "champion": Segment(0.12, 1.15, 0.28, 1.0, 0.001, 0.98, 0.50, 0.03, (0, 8), (0.75, 0.24, 0.01), -0.25),
    "steady": Segment(0.22, 0.22, -0.15, 9.0, 0.001, 0.98, 0.50, 0.0, (0, 10), (0.95, 0.04, 0.01), -0.7),
    "competitor_loyal": Segment(0.26, -0.30, -0.20, 1.0, 0.15, 0.03, 0.15, -0.10, (0, 16), (0.25, 0.02, 0.73), -1.1),
    "untapped": Segment(0.25, -0.60, 0.65, 8.0, 0.002, 0.03, 0.97, 0.03, (0, 12), (0.80, 0.15, 0.05), -1.5),
    "low_need": Segment(0.15, -0.30, -0.65, 1.6, 0.001, 0.97, 0.30, -0.03, (0, 12), (0.95, 0.01, 0.04), -1.3),
}
#: spread within segments: log rate, log spend, log own share beyond what goes with purchases
_SPREAD = (0.25, 0.35, 0.10)
#: what all segments have in common in the scenario "weak": nothing two-peaked is left, only rate and spend differ
_WEAK = {"regularity": 1.0, "dropout": 0.0005, "both": 0.98, "new": 0.5, "trend": 0.0}


def shares() -> dict[str, float]:
    """Share of each segment among all ordering accounts."""
    return {name: segment.share for name, segment in SEGMENTS.items()}


def build(hospitals: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """One row per pharmacy or clinic with its true segment and its own ordering parameters."""
    parts = [_region(hospitals, setting, number) for number in range(len(setting.regions))]
    return pd.concat(parts, ignore_index=True)


def _region(hospitals: pd.DataFrame, setting: Setting, number: int) -> pd.DataFrame:
    rng = setting.rng(f"outlets{number}")
    n = setting.count(OUTLETS[number] if number < len(OUTLETS) else _OTHER, least=20)
    own = hospitals[hospitals["region"] == setting.regions[number]]
    segment = _segments(own["segment"], n, rng)
    kind = np.where(rng.random(n) < _CLINICS, "clinic", "pharmacy")
    places = [names.places(number)[i] for i in rng.integers(0, 12, n)]
    frame = pd.DataFrame({
        "customer_id": [f"{number + 1:02d}{i + 1:06d}" for i in range(n)],
        "customer_type": kind,
        "region": setting.regions[number],
        "province": [province for province, _ in places],
        "city": [city for _, city in places],
        "segment": segment,
    })  # fmt: skip
    turn = frame.groupby(["city", "customer_type"]).cumcount()
    frame["name"] = [
        names.clinic(city, i) if kind == "clinic" else names.pharmacy(city, i)
        for city, kind, i in zip(frame["city"], frame["customer_type"], turn, strict=True)
    ]
    return _ordering(frame, setting, number)


def _segments(taken: pd.Series, n: int, rng: np.random.Generator) -> np.ndarray:
    """Segments of the outlets such that, with the hospitals, all accounts have the stated shares."""
    counts = taken.value_counts()
    wanted = [max(0.0, segment.share * (n + len(taken)) - counts.get(name, 0)) for name, segment in SEGMENTS.items()]
    return rng.permutation(np.repeat(list(SEGMENTS), _apportion(np.array(wanted), n)))


def _apportion(wanted: np.ndarray, n: int) -> np.ndarray:
    """Whole numbers in the proportions of ``wanted`` that add up to ``n`` (largest remainder)."""
    exact = wanted / wanted.sum() * n
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: n - whole.sum()]] += 1
    return whole


def _ordering(frame: pd.DataFrame, setting: Setting, number: int) -> pd.DataFrame:
    """Rates, spend, drop-out, start and habits of every outlet, drawn around its segment."""
    rng = setting.rng(f"ordering{number}")
    n = len(frame)
    traits, middle = _traits(frame["segment"], setting.scenario)
    z = rng.standard_normal((n, 3)) * _SPREAD
    log_rate = traits["rate"] + z[:, 0]
    slope = _RHO if setting.scenario == "rho" else 0.0
    log_spend = traits["spend"] + z[:, 1] + slope * (log_rate - middle["rate"])
    frame["rate"] = np.exp(log_rate) * (_SPARSE if number == 1 else 1.0)
    frame["spend"] = np.exp(log_spend)
    # half of what a customer buys above its segment goes with a larger share, half with larger potential
    frame["own_share"] = np.minimum(0.95, np.exp(traits["own_share"] + 0.5 * (z[:, 0] + z[:, 1]) + z[:, 2]))
    frame["regularity"] = traits["regularity"]
    frame["dropout"] = traits["dropout"] * rng.gamma(2.0, 0.5, n)
    frame["both"] = rng.random(n) < traits["both"]
    frame["new"] = rng.random(n) < traits["new"]
    frame["trend"] = traits["trend"] + rng.normal(0, 0.05, n)
    frame["start"] = traits["first"] + (traits["last"] - traits["first"]) * rng.random(n)
    # accounts in scope that never ordered: prospects
    frame.loc[rng.random(n) < _PROSPECTS, "start"] = MONTHS + 1000.0
    frame["leave"] = frame["start"] + rng.exponential(1 / frame["dropout"])
    own = [SEGMENTS[name].channels for name in frame["segment"]]
    frame[["distributor", "direct", "e-com"]] = np.array(own)
    return frame


def _traits(segment: pd.Series, scenario: str) -> tuple[pd.DataFrame, pd.Series]:
    """Traits of each outlet's segment, and their mean; "weak" pulls all half the way to the mean."""
    table = pd.DataFrame([vars(one) for one in SEGMENTS.values()], index=list(SEGMENTS))
    table[["first", "last"]] = table.pop("start").tolist()
    table = table.drop(columns="channels")
    middle = table.mul(table["share"], axis=0).sum()
    if scenario == "weak":
        table = (middle + 0.5 * (table - middle)).assign(**_WEAK, first=0.0, last=6.0)
    return table.loc[segment].reset_index(drop=True), middle
