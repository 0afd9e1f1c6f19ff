"""Frames of numbers and levels as the arrays that distances and probabilities need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from . import _levels
from ._mixed import Features

__all__ = ["decode", "edges_of", "encode"]


def edges_of(levels: Mapping[str, Sequence[str]]) -> np.ndarray:
    """Where the indicators of each category begin, and where the last ends."""
    return np.cumsum([0, *(len(names) for names in levels.values())])


def encode(frame: pd.DataFrame, numbers: Sequence[str], levels: Mapping[str, Sequence[str]]) -> Features:
    """Rows of a frame; a level that is not among the stored ones is known but equals none of them."""
    values = frame[list(numbers)].to_numpy(dtype=float)
    known = np.isfinite(values)
    parts, answered = [np.empty((len(frame), 0))], np.empty((len(frame), len(levels)))
    for j, (name, stored) in enumerate(levels.items()):
        place = _levels.codes(frame[name], stored)
        answered[:, j] = place != _levels.MISSING
        parts.append(_levels.indicators(place, len(stored)))
    return Features(
        np.where(known, values, 0.0), known.astype(float), np.concatenate(parts, axis=1), answered, edges_of(levels)
    )  # fmt: skip


def decode(indicators: np.ndarray, levels: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Names of the levels behind rows of indicators; missing where none is set."""
    edges = edges_of(levels)
    columns = {}
    for (name, stored), first, last in zip(levels.items(), edges[:-1], edges[1:], strict=True):
        part = indicators[:, first:last]
        place = np.where(part.any(axis=1), part.argmax(axis=1), len(stored))
        columns[name] = pd.Series(np.array([*stored, None], dtype=object)[place], dtype="str")
    return pd.DataFrame(columns, index=pd.RangeIndex(len(indicators)))
