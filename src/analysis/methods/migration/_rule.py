"""The rule that puts values in tiers in both periods: shares or thresholds, and the margin before a tier changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from ...stats.ranked import cut_values, rank

__all__ = ["TIERS", "Rule", "read"]

TIERS = ("A", "B", "C", "zero", "negative")
_KEYS = ("cuts", "thresholds", "periods", "margin", "frozen", "zero", "states")


@dataclass(frozen=True)
class Rule:
    """How values become tiers.

    Attributes
    ----------
    cuts : tuple of float
        Cumulative shares of value; used where ``thresholds`` is None.
    thresholds : tuple of float or None
        Smallest value of A and of B.
    margin : float
        A tier changes only where the value passes the cut by this share.
    frozen : bool
        The cut points of the period before hold in both; else each period has its own.
    zero : {"zero", "C"}
        Whether customers without purchases are a tier of their own.
    periods : tuple
        (first month, last month) of both periods, or empty.
    states : tuple of str
        Labels in order, best first: `TIERS`, or others that no value leads to.
    """

    cuts: tuple[float, ...] = (0.7, 0.9)
    thresholds: tuple[float, ...] | None = None
    margin: float = 0.0
    frozen: bool = True
    zero: str = "zero"
    periods: tuple[tuple[pd.Timestamp, pd.Timestamp], ...] = ()
    states: tuple[str, ...] = TIERS

    def both(self, before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Position in `TIERS` of each customer in both periods."""
        points = self.points(before)
        first = self.tier(before, points)
        return first, self.moved(after, points if self.frozen else self.points(after), first)

    def points(self, values: np.ndarray) -> np.ndarray:
        """Smallest value of A and of B."""
        if self.thresholds is not None:
            return np.array(self.thresholds)
        found = np.array(cut_values(rank(values), self.cuts))
        # without an A nobody can be above it
        return np.where(np.isfinite(found), found, np.inf)

    def tier(self, values: np.ndarray, points: np.ndarray) -> np.ndarray:
        """Position in `TIERS` by the cut points alone."""
        positive = np.where(values >= points[0], 0, np.where(values >= points[1], 1, 2))
        none = 2 if self.zero == "C" else 3
        return np.where(values > 0, positive, np.where(values == 0, none, 4))

    def moved(self, values: np.ndarray, points: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Position in `TIERS` with the margin: up only above cut × (1 + margin), down only below cut × (1 − margin)."""
        plain = self.tier(values, points)
        if self.margin == 0:
            return plain
        strict, lenient = self.tier(values, points * (1 + self.margin)), self.tier(values, points * (1 - self.margin))
        kept = np.where(strict < before, strict, np.where(lenient > before, lenient, before))
        return np.where((before <= 2) & (plain <= 2) & (values > 0), kept, plain)

    def settings(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "cuts": None if self.thresholds is not None else list(self.cuts),
            "thresholds": None if self.thresholds is None else dict(zip("AB", self.thresholds, strict=True)),
            "margin": self.margin, "frozen": self.frozen, "zero": self.zero,
            "states": None if self.states == TIERS else list(self.states),
            "periods": [[str(day.date()) for day in pair] for pair in self.periods],
        }  # fmt: skip


def read(rule: Mapping[str, Any] | None) -> Rule:
    """A checked rule from the caller's mapping."""
    given = dict(rule or {})
    for key in given:
        checks.choice(key, _KEYS, name="rule")
    cuts = tuple(given.get("cuts") or (0.7, 0.9))
    if len(cuts) != 2:
        raise SettingError("tiers_two_cuts", got=list(cuts))
    checks.increasing(cuts, name="cuts", low=0, high=1)
    margin = given.get("margin", 0.0)
    checks.number(margin, name="margin", low=0, high=0.9)
    zero = given.get("zero", "zero")
    checks.choice(zero, ("zero", "C"), name="zero")
    return Rule(
        cuts=tuple(map(float, cuts)),
        thresholds=_thresholds(given.get("thresholds")),
        margin=float(margin),
        frozen=bool(given.get("frozen", True)),
        zero=zero,
        periods=_periods(given.get("periods")),
        states=_states(given.get("states")),
    )


def _states(given: Sequence[str] | None) -> tuple[str, ...]:
    if given is None:
        return TIERS
    if isinstance(given, str) or len(given) < 2 or len(set(given)) < len(given):
        raise SettingError("migration_states", got=list(given))
    return tuple(map(str, given))


def _thresholds(given: Mapping[str, float] | None) -> tuple[float, ...] | None:
    if given is None:
        return None
    points = [given.get(letter) for letter in ("A", "B")]
    good = all(isinstance(v, int | float | np.number) and np.isfinite(v) and v > 0 for v in points)
    if not good or points[0] < points[1]:  # type: ignore[operator]
        raise SettingError("tiers_thresholds", got=dict(given))
    return tuple(float(v) for v in points)  # type: ignore[arg-type]


def _periods(given: Sequence[Sequence[Any]] | None) -> tuple[tuple[pd.Timestamp, pd.Timestamp], ...]:
    if given is None:
        return ()
    days = [[pd.to_datetime(day, errors="coerce") for day in pair] for pair in given]
    known = len(days) == 2 and all(len(pair) == 2 and not pd.isna(pair).any() for pair in days)
    if not known or not days[0][0] <= days[0][1] < days[1][0] <= days[1][1]:
        raise SettingError("migration_periods", got=[[str(day) for day in pair] for pair in given])
    return tuple((pd.Timestamp(a).normalize(), pd.Timestamp(b).normalize()) for a, b in days)
