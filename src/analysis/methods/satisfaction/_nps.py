"""Net promoter score, all and by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.errors import SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import waves
from . import _answers as answers

__all__ = ["Nps", "nps"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Nps(Result):
    """Net promoter score, all and by group.

    Attributes
    ----------
    table : DataFrame
        group ("all" first); promoters, passives, detractors (shares); value, lo, hi
        (points, −100 to 100), n, n_eff (Kish, less where hospitals agree), method, flag. Under 8
        answers value and interval are missing (suppressed), from 8 to 29 value and shares (low_n).
    """

    formats: ClassVar[Mapping[str, str]] = {
        "promoters": "percent", "passives": "percent", "detractors": "percent", "value": "score", "lo": "score",
        "hi": "score", "n": "count", "n_eff": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",), hides=("value", "lo", "hi", "promoters", "passives", "detractors", "n_eff"), within=()
    )


# a function others rely on by name: scores, then what describes the respondents
def nps(
    scores: pd.Series, *, weights: pd.Series | None = None, by: pd.Series | None = None,
    cluster: pd.Series | None = None, margins: pd.DataFrame | None = None, mode: pd.Series | None = None,
    scale: tuple[int, int] = (0, 10), level: float = 0.95,
) -> Nps:  # fmt: skip
    """Net promoter score: promoters (9–10) minus detractors (0–6), in points, adjusted Wald interval.

    Parameters
    ----------
    scores : Series
        Answers 0–10, whole numbers; missing ones are left out and counted.
    weights : Series, optional
        Survey weights on the same index.
    by : Series, optional
        Group of each respondent on the same index, such as the region.
    cluster : Series, optional
        Hospital of each respondent; widens the interval where answers of one hospital agree.
    margins : DataFrame, optional
        Categories the weights were raked to, of all respondents; narrows the interval where they
        explain the answers.
    mode : Series, optional
        How each respondent was asked; answers written down by a representative are left out and counted.
    scale : (int, int), default (0, 10)
        The question's lowest and highest answer as declared.
    level : float, default 0.95

    Returns
    -------
    Nps

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``bad_weights``, ``no_answers_of_mode``.
    SettingError
        ``nps_scale``: another scale than 0–10 gives no net promoter score; see `recommendation`.

    References
    ----------
    Rocks, B. (2016), The American Statistician 70, 365–372.
    """
    if tuple(scale) != (0, 10):
        raise SettingError("nps_scale", lo=scale[0], hi=scale[1])
    scores, notes = answers.apart(scores, mode)
    found = answers.known(scores, weights, low=0, high=10)
    group = answers.labels(by, found.index)
    parts = {"all": found}
    if group is not None:
        parts |= {name: found[group == name] for name in sorted(set(group))}
    described: dict[str, Any] = {"weights": weights, "cluster": cluster, "margins": margins, "level": level}
    table = pd.DataFrame([{"group": name, **_row(part, **described)} for name, part in parts.items()])
    settings = {
        "level": level, "weighted": weights is not None, "grouped": by is not None, "clustered": cluster is not None,
        "raked": margins is not None,
    }  # fmt: skip
    notes += answers.missing(scores, found)
    return Nps(table=table, settings=settings, notes=notes, finding=_finding(table.iloc[0]))


def _row(scores: pd.Series, *, weights: pd.Series | None, **described: Any) -> dict[str, Any]:
    found = waves.estimate(answers.net(scores), "nps", weights=weights, **described)
    w = np.ones(len(scores)) if weights is None else weights.reindex(scores.index).to_numpy(dtype=float)
    up, down = (float(w[side].sum() / w.sum()) for side in (scores >= 9, scores <= 6))
    show = found.n >= answers.INTERVAL_ONLY
    told = dict(answers.row(found, value_from=answers.INTERVAL_ONLY))
    flag = told.pop("flag")
    return {
        "promoters": up if show else np.nan,
        "passives": max(1 - up - down, 0.0) if show else np.nan,
        "detractors": down if show else np.nan,
        **told,
        "method": "adjusted_wald_weighted" if weights is not None else "adjusted_wald",
        "flag": flag,
    }


def _finding(row: pd.Series) -> Note:
    n = int(row["n"])
    if row["flag"] == "suppressed":
        return Note("nps_suppressed", {"n": n, "need": answers.SUPPRESS})
    values = {"lo": float(row["lo"]), "hi": float(row["hi"]), "n": n}
    if row["flag"] == "low_n":
        return Note("nps_interval_only", values)
    code = "nps_open" if row["lo"] < 0 < row["hi"] else "nps_value"
    return Note(code, {"value": float(row["value"]), **values})
