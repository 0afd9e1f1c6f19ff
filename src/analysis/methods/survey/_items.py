"""Items that can say something: numeric, answered, not all alike."""

from __future__ import annotations

import pandas as pd

from ...core.errors import DataError
from ...core.result import Note

__all__ = ["split_items"]


def split_items(items: pd.DataFrame) -> tuple[pd.DataFrame, list[Note]]:
    """The items that vary, as floats, and notes on those nobody answered or everybody answered alike.

    Raises
    ------
    DataError
        ``not_numeric``, ``too_few_items`` (two answered items are needed).
    """
    text = [str(c) for c in items.columns if not pd.api.types.is_numeric_dtype(items[c])]
    if text and not items[text].isna().all(axis=None):
        raise DataError("not_numeric", name="items", columns=text[:20])
    empty = [c for c in items.columns if items[c].isna().all()]
    answered = items.drop(columns=empty).astype(float)
    if answered.shape[1] < 2:
        raise DataError("too_few_items", got=answered.shape[1])
    same = [c for c in answered.columns if answered[c].nunique() < 2]
    notes = [Note("items_unanswered", {"items": [str(c) for c in empty][:10]})] if empty else []
    if same:
        notes.append(Note("items_constant", {"items": [str(c) for c in same][:10]}))
    return answered.drop(columns=same), notes
