"""Probability active and orders ahead by how often customers have bought and how long they have been silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import special, stats

from ...core import checks
from ...core.result import Disclosure, Note, Result
from .ahead import ahead
from .fitting import LOW_N, LifetimeFit
from .prediction import parameter_points
from .rows import compress
from .summary import UNIT_DAYS
from .tested import active_notes

__all__ = ["Matrix", "matrix"]

#: lowest number of repeat purchases of each band, and its name
FREQUENCIES = {0: "0", 1: "1", 2: "2", 3: "3", 4: "4–6", 7: "7–11", 12: "12+"}
#: months of silence above which each band begins
SILENCES = {0: "silent_1", 1: "silent_2", 2: "silent_3", 3: "silent_6", 6: "silent_12", 12: "silent_longer"}


@dataclass(frozen=True, eq=False, kw_only=True)
class Matrix(Result):
    """Customers by repeat purchases and time since the last one.

    Attributes
    ----------
    table : DataFrame
        frequency ("0" … "12+"), silence (term: up to 1, 2, 3, 6, 12 months, longer), value (mean probability
        active), lo, hi (parameters), expected (mean orders in the next ``periods``), n, method, flag;
        only where there are customers.
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "lo": "percent", "hi": "percent", "expected": "number2"}
    disclosure: ClassVar[Disclosure] = Disclosure(
        hides=("value", "lo", "hi", "expected"), keys=("frequency", "silence"), within=()
    )


def matrix(  # the test is for the notes alone
    fit: LifetimeFit,
    history: pd.DataFrame,
    *,
    periods: float,
    unit: str = "week",
    level: float = 0.9,
    tested: Any = None,
) -> Matrix:
    """Mean probability active and expected orders of customers alike in frequency and silence.

    Parameters
    ----------
    fit : LifetimeFit
    history : DataFrame
        As from `summarise`, in the unit the fit was made on.
    periods : float
        Horizon of the expected orders, in that unit.
    unit : {"day", "week", "month"}, default "week"
    level : float, default 0.9
        Of the interval of the mean probability, which is that of the parameters.
    tested : Comparison, optional
        Held-out test: a note says how the model did, and whether a plain rule did better.

    Raises
    ------
    SettingError
        ``out_of_range``, ``not_a_choice`` (unit), ``history_unit``.
    """
    checks.number(periods, name="periods", low=0)
    checks.choice(unit, UNIT_DAYS, name="unit")
    checks.number(level, name="level", low=0.01, high=0.9999)
    seen = ahead(fit, history, periods)
    rows = compress(history)
    month = UNIT_DAYS["month"] / UNIT_DAYS[unit]
    often = np.searchsorted(list(FREQUENCIES), rows.frequency, side="right") - 1
    # a month is 30.4375 days: silence of exactly one month belongs to the first band
    silent = np.maximum(np.searchsorted(np.array(list(SILENCES)) * month, rows.age - rows.recency) - 1, 0)
    cell = often * len(SILENCES) + silent
    size = len(FREQUENCIES) * len(SILENCES)
    n = np.bincount(cell, weights=rows.weights, minlength=size)
    known = np.flatnonzero(n)

    alive = [fit.model.p_alive(values, rows) for values in (fit.parameters, *parameter_points(fit))]
    means = np.array([np.bincount(cell, weights=rows.weights * p, minlength=size)[known] for p in alive]) / n[known]
    logit = special.logit(np.clip(means, 1e-12, 1 - 1e-12))
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt(np.mean((logit[1:] - logit[0]) ** 2, axis=0))
    expected = np.bincount(cell, weights=rows.weights * seen.first, minlength=size)[known] / n[known]
    table = pd.DataFrame(
        {
            "frequency": np.array(list(FREQUENCIES.values()))[known // len(SILENCES)],
            "silence": np.array(list(SILENCES.values()))[known % len(SILENCES)],
            "value": means[0],
            "lo": np.minimum(special.expit(logit[0] - half), means[0]),
            "hi": np.maximum(special.expit(logit[0] + half), means[0]),
            "expected": expected,
            "n": n[known].astype(np.int64),
            "method": "parameter_interval",
            "flag": np.where(n[known] < LOW_N, "low_n", "ok"),
        }
    )
    late = silent >= list(SILENCES).index(3)
    total = float(rows.weights.sum())
    told = {
        "n": round(total),
        "share": float(rows.weights @ alive[0]) / total,
        "late": round(float(rows.weights[late].sum())),
    }
    finding, notes = Note("lifetime_matrix", told), fit.notes[: fit.verdict != "interior"]
    if fit.repeaters == 0 and fit.customers > 0:
        # nobody ever came back: a probability would be the shape of the model and nothing else
        table = table.assign(value=np.nan, lo=np.nan, hi=np.nan, expected=np.nan, flag="not_identified")
        finding, notes = Note("lifetime_total_unknown", {"n": told["n"]}), (*notes, Note("nobody_repeats"))
    return Matrix(
        table=table,
        settings={"periods": periods, "unit": unit, "level": level, "family": fit.family},
        notes=(*notes, *active_notes(tested, family=fit.family)),
        finding=finding,
    )
