"""Do barriers find the truth of the sample's generator? Many worlds, 500 internists in 90 hospitals each.

``python -m benchmarks barriers_truth [--worlds 100] [--family ordinal|logit]``. Bars: bias of each log-odds at most
.15; 95% intervals hold it in at least 90% of worlds over all barriers, and in at least 88% for the barrier that is a
fact of the hospital (B09); false discoveries at most 15%; B01, B06 and B09 in the top four. The generator's log-odds
are conditional on attitude and on a hospital effect that no questionnaire holds: a model without them estimates
log-odds some 5% smaller (1/√(1 + .346 × .34), Zeger, Liang and Albert 1988), and that is inside the bias shown.
"""

from __future__ import annotations

import argparse
import time
from typing import NamedTuple

import pandas as pd

from analysis.data.sample import hospitals, physicians, questionnaire, setting, survey
from analysis.methods import barriers

TRUTH = pd.Series({code: effect for code, (_, _, effect) in questionnaire.BARRIERS.items()})
LARGEST = ("B01", "B06", "B09")


class Panel(NamedTuple):
    """The answers of one world, without those asked by a representative."""

    answers: pd.DataFrame
    step: pd.Series
    people: pd.DataFrame


def draw(number: int) -> Panel:
    """Universe and survey of one world; nothing else of it is drawn."""
    settled = setting.settle(1.0, 1000 + number, 3, "main")
    sites = hospitals.build(settled)
    everyone = physicians.build(sites, hospitals.departments(sites, settled), settled)
    drawn = survey.build(sites, everyone, settled)
    people = drawn.respondents.set_index("response_id")
    people = people[people["mode"] != "rep_administered"]
    answers = drawn.answers.loc[people.index, [f"Q7_{code[1:]}" for code in TRUTH.index]].astype(float)
    answers.columns = list(TRUTH.index)
    return Panel(answers, drawn.answers.loc[people.index, "Q3"].astype(float).rename("step"), people)


def rank(panel: Panel, family: str, n_boot: int = 2) -> barriers.Barriers:
    """The ranking as the notebook calls it, with controls and with facts of the hospital found by agreement."""
    outcome = panel.step if family == "ordinal" else (panel.step >= 4).astype(float).rename("step")
    return barriers.rank(
        panel.answers, outcome, None, cluster=panel.people["hospital_id"], hospital_level="auto", n_boot=n_boot,
        controls=panel.people[["hospital_level", "specialty", "title"]], family=family,
    )  # fmt: skip


def study(worlds: int, family: str) -> dict[str, pd.DataFrame]:
    """Estimates of all worlds: ``fits`` (world, barrier, …) and ``lists`` (one row per world)."""
    fits, lists = [], []
    for number in range(worlds):
        ranked = rank(draw(number), family)
        fit = ranked.model.assign(world=number, truth=lambda f: f["barrier"].map(TRUTH))
        fit["covers"] = (fit["log_odds_lo"] <= fit["truth"]) & (fit["truth"] <= fit["log_odds_hi"])
        fits.append(fit)
        table = ranked.table.set_index("barrier")
        found = table.index[table["q"] <= 0.10]
        lists.append({
            "false": sum(TRUTH[code] == 0 for code in found) / max(len(found), 1),
            "facts": ranked.settings["hospital_level"] == ["B09"],
            **{f"effect_{code}": code in table["effect"].nsmallest(4).index for code in LARGEST},
            **{f"rank_{code}": bool(table["rank"][code] <= 4) for code in LARGEST},
        })  # fmt: skip
    return {"fits": pd.concat(fits, ignore_index=True), "lists": pd.DataFrame(lists)}


def summary(found: dict[str, pd.DataFrame]) -> dict[str, float]:
    """The figures the bars speak of."""
    fits, lists = found["fits"], found["lists"]
    by = fits.groupby("barrier")
    bias = by["log_odds"].mean() - TRUTH
    mean = by["log_odds"].mean().nsmallest(4).index
    out = {
        "largest bias": float(bias.abs().max()), "bias of B09": float(bias["B09"]),
        "coverage, all barriers": float(fits["covers"].mean()),
        "coverage, lowest barrier": float(by["covers"].mean().min()),
        "coverage of B09": float(by["covers"].mean()["B09"]), "false discoveries": float(lists["false"].mean()),
        "B09 alone found to be a fact of the hospital": float(lists["facts"].mean()),
        "top four of the mean effects hold all three": float(set(LARGEST) <= set(mean)),
    }  # fmt: skip
    for kind in ("effect", "rank"):
        columns = [f"{kind}_{code}" for code in LARGEST]
        out |= {f"top four by {kind}, {code}": float(lists[f"{kind}_{code}"].mean()) for code in LARGEST}
        out[f"top four by {kind}, two of three or more"] = float((lists[columns].sum(axis=1) >= 2).mean())
        out[f"top four by {kind}, all three"] = float(lists[columns].all(axis=1).mean())
    return out


def main() -> None:
    """Print the figures of both kinds of model, and how long one ranking takes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=100)
    parser.add_argument("--family", choices=("ordinal", "logit"), action="append")
    given = parser.parse_args()
    panel = draw(0)
    start = time.perf_counter()
    rank(panel, "ordinal", n_boot=300)
    print(f"one ranking, 300 draws, {len(panel.step)} respondents, 18 barriers: {time.perf_counter() - start:.2f} s")
    for family in given.family or ["ordinal", "logit"]:
        start = time.perf_counter()
        found = study(given.worlds, family)
        print(f"\n{family}, {given.worlds} worlds, {time.perf_counter() - start:.0f} s")
        for name, value in summary(found).items():
            print(f"  {name:<46}{value:7.3f}")
        by = found["fits"].groupby("barrier")
        print(pd.DataFrame({"truth": TRUTH, "mean": by["log_odds"].mean(), "sd": by["log_odds"].std(),
                            "covers": by["covers"].mean()}).round(3).to_string())  # fmt: skip


if __name__ == "__main__":
    main()
