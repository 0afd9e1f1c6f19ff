"""What the people of an account answered: scores from 0 to 1, averaged over at least a few respondents.

Only rating scales count (five and seven steps, 0 to 10); choices, numbers and comments do not, and answers
written down by a representative never do. Nobody's own answers leave this module.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from . import accounts, tables

__all__ = ["means", "needs_met", "scores"]

#: end points of the scales that are rescaled to 0–1
RANGES = {"nps": (0.0, 10.0), "likert5": (1.0, 5.0), "likert7": (1.0, 7.0)}
#: constructs that say how somebody stands to us; the recommendation item counts by its type
ATTITUDE = {
    "satisfaction": "satisfaction", "overall_satisfaction": "satisfaction", "attitude": "attitude", "intent": "intent",
    "intention": "intent", "willingness": "intent",
}  # fmt: skip


def scores(tables_dir: str | Path, owner: pd.Series, day: pd.Timestamp) -> pd.DataFrame | None:
    """Answers up to a day as scores.

    Parameters
    ----------
    tables_dir : path
    owner : Series
        Customer -> account, from `accounts.owners`.
    day : Timestamp
        Answers of a later or unknown day are left out; of an unknown day they stay where ``day`` is the
        as-of date of the data or later.

    Returns
    -------
    DataFrame or None
        ``account, person, item_id, group, need, score``: each person's latest answer to each item, reversed items
        turned; ``group`` one of satisfaction, recommendation, attitude, intent, else missing. None without
        a survey.
    """
    if not {"survey_responses", "survey_items"} <= set(tables.names(tables_dir)):
        return None
    rows = tables.read(tables_dir, "survey_responses")
    if "customer_id" not in rows.columns:
        return None
    last = pd.Timestamp(tables.meta(tables_dir)["as_of"])
    dates = rows["date"] if "date" in rows.columns else pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
    rows = rows.assign(date=dates)[(dates <= day) | (dates.isna() & (day >= last))]
    if "mode" in rows.columns:
        rows = rows[rows["mode"] != "rep_administered"]
    rows = accounts.rolled_up(rows[rows["value"].notna()], owner)
    rows = rows.rename(columns={"customer_id": "person"}).merge(_items(tables_dir), on="item_id")
    low, high = (rows["type"].map({kind: ends[at] for kind, ends in RANGES.items()}).astype("float64") for at in (0, 1))
    score = (rows["value"] - low) / (high - low)
    rows = rows.assign(score=score.mask(rows["reverse"], 1 - score))
    rows = rows[rows["score"].between(0, 1)]
    rows = rows.sort_values(["account", "person", "item_id", "date", "response_id"], na_position="first", kind="stable")
    rows = rows.drop_duplicates(["account", "person", "item_id"], keep="last")
    return rows[["account", "person", "item_id", "group", "need", "score"]].reset_index(drop=True)


def means(answers: pd.DataFrame, *, groups: list[str] | None = None, least: int) -> pd.DataFrame:
    """Mean score by account: of each person the mean of the group means, then over persons.

    Parameters
    ----------
    answers : DataFrame
        From `scores`.
    groups : list of str, optional
        Default: all of them.
    least : int
        Accounts with fewer respondents are left out.

    Returns
    -------
    DataFrame
        Index account: ``value, se, n``; se = standard deviation of the persons ÷ √n.
    """
    used = answers[answers["group"].isin(groups) if groups else answers["group"].notna()]
    by_group = used.groupby(["account", "person", "group"])["score"].mean()
    return _over_persons(by_group.groupby(level=["account", "person"]).mean(), least)


def needs_met(answers: pd.DataFrame, *, least: int) -> pd.DataFrame:
    """How well we do in what matters to them: Σ importance × rating ÷ Σ importance of each person, then the mean.

    The pairs come from the codebook (``need`` on the item that rates us); importance and rating both from 0
    to 1. Persons to whom nothing is of importance are left out. Returns as `means`.
    """
    rating = answers[answers["need"].notna()]
    weight = answers[["account", "person", "item_id", "score"]]
    weight = weight.rename(columns={"item_id": "need", "score": "importance"})
    pairs = rating.merge(weight, on=["account", "person", "need"])
    pairs["met"] = pairs["importance"] * pairs["score"]
    sums = pairs.groupby(["account", "person"])[["met", "importance"]].sum()
    sums = sums[sums["importance"] > 0]
    return _over_persons(sums["met"] / sums["importance"], least)


def _over_persons(values: pd.Series, least: int) -> pd.DataFrame:
    grouped = values.groupby(level="account")
    out = pd.DataFrame({"value": grouped.mean(), "se": grouped.std(), "n": grouped.size()})
    out["se"] /= np.sqrt(out["n"])
    return out[out["n"] >= least]


def _items(tables_dir: str | Path) -> pd.DataFrame:
    """Items on a rating scale: ``item_id, type, reverse, group, need``."""
    items = tables.read(tables_dir, "survey_items")
    for column in ("type", "construct", "x_need"):
        if column not in items.columns:
            items[column] = pd.Series(pd.NA, index=items.index, dtype="str")
    reverse = items["reverse"].eq(True) if "reverse" in items.columns else pd.Series(False, index=items.index)
    group = items["construct"].map(ATTITUDE).astype("str").mask(items["type"] == "nps", "recommendation")
    out = pd.DataFrame({
        "item_id": items["item_id"], "type": items["type"], "reverse": reverse.astype(bool), "group": group,
        "need": items["x_need"],
    })  # fmt: skip
    return out[out["type"].isin(list(RANGES))].drop_duplicates("item_id")
