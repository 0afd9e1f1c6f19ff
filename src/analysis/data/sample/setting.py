"""The frame of the synthetic world: its calendar, its size, its seed and its scenario."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.core import checks

from . import names

__all__ = [
    "AS_OF",
    "FUTURE",
    "MONTHS",
    "SCENARIOS",
    "START",
    "VBP_MONTH",
    "Setting",
    "counts",
    "day",
    "each",
    "month_start",
    "settle",
]

START = dt.date(2022, 7, 1)
AS_OF = dt.date(2025, 6, 30)
MONTHS = 36
#: months drawn after the as-of date, known to the truth files alone
FUTURE = 24
#: index (from 0) of the month in which the mature drug's VBP contract starts: month 22, April 2024
VBP_MONTH = 21
SCENARIOS = ("main", "weak", "mnar", "rho", "restricted")
_DAYS = (AS_OF - START).days + 1


@dataclass(frozen=True)
class Setting:
    """What one synthetic world is made from.

    Attributes
    ----------
    seed : int
    scale : float
        Multiplies hospitals, physicians, pharmacies and clinics.
    regions : tuple of str
    scenario : str
        "main"; "weak" (segments half as far apart); "mnar" (answering depends on attitude itself);
        "rho" (spend and frequency correlate, .3); "restricted" (the new antibiotic is 限制使用级).
    """

    seed: int
    scale: float
    regions: tuple[str, ...]
    scenario: str = "main"

    def rng(self, part: str) -> np.random.Generator:
        """The random stream of one part of the world, untouched by what other parts draw."""
        return np.random.default_rng([self.seed, zlib.crc32(part.encode())])

    def count(self, base: float, least: int = 1) -> int:
        """``base`` at this scale."""
        return max(least, round(base * self.scale))


def settle(scale: float, seed: int, regions: int, scenario: str) -> Setting:
    """Check the arguments of `write` and turn them into a `Setting`."""
    checks.number(scale, name="scale", low=0.1, high=1000)
    checks.whole(seed, name="seed", low=0)
    checks.whole(regions, name="regions", low=1, high=len(names.REGIONS))
    checks.choice(scenario, SCENARIOS, name="scenario")
    return Setting(int(seed), float(scale), names.REGIONS[:regions], scenario)


def day(months: np.ndarray | pd.Series) -> pd.Series:
    """Calendar day of a moment in months since `START` (36 months are 1,096 days)."""
    days = np.floor(np.asarray(months, dtype=float) * (_DAYS / MONTHS)).astype(int)
    return pd.Series(pd.Timestamp(START) + pd.to_timedelta(days, unit="D")).astype("datetime64[s]")


def counts(column: pd.Series) -> dict[str, int]:
    """How often each word occurs, sorted by word."""
    return {str(name): int(count) for name, count in column.value_counts().sort_index().items()}


def each(frame: pd.DataFrame) -> Iterator[Any]:
    """Rows as named tuples, index first."""
    return frame.itertuples()


def month_start(index: int | np.integer) -> pd.Timestamp:
    """First day of month ``index`` (0 is July 2022)."""
    return pd.Timestamp(START) + pd.DateOffset(months=int(index))
