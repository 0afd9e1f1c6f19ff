"""What a column of a survey export probably is: its type, scale, range and options, from its answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from . import codebook_words, scales, survey_answers
from .codebook import Codebook, Item
from .survey_layout import NUMBER

__all__ = ["Guess", "questions"]

#: so large a part of the answers must be on a scale; what is not is listed when the codebook is used
_MOST = 0.8
#: more different words than this are no list of choices
_CHOICES = 15
_OPTION = re.compile(
    r"^(?P<stem>.*?)\s*[(（\[【](?:(?:[A-Za-z]|\d{1,2})\s*[.．、:：]\s*)?(?P<option>[^()（）\[\]【】]+)[)）\]】]\s*$"
)
_ROW = re.compile(r"^(?P<stem>.{2,}?)\s*(?:[:：—]|\s[-–]\s)\s*(?P<option>\S.*)$")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_TICKS = {"0", "1", "0.0", "1.0"} | set(scales.steps("yes_no"))
#: words in an open question that are short are a name or a number
_COMMENT = 15
_MARK = re.compile(r"┋|\n|;|\|")


@dataclass(frozen=True)
class Guess:
    """One entry of a codebook that is to be; ``remarks`` are codes of sentences for the person who checks it."""

    item: str
    header: str
    text: str
    kind: str = "open"
    scale: str | None = None
    limits: tuple[int, int] | None = None
    construct: str | None = None
    barrier: str | None = None
    label: str | None = None
    options: tuple[tuple[str, str | None, str | None], ...] = ()
    remarks: tuple[tuple[str, Any], ...] = ()
    columns: tuple[str, ...] = field(default=())

    def noted(self, code: str, value: Any = None) -> Guess:
        """The same with one more remark."""
        return replace(self, remarks=(*self.remarks, (code, value)))


def questions(frame: pd.DataFrame, columns: Sequence[str]) -> list[Guess]:
    """A guess for each question among the columns, in their order.

    Parameters
    ----------
    frame : DataFrame
        The export as text.
    columns : sequence of str
        Columns that are neither ids nor dates.
    """
    found: list[Guess] = []
    names = Counter[str]()
    for group in _groups(frame, columns):
        guess = _multi(frame, group) if len(group) > 1 else _single(frame[group[0]], group[0])
        name = _name(group, columns.index(group[0]) + 1, names)
        found.append(replace(guess, item=name, columns=tuple(group)))
    return found


def _groups(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[list[str]]:
    """Columns of one question: neighbours with one stem that hold ticks only."""
    group: list[str] = []
    for name in columns:
        stem = _stem(name)
        alike = group and stem is not None and stem == _stem(group[0])
        if group and not (alike and _ticks(frame[name], name) and _ticks(frame[group[0]], group[0])):
            yield group
            group = []
        group.append(name)
    if group:
        yield group


def _stem(name: str) -> str | None:
    found = _OPTION.match(name) or _ROW.match(name)
    return found["stem"] if found else None


def _part(name: str) -> str:
    found = _OPTION.match(name) or _ROW.match(name)
    return found["option"].strip() if found else name


def _ticks(texts: pd.Series, name: str) -> bool:
    said, _ = _said(texts)
    words = set(scales.keys(said.dropna()).unique())
    return words <= _TICKS | {_part(name).lower()}


def _said(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    item = Item(item="x", type="likert5")
    return survey_answers.clean(texts, item, Codebook(items=[]))


def _multi(frame: pd.DataFrame, group: list[str]) -> Guess:
    stem = _stem(group[0]) or group[0]
    text = NUMBER.sub("", stem).strip(" :：")
    options = tuple((_part(name), codebook_words.barrier(_part(name)), name) for name in group)
    return Guess("", stem, text, kind="multi", construct=_of_options(text, options), options=options)


def _of_options(text: str, options: tuple[tuple[str, str | None, str | None], ...]) -> str | None:
    # some options of any list sound like a barrier; a list of barriers has a good part of them
    coded = sum(code is not None for _, code, _ in options)
    return "barrier" if coded >= max(2, len(options) // 2) else codebook_words.construct(text, "multi")


def _single(texts: pd.Series, name: str) -> Guess:
    said, _ = _said(texts)
    text = name if _NAME.fullmatch(name) else NUMBER.sub("", name).strip() or name
    row = _ROW.match(text)
    guess = Guess("", name, text, label=row["option"].strip() if row and len(row["option"]) <= 20 else None)
    said = said.dropna()
    if said.empty:
        return guess.noted("empty")
    guess = _on_scale(guess, said) or _number(guess, said) or _words(guess, said)
    construct = codebook_words.construct(text, guess.kind)
    if guess.kind == "open" and construct is None and said.str.len().mean() >= _COMMENT:
        construct = "comment"
    code = codebook_words.barrier(text) if guess.kind in ("likert5", "likert7", "barrier") else None
    if code is not None and construct is None:
        guess = replace(guess, barrier=code).noted("barrier")
        construct = "barrier" if guess.kind == "barrier" else None
    if guess.kind in ("likert5", "likert7") and codebook_words.turned(text) and construct != "needs":
        guess = guess.noted("turned")
    return replace(guess, construct=construct)


def _on_scale(guess: Guess, said: pd.Series) -> Guess | None:
    """A named scale that holds most of the answers; of equals the one that stands first."""
    if said.str.fullmatch(r"-?\d+(?:\.\d+)?").mean() > _MOST:
        return None
    spoken = survey_answers.spoken(said)
    named = [name for name in scales.SCALES if not name.endswith("_en")]
    covered = [(-float(spoken.isin(list(scales.steps(name))).mean()), at, name) for at, name in enumerate(named)]
    share, _, name = min(covered)
    # neutral alone stands in many scales and tells none
    if -share < _MOST or name not in scales.families(spoken, len(scales.SCALES[name])):
        return None
    steps = len(scales.SCALES[name])
    kind = {5: "likert5", 7: "likert7"}.get(steps, "single")
    if name == "yes_no" and codebook_words.barrier(guess.text) and not codebook_words.construct(guess.text, kind):
        kind = "barrier"
    guess = replace(guess, kind=kind, scale=name)
    return guess if -share == 1 else guess.noted("unread", _counts(said[~spoken.isin(list(scales.steps(name)))]))


def _number(guess: Guess, said: pd.Series) -> Guess | None:
    numbers = pd.to_numeric(said.str.extract(r"^\s*(-?\d+(?:\.\d+)?)\s*分?\s*$", expand=False), errors="coerce")
    if numbers.notna().mean() < _MOST:
        return None
    low, high = float(numbers.min()), float(numbers.max())
    whole = bool((numbers.dropna() % 1 == 0).all())
    if whole and low >= 0 and high <= 10 and codebook_words.construct(guess.text, "nps") == "nps" and high > 5:
        return replace(guess, kind="nps").noted("from_0_or_1") if low > 0 else replace(guess, kind="nps")
    if whole and (low, high) == (0, 1):
        return replace(guess, kind="barrier" if codebook_words.barrier(guess.text) else "single", limits=(0, 1))
    if whole and numbers.nunique() <= 2:
        return replace(guess, kind="single").noted("words", _counts(said))
    if whole and low >= 1 and high <= 5:
        return replace(guess, kind="likert5").noted("direction")
    if whole and low >= 1 and high <= 7:
        return replace(guess, kind="likert7").noted("direction")
    if whole and low >= 0 and high <= 10:
        return replace(guess, kind="numeric", limits=(int(low > 0), 10)).noted("direction")
    return replace(guess, kind="numeric").noted("numbers", [f"{low:g}", f"{high:g}"])


def _words(guess: Guess, said: pd.Series) -> Guess:
    pieces = said.str.split(_MARK, regex=True).explode().str.strip()
    pieces = pieces[pieces != ""]
    counts = pieces.value_counts()
    if said.str.contains(_MARK, regex=True).mean() >= 0.1 and len(counts) <= max(_CHOICES, len(said) // 5):
        if codebook_words.construct(guess.text, "multi") == "brands_used":
            return replace(guess, kind="multi")
        names = sorted(counts.index, key=lambda word: (-counts[word], word))
        options = tuple((str(word), codebook_words.barrier(str(word)), None) for word in names)
        return replace(guess, kind="multi", options=options)
    counts = said.value_counts()
    comment = codebook_words.construct(guess.text, "open") == "comment"
    if len(counts) <= _CHOICES and len(counts) <= len(said) / 2 and not comment:
        return replace(guess, kind="single").noted("words", _counts(said))
    return guess


def _counts(said: pd.Series) -> list[str]:
    counts = said.value_counts()
    return [f"{word[:30]} ({counts[word]})" for word in sorted(counts.index, key=lambda w: (-counts[w], w))[:_CHOICES]]


def _name(group: list[str], position: int, taken: Counter[str]) -> str:
    """``Q3`` by the question's number, ``Q3_1`` for the rows of a matrix; a plain heading is its own name."""
    head = group[0]
    if len(group) == 1 and _NAME.fullmatch(head):
        name = head
    else:
        found = NUMBER.match(head)
        name = f"Q{int(found['number'])}" if found else f"Q{position}"
        if len(group) == 1 and _ROW.match(head):
            taken[f"{name}_"] += 1
            name = f"{name}_{taken[f'{name}_']}"
    taken[name] += 1
    return name if taken[name] == 1 else f"{name}_{taken[name]}"
