"""Importance against the respondent's own mean."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.result import Note
from ...stats import design, respondents

__all__ = ["BASES", "TOP", "centred", "estimate", "told"]

#: what is compared: importance against the respondent's own mean, or as answered
BASES = ("centred", "raw")
#: answers from here on count as important
TOP = 4


def centred(frame: pd.DataFrame) -> pd.DataFrame:
    """Each answer minus the mean of all that this respondent gave.

    Some people rate everything high. Such a habit makes groups and waves look different
    in every need at once; the difference from a person's own mean is free of it. Who
    answered fewer than two items says nothing about what matters more, and is left out.
    """
    own = frame.sub(frame.mean(axis=1), axis=0)
    return own.where(frame.notna().sum(axis=1) >= 2)


def estimate(values: np.ndarray, answers: respondents.Answers, level: float, **more: Any) -> design.Estimate:
    """Design-based mean of one column."""
    return design.mean(values, answers.weights, answers.cluster, level, **more)


def told(frame: pd.DataFrame) -> tuple[Note, ...]:
    """How many could not be centred, and how many gave every item the same."""
    answered = frame.notna().sum(axis=1)
    notes = []
    single = int((answered == 1).sum())
    if single:
        notes.append(Note("needs_one_answer", {"count": single, "n": len(frame)}))
    alike = int(((answered >= 2) & (frame.max(axis=1) == frame.min(axis=1))).sum())
    if alike:
        notes.append(Note("needs_alike", {"count": alike, "n": len(frame)}))
    return tuple(notes)
