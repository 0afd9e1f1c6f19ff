"""The columns of the model: controls, then the barriers that vary; and what could not enter it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core.result import Note

__all__ = ["LEAST_CELL", "LEAST_LEVEL", "controls_as_columns", "design", "independent"]

#: fewest who name a barrier, and who do not, for it to enter the model
LEAST_CELL = 5
#: fewest respondents of a level of a control for a column of its own; smaller ones are pooled
LEAST_LEVEL = 10


def design(named: pd.DataFrame, rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str], list[Note]]:
    """Independent columns: controls first, then the barriers that vary."""
    why_not: dict[str, str] = {}
    count = named.notna().sum()
    for code in named.columns:
        yes = int(named[code].sum())
        if count[code] * 2 < len(named):
            why_not[code] = "missing_input"
        elif min(yes, int(count[code]) - yes) < LEAST_CELL:
            why_not[code] = "low_n"
    notes = [Note("barriers_rare", {"barriers": sorted(why_not), "need": LEAST_CELL})] if why_not else []
    varied = [c for c in named.columns if c not in why_not]
    gaps = int(named[varied].isna().to_numpy().sum())
    if gaps:
        notes.append(Note("barrier_answers_missing", {"share": gaps / named[varied].size}))
    # a gap counts as the average answer: dropping the row would lose most respondents
    filled = named[varied].fillna(named[varied].mean())
    base = independent(controls_as_columns(rows))
    full = pd.concat([base, filled], axis=1)
    constant = np.ones(len(full))
    for code in varied:
        others = np.column_stack([constant, full.drop(columns=code).to_numpy(dtype=float)])
        if _residual(others, full[code].to_numpy(dtype=float)) < 1e-8:
            why_not[code] = "not_identified"
    tied = sorted(c for c in varied if why_not.get(c) == "not_identified")
    if tied:
        notes.append(Note("barriers_collinear", {"barriers": tied}))
    return independent(full), why_not, notes


def controls_as_columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Controls as columns: numbers standardised, words as indicators of all but the most frequent."""
    out = {}
    for name in [c for c in rows.columns if c.startswith("c_")]:
        column = rows[name]
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            values = column.astype(float)
            spread = float(values.std())
            if spread > 0:
                out[name] = ((values - values.mean()) / spread).fillna(0.0)
            continue
        words = column.astype(object).where(column.notna(), "?").astype(str)
        size = words.value_counts().sort_index()
        # rare categories would each cost a column and separate the outcome
        words = words.where(words.map(size) >= LEAST_LEVEL, "(rest)")
        kept = sorted(set(words), key=lambda w: (-int((words == w).sum()), w))
        for word in kept[1:]:
            out[f"{name}={word}"] = (words == word).astype(float)
    return pd.DataFrame(out, index=rows.index)


def independent(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns, in order, that are no combination of a constant and those before them."""
    kept: list[str] = []
    block = np.ones((len(frame), 1))
    for name in frame.columns:
        column = frame[name].to_numpy(dtype=float)
        if _residual(block, column) > 1e-8:
            kept.append(name)
            block = np.column_stack([block, column])
    return frame[kept]


def _residual(block: np.ndarray, column: np.ndarray) -> float:
    """Share of a column's length that the block does not explain."""
    left = column - block @ np.linalg.lstsq(block, column, rcond=None)[0]
    length = float(np.linalg.norm(column))
    return float(np.linalg.norm(left)) / length if length > 0 else 0.0
