"""Contract cases of the case study: small saved results of a region."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.core.result import Note, Result
from analysis.methods import case_study, ladder, lifetime

from .case import Case

ROW = {"method": "wilson", "flag": "ok"}


def results() -> dict[str, Result]:
    """Results as the notebooks save them, with numbers easy to read."""
    growth = Result(
        table=pd.DataFrame([{"group": "all", "value": 0.062, "lo": 0.031, "hi": 0.094, "n": 512, **ROW}]),
        settings={"months": 12},
    )
    worth = Result(
        table=pd.DataFrame([{"group": "all", "value": 8.6e6, "lo": 7.4e6, "hi": 9.9e6, "n": 512, **ROW}]),
        settings={"periods": 12.0, "unit": "month", "level": 0.9},
        finding=Note("lifetime_value_held_out", {"error": 0.08}),
    )
    tiers = Result(
        table=pd.DataFrame(
            [{"tier": "A", "n": 46, "share_customers": 0.09, "value": 0.7, "lo": 0.64, "hi": 0.76, **ROW}]
        )
    )
    nps = Result(table=pd.DataFrame([{"group": "all", "value": np.nan, "lo": -20.0, "hi": 38.0, "n": 21,
                                      "method": "adjusted_wald", "flag": "low_n"}]))  # fmt: skip
    climbed = ladder.measure(pd.Series([0, 1, 1, 2, 3, 3, 4, 4, 5, 6] * 5))
    silent = lifetime.AtRisk(
        table=pd.DataFrame({"customer_id": ["H001"], "value": [0.3]}), found=7, of=512, settings={}, notes=()
    )
    return {
        "value_growth": growth, "value_total": worth, "customers_tiers": tiers, "voice_nps": nps,
        "voice_ladder": climbed, "value_at_risk": silent,
    }  # fmt: skip


CASES = [
    Case("case_study.answers", lambda: case_study.answers(results())),
    Case("case_study.cards", lambda: case_study.cards(results())),
    Case("case_study.decisions", lambda: case_study.decisions(results(), as_of="2025-06-30")),
]
