"""Brands ticked in one cell, as one column each; brands used and preferred put side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...stats import respondents

__all__ = ["SEPARATOR", "Choices", "choices", "selected", "whose"]

#: between ticked answers in the exports of questionnaire sites
SEPARATOR = "┋"


def selected(texts: pd.Series, *, separator: str = SEPARATOR) -> pd.DataFrame:
    """One column of 0 and 1 per answer that somebody ticked; a respondent without text stays missing.

    Parameters
    ----------
    texts : Series
        Ticked answers of each respondent, joined by ``separator``; an empty text ticks none.
    separator : str, default "┋"

    Returns
    -------
    DataFrame
        Index as ``texts``; columns sorted by name, blanks around names removed.
    """
    checks.unique_index(texts, name="texts")
    ticked = [
        {part.strip() for part in str(text).split(separator)} - {""} if isinstance(text, str) else None
        for text in texts
    ]
    names = sorted({name for one in ticked if one is not None for name in one})
    rows = [[np.nan] * len(names) if one is None else [float(n in one) for n in names] for one in ticked]
    return pd.DataFrame(rows, index=texts.index, columns=names, dtype="float64")


class Choices(NamedTuple):
    """Brands used and preferred by the same respondents.

    Attributes
    ----------
    names : list of str
    used : array (n, brands)
        1, 0, or missing where the question on use was not answered.
    preferred : int array (n,)
        Place of the preferred brand among the names, −1 without an answer.
    answers : respondents.Answers
    outside : int
        Respondents who prefer a brand they say they do not use.
    """

    names: list[str]
    used: np.ndarray
    preferred: np.ndarray
    answers: respondents.Answers
    outside: int


def choices(
    used: pd.DataFrame | None, preferred: pd.Series | None, weights: pd.Series | None, cluster: pd.Series | None
) -> Choices:
    """Put both questions side by side.

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``bad_weights``, ``duplicate_customers``.
    """
    parts: dict[str, pd.Series] = {}
    if used is not None:
        checks.unique_index(used, name="used")
        known = respondents.scored(used.astype("float64"), low=0, high=1)
        known.columns = known.columns.map(str)
        # an answered question leaves no brand open
        parts |= {f"u:{n}": known[n].where(known.isna().all(axis=1), known[n].fillna(0.0)) for n in known.columns}
    if preferred is not None:
        checks.unique_index(preferred, name="preferred")
        said = preferred.astype(object).where(preferred.notna(), None).map(lambda v: str(v).strip(), na_action="ignore")
        parts["p"] = said.where(said.notna() & (said != ""), None)
    if not parts:
        raise DataError("empty", name="used")
    frame = pd.DataFrame(parts)
    answers = respondents.prepared(
        frame, weights=weights, cluster=cluster, name="used" if used is not None else "preferred"
    )
    said = answers.frame["p"] if "p" in answers.frame else pd.Series(None, index=answers.frame.index, dtype=object)
    names = sorted({c[2:] for c in answers.frame.columns if c != "p"} | {v for v in said if isinstance(v, str)})
    matrix = np.full((len(said), len(names)), np.nan)
    for at, name in enumerate(names):
        if f"u:{name}" in answers.frame:
            matrix[:, at] = answers.frame[f"u:{name}"].to_numpy(dtype=float)
    place = np.array([names.index(v) if isinstance(v, str) else -1 for v in said])
    picked = np.where(place >= 0, matrix[np.arange(len(place)), place], np.nan)
    return Choices(names, matrix, place, answers, int((picked == 0).sum()))


def whose(name: str, own: str | None) -> str | None:
    """Own product or a competitor's; None where the own brand is not told."""
    if own is None:
        return None
    return "own_product" if name == own else "competitor_product"
