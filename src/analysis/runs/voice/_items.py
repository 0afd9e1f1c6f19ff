"""Questions that need more than their numbers: brands ticked, best and worst, names to mask."""

from __future__ import annotations

import pandas as pd

from ...core.errors import DataError
from ...methods import maxdiff, preference
from ..job import Job
from ._asked import Asked

__all__ = ["best_worst", "brands", "matched", "names", "own_brand"]


def brands(asked: Asked) -> tuple[pd.DataFrame, pd.Series] | tuple[None, None]:
    """Brands used (one column of 0 and 1 each) and the brand used most; None twice unless both were asked."""
    used, preferred = asked.texts("brands_used"), asked.texts("preferred_brand")
    if used is None or preferred is None:
        return None, None
    return preference.selected(used.iloc[:, 0]), preferred.iloc[:, 0].dropna()


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


def names(job: Job) -> list[str]:
    """Names of customers, to be masked in what people wrote."""
    if not job.has("customers"):
        return []
    people = job.table("customers")
    return sorted(set(people["name"].dropna())) if "name" in people.columns else []
