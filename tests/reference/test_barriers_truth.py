"""Barriers of many worlds of the sample's generator against the log-odds put in; the benchmark prints all figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.data.sample import hospitals, physicians, questionnaire, setting, survey
from analysis.methods import barriers

TRUTH = pd.Series({code: effect for code, (_, _, effect) in questionnaire.BARRIERS.items()})
LARGEST = ["B01", "B06", "B09"]
WORLDS = 100


def ranked(number: int) -> barriers.Barriers:
    settled = setting.settle(1.0, 1000 + number, 3, "main")
    sites = hospitals.build(settled)
    everyone = physicians.build(sites, hospitals.departments(sites, settled), settled)
    drawn = survey.build(sites, everyone, settled)
    people = drawn.respondents.set_index("response_id")
    people = people[people["mode"] != "rep_administered"]
    answers = drawn.answers.loc[people.index, [f"Q7_{code[1:]}" for code in TRUTH.index]].astype(float)
    answers.columns = list(TRUTH.index)
    step = drawn.answers.loc[people.index, "Q3"].astype(float).rename("step")
    return barriers.rank(
        answers, step, None, cluster=people["hospital_id"], hospital_level="auto", n_boot=2,
        controls=people[["hospital_level", "specialty", "title"]],
    )  # fmt: skip


@pytest.mark.slow
def test_what_was_put_in_is_found() -> None:
    """Bars: bias .15, coverage .90 (B09 .88), false discoveries .15; measured .08, .95 (.95), .07.

    In the top four by mean effect: all three. In the top four by rank of one world: .96, .74, .90,
    all three in .60. Unbiased estimates with these errors would reach 77%: with 475
    answers the error of B06 is .22, so its −.7 is not always told from the −.5 of B03.
    """
    results = [ranked(number) for number in range(WORLDS)]
    fits = pd.concat([r.model for r in results])
    truth = fits["barrier"].map(TRUTH)
    covers = (fits["log_odds_lo"] <= truth) & (truth <= fits["log_odds_hi"])
    bias = fits.groupby("barrier")["log_odds"].mean() - TRUTH
    assert bias.abs().max() <= 0.15
    assert covers.mean() >= 0.90
    assert covers[fits["barrier"] == "B09"].mean() >= 0.88
    tables = [r.table.set_index("barrier") for r in results]
    found = [table.index[table["q"] <= 0.10] for table in tables]
    assert np.mean([np.mean(TRUTH[list(f)] == 0) if len(f) else 0.0 for f in found]) <= 0.15
    top = pd.DataFrame([{code: table.loc[code, "rank"] <= 4 for code in LARGEST} for table in tables])
    assert (top.mean() >= 0.70).all()
    assert (top.sum(axis=1) >= 2).mean() >= 0.95
    means = fits.groupby("barrier")["log_odds"].mean()
    assert set(LARGEST) <= set(means.nsmallest(4).index)
    assert all(r.settings["hospital_level"] == ["B09"] for r in results)
