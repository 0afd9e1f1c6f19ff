"""Surveys as they are downloaded, one column per question, turned into one row per answer.

The codebook says what each column is::

    wave: "1"
    items:
      - {item: Q01, text: 对疗效证据存疑, type: likert5, construct: evidence, barrier_code: B02}
      - {item: Q07, text: 您对供货是否满意, type: likert5, scale: satisfaction, reverse: true, need: Q08}
      - {item: Q09, text: 采用阶段, type: single, scale: {从未使用: 0, 尝试: 3, 常规: 5}, filter: {Q08: [1]}}

``scale`` names a wording of `SCALES` or maps words to numbers; ``filter`` tells to whom the question was
put (the answers another item must have): the others were not asked. ``reverse`` marks items that must be
turned before they are averaged; the values stay as answered. ``need`` names, on an item that rates us, the
item that asks how important the same thing is.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..core.columns import ITEM_TYPES
from ..core.errors import SettingError
from . import encodings, parsing, yamltree
from .dataset import Dataset
from .rejects import ROW, SOURCE, Ledger
from .spec import TableSpec

__all__ = [
    "SCALES", "Codebook", "Item", "apart", "codebooks", "items_table", "melt", "prepare", "read_codebook",
    "sheet_numbers",
]  # fmt: skip

SCALES: dict[str, tuple[str, ...]] = {
    "satisfaction": ("非常不满意", "不满意", "一般", "满意", "非常满意"),
    "satisfaction_en": ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    "agreement": ("非常不同意", "不同意", "一般", "同意", "非常同意"),
    "agreement_en": ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    "importance": ("非常不重要", "不重要", "一般", "重要", "非常重要"),
    "frequency": ("从不", "很少", "有时", "经常", "总是"),
}
#: other words for the same step
_SAME = {
    "很不满意": 1, "较不满意": 2, "比较满意": 4, "很满意": 5, "完全不同意": 1, "不太同意": 2, "中立": 3, "比较同意": 4,
    "完全同意": 5, "neither agree nor disagree": 3,
}  # fmt: skip
_RANGES = {"nps": (0, 10), "likert5": (1, 5), "likert7": (1, 7), "barrier": (0, 5)}
_TEXT_TYPES = ("open", "multi")
_REASONS = {
    "(跳过)": "not_asked", "(空)": "skipped", "拒答": "refused", "不知道": "dont_know", "不清楚": "dont_know",
    "don't know": "dont_know",
}  # fmt: skip
_POINTS = re.compile(r"^\s*(\d{1,3}(?:\.\d+)?)\s*(?:分|[-.、:：]\s*\D.*)?\s*$")


class Item(BaseModel):
    """One question of a wide survey."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: str = Field(min_length=1)
    text: str = ""
    type: Literal[ITEM_TYPES]  # type: ignore[valid-type]
    scale: str | dict[str, float] | None = None
    reverse: bool = False
    #: written ``construct``; that name belongs to the base class
    dimension: str | None = Field(default=None, alias="construct")
    barrier_code: str | None = None
    need: str | None = None
    filter: dict[str, list[str]] = Field(default_factory=dict)


class Codebook(BaseModel):
    """All questions of one wave."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: list[Item]
    wave: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Headers of the questions."""
        return tuple(item.item for item in self.items)


def read_codebook(path: Path) -> Codebook:
    """Read a codebook.

    Raises
    ------
    SettingError
        With key and line: an unknown entry or type, a scale nobody knows, an item twice, a filter on an
        item that is not there.
    """
    tree = yamltree.parse(encodings.decode(path.read_bytes(), file=path.name), file=path.name)
    try:
        book = Codebook(**tree.value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"] if part not in ("str", "dict[str,float]"))
        raise SettingError(
            "codebook", file=path.name, key=key, line=tree.line(key), got=str(first.get("input"))[:40]
        ) from None
    names = [item.item for item in book.items]
    for position, item in enumerate(book.items):
        wrong = {
            "item": item.item in names[:position],
            "need": item.need is not None and (item.need not in names or item.need == item.item),
            "scale": isinstance(item.scale, str) and item.scale not in SCALES,
            "filter": any(name not in names for name in item.filter),
        }
        for part in [name for name, bad in wrong.items() if bad]:
            key = f"items.{position}.{part}"
            raise SettingError(
                "codebook", file=path.name, key=key, line=tree.line(key), got=str(getattr(item, part))[:40]
            )
    return book


def codebooks(dataset: Dataset, pieces: list[TableSpec]) -> dict[str, Codebook]:
    """The codebook of each part of a wide survey, by the name the dataset file gives it.

    A codebook is written by the analyst: it stands beside the dataset file, not among the data.

    Raises
    ------
    SettingError
        Where none is named, or the one named holds a mistake.
    """
    found: dict[str, Codebook] = {}
    for piece in pieces:
        key = "tables.survey_responses.codebook"
        if piece.codebook is None:
            raise SettingError("codebook_missing", file=dataset.path.name, key=key, line=dataset.line(key))
        if piece.codebook not in found:
            found[piece.codebook] = read_codebook(dataset.beside(piece.codebook, key))
    return found


def items_table(books: list[Codebook], outcome: list[str]) -> pd.DataFrame:
    """The canonical ``survey_items`` of the codebooks; ``x_outcome`` marks the items of the outcome,
    ``x_need`` names the item that asks for the importance of what is rated.
    """
    rows = [
        {
            "item_id": item.item,
            "wave": book.wave,
            "text": item.text or None,
            "type": item.type,
            "construct": item.dimension,
            "barrier_code": item.barrier_code,
            "reverse": item.reverse,
            "x_outcome": item.item in outcome,
            "x_need": item.need,
        }
        for book in books
        for item in book.items
    ]
    frame = pd.DataFrame(rows)
    for name in ("item_id", "wave", "text", "type", "construct", "barrier_code", "x_need"):
        frame[name] = frame[name].astype("str")
    return frame.dropna(axis=1, how="all")


def prepare(text: pd.DataFrame, book: Codebook | None, *, prefix: str = "") -> pd.DataFrame:
    """What a survey needs before it is parsed: sheet numbers and wave, or answers in words as numbers.

    Parameters
    ----------
    text : DataFrame
        From `mapping.canonical`.
    book : Codebook or None
        None: the survey is already one row per answer.
    prefix : str
        Put before sheet numbers where several files are numbered one by one.
    """
    if book is not None:
        more = {} if "response_id" in text.columns else {"response_id": prefix + sheet_numbers(text)}
        if "wave" not in text.columns:
            more["wave"] = pd.Series(book.wave or "1", index=text.index, dtype="str")
        return text.assign(**more)
    if "value" not in text.columns:
        return text
    every = {word: str(step) for scale in SCALES.values() for step, word in enumerate(scale, start=1)}
    every |= {word: str(step) for word, step in _SAME.items()}
    words = text["value"].str.strip().str.lower().map(every).astype("str")
    return text.assign(value=words.fillna(text["value"]))


def melt(frame: pd.DataFrame, book: Codebook, ledger: Ledger) -> pd.DataFrame:
    """One row per answer sheet and question.

    Parameters
    ----------
    frame : DataFrame
        Typed answer sheets, with the questions as text columns.
    book : Codebook
    ledger : Ledger
        Takes the answers that could not be read; their rows stay, without a value.
    """
    sheets = frame.drop(columns=[*book.names, "item_id", "value", "text", "missing_reason"], errors="ignore")
    known = {item.item: item for item in book.items}
    answers = {name: _answers(frame[name], item) for name, item in known.items()}
    parts = []
    for item in book.items:
        part, rule = answers[item.item]
        part = part.copy()
        asked = np.ones(len(part), dtype=bool)
        for other, wanted in item.filter.items():
            asked &= _is_one_of(answers[other][0], wanted, _scale(known[other]))
        part.loc[~asked & (part["missing_reason"] == "skipped"), "missing_reason"] = "not_asked"
        bad = np.array([code is not None for code in rule], dtype=bool)
        said = frame[item.item].fillna("").to_numpy(dtype=object)
        ledger.clear(sheets, bad, rule=rule, column=item.item, value=said)
        part.insert(0, "item_id", pd.Series(item.item, index=part.index, dtype="str"))
        parts.append(sheets.join(part))
    return pd.concat(parts, ignore_index=True)


def apart(parts: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Sheets of several waves that are numbered from 1 again: the wave is put before their numbers.

    The same person in two waves is known by ``customer_id``, not by the number of the sheet.
    """
    known = pd.concat([part[["response_id", "wave"]].drop_duplicates() for part in parts])
    if not known.drop_duplicates()["response_id"].duplicated().any():
        return parts
    return [part.assign(response_id=part["wave"].fillna("") + "-" + part["response_id"]) for part in parts]


def sheet_numbers(text: pd.DataFrame) -> pd.Series:
    """Numbers for answer sheets without any id: by content, so that the order of rows plays no part."""
    own = [c for c in text.columns if c not in (SOURCE, ROW)]
    order = text.sort_values(own, kind="stable", na_position="first").index
    width = len(str(len(text)))
    return pd.Series([f"R{i + 1:0{width}d}" for i in range(len(order))], index=order, dtype="str").loc[text.index]


def _answers(texts: pd.Series, item: Item) -> tuple[pd.DataFrame, np.ndarray]:
    """``value, text, missing_reason`` of one question, and the rules of answers that cannot be read."""
    clean = parsing.texts(texts).values
    out = pd.DataFrame({"value": np.nan, "text": pd.Series(pd.NA, index=texts.index, dtype="str")}, index=texts.index)
    reason = clean.str.lower().map(_REASONS).astype("str")
    out["missing_reason"] = reason.mask(clean.isna(), "skipped")
    said = clean.where(reason.isna())
    rule = np.full(len(texts), None, dtype=object)
    if item.type in _TEXT_TYPES:
        out["text"] = said
        return out, rule
    words = _scale(item)
    value = said.str.lower().map(words).astype("float64") if words else pd.Series(np.nan, index=texts.index)
    points = said.str.extract(_POINTS, expand=False).astype("float64")
    value = value.fillna(points)
    unread = (said.notna() & value.isna()).to_numpy(dtype=bool)
    if item.type in ("single", "rank") and not words:
        # a choice among words that nobody numbered stays a word
        out["text"] = said.where(unread)
        unread = np.zeros(len(texts), dtype=bool)
    low, high = _RANGES.get(item.type, (-np.inf, np.inf))
    outside = ((value < low) | (value > high)).to_numpy(dtype=bool)
    rule[unread], rule[outside] = "not_an_answer", "out_of_scale"
    out["value"] = value.mask(outside)
    return out, rule


def _scale(item: Item) -> dict[str, float]:
    if isinstance(item.scale, dict):
        return {word.lower(): float(number) for word, number in item.scale.items()}
    named = [item.scale] if item.scale else list(SCALES) if item.type == "likert5" else []
    words = {word: float(step) for name in named for step, word in enumerate(SCALES[name], start=1)}
    return words | ({word: float(step) for word, step in _SAME.items()} if words else {})


def _is_one_of(answer: pd.DataFrame, wanted: list[str], words: dict[str, float]) -> np.ndarray:
    """Whether an answer is among the wanted ones, written as word of its scale, number or text."""
    steps = pd.to_numeric(pd.Series(wanted, dtype="str"), errors="coerce").dropna().tolist()
    steps += [words[word.lower()] for word in wanted if word.lower() in words]
    return (answer["value"].isin(steps) | answer["text"].isin(wanted)).to_numpy(dtype=bool)
