"""Expectation against performance, attribute by attribute, on the same respondents."""

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
from ...stats import adjust, design, waves
from . import _answers as answers

__all__ = ["ExpectationGap", "gap", "pairs"]


@dataclass(frozen=True, eq=False, kw_only=True)
class ExpectationGap(Result):
    """Expectation less performance by attribute, the largest gap first.

    Attributes
    ----------
    table : DataFrame
        attribute; expected, performed (means, on the scale of the expectation); value, lo, hi (mean
        paired difference), n (respondents with both answers), p, q (false discovery rate over the
        attributes); unmet, unmet_lo, unmet_hi (share whose performance is below expectation); method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "expected": "number2", "performed": "number2", "value": "+number2", "lo": "+number2", "hi": "+number2",
        "n": "count", "p": "number2", "q": "number2", "unmet": "percent", "unmet_lo": "percent", "unmet_hi": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",),
        hides=("value", "lo", "hi", "expected", "performed", "p", "q", "unmet", "unmet_lo", "unmet_hi"),
    )


# two blocks of answers, then their scales and what describes the respondents
def gap(
    expectation: pd.DataFrame, performance: pd.DataFrame, *, scales: tuple[int, int] = (5, 5),
    weights: pd.Series | None = None, cluster: pd.Series | None = None, level: float = 0.95,
) -> ExpectationGap:  # fmt: skip
    """Paired difference of expectation (or importance) and performance by attribute.

    Parameters
    ----------
    expectation, performance : DataFrame
        Answers from 1 upwards, index response_id, same attribute names as columns; attributes and
        respondents that stand in one of the two only are left out and counted. From `pairs`.
    scales : (int, int), default (5, 5)
        Highest answer of expectation and of performance; where they differ, performance is put
        on the scale of the expectation by its ends, and said.
    weights, cluster : Series, optional
        Survey weight and hospital by response_id.
    level : float, default 0.95

    Returns
    -------
    ExpectationGap

    Raises
    ------
    DataError
        ``empty``, ``gap_no_pairs``, ``bad_score``, ``bad_weights``.

    References
    ----------
    Parasuraman, A., Zeithaml, V. A. and Berry, L. L. (1988), SERVQUAL, Journal of Retailing 64,
    12–40 (expectation and performance by attribute; the sign is turned here: positive is unmet).
    """
    for value in scales:
        checks.whole(value, name="scales", low=2, high=11)
    shared = [c for c in expectation.columns if c in set(performance.columns)]
    if not shared:
        raise DataError(
            "gap_no_pairs", first=[*map(str, expectation.columns[:5])], second=[*map(str, performance.columns[:5])]
        )
    described: dict[str, Any] = {"weights": weights, "cluster": cluster, "level": level}
    rows = [
        _row(str(c), *_paired(expectation[c], performance[c], scales, weights), **described) for c in sorted(shared)
    ]
    table = pd.DataFrame(rows)
    table.insert(
        table.columns.tolist().index("p") + 1, "q", adjust.benjamini_hochberg(table["p"].to_numpy(dtype=float))
    )
    table = table.sort_values(["value", "attribute"], ascending=[False, True], ignore_index=True)
    notes = [Note("gap_paired", {"level": level})]
    if scales[0] != scales[1]:
        notes.append(Note("gap_rescaled", {"low": scales[1], "high": scales[0]}))
    alone = len(set(expectation.columns) ^ set(performance.columns))
    if alone:
        notes.append(Note("gap_unpaired", {"count": alone}))
    settings = {"scales": list(scales), "level": level, "fdr": adjust.FDR, "weighted": weights is not None}
    return ExpectationGap(table=table, settings=settings, notes=tuple(notes), finding=_finding(table))


def pairs(wide: pd.DataFrame, items: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Importance and satisfaction of the same attributes, as two frames with the same columns.

    Parameters
    ----------
    wide : DataFrame
        Answers, index response_id, one column per item.
    items : DataFrame
        Table ``survey_items``; items of construct "satisfaction" name the item on the same
        attribute (construct "needs") in ``x_need``.

    Returns
    -------
    expectation, performance : DataFrame
        Columns called by the attribute: the last part of the satisfaction item's wording, else its id.

    Raises
    ------
    DataError
        ``missing_columns``, ``gap_no_pairs``.
    """
    checks.columns(items, ["item_id", "construct", "x_need"], name="items")
    book = items.drop_duplicates("item_id").set_index("item_id").sort_index()
    rated = book[(book["construct"] == "satisfaction") & book.index.isin(wide.columns)]
    rated = rated[rated["x_need"].isin(wide.columns)]
    if rated.empty:
        asked = book.index[book["construct"] == "satisfaction"]
        needs = book.index[book["construct"] == "needs"]
        raise DataError("gap_no_pairs", first=[*map(str, needs[:5])], second=[*map(str, asked[:5])])
    names = list(rated.index)
    if "text" in rated.columns:
        said = rated["text"].astype("str").str.split(r"[：:]", regex=True).str[-1].str.strip()
        names = said.tolist() if said.is_unique and (said != "").all() else names
    return wide[list(rated["x_need"])].set_axis(names, axis=1), wide[list(rated.index)].set_axis(names, axis=1)


def _paired(
    expectation: pd.Series, performance: pd.Series, scales: tuple[int, int], weights: pd.Series | None
) -> tuple[pd.Series, pd.Series]:
    """Both answers of those who gave both, on the scale of the expectation."""
    both = expectation.dropna().index.intersection(performance.dropna().index)
    if len(both) == 0:
        return expectation.loc[both].astype(float), performance.loc[both].astype(float)
    wanted = answers.known(expectation.loc[both], weights, low=1, high=scales[0], name="expectation")
    got = answers.known(performance.loc[both], weights, low=1, high=scales[1], name="performance")
    return wanted, 1 + (got - 1) * (scales[0] - 1) / (scales[1] - 1)


def _row(
    name: str, wanted: pd.Series, got: pd.Series, *, weights: pd.Series | None, cluster: pd.Series | None, level: float
) -> dict[str, Any]:
    difference = wanted - got
    told = answers.row(waves.estimate(difference, "mean", weights=weights, cluster=cluster, level=level))
    unmet = answers.row(
        waves.estimate((difference > 1e-9).astype(float), weights=weights, cluster=cluster, level=level)
    )
    means = [waves.estimate(part, "mean", weights=weights, cluster=cluster).value for part in (wanted, got)]
    show = told["flag"] != "suppressed"
    return {
        "attribute": name,
        "expected": means[0] if show else np.nan,
        "performed": means[1] if show else np.nan,
        **{c: told[c] for c in ("value", "lo", "hi", "n")},
        "p": _p(difference, weights, cluster) if show else np.nan,
        "unmet": unmet["value"],
        "unmet_lo": unmet["lo"],
        "unmet_hi": unmet["hi"],
        "method": "paired_t_weighted" if weights is not None else "paired_t",
        "flag": told["flag"],
    }


def _p(difference: pd.Series, weights: pd.Series | None, cluster: pd.Series | None) -> float:
    index = difference.index
    w = None if weights is None else weights.reindex(index).to_numpy(dtype=float)
    labels = None if cluster is None else cluster.reindex(index).to_numpy(dtype=object)
    found = design.mean(difference.to_numpy(), w, labels)
    if found.df < 1 or not found.se > 0:
        return float("nan")
    return float(2 * stats.t.sf(abs(found.value) / found.se, found.df))


def _finding(table: pd.DataFrame) -> Note:
    usable = table[table["flag"] != "suppressed"]
    if usable.empty:
        return Note("gap_suppressed", {"n": int(table["n"].max()), "need": answers.SUPPRESS})
    unmet = usable[(usable["q"] <= adjust.FDR) & (usable["lo"] > 0)]
    if unmet.empty:
        exceeded = int(((usable["q"] <= adjust.FDR) & (usable["hi"] < 0)).sum())
        values = {"count": len(usable), "n": int(usable["n"].max())}
        return Note("gap_exceeded", {"exceeded": exceeded, **values}) if exceeded else Note("gap_none", values)
    top = unmet.iloc[0]
    named = {"attribute": str(top["attribute"]), "count": len(unmet), "n": int(top["n"])}
    return Note("gap_largest", named | {c: float(top[c]) for c in ("value", "lo", "hi")})
