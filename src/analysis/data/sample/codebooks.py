"""The codebooks of both waves: what each question is, on which scale, and which barrier it asks about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from . import added_items, writers
from .questionnaire import BARRIERS, SCALES, WAVE, WAVE_BEFORE, items, items_before
from .setting import each
from .sheets import heading

__all__ = ["CODEBOOK", "CODEBOOK_BEFORE", "write"]

CODEBOOK, CODEBOOK_BEFORE = "codebook.yaml", "codebook_2024Q4.yaml"
_KNOWN_SCALES = ("satisfaction", "importance", "agreement")


def write(out: Path) -> None:
    """Write codebook.yaml of the latest wave and the one of the wave before."""
    latest = [_entry(row) for row in each(items())]
    writers.write_yaml({"wave": WAVE, "items": latest}, out / CODEBOOK)
    before = items_before()
    asked = before[before["type"] != "barrier"]
    entries = [_numbered(row) for row in each(asked)]
    at = next(i for i, row in enumerate(each(asked)) if row.item_id == "Q8")
    entries.insert(at, _barriers(before))
    writers.write_yaml({"wave": WAVE_BEFORE, "items": entries}, out / CODEBOOK_BEFORE)


def _entry(row: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {"item": row.item_id, "text": row.text, "type": row.type}
    if row.type == "maxdiff":
        entry["scale"] = added_items.shown(row.item_id)
    elif row.scale and row.type != "barrier":
        words = SCALES[row.scale]
        entry["scale"] = row.scale if row.scale in _KNOWN_SCALES else {word: i for i, word in enumerate(words)}
    if row.reverse:
        entry["reverse"] = True
    entry["construct"] = row.construct
    if row.need:
        entry["need"] = row.need
    if row.barrier_code:
        entry["barrier_code"] = row.barrier_code
    if getattr(row, "stage", ""):
        entry["stage"] = row.stage
    return entry


def _numbered(row: Any) -> dict[str, Any]:
    """An item whose column is headed by its number and question."""
    entry = _entry(row)
    return {"item": entry.pop("item"), "header": heading(row.item_id, row.text), **entry}


def _barriers(before: pd.DataFrame) -> dict[str, Any]:
    """One question of many ticks, a column for each."""
    rows = before[before["type"] == "barrier"]
    question = rows["text"].iloc[0].partition("：")[0]
    options = [
        {"text": BARRIERS[row.barrier_code][0], "item": row.item_id, "barrier_code": row.barrier_code}
        for row in each(rows)
    ]
    return {"item": "Q7", "header": f"7、{question}", "text": question, "type": "multi", "options": options}
