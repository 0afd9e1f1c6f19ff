"""Weights and bounds on the sample's own surveys: a few of the seeds of ``benchmarks/bench_survey_truth.py``."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.data.sample import hospitals, physicians
from analysis.data.sample import survey as drawn
from analysis.data.sample.setting import settle
from analysis.methods import survey
from analysis.stats import design, intervals

pytestmark = pytest.mark.slow
SEEDS = range(40)


def points(scores: pd.Series) -> np.ndarray:
    return np.where(scores >= 9, 100.0, np.where(scores <= 6, -100.0, 0.0))


def held(scenario: str) -> pd.DataFrame:
    """Seed by seed: does each interval of the net promoter score hold that of the universe?"""
    rows = []
    for seed in SEEDS:
        setting = settle(1.0, seed, 3, scenario)
        clinics = hospitals.build(setting)
        people = physicians.build(clinics, hospitals.departments(clinics, setting), setting)
        made = drawn.build(clinics, people, setting)
        truth = points(made.universe["nps"]).mean()
        asked = made.respondents.set_index("response_id")
        asked["score"] = pd.to_numeric(made.answers["Q6"], errors="coerce").reindex(asked.index)
        asked = asked[(asked["mode"] != "rep_administered") & asked["score"].notna()]
        value = points(asked["score"])
        found = survey.represent(asked, made.universe, margins=["hospital_level", "title", "region"])
        cells = found.calibration.reindex(asked.index)
        weighted = design.mean(value, found.weights.reindex(asked.index), asked["hospital_id"], margins=cells)
        plain = intervals.adjusted_wald_nps((value > 0).sum(), (value < 0).sum(), len(value))
        bound = survey.bounds(asked["score"], len(made.universe), kind="nps").table.iloc[0]
        rows.append(
            {
                "weighted": weighted.lo <= truth <= weighted.hi,
                "unweighted": plain[0] <= truth <= plain[1],
                "bound": bound["bound_lo"] <= truth <= bound["bound_hi"],
            }
        )
    return pd.DataFrame(rows)


def test_weights_repair_what_depends_on_the_margins() -> None:
    share = held("main").mean()
    assert share["weighted"] >= 0.9
    assert share["unweighted"] < 0.6
    assert share["bound"] >= 0.95


def test_weights_do_not_repair_what_depends_on_the_answer_but_the_bound_holds() -> None:
    share = held("mnar").mean()
    assert share["weighted"] < 0.9
    assert share["bound"] >= 0.95
