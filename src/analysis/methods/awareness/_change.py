"""Awareness from one wave to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, respondents, waves
from ._known import MEASURES, either

__all__ = ["AwarenessChange", "change"]


@dataclass(frozen=True, eq=False, kw_only=True)
class AwarenessChange(Result):
    """Change of awareness between two waves.

    Attributes
    ----------
    table : DataFrame
        One row per measure (unaided, aided_more, aware): measure, before, after (shares), value, lo, hi (difference),
        p, q (over the rows), verdict (rose, fell, no_clear_change), n_before, n, n_paired, method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("value", "lo", "hi"), "points"), **dict.fromkeys(("before", "after"), "percent"),
        **dict.fromkeys(("p", "q"), "number2"), **dict.fromkeys(("n_before", "n", "n_paired"), "count"),
        "measure": "term", "verdict": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_before", "n_paired"), hides=("value", "lo", "hi", "before", "after", "p", "q", "verdict")
    )


# two waves of two questions, who is who, and the weights of both
def change(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    person: pd.Series | None = None,
    weights_before: pd.Series | None = None,
    weights_after: pd.Series | None = None,
    cluster: pd.Series | None = None,
    level: float = 0.95,
) -> AwarenessChange:
    """Change of each measure of awareness; those who answered both waves are held against themselves.

    Parameters
    ----------
    before, after : DataFrame
        Columns ``unaided`` and ``aided`` (0, 1), index response_id, unique over both waves.
    person, cluster : Series, optional
        Person and hospital of each response of both waves.
    weights_before, weights_after : Series, optional
    level : float, default 0.95

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``bad_score``, ``bad_weights``.

    References
    ----------
    Derrick, B. et al. (2015), Test statistics for comparing two proportions with partially overlapping samples,
    Journal of Applied Quantitative Methods 10(3), 1–14.
    """
    sides, w = [], []
    for frame, weights, name in ((before, weights_before, "before"), (after, weights_after, "after")):
        checks.columns(frame, ("unaided", "aided"), name=name)
        answers = respondents.prepared(
            either(frame["unaided"], frame["aided"]), weights=weights, cluster=None, name=name
        )
        sides.append(answers.frame)
        w.append(None if weights is None else weights)
    rows = [_row(which, sides, w, person, cluster, level) for which in MEASURES]
    table = pd.DataFrame(rows)
    table["q"] = adjust.benjamini_hochberg(table["p"].to_numpy())
    table["verdict"] = [waves.verdict(row) for _, row in table.iterrows()]
    table = table[["measure", "before", "after", "value", "lo", "hi", "p", "q", "verdict", "n_before", "n", "n_paired",
                   "method", "flag"]]  # fmt: skip
    settings = {"level": level, "paired": person is not None, "clustered": cluster is not None,
                "weighted": weights_before is not None or weights_after is not None}  # fmt: skip
    notes = () if person is not None else (Note("needs_not_linked"),)
    return AwarenessChange(table=table, settings=settings, notes=notes, finding=_finding(table))


def _row(
    which: str,
    sides: list[pd.DataFrame],
    w: list[Any],
    person: pd.Series | None,
    cluster: pd.Series | None,
    level: float,
) -> dict[str, Any]:
    found = waves.compare(
        sides[0][which], sides[1][which], "share", person=person, weights_before=w[0], weights_after=w[1],
        cluster=cluster, level=level,
    )  # fmt: skip
    flag = respondents.flag(min(int(found["n_before"]), int(found["n_after"])))
    numbers = {c: found[c] for c in ("before", "after", "value", "lo", "hi", "p")}
    if flag == "suppressed":
        numbers = dict.fromkeys(numbers, np.nan)
    return {"measure": which, **numbers, **waves.basis(found), "flag": flag}


def _finding(table: pd.DataFrame) -> Note:
    row = table[table["measure"] == "aware"].iloc[0]
    if row["flag"] == "suppressed":
        return Note("awareness_suppressed", {"n": int(min(row["n"], row["n_before"])), "need": respondents.SUPPRESS})
    values = {"n": int(row["n"]), **{c: float(row[c]) for c in ("value", "lo", "hi")}}
    clear = row["verdict"] in ("rose", "fell")
    return Note(f"awareness_{row['verdict']}" if clear else "awareness_no_clear_change", values)
