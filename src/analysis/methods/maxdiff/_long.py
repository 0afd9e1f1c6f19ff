"""From answers in two columns per task to one row per item shown, and to arrays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError

__all__ = ["Sets", "design", "long", "sets_of"]

_SIDE = re.compile(r"^(?P<stem>.+?)[_-]?(?P<side>best|worst)$", re.IGNORECASE)
_OPTION = re.compile(r"^\s*(?P<code>\d+)\s*[.、:：)）]\s*(?P<item>.+?)\s*$")
CHOSEN = ("best", "none", "worst")


@dataclass(frozen=True, eq=False)
class Sets:
    """Complete tasks as arrays, sorted by respondent and task.

    Attributes
    ----------
    items : list of str
    shown : array of bool (T, p)
    best, worst : array of int (T,)
        Place of the item chosen.
    person : array of int (T,)
        Place of the respondent in ``people``.
    people : Index
    left_out : int
        Tasks without exactly one best and one other worst.
    """

    items: list[str]
    shown: np.ndarray
    best: np.ndarray
    worst: np.ndarray
    person: np.ndarray
    people: pd.Index
    left_out: int


def design(items: pd.DataFrame) -> pd.DataFrame:
    """What was shown in each task, read from the wording of the codebook's best and worst items.

    Parameters
    ----------
    items : DataFrame
        Table ``survey_items``: rows of construct ``maxdiff`` whose ``item_id`` ends in ``best`` or
        ``worst`` and whose ``text`` lists numbered options after the last colon, separated by ／ or /.

    Returns
    -------
    DataFrame
        task, item (its words), code (the number in the answers), best, worst (columns of the answers).

    Raises
    ------
    DataError
        ``maxdiff_design``: a task without both sides, or a wording without numbered options.
    """
    checks.columns(items, ["item_id", "text", "construct"], name="items")
    rows = items[items["construct"] == "maxdiff"].drop_duplicates("item_id")
    sides: dict[str, dict[str, Any]] = {}
    for item, text in zip(rows["item_id"].astype(str), rows["text"].astype(str), strict=True):
        known = _SIDE.match(item)
        if known:
            options = [_OPTION.match(part) for part in re.split(r"[／/|]", _listed(text))]
            sides.setdefault(known["stem"], {})[known["side"].lower()] = (item, options)
    bad = [k for k, v in sides.items() if set(v) != {"best", "worst"} or None in v["best"][1] or len(v["best"][1]) < 3]
    if bad or not sides:
        raise DataError("maxdiff_design", count=len(bad), examples=bad[:5])
    out = [
        (stem, option["item"], float(option["code"]), pair["best"][0], pair["worst"][0])
        for stem, pair in sides.items()
        for option in pair["best"][1]
    ]
    return pd.DataFrame(out, columns=["task", "item", "code", "best", "worst"])


def _listed(text: str) -> str:
    """What stands behind the colon before the first number."""
    return re.split(r"[：:](?=\s*\d+\s*[.、:：)）])", text, maxsplit=1)[-1]


def long(wide: pd.DataFrame, design: pd.DataFrame) -> pd.DataFrame:
    """One row per respondent, task and item shown.

    Parameters
    ----------
    wide : DataFrame
        Index response_id; two columns per task with the code of the item chosen (or its words).
    design : DataFrame
        As from `design`; without ``code`` answers are the items themselves.

    Returns
    -------
    DataFrame
        response_id, task, item, shown, chosen (best, worst, none).

    Raises
    ------
    DataError
        ``missing_columns``, ``duplicate_customers``, ``maxdiff_not_shown``: an answer that was not in its task.
    """
    checks.columns(design, ["task", "item", "best", "worst"], name="design")
    checks.columns(wide, list(dict.fromkeys([*design["best"], *design["worst"]])), name="wide")
    checks.unique_index(wide, name="wide")
    parts, strange = [], []
    for task, rows in design.groupby("task", sort=True):
        codes = (rows["code"] if "code" in rows else rows["item"]).tolist()
        best, worst = wide[rows["best"].iloc[0]], wide[rows["worst"].iloc[0]]
        for answers in (best, worst):
            strange += answers[answers.notna() & ~answers.isin(codes)].tolist()
        for code, item in zip(codes, rows["item"], strict=True):
            part = pd.DataFrame({"response_id": wide.index, "task": task, "item": item, "shown": True})
            part["chosen"] = np.select(
                [(best == code).to_numpy(), (worst == code).to_numpy()], ["best", "worst"], "none"
            )
            # the same item as best and as worst is no choice
            part.loc[((best == code) & (worst == code)).to_numpy(), "chosen"] = "none"
            parts.append(part)
    if strange:
        raise DataError("maxdiff_not_shown", count=len(strange), examples=strange[:5])
    out = pd.concat(parts, ignore_index=True)
    return out.sort_values(["response_id", "task", "item"], ignore_index=True)


def sets_of(choices: pd.DataFrame) -> Sets:
    """Checked choices as arrays; tasks that are not complete are left out and counted."""
    checks.not_empty(choices, name="choices")
    checks.columns(choices, ["response_id", "task", "item", "chosen"], name="choices")
    rows = choices[choices["shown"].astype(bool)] if "shown" in choices else choices
    wrong = sorted({str(c) for c in rows["chosen"]} - set(CHOSEN))
    if wrong:
        raise DataError("maxdiff_chosen", got=wrong[:5], allowed=list(CHOSEN))
    keys = ["response_id", "task", "item"]
    if rows.duplicated(keys).any():
        raise DataError("maxdiff_twice", count=int(rows.duplicated(keys).sum()))
    rows = rows.assign(item=rows["item"].astype(str)).sort_values(keys, ignore_index=True)
    items = sorted(rows["item"].unique())
    person, people = pd.factorize(rows["response_id"], sort=True)
    task = rows.groupby(["response_id", "task"], sort=True).ngroup().to_numpy()
    count, at = int(task.max()) + 1, pd.Index(items).get_indexer(rows["item"])
    shown = np.zeros((count, len(items)), dtype=bool)
    shown[task, at] = True
    marks = np.zeros((2, count, len(items)), dtype=bool)
    for mark, side in zip(marks, ("best", "worst"), strict=True):
        mark[task, at] = (rows["chosen"] == side).to_numpy()
    whole = (marks.sum(axis=2) == 1).all(axis=0) & (shown.sum(axis=1) > 2)
    owner = np.zeros(count, dtype=int)
    owner[task] = person
    if not whole.any():
        raise DataError("maxdiff_no_choice", count=count)
    best, worst = (mark[whole].argmax(axis=1) for mark in marks)
    return Sets(items, shown[whole], best, worst, owner[whole], pd.Index(people), int((~whole).sum()))
