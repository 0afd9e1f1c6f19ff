"""Surveys as they are downloaded, one column per question, turned into one row per answer.

The codebook (see `codebook`) says what each column is; `survey_layout` finds the columns, `survey_answers`
reads them, and what is wrong with them is counted by `survey_faults`. No answer that cannot be read is guessed:
it is listed with its count, and its sheet stays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import scales, survey_answers, survey_faults
from .codebook import Codebook, Item
from .rejects import ROW, SOURCE, Ledger
from .survey_answers import Answers

__all__ = ["apart", "melt", "prepare", "sheet_numbers"]


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
    every = {word: f"{step:g}" for word, step in scales.five_steps().items()}
    reasons = {word: reason for reason, words in scales.REASONS.items() for word in words}
    keys = scales.keys(text["value"].str.strip())
    why = keys.map(reasons).astype("str")
    more = {"value": keys.map(every).astype("str").fillna(text["value"]).mask(why.notna())}
    if why.notna().any():
        told = text["missing_reason"] if "missing_reason" in text.columns else why
        more["missing_reason"] = told.fillna(why)
    return text.assign(**more)


def melt(
    frame: pd.DataFrame, book: Codebook, ledger: Ledger, report: dict[str, list[dict[str, Any]]] | None = None
) -> pd.DataFrame:
    """One row per answer sheet and item.

    Parameters
    ----------
    frame : DataFrame
        Typed answer sheets, with the questions as text columns.
    book : Codebook
    ledger : Ledger
        Takes the answers that could not be read; their rows stay, without a value.
    report : dict of list, optional
        From `survey_faults.empty`; takes what a reader should know of the items.

    Raises
    ------
    DataError
        See `survey_faults.check`.
    """
    report = survey_faults.empty() if report is None else report
    source = str(frame[SOURCE].iloc[0]) if len(frame) else ""
    questions = [*book.names, *(name for item in book.items for name, _ in item.parts())]
    sheets = frame.drop(columns=[*questions, "item_id", "value", "text", "missing_reason"], errors="ignore")
    known = {item.item: item for item in book.items}
    answers = {name: _answers(frame, item, book, ledger, sheets) for name, item in known.items()}
    parts = []
    for item in book.items:
        asked = np.ones(len(frame), dtype=bool)
        for other, wanted in item.filter.items():
            asked &= _is_one_of(answers[other], wanted, known[other])
        for one in answers[item.item]:
            part = one.frame.copy()
            part.loc[~asked & (part["missing_reason"] == "skipped"), "missing_reason"] = "not_asked"
            survey_faults.check(one, item, source=source)
            survey_faults.add(report, Answers(one.item, part, one.said, one.rule, one.turned), item, source=source)
            part.insert(0, "item_id", pd.Series(one.item, index=part.index, dtype="str"))
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


def _answers(frame: pd.DataFrame, item: Item, book: Codebook, ledger: Ledger, sheets: pd.DataFrame) -> list[Answers]:
    """A question's items; what could not be read goes to the ledger."""
    if not item.options:
        found = [survey_answers.read(frame[item.item], item, book)]
    elif item.item in frame.columns:
        found, rule = survey_answers.chosen(frame[item.item], item, book)
        # an answer that is none of the options is one answer, not one per option
        found[0] = Answers(found[0].item, found[0].frame, found[0].said, rule)
    else:
        columns = {name: frame[name] for name, _ in item.parts() if name in frame.columns}
        found = survey_answers.ticked(columns, item, book)
    for one in found:
        bad = np.array([code is not None for code in one.rule], dtype=bool)
        column = item.item if item.item in frame.columns else one.item
        ledger.clear(sheets, bad, rule=one.rule, column=column, value=one.said.fillna("").to_numpy(dtype=object))
    return found


def _is_one_of(answers: list[Answers], wanted: list[str], item: Item) -> np.ndarray:
    """Whether an answer is among the wanted ones, written as word of its scale, number, text or option."""
    if item.options:
        texts = {name: option.text for name, option in item.parts()}
        picked = [one.frame["value"] == 1 for one in answers if {one.item, texts[one.item]} & set(wanted)]
        return np.asarray(pd.concat(picked, axis=1).any(axis=1) if picked else np.zeros(len(answers[0].frame), bool))
    frame, words = answers[0].frame, survey_answers.words(item)
    steps = pd.to_numeric(pd.Series(wanted, dtype="str"), errors="coerce").dropna().tolist()
    steps += [words[word] for word in scales.keys(pd.Series(wanted, dtype="str")) if word in words]
    return (frame["value"].isin(steps) | frame["text"].isin(wanted)).to_numpy(dtype=bool)
