"""A user's rule table over the 125 cells of three scores, checked to be exclusive and exhaustive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from ...core.errors import SettingError

__all__ = ["APART", "AXES", "DEFAULT", "cells_of", "checked"]

AXES = ("r", "f", "m")
#: customers without a score; no rule may take their names
APART = ("zero", "negative")
#: r, f, m from 1 to 5, 5 best: recent or long ago, frequent or not, large or small
DEFAULT: tuple[dict[str, Any], ...] = (
    {"name": "rfm_recent_frequent_large", "r": [4, 5], "f": [4, 5], "m": [4, 5]},
    {"name": "rfm_recent_rare_large", "r": [4, 5], "f": [1, 3], "m": [4, 5]},
    {"name": "rfm_recent_frequent_small", "r": [4, 5], "f": [4, 5], "m": [1, 3]},
    {"name": "rfm_recent_rare_small", "r": [4, 5], "f": [1, 3], "m": [1, 3]},
    {"name": "rfm_late_large", "r": [2, 3], "f": [1, 5], "m": [4, 5]},
    {"name": "rfm_late_small", "r": [2, 3], "f": [1, 5], "m": [1, 3]},
    {"name": "rfm_long_ago_large", "r": [1, 1], "f": [1, 5], "m": [4, 5]},
    {"name": "rfm_long_ago_small", "r": [1, 1], "f": [1, 5], "m": [1, 3]},
)
_EXAMPLES = 3


def checked(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rules with all three axes filled in (an axis left out means 1 to 5).

    Raises
    ------
    SettingError
        A rule that cannot be read; a rule all of whose cells belong to earlier ones (unreachable); two rules that
        share cells; cells without a rule. Names the rules and example cells as r-f-m.
    """
    read = [_rule(rule, i) for i, rule in enumerate(rules)]
    names = [rule["name"] for rule in read]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not read:
        raise SettingError("rfm_names", got=twice or [])
    covers = [_mask(rule) for rule in read]
    taken = np.zeros((5, 5, 5), dtype=bool)
    for name, cover in zip(names, covers, strict=True):
        if not (cover & ~taken).any():
            others = [n for n, c in zip(names, covers, strict=True) if n != name and (c & cover).any()]
            raise SettingError("rfm_unreachable", rule=name, others=others)
        taken |= cover
    for (one, first), (other, second) in combinations(zip(names, covers, strict=True), 2):
        if (first & second).any():
            raise SettingError("rfm_overlap", first=one, second=other, **_told(first & second))
    if not taken.all():
        raise SettingError("rfm_uncovered", **_told(~taken))
    return read


def cells_of(rules: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Number of the rule of each cell: array (5, 5, 5), scores 1 to 5 along each axis."""
    out = np.full((5, 5, 5), -1)
    for i, rule in enumerate(rules):
        out[_mask(rule)] = i
    return out


def _rule(rule: Any, place: int) -> dict[str, Any]:
    name = rule.get("name") if isinstance(rule, Mapping) else None
    if not isinstance(name, str) or not name.strip() or name in APART:
        raise SettingError("rfm_rule_name", place=place + 1, got=name, apart=[*APART])
    extra = sorted(set(map(str, rule)) - {"name", *AXES})
    if extra:
        raise SettingError("rfm_rule_axes", rule=name, got=extra)
    return {"name": name, **{axis: _bounds(rule.get(axis, (1, 5)), axis, name) for axis in AXES}}


def _bounds(given: Any, axis: str, name: str) -> list[int]:
    good = (
        isinstance(given, Sequence)
        and len(given) == 2
        and all(isinstance(v, int | np.integer) and not isinstance(v, bool) and 1 <= v <= 5 for v in given)
    )
    if not good or given[0] > given[1]:
        raise SettingError("rfm_bounds", rule=name, axis=axis, got=given)
    return [int(given[0]), int(given[1])]


def _mask(rule: Mapping[str, Any]) -> np.ndarray:
    out = np.zeros((5, 5, 5), dtype=bool)
    out[tuple(slice(rule[axis][0] - 1, rule[axis][1]) for axis in AXES)] = True
    return out


def _told(cells: np.ndarray) -> dict[str, Any]:
    found = np.argwhere(cells) + 1
    return {"count": len(found), "examples": ["-".join(map(str, cell)) for cell in found[:_EXAMPLES].tolist()]}
