"""Questions that need more than their numbers: brands ticked, best and worst, names to mask."""

from __future__ import annotations

import pandas as pd

from ...core.errors import DataError
from ...methods import barriers, maxdiff, opentext, preference
from ..job import Job
from ._asked import Asked

__all__ = [
    "best_worst",
    "brands",
    "by_question",
    "hand_coded",
    "kinds",
    "known_to",
    "matched",
    "names",
    "own_brand",
    "posts",
]


def brands(asked: Asked) -> tuple[pd.DataFrame, pd.Series] | tuple[None, None]:
    """Brands used (one column of 0 and 1 each) and the brand used most; None twice unless both were asked."""
    used, preferred = asked.texts("brands_used"), asked.texts("preferred_brand")
    if used is None or preferred is None:
        return None, None
    return preference.selected(used.iloc[:, 0]), preferred.iloc[:, 0].dropna()


def known_to(asked: Asked) -> pd.DataFrame | None:
    """Whether the product came to mind unaided, and was known once named; None unless both were asked."""
    unaided, aided = asked.one("awareness_unaided"), asked.one("awareness_aided")
    return None if unaided is None or aided is None else pd.DataFrame({"unaided": unaided, "aided": aided})


def own_brand(asked: Asked) -> str | None:
    """The own brand that respondents name most, by the table of products; None where none is named."""
    preferred = asked.texts("preferred_brand")
    if preferred is None or not asked.job.has("products"):
        return None
    products = asked.job.table("products")
    own = products[products["is_own"].eq(True)] if "is_own" in products.columns else products
    named = preferred.iloc[:, 0].value_counts()
    found = named[named.index.isin(own["brand"])]
    return None if found.empty else str(found.index[0])


def best_worst(asked: Asked) -> pd.DataFrame | None:
    """Choices of the best and worst of each task; None where no such task was asked."""
    if asked.of("maxdiff") is None:
        return None
    try:
        design = maxdiff.design(asked.questions)
        columns = [c for c in pd.unique(design[["best", "worst"]].to_numpy().ravel()) if c in asked.wide.columns]
        return maxdiff.long(asked.wide[columns], design)
    except DataError:
        return None


def matched(asked: Asked) -> dict[str, str] | None:
    """Each need by the satisfaction with the same thing; None where the codebook pairs none."""
    wanted, rated, book = asked.of("needs"), asked.of("satisfaction"), asked.questions.set_index("item_id")
    if wanted is None or rated is None or "x_need" not in book.columns:
        return None
    needs = dict(zip(asked.asked_of("needs"), map(str, wanted.columns), strict=True))
    attributes = dict(zip(asked.asked_of("satisfaction"), map(str, rated.columns), strict=True))
    pairs = book["x_need"].reindex(list(attributes))
    return {needs[need]: attributes[str(item)] for item, need in pairs.items() if need in needs} or None


def hand_coded(asked: Asked) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series | None] | tuple[None, None, None]:
    """What people coded by hand of this wave's open answers, and the sentiment they gave; None where nobody did.

    Returns
    -------
    coded_texts : DataFrame
        Rows of the table whose answer is in this wave and region.
    first : DataFrame
        Themes by the first coder, from `opentext.hand_codes`.
    sentiment : Series or None
        By the first coder.
    """
    said = asked.comments
    if said is None or not asked.job.has("coded_texts"):
        return None, None, None
    rows = asked.job.table("coded_texts")
    rows = rows[rows["response_id"].isin(said.index)]
    if rows.empty:
        return None, None, None
    frames = opentext.hand_codes(rows)
    first = min(frames)
    mine = rows[rows["coder"] == first].drop_duplicates("response_id").set_index("response_id")
    felt = mine["sentiment"].dropna() if "sentiment" in mine.columns else None
    return rows, frames[first], felt


def posts(job: Job) -> tuple[pd.Series, pd.Series] | tuple[None, None]:
    """Texts and days of the public posts, by their id; None twice where there are none."""
    if not job.has("feedback_text"):
        return None, None
    rows = job.table("feedback_text").drop_duplicates("feedback_id").set_index("feedback_id")
    return rows["text"].dropna(), rows["date"] if "date" in rows.columns else pd.Series(pd.NaT, index=rows.index)


def kinds(asked: Asked) -> tuple[str, ...]:
    """Kinds of themes that open answers may name: barriers to prescribing only where prescribing was asked about."""
    coded = asked.plan.mentions
    listed = coded is not None and bool(set(barriers.taxonomy()["barrier"]) & set(coded.columns))
    prescribes = any(asked.asked_of(name) for name in ("ladder", "line_of_use", "brands_used"))
    return ("barrier", "topic") if listed or prescribes else ("topic",)


def by_question(asked: Asked) -> tuple[tuple[str | None, pd.Series | None], tuple[str | None, pd.Series | None]]:
    """Two open questions with their answers, the more answered first; all answers without a question, then none.

    What was good and what could be better are coded apart where two questions were asked. The answers to both are not
    coded once more together: small counts could be worked out from the two.
    """
    found = asked.texts("comment")
    wording = pd.Series(dtype="str")
    if found is not None:
        wording = asked.questions.set_index("item_id")["text"].reindex(found.columns)
    if found is None or len(wording) != 2 or wording.isna().any() or not wording.is_unique:
        return (None, asked.comments), (None, None)
    most = found.notna().sum().sort_values(ascending=False, kind="stable").index
    first, second = ((str(wording[item]), found[item].dropna().rename("text")) for item in most)
    return first, second


def names(job: Job) -> list[str]:
    """Names of customers, to be masked in what people wrote."""
    if not job.has("customers"):
        return []
    people = job.table("customers")
    return sorted(set(people["name"].dropna())) if "name" in people.columns else []
