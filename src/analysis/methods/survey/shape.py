"""Answers in long form turned into one row per respondent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.waves import latest_wave

__all__ = ["RANGES", "REP", "barrier_matrix", "constructs", "latest_wave", "respondents", "select", "wide"]

#: answers a representative wrote down; never mixed with those given without one
REP = "rep_administered"
#: lowest and highest answer by item type; anything else was a code for "don't know"
RANGES: dict[str, tuple[float, float]] = {
    "likert5": (1, 5), "likert7": (1, 7), "nps": (0, 10), "multi": (0, 1),
}  # fmt: skip
#: an answer from here on counts as naming the barrier: top two of the scale, or yes
MENTION = {"multi": 1.0}
#: disagreement that names a barrier: the bottom two answers to a statement in favour
AGREEMENT = {"likert5": 2.0, "likert7": 2.0}
SEVERE = 4.0
_SCALES = ("likert5", "likert7", "nps", "numeric", "single", "barrier")
_DETAILS = ("customer_id", "pseudonym", "wave", "mode", "date", "seconds", "weight")


def respondents(answers: pd.DataFrame, *, wave: str | None = None, rep_administered: bool = False) -> pd.DataFrame:
    """What is known of each respondent: one row per response_id.

    Parameters
    ----------
    answers : DataFrame
        Table ``survey_responses``.
    wave : str, optional
        Default: the latest.
    rep_administered : bool, default False
        Only the answers written down by a representative, instead of only the others.

    Returns
    -------
    DataFrame
        Index response_id; those of customer_id, pseudonym, wave, mode, date, seconds,
        weight that the table has.
    """
    rows = _answered(select(answers, wave=wave, rep_administered=rep_administered))
    columns = [c for c in _DETAILS if c in rows.columns]
    return rows.sort_values(["response_id", "item_id"]).groupby("response_id")[columns].first()


def wide(
    answers: pd.DataFrame, items: pd.DataFrame, *, wave: str | None = None, rep_administered: bool = False
) -> pd.DataFrame:
    """Answers as numbers, one row per respondent and one column per item; reversed items turned.

    Parameters
    ----------
    answers : DataFrame
        Table ``survey_responses`` (long).
    items : DataFrame
        Table ``survey_items``; ``x_low`` and ``x_high`` state the scale of an item whose type has none.
    wave : str, optional
        Default: the latest.
    rep_administered : bool, default False
        Only the answers written down by a representative, instead of only the others.

    Returns
    -------
    DataFrame
        Index response_id, columns item_id (sorted). Values outside the item's scale are
        missing: they code "don't know".

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``unknown_wave``, ``only_rep_administered``,
        ``answered_twice``, ``reverse_scale_unknown``.
    """
    checks.columns(items, ["item_id"], name="items")
    rows = _answered(select(answers, wave=wave, rep_administered=rep_administered))
    rows = rows[["response_id", "item_id", "value"]].drop_duplicates()
    twice = rows.duplicated(["response_id", "item_id"])
    if twice.any():
        raise DataError("answered_twice", count=int(twice.sum()), items=sorted(set(rows.loc[twice, "item_id"]))[:5])
    table = rows.set_index(["response_id", "item_id"])["value"].astype(float).unstack()  # noqa: PD010 - keys are unique
    table = table.sort_index().sort_index(axis=1)
    table.columns.name = None
    book = _book(items, wave if wave is not None else latest_wave(answers))
    stated, ends = (book[name].astype(float).to_dict() for name in ("low", "high"))
    for item in table.columns.intersection(book.index):
        kind, reverse = str(book.loc[item, "type"]), bool(book.loc[item, "reverse"])
        low, high = RANGES.get(kind, (stated[item], ends[item]))
        column = table[item].where(table[item].between(low, high))
        if reverse:
            low, high = (0, 1) if kind == "barrier" and column.dropna().isin([0, 1]).all() else (low, high)
            if not (np.isfinite(low) and np.isfinite(high)):
                raise DataError("reverse_scale_unknown", item=item, type=kind, known=sorted(RANGES))
            column = low + high - column
        table[item] = column
    return table


def constructs(table: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Mean score of each construct per respondent, where at least half of its items are answered.

    Parameters
    ----------
    table : DataFrame
        From `wide`.
    items : DataFrame
        Table ``survey_items`` with ``construct``.

    Returns
    -------
    DataFrame
        Index as ``table``, one column per construct. On the items' own scale; a construct
        whose items have different scales is put on 0–1 first.
    """
    checks.columns(items, ["item_id", "construct"], name="items")
    book = _book(items, None)
    book = book[book.index.isin(table.columns) & book["construct"].notna() & book["type"].isin(_SCALES)]
    if book.empty:
        raise DataError("no_constructs", found=[str(c) for c in table.columns][:20])
    scores = {}
    for name, part in book.groupby("construct"):
        block = table[list(part.index)]
        kinds = {str(item): str(kind) for item, kind in zip(part.index, part["type"], strict=True)}
        if len(set(kinds.values())) > 1:
            block = pd.DataFrame({item: _unit(block[item], kinds[item]) for item in block.columns})
        enough = block.notna().sum(axis=1) * 2 >= block.shape[1]
        scores[str(name)] = block.mean(axis=1).where(enough)
    return pd.DataFrame(scores, index=table.index)


def barrier_matrix(
    table: pd.DataFrame, items: pd.DataFrame, *, threshold: float | Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Which respondent named which barrier: 1, 0, or missing.

    Parameters
    ----------
    table : DataFrame
        From `wide`.
    items : DataFrame
        Table ``survey_items`` with ``barrier_code``; a code may have several items.
    threshold : float or mapping of item type to float, optional
        Answer at which a barrier counts as named. Items of type "barrier" and "multi" name it: from
        yes, or from 4 of a five-point severity, upwards. Items of an agreement scale speak for use
        (those that speak against it are ``reverse`` and were turned by `wide`): the bottom two
        answers, or those up to the threshold, name it.

    Returns
    -------
    DataFrame
        Index as ``table``, one column per barrier code (sorted); 1 where any of its items
        reaches the threshold, missing where none was answered.
    """
    checks.columns(items, ["item_id", "barrier_code"], name="items")
    book = _book(items, None)
    book = book[book.index.isin(table.columns) & book["barrier_code"].notna()]
    if book.empty:
        raise DataError("no_barrier_items", found=[str(c) for c in table.columns][:20])
    named = table[list(book.index[~book["type"].isin(RANGES)])]
    # items of type "barrier" hold yes/no or a five-point severity; all of them follow one form
    plain = 1.0 if named.isna().all(axis=None) or float(np.nanmax(named)) <= 1 else SEVERE
    out = {}
    for code, part in book.groupby("barrier_code"):
        kinds = {str(item): str(kind) for item, kind in zip(part.index, part["type"], strict=True)}
        hits = pd.DataFrame({i: _hit(table[i], kind, threshold, plain) for i, kind in kinds.items()})
        out[str(code)] = hits.max(axis=1)
    return pd.DataFrame(out, index=table.index)


def select(answers: pd.DataFrame, *, wave: str | None, rep_administered: bool | None) -> pd.DataFrame:
    """Rows of one wave; of one kind of mode unless ``rep_administered`` is None."""
    checks.columns(answers, ["response_id", "item_id", "value"], name="answers")
    checks.not_empty(answers, name="answers")
    rows = answers
    if "wave" in answers.columns and answers["wave"].notna().any():
        name = latest_wave(answers) if wave is None else str(wave)
        rows = answers[answers["wave"].astype(str) == name]
        if rows.empty:
            raise SettingError("unknown_wave", got=wave, allowed=sorted(set(answers["wave"].dropna().astype(str))))
    if "mode" in rows.columns and rep_administered is not None:
        by_rep = rows["mode"] == REP
        rows = rows[by_rep if rep_administered else ~by_rep]
        if rows.empty:
            raise DataError("no_answers_of_mode", count=int(by_rep.sum()), rep_administered=rep_administered)
    return rows


def _answered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["value"].notna() & rows["response_id"].notna()]


def _book(items: pd.DataFrame, wave: str | None) -> pd.DataFrame:
    """The codebook by item: type, reverse, construct, barrier_code; the wave's own wording first."""
    book = items
    if wave is not None and "wave" in items.columns and items["wave"].notna().any():
        own = items[items["wave"].astype(str) == wave]
        book = pd.concat([own, items[~items["item_id"].isin(own["item_id"])]])
    book = book.drop_duplicates("item_id", keep="last" if wave is None else "first").set_index("item_id").sort_index()
    out = pd.DataFrame(index=book.index)
    for name in ("type", "construct", "barrier_code"):
        out[name] = book[name].astype(object) if name in book.columns else None
    reverse = book["reverse"] if "reverse" in book.columns else pd.Series(False, index=book.index)
    out["reverse"] = reverse.astype(object).where(reverse.notna(), False).astype(bool)
    for name, column, end in (("low", "x_low", -np.inf), ("high", "x_high", np.inf)):
        stated = pd.to_numeric(book[column], errors="coerce") if column in book.columns else None
        out[name] = end if stated is None else stated.astype(float)
    # half a scale is none
    open_ended = ~(out["low"] < out["high"])
    out.loc[open_ended, ["low", "high"]] = -np.inf, np.inf
    return out


def _unit(column: pd.Series, kind: str) -> pd.Series:
    low, high = RANGES.get(kind, (float(column.min()), float(column.max())))
    return (column - low) / (high - low) if high > low else column * 0


def _hit(column: pd.Series, kind: str, threshold: Any, plain: float) -> pd.Series:
    agreement = kind in AGREEMENT
    usual = AGREEMENT[kind] if agreement else MENTION.get(kind, plain)
    told = threshold.get(kind) if isinstance(threshold, Mapping) else threshold
    limit = usual if told is None else float(told)
    named = column <= limit if agreement else column >= limit
    return named.astype(float).where(column.notna())
