"""Shares of preference by group of respondents, with a test of equal utilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import adjust
from . import _logit
from ._score import FORMATS, HIDES, LOW_N, prepared, rows_of

__all__ = ["MaxdiffGroups", "compare"]


@dataclass(frozen=True, eq=False, kw_only=True)
class MaxdiffGroups(Result):
    """One row per group and item.

    Attributes
    ----------
    table : DataFrame
        group, and the columns of `Maxdiff`.
    tests : DataFrame
        item; statistic, df, p (equal utility in all tested groups, Wald), q (false discovery rate over items).
    statistic, df, p : float
        All utilities at once; NaN with fewer than two groups of at least 30 respondents.
    """

    tests: pd.DataFrame
    statistic: float
    df: float
    p: float
    formats: ClassVar[Mapping[str, str]] = FORMATS
    disclosure: ClassVar[Disclosure] = Disclosure(hides=HIDES)


def compare(
    choices: pd.DataFrame, by: pd.Series, *, weights: Any = None, cluster: Any = None, level: float = 0.95
) -> MaxdiffGroups:
    """Whether groups of respondents want different things.

    Parameters
    ----------
    choices : DataFrame
        As for `score`.
    by : Series
        Index response_id: segment; respondents without one are left out and counted.
    weights, cluster : Series, optional
    level : float, default 0.95

    Raises
    ------
    DataError
        As `score`, and ``maxdiff_no_groups``.

    Notes
    -----
    The sensitivity of choices to utility (the scale of the logit) may differ by group too; the
    test does not tell that from other wishes. Errors come from few clusters; F stands for chi-square
    (Hotelling). What two groups share, such as hospitals, makes the test cautious. Groups that were made from
    other answers may be tested on these; a difference then says that the groups hold beyond the answers
    that made them, not that there are groups.

    References
    ----------
    Swait, J. and Louviere, J. (1993), Journal of Marketing Research 30, 305–314 (the scale).
    """
    checks.unique_index(by, name="by")
    group = choices["response_id"].map(by)
    known = choices[group.notna()]
    if known.empty:
        raise DataError("maxdiff_no_groups", name="by")
    frames, fits, notes = [], {}, [Note("maxdiff_shares"), Note("maxdiff_groups_given")]
    without = int(choices.loc[group.isna(), "response_id"].nunique())
    if without:
        notes.append(Note("maxdiff_without_group", {"count": without}))
    items = sorted(known["item"].astype(str).unique())
    apart, thin = [], []
    for name in sorted(group.dropna().unique(), key=str):
        sets, w, labels = prepared(choices[group == name], weights, cluster)
        frame, fitted, _ = rows_of(sets, w, labels, level)
        frame.insert(0, "group", str(name))
        frames.append(frame.sort_values("item", ignore_index=True))
        if fitted is None:
            apart.append(str(name))
        elif fitted.clusters <= len(items):
            # as many clusters as utilities leave a covariance without an inverse
            thin.append(str(name))
        elif sets.items == items and len(np.unique(sets.person)) >= LOW_N:
            fits[str(name)] = fitted
    if apart:
        notes.append(Note("maxdiff_group_not_identified", {"groups": apart}))
    if thin:
        notes.append(Note("maxdiff_few_clusters", {"groups": thin, "count": len(items)}))
    tests, whole = _tests(items, list(fits.values()))
    table = pd.concat(frames, ignore_index=True)
    return MaxdiffGroups(
        table=table, notes=tuple(notes), finding=_finding(tests, whole, fits), tests=tests,
        settings={"weighted": weights is not None, "clustered": cluster is not None, "level": level,
                  "tested": list(fits)},
        statistic=whole[0], df=whole[1], p=whole[2],
    )  # fmt: skip


def _tests(items: list[str], fits: list[_logit.Utilities]) -> tuple[pd.DataFrame, tuple[float, float, float]]:
    """Wald tests over independent groups: each item, and all but one together."""
    nothing = (float("nan"),) * 3
    if len(fits) < 2:
        frame = pd.DataFrame({"item": items, "statistic": np.nan, "df": np.nan, "p": np.nan, "q": np.nan})
        return frame, nothing
    rows = []
    for i, item in enumerate(items):
        pick = np.zeros((1, len(items)))
        pick[0, i] = 1
        rows.append((item, *_wald(pick, fits)))
    frame = pd.DataFrame(rows, columns=["item", "statistic", "df", "p"])
    frame["q"] = adjust.benjamini_hochberg(frame["p"])
    return frame, _wald(np.eye(len(items))[:-1], fits)


def _wald(pick: np.ndarray, fits: list[_logit.Utilities]) -> tuple[float, float, float]:
    """Distance of the groups' utilities from their precision-weighted mean."""
    values = [pick @ f.value for f in fits]
    precision = [np.linalg.inv(pick @ f.covariance @ pick.T) for f in fits]
    mean = np.linalg.solve(sum(precision), sum(w @ v for w, v in zip(precision, values, strict=True)))
    statistic = float(sum((v - mean) @ w @ (v - mean) for w, v in zip(precision, values, strict=True)))
    df, spare = float((len(fits) - 1) * len(pick)), sum(f.clusters - 1 for f in fits)
    # covariances learned from few clusters: Hotelling's reference, not the chi-square's
    left = spare - len(pick) + 1
    return statistic, df, float(stats.f.sf(statistic * left / (spare * df), df, left)) if left > 0 else float("nan")


def _finding(tests: pd.DataFrame, whole: tuple[float, float, float], fits: Mapping[str, _logit.Utilities]) -> Note:
    if len(fits) < 2:
        return Note("maxdiff_groups_untested", {"least": LOW_N})
    differ = tests[tests["q"] <= 0.05]
    if whole[2] > 0.05 or differ.empty:
        return Note("maxdiff_groups_alike", {"count": len(fits)})
    top = differ.sort_values(["p", "item"]).iloc[0]
    return Note("maxdiff_groups_differ", {"item": top["item"], "count": len(differ), "of": len(tests)})
