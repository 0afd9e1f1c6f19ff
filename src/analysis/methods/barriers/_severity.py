"""How severe a barrier is to those who name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import design
from ._answers import frame_of

__all__ = ["Severity", "named", "severity"]

LEAST, LOW = 5, 30
_COLUMNS = ["barrier", "value", "lo", "hi", "n", "answered", "share", "method", "flag"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Severity(Result):
    """Mean severity among those who name a barrier.

    Attributes
    ----------
    table : DataFrame
        barrier; value, lo, hi (mean on the questionnaire's own scale), n (who name it),
        answered, share (named ÷ answered, weighted); method, flag (missing_input for all where
        answers are only yes or no).
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "value": "number2", "lo": "number2", "hi": "number2", "n": "count", "answered": "count", "share": "percent",
        "barrier": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n", "answered"), hides=("value", "lo", "hi", "share"))


def named(answers: pd.DataFrame, *, scale: tuple[float, float], named_from: float | None = None) -> pd.DataFrame:
    """Severities as 1 (names the barrier) and 0, as `rank` takes them.

    Parameters
    ----------
    answers : DataFrame
        Index respondent, one column per barrier, numbers on ``scale``.
    scale : pair of numbers
        Lowest and highest answer: (0, 5), (1, 5), (1, 7).
    named_from : float, optional
        From this answer on the barrier is named. Default: above 0 on a scale that begins at 0,
        else the two highest answers.

    Raises
    ------
    DataError
        ``outside_scale``
    """
    low, high = scale
    numbers = answers.rename(columns=str).astype(float)
    outside = (numbers < low) | (numbers > high)
    if outside.to_numpy().any():
        got = sorted(set(numbers.to_numpy()[outside.to_numpy()].tolist()))[:5]
        raise DataError("outside_scale", name="answers", got=got, lo=low, hi=high)
    limit = _limit(scale, named_from)
    return (numbers >= limit).astype(float).where(numbers.notna())


def _limit(scale: tuple[float, float], named_from: float | None) -> float:
    if named_from is not None:
        return float(named_from)
    return 1.0 if scale[0] == 0 else float(scale[1] - 1)


def severity(
    answers: pd.DataFrame,
    *,
    scale: tuple[float, float] = (0, 5),
    named_from: float | None = None,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
) -> Severity:
    """Mean severity of each barrier among those who name it, with a linearised interval.

    Parameters
    ----------
    answers : DataFrame
        Index respondent, one column per barrier, severity on ``scale``; 0/1 answers carry no
        severity, and none is made up.
    scale, named_from
        As in `named`.
    weights, cluster : Series, optional

    Returns
    -------
    Severity
    """
    checks.not_empty(answers, name="answers")
    checks.unique_index(answers, name="answers")
    table = answers.rename(columns=str).astype(float).sort_index()
    hits = named(table, scale=scale, named_from=named_from)
    frame = frame_of(table.index, cluster, weights, None)
    told = table.to_numpy()[table.notna().to_numpy()]
    plain = len(told) > 0 and bool(np.isin(told, (0, 1)).all())
    w = frame["weight"].to_numpy(dtype=float)
    homes = frame["cluster"].to_numpy(dtype=object) if frame["cluster"].notna().any() else None
    rows = []
    for code in table.columns:
        own, yes = table[code].to_numpy(), hits[code].to_numpy()
        known = ~np.isnan(own) & (w > 0)
        n, answered = int(np.nansum(yes[w > 0])), int(known.sum())
        share = float((w * yes)[known].sum() / w[known].sum()) if answered else np.nan
        if plain or n < LEAST:
            flag = "missing_input" if plain or not answered else "suppressed"
            rows.append((code, np.nan, np.nan, np.nan, n, answered, share, "none", flag))
            continue
        got = design.mean(own, w, homes, domain=yes == 1)
        lo, hi = max(got.lo, _limit(scale, named_from)), min(got.hi, scale[1])
        rows.append((code, got.value, lo, hi, n, answered, share, "linearised", "low_n" if n < LOW else "ok"))
    out = pd.DataFrame(rows, columns=_COLUMNS)
    # a table in the order of severity; ties and gaps by code
    out = out.sort_values(["value", "barrier"], ascending=[False, True], ignore_index=True)
    settings = {"scale": list(scale), "named_from": _limit(scale, named_from), "weighted": weights is not None,
                "clustered": cluster is not None}  # fmt: skip
    notes = (Note("severity_not_asked"),) if plain else ()
    return Severity(table=out, settings=settings, notes=notes, finding=_finding(out, scale))


def _finding(out: pd.DataFrame, scale: tuple[float, float]) -> Note:
    shown = out[out["value"].notna()]
    if shown.empty:
        return Note("severity_none")
    top = shown.iloc[0]
    values = {c: float(top[c]) for c in ("value", "lo", "hi")}
    return Note("severity_top", {"barrier": str(top["barrier"]), "n": int(top["n"]), "high": f"{scale[1]:g}", **values})
