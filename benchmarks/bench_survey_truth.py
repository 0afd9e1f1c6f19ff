"""Do weights bring a survey near its universe, and do the non-response bounds hold? Simulated worlds.

``python -m benchmarks survey_truth [--seeds 100]``. Each world draws a universe of internists and those who
answer. Scenario "main": answering depends on title and hospital level, which shift attitude (missing at random
given both); "mnar": on attitude itself as well. Printed for the whole survey and for each region: how often the
interval of the net promoter score holds that of the universe, unweighted (adjusted Wald) and weighted (raked,
trimmed at 5, linearised standard errors by hospital, with and without the residuals on the margins, and as the
score's own table prints it); the mean error; and how often the non-response bound holds the truth.

Bars, whole survey: main weighted at least .90, unweighted below .60; mnar bound at least .95. For mnar no coverage
is promised: weights on listed features cannot repair it.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from analysis.data.sample import hospitals, physicians
from analysis.data.sample import survey as drawn
from analysis.data.sample.setting import settle
from analysis.methods import satisfaction, survey
from analysis.stats import design, intervals

MARGINS = ["hospital_level", "title"]
ITEM = "Q6"


def world(seed: int, scenario: str) -> drawn.Survey:
    """The universe and the answers of one seed."""
    setting = settle(1.0, seed, 3, scenario)
    clinics = hospitals.build(setting)
    people = physicians.build(clinics, hospitals.departments(clinics, setting), setting)
    return drawn.build(clinics, people, setting)


def points(scores: pd.Series) -> pd.Series:
    """100 for promoters, −100 for detractors, 0 between."""
    score = scores.astype(float)
    return pd.Series(np.where(score >= 9, 100.0, np.where(score <= 6, -100.0, 0.0)), index=score.index)


def measure(asked: pd.DataFrame, universe: pd.DataFrame, margins: list[str]) -> list[dict[str, object]]:
    """Each estimate of the net promoter score against that of the universe."""
    truth = float(points(universe["nps"]).mean())
    known = asked[asked["score"].notna()]
    value = points(known["score"])
    up, down = int((value > 0).sum()), int((value < 0).sum())
    found = survey.represent(known, universe, margins=margins)
    weight, place = found.weights.reindex(known.index), known["hospital_id"]
    cells = found.calibration.reindex(known.index)
    linear = design.mean(value, weight, place)
    residual = design.mean(value, weight, place, margins=cells)
    bound = survey.bounds(known["score"], len(universe), kind="nps").table.iloc[0]
    printed = satisfaction.nps(known["score"], weights=weight, cluster=place).table.iloc[0]
    shown = {
        "unweighted": (float(value.mean()), *intervals.adjusted_wald_nps(up, down, len(value))),
        "weighted": (linear.value, linear.lo, linear.hi),
        "weighted_residual": (residual.value, residual.lo, residual.hi),
        "weighted_as_printed": (printed["value"], printed["lo"], printed["hi"]),
        "bound": ((bound["bound_lo"] + bound["bound_hi"]) / 2, bound["bound_lo"], bound["bound_hi"]),
    }
    return [
        {"estimate": name, "error": v - truth, "held": lo <= truth <= hi, "width": hi - lo, "margins": len(found.used)}
        for name, (v, lo, hi) in shown.items()
    ]


def run(seeds: range, scenario: str) -> pd.DataFrame:
    """One row per seed, part of the survey and estimate."""
    rows = []
    for seed in seeds:
        made = world(seed, scenario)
        people = made.respondents.set_index("response_id")
        people["score"] = pd.to_numeric(made.answers[ITEM], errors="coerce").reindex(people.index)
        people = people[people["mode"] != "rep_administered"]
        rows += [{"part": "all", **row} for row in measure(people, made.universe, [*MARGINS, "region"])]
        for region, inside in made.universe.groupby("region"):
            part = measure(people[people["region"] == region], inside, MARGINS)
            rows += [{"part": str(region), **row} for row in part]
    return pd.DataFrame(rows)


def main() -> None:
    """Print coverage, error and width by scenario, part and estimate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    count = parser.parse_args().seeds
    for scenario in ("main", "mnar"):
        start = time.perf_counter()
        table = run(range(count), scenario)
        grouped = table.groupby(["part", "estimate"], sort=False)
        shown = pd.DataFrame(
            {"held": grouped["held"].mean(), "mean_error": grouped["error"].mean(), "width": grouped["width"].mean()}
        )
        fewer = int((table["margins"] < len(MARGINS)).groupby(table.index // 5).any().sum())
        print(f"\n{scenario}: {count} seeds, {time.perf_counter() - start:.0f} s; parts with fewer margins: {fewer}")
        print(shown.round(2).to_string())


if __name__ == "__main__":
    main()
