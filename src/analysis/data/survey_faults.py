"""What is wrong with the answers to a question: unread words, two scales in one column, nobody answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import DataError
from . import masking, scales
from .codebook import Codebook, Item
from .survey_answers import Answers

__all__ = ["REPORT", "add", "check", "empty", "merge"]

#: entries of the account of a survey, each a list
REPORT = ("unread", "unanswered", "two_scales", "same_step", "turned", "asked_otherwise", "not_in_codebook")
#: different words that are listed of one item; the rest is one line
_LISTED = 20
#: so many answers beyond the scale, and so large a share of all, are another scale and no slips
_SLIPS, _SHARE = 5, 0.10
_STEPS = {"likert5": 5, "likert7": 7}


def empty() -> dict[str, list[dict[str, Any]]]:
    """An account without any entry."""
    return {name: [] for name in REPORT}


def check(answers: Answers, item: Item, *, source: str) -> None:
    """Refuse a column whose answers follow two scales.

    Raises
    ------
    DataError
        ``two_scales``: words of two scales where the codebook names none; ``beyond_scale``: many numbers
        outside the scale, as when a question asked from 1 to 10 is called five-point.
    """
    steps = _STEPS.get(item.type)
    if steps and item.scale is None:
        found = list(scales.families(scales.keys(answers.said), steps).items())
        if len(found) > 1:
            (first, one), (second, other) = found[:2]
            raise DataError(
                "two_scales", source=source, item=item.item, first=first, one=one, second=second, other=other
            )
    outside = answers.rule == "out_of_scale"
    count, answered = int(outside.sum()), int(answers.said.notna().sum())
    if count >= _SLIPS and count >= _SHARE * answered:
        low, high = item.limits() or (-np.inf, np.inf)
        examples = answers.said[outside].value_counts().index[:3].tolist()
        raise DataError(
            "beyond_scale", source=source, item=item.item, low=f"{low:g}", high=f"{high:g}", n=count,
            answered=answered, examples=examples,
        )  # fmt: skip


def add(report: dict[str, list[dict[str, Any]]], answers: Answers, item: Item, *, source: str) -> None:
    """Write down what a reader of the results should know of one item."""
    place = {"source": source, "item": answers.item}
    unread = answers.said[[code is not None for code in answers.rule]]
    if len(unread):
        rules = pd.Series(answers.rule, index=answers.said.index).loc[unread.index]
        report["unread"] += [place | line for line in _counts(unread, rules)]
    asked = answers.frame["missing_reason"].ne("not_asked")
    if not (answers.frame["value"].notna() | answers.frame["text"].notna()).any():
        report["unanswered"].append(place | {"asked": int(asked.sum())})
    if answers.turned:
        report["turned"].append(place | {"n": answers.turned})
    low, high = item.limits() or (None, None)
    if item.type == "nps" and (low, high) != (0, 10):
        report["asked_otherwise"].append(place | {"low": low, "high": high})
    steps = len(scales.SCALES[item.scale]) if isinstance(item.scale, str) else _STEPS.get(item.type)
    if item.type in _STEPS or isinstance(item.scale, str):
        _scales(report, answers, item, place, steps or 0)


def merge(report: dict[str, list[dict[str, Any]]], book: Codebook, names: list[str], *, source: str) -> None:
    """Columns of a source that the codebook does not name; they stay as attributes of the respondents."""
    if book.items and names:
        report["not_in_codebook"].append({"source": source, "columns": sorted(names)})


def _scales(
    report: dict[str, list[dict[str, Any]]], answers: Answers, item: Item, place: dict[str, Any], steps: int
) -> None:
    keys = scales.keys(answers.said)
    found = scales.families(keys, steps)
    own = str(item.scale).removesuffix("_en") if isinstance(item.scale, str) else None
    others = {name: n for name, n in found.items() if name != own}
    if own is not None and others:
        second = next(iter(others))
        line = {"first": own, "one": found.get(own, 0), "second": second, "other": others[second]}
        report["two_scales"].append(place | line)
    name = own or next(iter(found), None)
    for words in scales.SCALES[name] if name else ():
        for english in (True, False):
            seen = keys[keys.isin([word for word in words if word.isascii() == english])].value_counts()
            if len(seen) > 1:
                report["same_step"].append(place | {"words": {str(w): int(seen[w]) for w in sorted(seen.index)}})


def _counts(unread: pd.Series, rules: pd.Series) -> list[dict[str, Any]]:
    """Each answer that could not be read with its count, most first; rare ones beyond the list together."""
    masked = masking.mask(unread)[0]
    table = pd.DataFrame({"answer": masked.str.slice(0, 60), "rule": rules}).value_counts().reset_index(name="n")
    table = table.sort_values(["n", "answer"], ascending=[False, True], kind="stable")
    head = zip(table["answer"], table["rule"], table["n"].tolist(), strict=True)
    lines = [{"answer": answer, "rule": rule, "n": n} for answer, rule, n in list(head)[:_LISTED]]
    rest = int(table["n"].iloc[_LISTED:].sum())
    return lines + ([{"answer": "…", "rule": "not_an_answer", "n": rest}] if rest else [])
