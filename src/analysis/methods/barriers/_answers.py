"""Answers, weights, hospitals and controls of the respondents, checked and in one order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...core.errors import DataError, SettingError
from ._taxonomy import TAXONOMY

__all__ = ["as_facts", "check_answers", "facts_named", "frame_of"]

#: share of the variance of answers that lies between hospitals, from which they are taken as a fact of the hospital
AGREED = 0.5
_LEAST_HOSPITALS = 5


def facts_named(answers: pd.DataFrame, cluster: pd.Series | None) -> list[str]:
    """Barriers of the hospital's surroundings on which the respondents of a hospital agree.

    The taxonomy says which barriers are facts of the hospital (B09 to B14); answers may still
    be opinions. A barrier counts as a fact where at least half of its variance lies between
    hospitals (intraclass correlation of the one-way layout).

    Parameters
    ----------
    answers : DataFrame
        Index respondent, 1, 0 or missing.
    cluster : Series or None
        Hospital of each respondent.

    References
    ----------
    Donner, A. (1986), International Statistical Review 54, 67–82 (intraclass correlation).
    """
    if cluster is None:
        return []
    home = cluster.reindex(answers.index)
    told = {b.barrier for b in TAXONOMY if b.level == "hospital"}
    return sorted(str(c) for c in answers.columns if str(c) in told and _agreement(answers[c], home) >= AGREED)


def _agreement(answer: pd.Series, home: pd.Series) -> float:
    """Intraclass correlation of a 0/1 answer; 0 where it cannot be told."""
    known = answer.notna() & home.notna()
    y, group = answer[known].astype(float), home[known].astype(str)
    size = group.value_counts()
    several = group.isin(size.index[size >= 2])
    y, group = y[several], group[several]
    k, n = group.nunique(), len(y)
    if k < _LEAST_HOSPITALS or y.nunique() < 2:
        return 0.0
    size = group.value_counts()
    mean = y.groupby(group).transform("mean")
    between = float(((mean - y.mean()) ** 2).sum()) / (k - 1)
    inside = float(((y - mean) ** 2).sum()) / (n - k)
    usual = (n - float((size**2).sum()) / n) / (k - 1)
    return (between - inside) / (between + (usual - 1) * inside)


def check_answers(answers: pd.DataFrame, hospital_level: Sequence[str], cluster: pd.Series | None) -> None:
    """Typed errors for answers that are not 0 and 1, and for facts of the hospital without hospitals."""
    for name in answers.columns:
        known = pd.to_numeric(answers[name], errors="coerce").dropna()
        if not known.isin([0, 1]).all() or len(known) < int(answers[name].notna().sum()):
            raise DataError("not_binary", name=f"answers[{name}]", got=[str(v) for v in sorted(set(known))[:5]])
    unknown = sorted(set(map(str, hospital_level)) - set(map(str, answers.columns)))
    if unknown:
        raise SettingError("unknown_columns", name="hospital_level", got=unknown, found=list(answers.columns)[:30])
    if len(hospital_level) and cluster is None:
        raise SettingError("hospital_level_needs_cluster", got=sorted(hospital_level))


def frame_of(
    index: pd.Index, cluster: pd.Series | None, weights: pd.Series | None, controls: pd.DataFrame | None
) -> pd.DataFrame:
    """Weight, cluster and controls of each respondent, in the order of the answers."""
    out = pd.DataFrame(index=index)
    out["weight"] = 1.0 if weights is None else weights.reindex(index).astype(float)
    # a weight of zero leaves the respondent out, as in the tables of the survey
    bad = ~(np.isfinite(out["weight"]) & (out["weight"] >= 0))
    if not (out["weight"] > 0).any():
        bad[:] = True
    if bad.any():
        raise DataError("bad_weights", name="weights", count=int(bad.sum()))
    out["cluster"] = None if cluster is None else cluster.reindex(index).astype(object)
    if controls is not None:
        out = out.join(controls.reindex(index).rename(columns=lambda c: f"c_{c}"))
    return out


def as_facts(table: pd.DataFrame, frame: pd.DataFrame, hospital_level: Sequence[str]) -> pd.DataFrame:
    """The answers, with facts of the hospital as its respondents see them together."""
    out = table.copy()
    known = frame["cluster"].notna()
    for code in map(str, hospital_level):
        share = table[code].groupby(frame["cluster"]).transform("mean")
        out[code] = (share >= 0.5).astype(float).where(share.notna()).where(known, table[code])
    return out
