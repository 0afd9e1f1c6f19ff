"""The survey of the sample: questions the latest wave adds, the wave before, posts and coded comments."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.optimize import minimize

from analysis.data import dataset, intake
from analysis.data.sample import added_answers, added_items, coding, earlier, feedback, questionnaire, setting, world

BUNDLED = Path(__file__).parents[2] / "data" / "sample"
SEED = 20250630


def truth(name: str) -> dict[str, Any]:
    return json.loads((BUNDLED / "truth" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def main() -> world.World:
    return world.build(setting.settle(1.0, SEED, 3, "main"))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> intake.Book:
    """The two exports and nothing else, read as a build reads them."""
    folder = tmp_path_factory.mktemp("survey")
    for name in ("survey_2025Q2.csv", "survey_2024Q4.csv", "codebook.yaml", "codebook_2024Q4.yaml"):
        shutil.copy(BUNDLED / name, folder)
    declared = yaml.safe_load((BUNDLED / "dataset.yaml").read_text(encoding="utf-8"))
    declared = {"name": "survey", "tables": {"survey_responses": declared["tables"]["survey_responses"]}}
    path = folder / "dataset.yaml"
    path.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    return intake.read_all(dataset.load(path), as_of=setting.AS_OF)


def used(main: world.World) -> pd.Series:
    return main.added.whole["Q15"].str.split("┋").map(set)


# -- brands, effort, journey, best and worst ---------------------------------------------------


def test_brands_used_agree_with_ladder_and_preference(main: world.World) -> None:
    brands, step = used(main), main.survey.answers["Q3"].astype(int)
    said = main.survey.answers["Q5"].dropna()
    assert all(name in brands[who] for who, name in said.items())
    own = brands.map(lambda names: "砚安欣" in names)
    assert own[step >= 5].all()
    assert not own[step < 3].any()
    # nine in ten; 83 answers, standard error .033
    assert own[step == 4].mean() == pytest.approx(0.9, abs=0.1)
    assert all(names <= set(questionnaire.BRANDS_USED) and names for names in brands)


def test_brands_follow_double_jeopardy_but_one(main: world.World) -> None:
    """Fewer users, less preferred by them and more other brands beside it; the niche has few and faithful users."""
    told = truth("voice")["brands_used"]
    table = pd.DataFrame.from_dict(told["brands"], orient="index")
    niche = table.loc[told["breaks_the_pattern"]]
    others = table.drop(told["breaks_the_pattern"])
    assert others["penetration"].corr(others["preferred_by_users"]) > 0.9
    assert others["penetration"].corr(others["brands_per_user"]) < -0.9
    assert niche["penetration"] == table["penetration"].min()
    # on the others' line a brand of 18 % users would be preferred by about 15 % of them
    line = np.polyfit(others["penetration"], others["preferred_by_users"], 1)
    assert niche["preferred_by_users"] - np.polyval(line, niche["penetration"]) > 0.3
    assert niche["sole_users"] == table["sole_users"].max()
    brands = used(main)
    for name, row in table.iterrows():
        assert brands.map(lambda names, name=name: name in names).mean() == pytest.approx(row["penetration"], abs=1e-4)


def test_one_stage_of_the_journey_is_the_weakest(book: intake.Book) -> None:
    told, answers = truth("voice"), book.frames["survey_responses"]
    items = book.frames["survey_items"].query("construct == 'touchpoint'")
    found = answers[answers["item_id"].isin(items["item_id"])].groupby("item_id")["value"].mean()
    found.index = found.index.map(items.set_index("item_id")["x_stage"])
    assert list(items["x_stage"]) == [stage for stage, _, _ in added_items.STAGES.values()]
    assert found.idxmin() == told["touchpoints"]["weakest_stage"]
    for stage, mean in told["touchpoints"]["mean"].items():
        # standard error of a mean of 455 answers: .04; the truth has no gaps
        assert found[stage] == pytest.approx(mean, abs=0.06)
    effort = answers.loc[answers["item_id"] == "Q16", "value"]
    assert effort.mean() == pytest.approx(told["effort"]["mean"], abs=0.06)


def test_groups_of_four_needs_are_balanced(book: intake.Book) -> None:
    pairs: dict[tuple[int, int], int] = {}
    for among in added_items.DESIGN:
        for one in among:
            for other in among:
                pairs[one, other] = pairs.get((one, other), 0) + 1
    # 7 groups of 4 of 7: every need 7 x 4 / 7 = 4 times, every pair 7 x 6 / 21 = 2 times
    assert {count for (a, b), count in pairs.items() if a == b} == {4}
    assert {count for (a, b), count in pairs.items() if a != b} == {2}
    # the codebook says in words what the numbers stand for
    items = book.frames["survey_items"].query("construct == 'maxdiff'").set_index("item_id")
    answers = book.frames["survey_responses"]
    for item, wording in items["text"].items():
        said = {word: int(number) for number, word in re.findall(r"(\d)\.([^／]+)", wording)}
        assert said == added_items.shown(str(item))
        assert set(answers.loc[answers["item_id"] == item, "value"].dropna()) == set(said.values())


def minus_log_likelihood(free: np.ndarray, best: np.ndarray, worst: np.ndarray) -> float:
    """Sequential best-worst logit (Marley & Louviere 2005, J. Math. Psychol. 49, 464), last utility minus the rest."""
    utility, total = np.append(free, -free.sum()), 0.0
    for task, among in enumerate(added_items.DESIGN):
        places = np.array(among)
        shown = np.tile(utility[places], (len(best), 1))
        first = places == best[:, [task]]
        total += (shown[first] - np.log(np.exp(shown).sum(axis=1))).sum()
        rest = np.where(first, -np.inf, -shown)
        last = places == worst[:, [task]]
        total += (rest[last] - np.log(np.exp(rest).sum(axis=1))).sum()
    return -float(total)


def test_utilities_are_found_again_by_segment(main: world.World) -> None:
    """105 to 147 persons a segment, 14 choices each: standard error .08 to .12; measured mean error .09."""
    people = main.survey.respondents.set_index("response_id")
    people = people[~people["straight"]]
    code = {word: at for at, word in enumerate(added_items.MAXDIFF_NEEDS)}
    whole = main.added.whole.loc[people.index].filter(like="Q18").replace(code).astype(int)
    found = {}
    for name, own in people.groupby("needs"):
        best, worst = (whole.loc[own.index].filter(like=side).to_numpy() for side in ("best", "worst"))
        fit = minimize(minus_log_likelihood, np.zeros(6), args=(best, worst), method="BFGS")
        found[name] = np.append(fit.x, -fit.x.sum())
    true = pd.DataFrame(truth("voice")["maxdiff"]["utility_by_segment"]).T
    error = np.array([found[name] for name in true.index]) - true.to_numpy()
    assert np.abs(error).mean() < 0.12
    assert np.abs(error).max() < 0.35


def test_gaps_and_careless_sheets_are_as_in_the_other_items(main: world.World) -> None:
    answers, people = main.added.answers, main.survey.respondents.set_index("response_id")
    assert answers.isna().mean().mean() == pytest.approx(0.09, abs=0.015)
    assert not answers[people["straight"]].isna().any(axis=None)
    # a group is left out as a whole
    for task in range(1, 8):
        assert (answers[f"Q18_{task}_best"].isna() == answers[f"Q18_{task}_worst"].isna()).all()
    ticked = main.added.whole.loc[people["straight"], ["Q16", *added_items.STAGES]]
    assert (ticked.nunique(axis=1) == 1).all()


# -- the wave before ---------------------------------------------------------------------------


def test_the_earlier_export_is_read_as_it_was_answered(main: world.World, book: intake.Book) -> None:
    """Numbered headings, a column per option and per row of a matrix, ratings as numbers: nothing is lost."""
    rows = book.frames["survey_responses"].query("wave == '2024Q4'")
    items = book.frames["survey_items"].query("wave == '2024Q4'")
    drawn = main.earlier.answers
    assert sorted(items["item_id"]) == sorted(drawn.columns)
    wide = rows.pivot(index="response_id", columns="item_id", values="value")
    for item in drawn.columns.difference(["Q5", "Q14"]):
        expected = pd.to_numeric(drawn[item]).astype("float64")
        pd.testing.assert_series_equal(wide[item].loc[expected.index], expected, check_names=False)
    words = rows.pivot(index="response_id", columns="item_id", values="text")["Q5"].dropna()
    assert words.to_dict() == drawn["Q5"].dropna().to_dict()
    assert set(rows.loc[rows["value"].isna() & rows["text"].isna(), "missing_reason"]) == {"skipped"}


def test_more_than_half_answered_both_times(main: world.World) -> None:
    told = truth("waves")
    before, now = main.earlier.respondents["customer_id"], main.survey.respondents["customer_id"]
    assert before.is_unique
    assert set(before) & set(now) == set(told["panel"])
    assert len(before) == 320
    assert told["both_waves"] == round(earlier.PANEL * 320)
    assert not set(main.earlier.respondents["response_id"]) & set(main.survey.respondents["response_id"])
    assert main.earlier.respondents["date"].max() < main.survey.respondents["date"].min()


def test_what_changed_between_the_waves_and_what_did_not(main: world.World) -> None:
    told = truth("waves")
    assert told["ladder_latent_change"] == pytest.approx(0.35)
    assert told["ladder_at_least_4"][1] - told["ladder_at_least_4"][0] > 0.04
    then, now = (pd.DataFrame(told["barrier_prevalence"]).T[at] for at in (0, 1))
    assert then["B01"] - now["B01"] > 0.08
    # 1,020 internists, a quarter of the answers drawn anew: standard deviation of a change below .01
    assert (then - now).drop("B01").abs().max() < 0.03
    low, *same = told["nps_universe"].values()
    assert low[1] - low[0] == pytest.approx(earlier.NPS_SHIFT, abs=0.005)
    assert all(a == pytest.approx(b, abs=0.005) for a, b in same)


def test_one_need_has_become_more_important(main: world.World) -> None:
    """All persons of both waves; standard error of a difference of means in deviations is .07."""
    found = {}
    for item in questionnaire.NEEDS:
        before, now = (pd.to_numeric(drawn.answers[item]) for drawn in (main.earlier, main.survey))
        found[item] = (now.mean() - before.mean()) / now.std()
    told = truth("waves")["importance_change_sd"]
    assert {item for item, change in told.items() if change} == {"Q11_3"}
    for item, change in told.items():
        assert found[item] == pytest.approx(change, abs=0.2), item


# -- posts and comments --------------------------------------------------------------------------


def test_every_post_is_known(main: world.World) -> None:
    posts, told = main.tables["feedback_text"].set_index("feedback_id"), truth("feedback")
    assert set(posts.index) == set(told)
    assert len(posts) == 510
    table = pd.DataFrame.from_dict(told, orient="index")
    assert (table["topic"] == posts["topic"]).all()
    assert set(table["sentiment"]) == {-1, 0, 1}
    # a denied reaction is none, and what is one is not denied
    denied = table[table["denied"] == "adverse_event"]
    assert len(denied) >= 10
    assert not denied["adverse_event"].any()
    assert (table.loc[table["adverse_event"], "topic"] == "adverse_event").all()
    assert table["phone"].sum() == len(feedback.PHONES)
    assert posts.loc[table["named"].notna(), "text"].str.contains("|".join(feedback.PEOPLE)).all()
    assert 5 <= table["named"].notna().sum() <= 40
    # every hard phrase is there
    assert all(posts["text"].str.startswith(phrase.text).any() for phrase in feedback.HARD)


def test_two_coders_differ_in_the_stated_share(main: world.World) -> None:
    told = truth("coded_comments")
    rows = told["comments"]
    differing = [who for who, row in rows.items() if row["coder_1"] != row["coder_2"]]
    assert len(differing) / len(rows) == pytest.approx(coding.DISAGREE, abs=0.003)
    themes = truth("survey")["comment_themes"]
    comments = main.survey.answers["Q14"].dropna()
    for who, row in rows.items():
        assert row["coder_1"] == themes.get(who, [])
        assert set(row["coder_2"]) <= set(told["codes"])
        assert who in comments.index
    # the same codes are delivered as a table: a row per comment, coder and theme
    table = main.tables["coded_texts"]
    assert set(table["coder"]) == {"BM01", "BM02"}
    for coder, key in (("BM01", "coder_1"), ("BM02", "coder_2")):
        given = table[table["coder"] == coder].groupby("response_id")["theme"].agg(lambda codes: sorted(codes.dropna()))
        assert given.to_dict() == {who: row[key] for who, row in rows.items()}
    assert set(table["sentiment"]) == {"positive", "neutral", "negative"}


def test_a_small_world_has_both_waves() -> None:
    made = world.build(setting.settle(0.1, 3, 2, "mnar"))
    assert len(made.earlier.respondents) >= 20
    assert len(made.added.answers) == len(made.survey.respondents)
    assert made.added.preferred.isin(questionnaire.BRANDS_USED).all()
    assert added_answers.utilities().sum(axis=1).abs().max() < 1e-12
