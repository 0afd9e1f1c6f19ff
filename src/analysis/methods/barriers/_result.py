"""The ranking of barriers as a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from ...core.result import Disclosure, Result
from ._association import no_model

__all__ = ["Barriers"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Barriers(Result):
    """Barriers, the ones to work on first.

    Attributes
    ----------
    table : DataFrame
        barrier; n (who answered), mentions; value, lo, hi (prevalence); effect, effect_lo,
        effect_hi (average marginal effect of naming it on the chance of the outcome), p, q
        (false discovery rate), effect_shrunk; addressable, owner, level ("hospital" or
        "respondent"); priority (prevalence x shrunken effect x addressability), with
        priority_lo, priority_hi; rank, rank_lo, rank_hi (among those with a priority, that
        passed q); met_by_users (goes with more use); method, flag, effect_flag
        ("not_identified": tied to other columns, or it separates the outcome and its effect
        rests on a prior).
    model : DataFrame
        barrier, log_odds, log_odds_lo, log_odds_hi, log_odds_df (the coefficient), effect_se,
        effect_df, mentions: the numbers of the fit, for statisticians.
    scenario : DataFrame or None
        Table of `barriers.scenario` where values of accounts were given, else None.
    """

    model: pd.DataFrame = field(default_factory=no_model)
    scenario: pd.DataFrame | None = None

    formats: ClassVar[Mapping[str, str]] = {
        "n": "count", "mentions": "count", "value": "percent", "lo": "percent", "hi": "percent", "effect": "points",
        "effect_lo": "points", "effect_hi": "points", "p": "number2", "q": "number2", "effect_shrunk": "points",
        "priority": "number", "priority_lo": "number", "priority_hi": "number", "rank": "count", "rank_lo": "count",
        "rank_hi": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("mentions", "n", "respondents"),
        hides=("value", "lo", "hi", "effect", "effect_lo", "effect_hi", "effect_shrunk", "p", "q", "priority",
               "priority_lo", "priority_hi", "log_odds", "log_odds_lo", "log_odds_hi", "effect_se", "worth",
               "share_added"),
    )  # fmt: skip
