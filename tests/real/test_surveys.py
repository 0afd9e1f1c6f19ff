"""What the public surveys say, computed apart from the kit on the source files."""

from __future__ import annotations

import itertools
import math
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.data import dataset, store, tables
from analysis.methods import barriers, drivers, opentext, satisfaction, survey
from analysis.runs import voice

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"
DATA = os.environ.get("RAPPORT_REAL_DATA")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not DATA, reason="RAPPORT_REAL_DATA does not point at the public data sets"),
]

Survey = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def read(example: str, files: str, file: str, folder: Path) -> Survey:
    """The source file, the answers and the items of the build."""
    home = Path(str(DATA)) / files
    if not home.is_dir():
        pytest.skip(f"no folder {files} under RAPPORT_REAL_DATA")
    built = store.build(dataset.load(EXAMPLES / example / "dataset.yaml", data_dir=home), folder)
    found = [tables.read(built.folder, name) for name in ("survey_responses", "survey_items")]
    return pd.read_csv(home / file), found[0], found[1]


@pytest.fixture(scope="module")
def mobile(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return read("ecsi-mobile", "ecsi_mobile_satisfaction", "responses.csv", tmp_path_factory.mktemp("ecsi"))


@pytest.fixture(scope="module")
def analysts(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    folder = tmp_path_factory.mktemp("analysts")
    return read("nhs-analyst-cpd", "nhs_analyst_cpd_barriers_survey", "responses.csv", folder)


@pytest.fixture(scope="module")
def clinicians(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    folder = tmp_path_factory.mktemp("clinicians")
    return read("clinician-ai-survey", "clinician_ai_adoption_survey", "responses.csv", folder)


@pytest.fixture(scope="module")
def patients(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    folder = tmp_path_factory.mktemp("patients")
    return read("gp-friends-family", "gp_friends_family_test", "responses.csv.gz", folder)


def wilson(hits: int, n: int) -> tuple[float, float, float]:
    """Share and 95% interval: Wilson (1927), written out."""
    z, p = 1.959963984540054, hits / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return p, middle - half, middle + half


def explained(X: pd.DataFrame, y: pd.Series) -> float:
    """R² of least squares."""
    if X.empty:
        return 0.0
    design = np.column_stack([np.ones(len(X)), X.to_numpy(dtype=float)])
    left = y - design @ np.linalg.lstsq(design, y.to_numpy(dtype=float), rcond=None)[0]
    return float(1 - (left**2).sum() / ((y - y.mean()) ** 2).sum())


def by_orders(X: pd.DataFrame, y: pd.Series) -> dict[str, float]:
    """LMG by its definition: the mean gain of each driver over all orders."""
    orders = list(itertools.permutations(X.columns))
    known = {frozenset(s): explained(X[list(s)], y) for k in range(X.shape[1] + 1) for s in
             itertools.combinations(X.columns, k)}  # fmt: skip
    gain = dict.fromkeys(X.columns, 0.0)
    for order in orders:
        for at, name in enumerate(order):
            gain[name] += known[frozenset(order[: at + 1])] - known[frozenset(order[:at])]
    return {name: total / len(orders) for name, total in gain.items()}


def test_alphas_of_standardised_blocks_of_mobile_customers(mobile: Survey) -> None:
    raw, answers, items = mobile
    wide = survey.wide(answers, items)
    # Spearman-Brown on the mean correlation within the block, from the source file; to three decimals:
    expected = {"IMAG": 0.723, "CUEX": 0.452, "PERQ": 0.877, "PERV": 0.824, "CUSA": 0.779, "CUSL": 0.472}
    for block, alpha in expected.items():
        names = [name for name in raw.columns if name.startswith(block)]
        k = len(names)
        between = (raw[names].corr().to_numpy().sum() - k) / (k * (k - 1))
        assert k * between / (1 + (k - 1) * between) == pytest.approx(alpha, abs=0.0005)
        found = survey.reliability(wide[names]).table.set_index("coefficient")
        assert found.loc["alpha_standardised", "value"] == pytest.approx(alpha, abs=0.0005)


def test_scales_of_mobile_customers_by_hand(mobile: Survey) -> None:
    raw, answers, items = mobile
    told = voice.Sheets(answers=answers, items=items, wave=survey.latest_wave(answers))
    found = survey.reliabilities(told.scales()).table.set_index("scale")
    for name, block in {
        "image": "IMAG",
        "expectation": "CUEX",
        "satisfaction": "PERQ",
        "value for money": "PERV",
    }.items():
        part = raw.filter(like=block)
        k = part.shape[1]
        alpha = k / (k - 1) * (1 - part.var().sum() / part.sum(axis=1).var())
        assert found.loc[name, "value"] == pytest.approx(alpha)


def test_satisfaction_of_mobile_customers_by_image_expectation_quality_and_value(mobile: Survey) -> None:
    raw, answers, items = mobile
    scores = survey.constructs(survey.wide(answers, items), items)
    X, y = scores[["image", "expectation", "satisfaction", "value for money"]], scores["overall_satisfaction"]
    found = drivers.importance(X, y, n_boot=50, seed=0).table.set_index("driver")["importance"]
    blocks = {"image": "IMAG", "expectation": "CUEX", "satisfaction": "PERQ", "value for money": "PERV"}
    means = pd.DataFrame({name: raw.filter(like=block).mean(axis=1) for name, block in blocks.items()})
    expected = by_orders(means, raw["CUSA1"])
    assert found.to_dict() == pytest.approx(expected)
    assert found.sum() == pytest.approx(explained(means, raw["CUSA1"]))
    assert found.idxmax() == "satisfaction"


def test_ten_steps_are_told_as_ten_steps(mobile: Survey) -> None:
    raw, answers, items = mobile
    known = voice.plan(survey.wide(answers, items), items)
    # a recommendation from 1 to 10 is no net promoter score
    assert known.nps is None and known.recommended is not None
    assert (known.recommended_scale, known.scale, known.wanted_scale) == ((1, 10), 10, 10)
    again = satisfaction.recommendation(known.recommended, low=1, high=10).table.set_index("measure")
    expected = wilson(int((raw["CUSL3"] >= 9).sum()), 250)
    assert again.loc["top_box", ["value", "lo", "hi"]].tolist() == pytest.approx(expected)
    block = satisfaction.overview(survey.wide(answers, items), items)
    told = block.table.set_index("measure")
    assert set(told.index) == {"satisfaction_top", "satisfaction_mean"}
    expected = wilson(int((raw["CUSA1"] >= 9).sum()), 250)
    assert told.loc["satisfaction_top", ["value", "lo", "hi"]].tolist() == pytest.approx(expected)
    assert {note.code for note in block.notes} == {"overview_counted", "recommendation_no_nps"}
    assert known.satisfaction is not None
    boxes = satisfaction.top_box(known.satisfaction, scale=known.scale).table.set_index("group")
    assert boxes.loc["network", "value"] == pytest.approx((raw["PERQ2"] >= 9).mean())
    wanted, got = satisfaction.pairs(survey.wide(answers, items), items)
    gap = satisfaction.gap(wanted, got, scales=(known.wanted_scale, known.scale)).table.iloc[0]
    assert gap["value"] == pytest.approx((raw["CUEX1"] - raw["PERQ1"]).mean())
    assert gap["unmet"] == pytest.approx((raw["CUEX1"] > raw["PERQ1"]).mean())


def test_obstacles_of_analysts_are_the_shares_of_the_source(analysts: Survey) -> None:
    raw, answers, items = analysts
    known = voice.plan(survey.wide(answers, items), items)
    assert known.mentions is not None
    found = barriers.rank(known.mentions, known.outcome, codebook=None, seed=0, n_boot=50).table.set_index("barrier")
    asked = {  # column, how the answer that names the obstacle begins, answers that say nothing
        "not aware of the offer": ("q11a_nhs_cpd_aware_cat", "Not at all", "-"),
        "no time at work": ("q12a_cpd_time_at_work_cat", "Rarely", "-"),
        "manager does not support": ("q14a_mgr_cpd_supportive_cat", "Not at all", "-"),
        "no budget": ("q17a_org_cpd_budget_cat", "No", "Don"),
    }
    assert set(found.index) == set(asked)
    for barrier, (column, named, nothing) in asked.items():
        said = raw[column][~raw[column].str.startswith(nothing)]
        expected = wilson(int(said.str.startswith(named).sum()), len(said))
        assert found.loc[barrier, ["value", "lo", "hi"]].tolist() == pytest.approx(expected)
    # the kit's obstacles are those to prescribing: none of its owners and answers is taken over
    assert set(found["owner"]) == {"owner_unknown"}
    assert known.rated is None  # asked on scales of two to five steps: their means are not compared
    assert known.X is not None and "barrier" not in known.X.columns


def test_barriers_and_drivers_of_clinicians(clinicians: Survey) -> None:
    raw, answers, items = clinicians
    known = voice.plan(survey.wide(answers, items), items)
    book = items.dropna(subset=["barrier_code"])
    assert known.mentions is not None and known.X is not None
    for code, part in book.groupby("barrier_code"):
        # two lowest answers to a statement in favour, two highest to a worry, in any item of the barrier
        named = [
            raw[i] >= 4 if worry else raw[i] <= 2 for i, worry in zip(part["item_id"], part["reverse"], strict=True)
        ]
        assert known.mentions[code].mean() == pytest.approx(pd.concat(named, axis=1).any(axis=1).mean())
    intent = raw[["Q22", "Q23", "Q24", "Q25"]].mean(axis=1)
    ease = raw[["Q13", "Q14", "Q15"]].mean(axis=1)
    found = drivers.measures(known.X, known.y).table.set_index("driver")
    assert found.loc["effort expectancy", "correlation"] == pytest.approx(ease.corr(intent))
    assert found["lmg"].sum() == pytest.approx(explained(known.X, known.y))
    # answers on worries are turned: a high score means few of them
    worries = 6 - raw[["Q02", "Q04"]].mean(axis=1)
    assert found.loc["few worries", "correlation"] == pytest.approx(worries.corr(intent))


def test_two_best_answers_by_surgery(patients: Survey) -> None:
    raw, answers, items = patients
    wide = survey.wide(answers, items)
    surgery = answers.drop_duplicates("response_id").set_index("response_id")["customer_id"].reindex(wide.index)
    found = satisfaction.top_box(wide["rating"].dropna(), by=surgery).table.set_index("group")
    said = raw[raw["rating"] != "Don't know"]
    good = said["rating"].isin(["Extremely likely", "Likely"])
    assert len(found) == 12
    for name, part in good.groupby(said["surgery"]):
        assert found.loc[name, ["value", "lo", "hi"]].tolist() == pytest.approx(wilson(int(part.sum()), len(part)))
    assert found.loc["all", "value"] == pytest.approx(3517 / 3863)  # 2,616 + 901 of 3,863 who chose a step


def test_patients_name_topics_and_no_barrier_to_prescribing(patients: Survey) -> None:
    raw, answers, _ = patients
    texts = answers[answers["item_id"] == "do_better"].set_index("response_id")["text"].dropna()
    coded = opentext.code(texts, language="en", kinds=["topic"])
    assert set(coded.table["theme_kind"]) <= {"topic", "theme_other"}
    assert len(texts) == int(raw["do_better"].notna().sum())
