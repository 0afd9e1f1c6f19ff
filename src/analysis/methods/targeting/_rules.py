"""The rules of target selection as plain data, and how one is read.

A rule has a ``reason``, ``points``, and ``when``: column to the values that meet it, or to ``{"min": …}`` and
``{"max": …}``; all columns of ``when`` must be met. Reasons are coverage, information and service, never a volume
goal (规范合理用药); ``growth`` marks those that speak of more use: they are not given for restricted products.
``share`` names a column of 0–1 by which the points count (the probability of the grid cell), where it is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import SettingError

__all__ = ["HOLDS", "LAST_HOLD", "RULES", "Rule", "check", "met", "usable"]

Rule = Mapping[str, Any]

#: why an account is put forward; an account may meet several, its main reason has most points
RULES: tuple[Rule, ...] = (
    {"reason": "defend_value", "points": 5, "when": {"tier": ["A"], "declining": [True]}},
    {"reason": "develop_cooperation", "points": 4, "when": {"potential_class": ["high"], "cooperation_level": [2, 3]},
     "growth": True, "share": "p_cell"},
    {"reason": "retain_at_risk", "points": 3, "when": {"at_risk": [True]}},
    {"reason": "maker_gap", "points": 2, "when": {"maker_covered": [False], "tier": ["A", "B"]}},
    {"reason": "maker_gap_potential", "points": 2,
     "when": {"maker_covered": [False], "potential_class": ["high"], "tier": ["C", "zero", "negative"]}},
    {"reason": "no_contact", "points": 2, "when": {"contacts": {"max": 0}, "potential_class": ["high", "mid"]}},
    {"reason": "watch_rising", "points": 1, "when": {"tier": ["C"], "rising": [True]}, "growth": True},
    {"reason": "maintain_service", "points": 1, "when": {"tier": ["A"], "cooperation_level": [1]}},
)  # fmt: skip
#: why an account is never put forward for now, whatever its reasons; first match counts
HOLDS: tuple[Rule, ...] = (
    {"reason": "opted_out", "when": {"opted_out": [True]}},
    {"reason": "not_listed", "when": {"listed": [False]}},
)
#: told in place of "no reason" where what is missing could still give one
LAST_HOLD: tuple[Rule, ...] = (
    {"reason": "cooperation_unknown", "when": {"cooperation_level": [0]}},
    {"reason": "potential_unknown", "when": {"potential_class": ["unknown"]}},
)


def check(rules: Sequence[Rule], *, points: bool) -> None:
    """Refuse a rule without reason, condition or positive points, and a reason given twice.

    Raises
    ------
    SettingError
        ``targets_rule``, ``targets_no_rules``.
    """
    if not rules and points:
        raise SettingError("targets_no_rules")
    seen: set[str] = set()
    for place, rule in enumerate(rules, start=1):
        worth = rule.get("points", 1)
        number = isinstance(worth, int | float) and not isinstance(worth, bool) and np.isfinite(worth) and worth > 0
        conditions = rule.get("when")
        told = isinstance(conditions, Mapping) and conditions and all(_is_condition(c) for c in conditions.values())
        if not rule.get("reason") or rule["reason"] in seen or not told or (points and not number):
            raise SettingError("targets_rule", place=place, got=str(rule.get("reason", "")))
        seen.add(rule["reason"])


def _is_condition(condition: Any) -> bool:
    if isinstance(condition, Mapping):
        return bool(condition) and set(condition) <= {"min", "max"}
    return isinstance(condition, list | tuple | set) and len(condition) > 0


def usable(rules: Sequence[Rule], columns: pd.Index) -> tuple[list[Rule], list[str]]:
    """Rules whose columns are all there, and the reasons of the others."""
    there = [rule for rule in rules if set(rule["when"]) <= set(columns)]
    return there, [str(rule["reason"]) for rule in rules if not set(rule["when"]) <= set(columns)]


def met(rule: Rule, accounts: pd.DataFrame) -> np.ndarray:
    """Which accounts meet every condition of a rule; a missing value meets none."""
    inside = np.ones(len(accounts), dtype=bool)
    for name, condition in rule["when"].items():
        column = accounts[name]
        if isinstance(condition, Mapping):
            values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
            inside &= (values >= condition.get("min", -np.inf)) & (values <= condition.get("max", np.inf))
        else:
            inside &= column.isin(list(condition)).to_numpy(dtype=bool)
    return inside
