"""What a reader must know of the drivers: limits as notes, and the one sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core.result import Note
from .question import Asked

__all__ = ["about_rows", "finding_of", "notes_of"]

_HIGH_VIF = 5
#: answers per driver under which shares move much from survey to survey
_FEW = 10
#: share of rows lost to gaps, and of the outcome at its highest answer, that is worth a word
_LOST, _CEILING, _MOST_ANSWERS = 0.2, 0.5, 11


def notes_of(frame: pd.DataFrame, asked: Asked, cv: float) -> tuple[Note, ...]:
    """Association first, then what limits the reading."""
    question = asked.question
    notes = [Note("drivers_association")]
    notes += about_rows(asked)
    if not cv > 0:
        notes.append(Note("drivers_no_prediction", {"cv": cv}))
    high = [str(d) for d in frame.loc[frame["vif"] > _HIGH_VIF, "driver"]]
    if high:
        notes.append(Note("drivers_collinear", {"drivers": high, "limit": _HIGH_VIF}))
    columns = dict(zip(asked.names, question.players, strict=True))
    flat = [str(d) for d, c in columns.items() if not question.X[:, c].any()]
    if flat:
        notes.append(Note("drivers_constant", {"drivers": flat}))
    away = question.y - question.y.mean()
    simple = {str(d): np.sign(question.X[:, c[0]] @ away) for d, c in columns.items() if len(c) == 1}
    against = [str(d) for d, s in zip(frame["driver"], frame["sign"], strict=True) if s * simple.get(str(d), 0) < 0]
    if against:
        notes.append(Note("drivers_sign_conflict", {"drivers": against}))
    return tuple(notes)


def about_rows(asked: Asked) -> list[Note]:
    """Answers left out, answers per driver, answers at the top of the scale."""
    question, n, kept = asked.question, len(asked.question.y), len(asked.whole[0].y)
    out = []
    if kept > n:
        out.append(Note("drivers_gaps_kept", {"n": kept, "complete": n}))
    elif asked.dropped:
        out.append(Note("rows_incomplete", {"count": asked.dropped, "n": n}))
    lost = asked.dropped / (n + asked.dropped)
    if lost > _LOST and kept == n:
        column, without = asked.worst
        gain = {"share": lost, "column": column, "n": without}
        out.append(Note("drivers_many_lost", gain) if without > n else Note("drivers_outcome_lost", {"share": lost}))
    if n < _FEW * question.X.shape[1]:
        out.append(Note("drivers_few_answers", {"n": n, "count": question.X.shape[1], "least": _FEW}))
    levels = np.unique(question.y)
    top = float(question.weights[question.y == levels[-1]].sum() / question.weights.sum())
    if 2 < len(levels) <= _MOST_ANSWERS and top > _CEILING:
        out.append(Note("drivers_ceiling", {"share": top}))
    out += [Note("drivers_base_level", {"column": c, "level": level}) for c, level in asked.base.items()]
    return out


def finding_of(frame: pd.DataFrame, cv: float, n_boot: int) -> Note:
    """The strongest driver above its probe, or that there is none."""
    n = int(frame["n"].iloc[0])
    if not cv > 0:
        return Note("drivers_no_prediction", {"n": n})
    if n_boot == 0:
        top = frame.iloc[0]
        shares = {k: float(top[k]) for k in ("share", "probe")}
        return Note("drivers_plain", {"driver": top["driver"], **shares})
    strong = frame[frame["beats_probe"]]
    if strong.empty:
        return Note("drivers_none", {"n": n})
    top = strong.iloc[0]
    values = {k: float(top[k]) for k in ("share", "lo", "hi", "probe")}
    return Note("drivers_share", {"driver": top["driver"], **values})
