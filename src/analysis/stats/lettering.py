"""Value A/B/C of a list of numbers: the rule alone, for whoever needs it beside the tiers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["LETTERS", "letters"]

LETTERS = ("A", "B", "C", "zero", "negative")
_DIGITS = 12


def letters(values: np.ndarray, cuts: Sequence[float]) -> np.ndarray:
    """Position in `LETTERS` of each value.

    A while larger values hold less than the first cut of the positive total, B while they hold less than
    the second; equal values are in the same class, that of the first of them.
    """
    positive = values > 0
    block, inverse, count = np.unique(-values[positive], return_inverse=True, return_counts=True)
    out = np.where(values == 0, 3, 4)
    if block.size:
        held = np.cumsum(-block * count)
        share = np.round((held + block * count) / held[-1], _DIGITS)
        out[positive] = np.select([share < cuts[0], share < cuts[1]], [0, 1], 2)[inverse]
    return out
