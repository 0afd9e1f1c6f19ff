"""Awareness without and with help, of one brand or several, all and by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, respondents
from ._known import MEASURES, either, row, test

__all__ = ["Awareness", "measure"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Awareness(Result):
    """Awareness by brand and group.

    Attributes
    ----------
    table : DataFrame
        One row per brand, group ("all" first) and measure: brand, group, measure, value, lo, hi, n, method, flag.
        measure is ``unaided`` (named it), ``aided_more`` (knew it once told, of those who had not named it)
        or ``aware`` (either).
    tests : DataFrame
        One row per brand and measure, when groups are given: brand, measure, statistic, df, p, q, n
        (Rao-Scott; q over all rows).
    contradictions : int
        Answers that name a brand and then deny knowing it; counted as aware.
    """

    tests: pd.DataFrame
    contradictions: int
    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("value", "lo", "hi"), "percent"), "n": "count", "measure": "term", "group": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(within=("brand", "measure"))


def measure(
    unaided: pd.Series | pd.DataFrame,
    aided: pd.Series | pd.DataFrame,
    *,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    by: pd.Series | None = None,
    margins: pd.DataFrame | None = None,
    level: float = 0.95,
) -> Awareness:
    """Share of respondents who know a product, without help and once told.

    Parameters
    ----------
    unaided, aided : Series or DataFrame
        0 or 1 by response_id; several brands as columns of the same names.
    weights, cluster, by : Series, optional
        Survey weight, hospital, group by response_id.
    margins : DataFrame, optional
        Categories the weights were raked to, of all respondents: what they explain leaves the intervals.
    level : float, default 0.95

    Raises
    ------
    DataError
        ``empty``, ``missing_columns``, ``bad_score``, ``bad_weights``.

    References
    ----------
    Laurent, G., Kapferer, J.-N. and Roussel, F. (1995), The underlying structure of brand awareness scores,
    Marketing Science 14, G170–G179 (unaided and aided awareness). Rao and Scott (1984), Annals of Statistics
    12, 46–60.
    """
    first, second = _frames(unaided, aided)
    rows: list[dict[str, Any]] = []
    tests: list[dict[str, Any]] = []
    denied = unknown = asked = missing = 0
    for brand in sorted(first.columns, key=str):
        known = either(first[brand], second[brand])
        denied += int(((first[brand] == 1) & (second[brand].reindex(first.index) == 0)).sum())
        unknown, asked = unknown + int(known["aware"].isna().sum()), asked + len(known)
        answers = respondents.prepared(known, weights=weights, cluster=cluster, name="unaided", margins=margins)
        found, tested, without = _rows(str(brand), answers, by, level)
        rows, tests, missing = rows + found, tests + tested, max(missing, without)
    table, compared = pd.DataFrame(rows), pd.DataFrame(tests, columns=["brand", "measure", "statistic", "df", "p", "n"])
    compared["q"] = adjust.benjamini_hochberg(compared["p"].to_numpy(dtype=float))
    notes = [Note("awareness_denied", {"count": denied})] if denied else []
    notes += [Note("awareness_unknown", {"count": unknown, "of": asked})] if unknown else []
    notes += [Note("respondents_no_group", {"count": missing})] if missing else []
    settings = {
        "level": level,
        "weighted": weights is not None,
        "clustered": cluster is not None,
        "grouped": by is not None,
        "raked": margins is not None,
    }
    return Awareness(
        table=table, settings=settings, notes=tuple(notes), finding=_finding(table), tests=compared,
        contradictions=denied,
    )  # fmt: skip


def _frames(unaided: Any, aided: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both questions by brand; a single brand is called by the name of its series, else "own_brand"."""
    if isinstance(unaided, pd.DataFrame) and isinstance(aided, pd.DataFrame):
        checks.columns(aided, unaided.columns, name="aided")
        frames = unaided, aided[list(unaided.columns)]
    else:
        series = [one.iloc[:, 0] if isinstance(one, pd.DataFrame) else one for one in (unaided, aided)]
        frames = series[0].to_frame("own_brand"), series[1].to_frame("own_brand")
    for frame, name in zip(frames, ("unaided", "aided"), strict=True):
        checks.not_empty(frame, name=name)
        checks.unique_index(frame, name=name)
    return frames


def _rows(
    brand: str, answers: respondents.Answers, by: pd.Series | None, level: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    frame = answers.frame
    everyone = np.ones(len(frame), dtype=bool)
    parts = [("all", everyone)]
    tests, missing = [], 0
    if by is not None:
        label, names, _ = respondents.groups(by, frame.index)
        missing = int(pd.isna(label[frame.notna().any(axis=1).to_numpy()]).sum())
        parts += [(name, label == name) for name in names]
        tests = [
            {"brand": brand, "measure": which, **test(label, frame[which].to_numpy(), answers)} for which in MEASURES
        ]
    rows = [
        {"brand": brand, "group": name, "measure": which, **row(frame[which].to_numpy(), answers, level, inside)}
        for name, inside in parts
        for which in MEASURES
    ]
    return rows, tests, missing


def _finding(table: pd.DataFrame) -> Note:
    every = table[table["group"] == "all"]
    brand = every["brand"].iloc[0]
    one = every[every["brand"] == brand]
    aware, unaided = one[one["measure"] == "aware"].iloc[0], one[one["measure"] == "unaided"].iloc[0]
    if aware["flag"] == "suppressed":
        return Note("awareness_suppressed", {"n": int(aware["n"]), "need": respondents.SUPPRESS})
    values = {"unaided": float(unaided["value"]), "n": int(aware["n"])}
    values |= {c: float(aware[c]) for c in ("value", "lo", "hi")}
    if every["brand"].nunique() > 1:
        return Note("awareness_of", {"brand": brand, **values})
    return Note("awareness_low_n" if aware["flag"] == "low_n" else "awareness_value", values)
