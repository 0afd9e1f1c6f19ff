import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import segments

from .made import accounts


def survey(seed=0, n=300, telling=3, idle=9):
    """Three segments that differ in the first questions only."""
    rng = np.random.default_rng(seed)
    segment = rng.choice([1, 2, 3], n, p=[0.5, 0.3, 0.2])
    columns = {f"needs_{i}": 2.5 * (segment == i % 3 + 1) + rng.normal(size=n) for i in range(telling)}
    columns |= {f"idle_{i}": rng.normal(size=n) for i in range(idle)}
    return pd.DataFrame(columns, accounts(n)), pd.Series(segment, accounts(n))


def noise(seed, n=200, questions=30):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, questions)), accounts(n), [f"q{i}" for i in range(questions)])
    return frame, pd.Series(rng.choice([1, 2], n), accounts(n))


def test_the_questions_that_tell_are_found():
    answers, labels = survey()
    tool = segments.typing_tool(answers, labels, questions=(1, 6))
    assert set(tool.asked["question"][:2]) <= {"needs_0", "needs_1", "needs_2"}
    assert set(tool.asked["question"]) >= {"needs_0", "needs_1"}
    assert tool.finding.code == "typing_works"
    best = tool.table[tool.table["recommended"]].iloc[0]
    assert best["questions"] <= 4
    assert best["value"] > 0.85
    # shares .5 .3 .2: the base line is the largest
    assert best["base"] == labels.value_counts(normalize=True).max()


def test_recommended_is_the_smallest_within_one_standard_error():
    answers, labels = survey()
    table = segments.typing_tool(answers, labels, questions=(1, 8)).table
    best = table["value"].max()
    enough = table[table["value"] >= best - np.sqrt(best * (1 - best) / len(labels))]
    assert table.loc[table["recommended"], "questions"].tolist() == [enough["questions"].min()]


def test_nested_accuracy_is_not_optimistic_on_noise():
    gaps, fooled, claimed = [], [], 0
    for seed in range(12):
        answers, labels = noise(seed)
        tool = segments.typing_tool(answers, labels, questions=(8, 8))
        gaps.append(tool.table["value"].iloc[0] - 0.5)
        fooled.append((segments.type_customers(tool, answers)["segment"] == labels).mean() - 0.5)
        claimed += tool.finding.code == "typing_works"
    # eight of thirty idle questions seem to work on the customers they were chosen on
    assert np.mean(fooled) > 0.1
    # twelve times 200 customers: standard error 0.01
    assert abs(np.mean(gaps)) < 0.03
    assert claimed <= 1


def test_coefficients_do_in_a_spreadsheet_what_the_tool_does():
    answers, labels = survey(seed=3)
    answers["beds"] = np.exp(5 + labels + np.random.default_rng(1).normal(size=len(labels)))
    tool = segments.typing_tool(answers, labels, questions=(4, 4))
    assert dict(zip(tool.asked["question"], tool.asked["step"], strict=True))["beds"] == "log1p"
    one = answers.iloc[7]
    scores = {}
    for segment, part in tool.coefficients.groupby("segment"):
        known = dict(zip(part["question"], part["coefficient"], strict=True))
        total = known["intercept"]
        for question, step in zip(tool.asked["question"], tool.asked["step"], strict=True):
            total += known[question] * (np.log(1 + one[question]) if step == "log1p" else one[question])
        scores[segment] = total
    typed = segments.type_customers(tool, answers.iloc[[7]]).iloc[0]
    assert typed["segment"] == max(scores, key=scores.get)
    assert typed["probability"] == pytest.approx(np.exp(scores[typed["segment"]]) / sum(np.exp(list(scores.values()))))


def test_recall_and_confusion_add_up():
    answers, labels = survey()
    tool = segments.typing_tool(answers, labels, questions=(3, 3))
    assert tool.confusion["n"].sum() == len(labels)
    right = tool.confusion[tool.confusion["segment"] == tool.confusion["typed_as"]]["n"].to_numpy()
    assert tool.table["value"].iloc[0] == pytest.approx(right.sum() / len(labels))
    assert tool.recall["value"].to_numpy() == pytest.approx(right / tool.recall["n"].to_numpy())
    assert tool.table["balanced"].iloc[0] == pytest.approx(tool.recall["value"].mean())


def test_a_missing_answer_counts_as_the_median():
    answers, labels = survey()
    tool = segments.typing_tool(answers, labels, questions=(3, 3))
    first = tool.asked["question"].iloc[0]
    one = answers.iloc[[0]].copy()
    one[first] = np.nan
    filled = one.fillna({first: answers[first].median()})
    typed, same = segments.type_customers(tool, one), segments.type_customers(tool, filled)
    assert typed["probability"].iloc[0] == pytest.approx(same["probability"].iloc[0])
    assert (typed["answered"].iloc[0], same["answered"].iloc[0]) == (pytest.approx(2 / 3), 1.0)


def test_customers_without_a_segment_are_left_out_and_counted():
    answers, labels = survey()
    labels.iloc[:10] = 0
    tool = segments.typing_tool(answers, labels, questions=(3, 3))
    assert tool.settings["n"] == 290
    assert [dict(note.values) for note in tool.notes if note.code == "typing_left_out"] == [{"count": 10}]


def test_refusals_say_what_is_needed():
    answers, labels = survey(n=40)
    with pytest.raises(DataError, match="At least two segments with 5 customers"):
        segments.typing_tool(answers, labels * 0 + 1)
    with pytest.raises(SettingError, match="questions"):
        segments.typing_tool(answers, labels, questions=(5, 3))
    tool = segments.typing_tool(answers, labels, folds=2)
    with pytest.raises(DataError, match="needs_"):
        segments.type_customers(tool, answers[["idle_0"]])
