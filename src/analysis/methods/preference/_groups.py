"""Who prefers which brand: preference by segment, region or tier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.result import Disclosure, Note, Result
from ...stats import adjust, design, respondents
from ._selected import choices

__all__ = ["PreferenceByGroup", "by_group"]


@dataclass(frozen=True, eq=False, kw_only=True)
class PreferenceByGroup(Result):
    """Share preferring each brand in each group.

    Attributes
    ----------
    table : DataFrame
        One row per group ("all" first) and brand: group, brand, value, lo, hi (share), n (answers of the group),
        method, flag.
    tests : DataFrame
        One row per brand: brand, statistic, df, p, q (Rao-Scott test that the share does not depend on the
        group; false discovery rate over the brands), n; and a row "all" for all brands at once, without q.
    """

    tests: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("value", "lo", "hi"), "percent"), "n": "count", "group": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(within=("brand",), keys=("brand",))


def by_group(
    preferred: pd.Series,
    by: pd.Series,
    *,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    level: float = 0.95,
) -> PreferenceByGroup:
    """Share of respondents preferring each brand, by group, with tests.

    Parameters
    ----------
    preferred : Series
        The brand used most, by name; index response_id.
    by : Series
        Group of each respondent.
    weights, cluster : Series, optional
    level : float, default 0.95

    Raises
    ------
    DataError
        ``empty``, ``bad_weights``.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984), Annals of Statistics 12, 46–60.
    """
    found = choices(None, preferred, weights, cluster)
    answers = found.answers
    label, names, missing = respondents.groups(by, answers.frame.index)
    size = pd.Series(label, dtype=object)
    tested = size.where(size.map(size.value_counts()) >= respondents.SUPPRESS)
    rows: list[dict[str, Any]] = []
    for name in ("all", *names):
        inside = np.ones(len(label), dtype=bool) if name == "all" else label == name
        rows += [
            _row(name, brand, found.preferred == place, answers, inside, level)
            for place, brand in enumerate(found.names)
        ]
    tests = [_test("all", tested, found.preferred, answers)]
    tests += [_test(brand, tested, found.preferred == place, answers) for place, brand in enumerate(found.names)]
    compared = pd.DataFrame(tests)
    own = compared["p"].where(compared["brand"] != "all")
    compared["q"] = adjust.benjamini_hochberg(own.to_numpy(dtype=float))
    settings = {"level": level, "weighted": weights is not None, "clustered": cluster is not None}
    notes = (Note("respondents_no_group", {"count": missing}),) if missing else ()
    return PreferenceByGroup(
        table=pd.DataFrame(rows), settings=settings, notes=notes, finding=_finding(compared, len(names)), tests=compared
    )


def _row(
    group: str, brand: str, hits: np.ndarray, answers: respondents.Answers, inside: np.ndarray, level: float
) -> dict[str, Any]:
    share = design.proportion(hits.astype(float), answers.weights, answers.cluster, level, domain=inside)
    flag = respondents.flag(share.n)
    numbers = {"value": share.value, "lo": share.lo, "hi": share.hi}
    if flag == "suppressed":
        numbers = dict.fromkeys(numbers, np.nan)
    return {"group": group, "brand": brand, **numbers, "n": share.n, "method": "wilson_design", "flag": flag}


def _test(brand: str, groups: pd.Series, outcome: np.ndarray, answers: respondents.Answers) -> dict[str, Any]:
    found = design.rao_scott(groups, outcome.astype(float), answers.weights, answers.cluster)
    return {"brand": brand, "statistic": found.statistic, "df": found.df, "p": found.p, "n": int(groups.notna().sum())}


def _finding(tests: pd.DataFrame, groups: int) -> Note:
    every = tests.iloc[0]
    if pd.isna(every["p"]):
        return Note("preference_groups_untested", {"groups": groups, "n": int(every["n"])})
    values = {"groups": groups, "p": float(every["p"]), "n": int(every["n"])}
    return Note("preference_groups_differ" if every["p"] <= 0.05 else "preference_groups_alike", values)
