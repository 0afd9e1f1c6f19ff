"""Latent classes of answers."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from analysis.core.errors import DataError, SettingError
from analysis.methods import segments

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
#: seven pathologists on 118 slides, 1 = carcinoma: patterns and their counts, Agresti (2002), Categorical Data
#: Analysis, table 13.1; the data set ``carcinoma`` of R's poLCA
CARCINOMA = {
    "0000000": 34, "0000100": 2, "0100000": 6, "0100001": 1, "0100100": 4, "0100101": 5, "1000000": 2,
    "1010101": 1, "1100000": 2, "1100001": 1, "1100100": 2, "1100101": 7, "1100111": 1, "1101001": 1,
    "1101101": 2, "1101111": 3, "1110101": 13, "1110111": 5, "1111101": 10, "1111111": 16,
}  # fmt: skip


def respondents(n):
    return pd.Index([f"R{i:04d}" for i in range(n)], name="response_id")


def carcinoma():
    rows = [list(map(int, pattern)) for pattern, count in CARCINOMA.items() for _ in range(count)]
    return pd.DataFrame(rows, respondents(118), list("ABCDEFG"))


def answered(seed, *, n=800, missing=0.15):
    """Two needs, 30 and 70 % of the universe; those with the first answer 3.5 times as often."""
    rng = np.random.default_rng(seed)
    chance = np.array([[0.85, 0.2], [0.8, 0.3], [0.25, 0.75], [0.9, 0.35], [0.3, 0.8], [0.7, 0.15]])
    truth = (rng.random(n) > 0.6).astype(int)
    yes = rng.random((n, 6)) < chance[:, truth].T
    frame = pd.DataFrame(np.where(yes, "yes", "no"), respondents(n), [f"Q{i}" for i in range(1, 7)], dtype="str")
    # 60 % answered instead of 30, 40 instead of 70
    weights = pd.Series(np.where(truth == 0, 0.3 / 0.6, 0.7 / 0.4), frame.index)
    return frame.mask(rng.random(frame.shape) < missing), weights, truth, chance


@pytest.mark.parametrize(
    ("k", "log_likelihood", "bic"), [(2, -317.2568, 706.07), (3, -293.7050, 697.14), (4, -289.2858, 726.46)]
)
def test_carcinoma_as_in_polca(k, log_likelihood, bic):
    """R 4.2.2, poLCA 1.6.0.2, best of many starts."""
    model = segments.fit(carcinoma(), k=k, method="lca")
    # poLCA prints four and two decimals; its last solutions differ by less than 1e-4
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=2e-4)
    assert model.bic == pytest.approx(bic, abs=0.006)
    assert "segments_classes_rarely" not in [note.code for note in model.notes]


def test_one_class_by_hand():
    answers = pd.DataFrame({"Q1": ["yes", "yes", "no", None], "Q2": ["a", "b", "a", "b"]}, respondents(4))
    model = segments.fit(answers, k=1, method="lca")
    # Q1: 2 of the 3 who answered; Q2: 2 of 4
    assert model.probabilities["value"].tolist() == pytest.approx([1 / 3, 2 / 3, 1 / 2, 1 / 2])
    assert model.log_likelihood == pytest.approx(2 * np.log(2 / 3) + np.log(1 / 3) + 4 * np.log(1 / 2))
    # 1 free probability per item: -2 LL + 2 ln 4
    assert model.bic == pytest.approx(-2 * model.log_likelihood + 2 * np.log(4))
    weighted = segments.fit(answers, k=1, method="lca", weights=pd.Series([2.0, 1.0, 1.0, 5.0], answers.index))
    assert weighted.probabilities["value"].tolist() == pytest.approx([1 / 4, 3 / 4, 3 / 9, 6 / 9])


def test_weights_bring_back_the_shares_and_missing_answers_do_no_harm():
    shares, plain, worst = [], [], []
    for seed in range(3):
        answers, weights, truth, chance = answered(seed)
        # the first segment is the one that says yes to Q1
        order = answers["Q1"].map({"yes": 1.0, "no": 0.0}).fillna(0.5)
        model = segments.fit(answers, k=2, method="lca", weights=weights, order_by=order)
        shares.append(model.weights[0])
        plain.append(segments.fit(answers, k=2, method="lca", order_by=order).weights[0])
        yes = model.probabilities.query("answer == 'yes'")["value"].to_numpy().reshape(6, 2)
        worst.append(np.abs(yes - chance).max())
        assert adjusted_rand_score(truth, model.customers["segment"]) > 0.5
    assert np.mean(shares) == pytest.approx(0.3, abs=0.05)
    assert np.mean(plain) == pytest.approx(0.6, abs=0.05)
    # 800 respondents, 15 % missing: standard error of a probability about 0.03, largest of twelve
    assert max(worst) < 0.15


def test_the_model_places_the_fitted_and_others_without_a_pickle(tmp_path):
    answers, weights, _truth, _chance = answered(3, n=300)
    model = segments.fit(answers, k=2, method="lca", weights=weights)
    model.save(tmp_path, "needs")
    frozen = segments.Segments.load(tmp_path, "needs")
    assert frozen.equals(model)
    assert segments.assign(frozen, answers).equals(model.customers["segment"])
    again = segments.fit(answers.sample(frac=1, random_state=1), k=2, method="lca", weights=weights)
    assert again.customers["segment"].loc[answers.index].equals(model.customers["segment"])
    assert again.probabilities.equals(model.probabilities)
    others = answers.iloc[:2].copy()
    others.loc[others.index[0], "Q1"] = "perhaps"
    others.loc[others.index[1]] = None
    placed = segments.place(frozen, others)
    # an unknown answer counts as missing
    missing = answers.iloc[:1].copy()
    missing["Q1"] = None
    assert placed["posterior"].iloc[0] == segments.place(frozen, missing)["posterior"].iloc[0]
    assert placed["unseen"].tolist() == [1, 0]
    assert placed["segment"].iloc[1] == 0
    assert not placed["fits"].iloc[1]


def test_posterior_by_hand():
    answers, _weights, _truth, _chance = answered(4, n=300)
    model = segments.fit(answers, k=2, method="lca")
    one = pd.DataFrame({"Q1": ["yes"], **{f"Q{i}": [None] for i in range(2, 7)}}, respondents(1))
    first, second = model.probabilities.query("item == 'Q1' and answer == 'yes'")["value"]
    joint = np.array([model.weights[0] * first, model.weights[1] * second])
    placed = segments.place(model, one).iloc[0]
    assert placed["posterior"] == pytest.approx(joint.max() / joint.sum())
    assert placed["distance"] == pytest.approx(-np.log(joint.sum()))


def test_numbers_and_their_text_are_the_same_answers():
    answers = carcinoma()
    as_text = answers.astype(str)
    assert segments.fit(answers.astype(float), k=2, method="lca").probabilities.equals(
        segments.fit(as_text, k=2, method="lca").probabilities
    )
    # segment 1 says carcinoma more often
    model = segments.fit(answers, k=2, method="lca", order_by="A")
    assert model.probabilities.query("item == 'A' and answer == '1'")["value"].is_monotonic_decreasing


def test_what_latent_classes_refuse_or_note():
    answers, weights, _truth, _chance = answered(5, n=100)
    with pytest.raises(SettingError, match="the table of answers"):
        segments.fit(segments.prepare(carcinoma()), k=2, method="lca")
    with pytest.raises(DataError, match="at most 20 different answers; Q7 has 100"):
        segments.fit(answers.assign(Q7=np.arange(100)), k=2, method="lca")
    with pytest.raises(DataError, match="1 have none or one that is not positive"):
        segments.fit(answers, k=2, method="lca", weights=weights.iloc[1:])
    with pytest.raises(SettingError, match='weights is only for method="lca"'):
        segments.fit(answers, k=2, method="kprototypes", weights=weights)
    with pytest.raises(DataError, match="none of 1 does"):
        segments.fit(pd.DataFrame({"Q1": ["yes"] * 5}, respondents(5)), k=1, method="lca")
    with pytest.raises(DataError, match="there are 20"):
        segments.fit(carcinoma(), k=21, method="lca")
    some = answers.assign(Q8="always", Q9=None)
    some.iloc[0, :6] = None
    some.iloc[0, 6] = None
    model = segments.fit(some, k=2, method="lca")
    told = {note.code: note.values for note in model.notes}
    assert told["segments_dropped"] == {"count": 2, "feature": "Q8"}
    assert told["segments_no_answers"] == {"count": 1}
    assert model.customers["segment"].iloc[0] == 0
    assert len(model.customers) == 100


def test_answer_profile_by_hand():
    answers = pd.DataFrame({"Q1": [5, 5, 4, 1, 1, 1], "Q2": [4, 4, 4, 2, 2, 2]}, respondents(6))
    model = segments.fit(answers, k=2, method="lca", order_by="Q1")
    profile = segments.answer_profile(model)
    table = profile.table.set_index(["item", "segment"])
    # segment 1 answers 5, 5, 4 and 4; segment 2 always 1 and 2
    assert table.loc[("Q1", 1), "answer"] == "5"
    assert table["value"].tolist() == pytest.approx([2 / 3, 1, 1, 1], abs=1e-3)
    assert table["mean"].tolist() == pytest.approx([14 / 3, 1, 4, 2], abs=1e-3)
    assert table["mean_all"].tolist() == pytest.approx([17 / 6, 17 / 6, 3, 3], abs=1e-3)
    assert table["n"].tolist() == [3, 3, 3, 3]
    assert table["flag"].tolist() == ["low_n"] * 4
    assert profile.finding.code == "segments_answer_highest"
    assert (profile.finding.values["segment"], profile.finding.values["item"]) == (1, "Q1")
    words = answers.replace({5: "a", 4: "b", 2: "c", 1: "d"})
    assert "mean" not in segments.answer_profile(segments.fit(words, k=2, method="lca")).table
    with pytest.raises(SettingError, match=r"model\.family must be one of lca; got kmeans"):
        segments.answer_profile(segments.fit(answers.astype(float), k=2))


def test_more_parameters_than_patterns_are_noted():
    answers = carcinoma()[["A", "B", "C"]]
    # 3 items: at most 2^3 - 1 = 7 known shares; three classes need 2 + 3 * 3 = 11
    model = segments.fit(answers, k=3, method="lca")
    many = next(note for note in model.notes if note.code == "segments_classes_many")
    assert many.values["free"] == 11
    assert many.values["cells"] <= 7


def test_needs_of_the_sample_s_internists_are_found():
    """Seven importance items of 500 internists; four true needs, 8 % of the answers missing, 4 % straight-liners."""
    raw = pd.read_csv(SAMPLE / "survey_2025Q2.csv", dtype=str).set_index("医生编码")
    scale = {"非常不重要": 1, "不重要": 2, "一般": 3, "重要": 4, "非常重要": 5}
    items = raw[[f"Q11_{i}" for i in range(1, 8)]].apply(lambda column: column.map(scale))
    truth = json.loads((SAMPLE / "truth" / "segments.json").read_text(encoding="utf-8"))["internists"]
    bic = {k: segments.fit(items, k=k, method="lca").bic for k in (2, 3, 4, 5)}
    assert min(bic, key=bic.get) == 4
    model = segments.fit(items, k=4, method="lca")
    # measured 0.68
    assert adjusted_rand_score(items.index.map(truth), model.customers["segment"]) >= 0.6
    prepared = segments.prepare(items, transform="none", limits=None)
    by_means = segments.fit(prepared, k=4, method="kprototypes")
    # measured 0.77; the items are numbers without categories here, so this is k-means with missing values
    assert adjusted_rand_score(items.index.map(truth), by_means.customers["segment"]) >= 0.6


def test_the_number_of_classes_is_the_one_with_the_lowest_bic() -> None:
    found = segments.choose_classes(carcinoma(), k=(1, 2, 3, 4))
    # BIC 706.07 / 697.14 / 726.46 for 2, 3, 4 classes (poLCA); a class of 18 % is no reason against 3
    assert found.table["bic"].iloc[1:].tolist() == pytest.approx([706.07, 697.14, 726.46], abs=0.01)
    assert found.recommended == 3
    assert found.table["reason"].tolist() == ["k_higher_bic", "k_higher_bic", "k_admissible", "k_higher_bic"]


def test_independent_answers_are_one_class() -> None:
    rng = np.random.default_rng(0)
    answers = pd.DataFrame(rng.integers(1, 4, (300, 5)), [f"R{i:03d}" for i in range(300)], list("abcde"))
    found = segments.choose_classes(answers, k=(1, 2, 3))
    assert found.recommended == 0
    assert found.finding is not None and found.finding.code == "classes_none"
