"""The answers to one question: number, text, or why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import parsing, scales
from .codebook import Codebook, Item

__all__ = ["TEXT_TYPES", "Answers", "chosen", "clean", "read", "spoken", "ticked", "words"]

TEXT_TYPES = ("open", "multi")
#: a number, alone or with its word: 9分, 4、同意, 5 - Very satisfied
_POINTS = re.compile(
    r"^\s*(?P<number>-?\d{1,4}(?:\.\d+)?)\s*(?:分|[-–—.、:：]\s*(?P<word>\D.*)|\((?P<inner>\D.*)\))?\s*$"
)
_DASH = re.compile(r"\s+[-–—]\s.*$", re.DOTALL)
#: what separates the options of one cell, the surest first; a comma only where the list of options is known
_SEPARATORS = ("┋", "\n", ";", "|")
_FILLED = re.compile(r"〖(.*?)〗")
#: how 问卷星 writes questions not put and cells left empty when it exports numbers
_CODED = {"-3": "not_asked", "-2": "skipped"}
_YES_NO = {"barrier": "yes_no"}


@dataclass(frozen=True, eq=False)
class Answers:
    """One item.

    Attributes
    ----------
    item : str
    frame : DataFrame
        ``value, text, missing_reason`` on the rows of the export.
    said : Series
        The answer as it came, missing where there was none.
    rule : ndarray of object
        ``not_an_answer``, ``out_of_scale``, ``not_an_option``; None where nothing is wrong.
    turned : int
        Answers whose number and word disagree; the word counts.
    """

    item: str
    frame: pd.DataFrame
    said: pd.Series
    rule: np.ndarray
    turned: int = 0


def clean(texts: pd.Series, item: Item, book: Codebook) -> tuple[pd.Series, pd.Series]:
    """The answers without those that say why there is none, and the reasons (``skipped`` where empty)."""
    said = parsing.texts(texts).values
    keys = scales.keys(said)
    reasons = {word: reason for reason, named in scales.REASONS.items() for word in named}
    reasons |= {word.lower(): "dont_know" for word in (*book.dont_know, *item.dont_know)}
    reasons |= {word.lower(): "not_applicable" for word in (*book.not_applicable, *item.not_applicable)}
    if item.type not in ("numeric", "open"):
        reasons |= _CODED
    reason = keys.map(reasons).astype("str")
    if item.scale is not None:
        # 不确定 may be a step of the item's own scale
        reason = reason.mask(keys.isin(list(words(item))))
    reason = reason.mask(said.isna(), "skipped")
    return said.where(reason.isna()), reason


def read(texts: pd.Series, item: Item, book: Codebook) -> Answers:
    """Answers to a question of one column."""
    said, reason = clean(texts, item, book)
    out = pd.DataFrame({"value": np.nan, "text": pd.Series(pd.NA, index=texts.index, dtype="str")}, index=texts.index)
    out["missing_reason"] = reason
    rule = np.full(len(texts), None, dtype=object)
    if item.type in TEXT_TYPES:
        out["text"] = said if item.type == "open" else _listed(said, item)
        return Answers(item.item, out, said, rule)
    value, turned = _numbers(said, words(item))
    unread = (said.notna() & value.isna()).to_numpy(dtype=bool)
    if item.type in ("single", "rank") and item.scale is None:
        # a choice among words that nobody numbered stays a word
        out["text"] = said.where(unread)
        unread = np.zeros(len(texts), dtype=bool)
    low, high = item.limits() or (-np.inf, np.inf)
    outside = ((value < low) | (value > high)).to_numpy(dtype=bool)
    rule[unread], rule[outside] = "not_an_answer", "out_of_scale"
    out["value"] = value.mask(outside)
    return Answers(item.item, out, said, rule, turned)


def chosen(texts: pd.Series, item: Item, book: Codebook) -> tuple[list[Answers], np.ndarray]:
    """A multiple choice of one column with known options: an item of 0 and 1 for each, and the rules.

    An answer among the options counts even where another part of the cell is none of them.
    """
    said, reason = clean(texts, item, book)
    known: dict[str, int] = {}
    for at, (_, option) in enumerate(item.parts()):
        known |= {_key(option.text): at, str(at + 1): at}
    picks = {cell: _picked(cell, known, item) for cell in said.dropna().unique()}
    answered = said.notna().to_numpy(dtype=bool)
    strange = np.array([bool(answered[i]) and picks[cell][1] for i, cell in enumerate(said)], dtype=bool)
    wholly = np.array([bool(answered[i]) and not picks[cell][0] for i, cell in enumerate(said)], dtype=bool)
    nobody = np.full(len(texts), None, dtype=object)
    found = []
    for at, (name, _) in enumerate(item.parts()):
        value = said.map({cell: float(at in pick[0]) for cell, pick in picks.items()}).astype("float64").mask(wholly)
        filled = said.map({cell: pick[0].get(at) for cell, pick in picks.items()}).astype("str")
        frame = pd.DataFrame({"value": value, "text": filled, "missing_reason": reason})
        found.append(Answers(name, frame, said, nobody))
    rule = nobody.copy()
    rule[strange] = "not_an_option"
    return found, rule


def ticked(columns: dict[str, pd.Series], item: Item, book: Codebook) -> list[Answers]:
    """A multiple choice of one column per option: 0/1, yes/no, or the option's text where it was ticked.

    Where no column of the question ever says no, an empty cell beside a ticked one is a no; a sheet without any
    tick did not answer.
    """
    texts = {name: option.text for name, option in item.parts()}
    parts = {name: clean(column, item, book) for name, column in columns.items()}
    yes_no = scales.steps("yes_no")
    values, rules = {}, {}
    for name, (said, _) in parts.items():
        words = yes_no | {_key(texts[name]): 1.0}
        value = said.map({cell: _tick(cell, words) for cell in said.dropna().unique()}).astype("float64")
        rules[name] = np.full(len(said), None, dtype=object)
        rules[name][(said.notna() & value.isna()).to_numpy(dtype=bool)] = "not_an_option"
        values[name] = value
    table = pd.DataFrame(values)
    if not (table == 0).any(axis=None):
        table = table.mask(table.isna() & (table == 1).any(axis=1).to_numpy()[:, None], 0.0)
    found = []
    for name, (said, reason) in parts.items():
        frame = pd.DataFrame({"value": table[name], "text": pd.Series(pd.NA, index=table.index, dtype="str")})
        frame["missing_reason"] = reason.mask(frame["value"].notna())
        found.append(Answers(name, frame, said, rules[name]))
    return found


def words(item: Item) -> dict[str, float]:
    """Words of an item's scale with their numbers."""
    if isinstance(item.scale, dict):
        plain = scales.keys(parsing.texts(pd.Series(list(item.scale), dtype="str")).values)
        return dict(zip(plain, map(float, item.scale.values()), strict=True))
    name = item.scale or _YES_NO.get(item.type) or ("agreement7" if item.type == "likert7" else None)
    if name is not None:
        return scales.steps(name)
    return scales.five_steps() if item.type == "likert5" else {}


def spoken(said: pd.Series) -> pd.Series:
    """The word of each answer, without a number before it."""
    return _pair(said)[1].fillna(scales.keys(said))


def _pair(said: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The number of an answer, and the word that stands beside it."""
    pair = said.str.extract(_POINTS)
    return pair["number"].astype("float64"), scales.keys(pair["word"].fillna(pair["inner"]).astype("str"))


def _numbers(said: pd.Series, scale: dict[str, float]) -> tuple[pd.Series, int]:
    """Numbers of answers in words or figures; where both stand in a cell, the word counts."""
    key = scales.keys(said)
    value = key.map(scale).astype("float64") if scale else pd.Series(np.nan, index=said.index)
    # Often — hardly ever refused: the label stands before the dash, its explanation behind it
    value = value.fillna(key.str.replace(_DASH, "", regex=True).map(scale).astype("float64")) if scale else value
    points, word = _pair(said)
    beside = word.map(scale).astype("float64")
    turned = int((beside.notna() & (beside != points)).sum())
    return value.fillna(beside).fillna(points), turned


def _key(word: str) -> str:
    return re.sub(r"^\s*(?:[a-z]|\d{1,2})\s*[.、:)）]\s*(?=\D)|\s+", "", _FILLED.sub("", word).casefold()).rstrip(".。")


def _listed(said: pd.Series, item: Item) -> pd.Series:
    """Options nobody listed in the codebook: as words, separated alike."""
    mark = item.separator or next((m for m in _SEPARATORS if said.str.contains(m, regex=False).any()), ",")
    parts = said.str.split(mark, regex=False)
    return parts.map(_joined, na_action="ignore").astype("str")


def _joined(parts: list[str]) -> str:
    return "┋".join(part.strip() for part in parts if part.strip())


def _picked(cell: str, known: dict[str, int], item: Item) -> tuple[dict[int, str | None], bool]:
    """Options of a cell with what was filled in, and whether a part of it is none of them."""
    marks = [item.separator] if item.separator else list(_SEPARATORS)
    pieces = [cell]
    for mark in marks:
        pieces = [part for piece in pieces for part in ([piece] if _key(piece) in known else piece.split(mark))]
    whole = [part for piece in pieces for part in _at_commas(piece, known)]
    picked: dict[int, str | None] = {}
    for piece in [piece for piece in whole if piece.strip()]:
        if _key(piece) in known:
            filled = _FILLED.search(piece)
            picked[known[_key(piece)]] = filled[1].strip() or None if filled else None
    return picked, any(_key(piece) not in known for piece in whole if piece.strip())


def _at_commas(piece: str, known: dict[str, int]) -> list[str]:
    """The options of a piece between commas: the longest that are known, as options may hold commas of their own."""
    if _key(piece) in known:
        return [piece]
    parts, found = re.split(r"([,、/])", piece), []
    while parts:
        ends = [end for end in range(len(parts), 0, -2) if _key("".join(parts[:end])) in known]
        end = ends[0] if ends else 1
        found.append("".join(parts[:end]))
        parts = parts[end + 1 :]
    return found if any(_key(part) in known for part in found) else [piece]


def _tick(cell: str, words: dict[str, float]) -> float:
    key = _key(cell)
    if key in ("1", "1.0", "0", "0.0"):
        return float(key)
    return words.get(key, words.get(cell.lower().strip(), np.nan))
