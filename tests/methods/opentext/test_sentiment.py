"""Sentiment with its error, or none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import opentext

GOOD, BAD, PLAIN = "效果不错", "效果不好", "饭前吃还是饭后吃"


def sample(n: int = 300, wrong: float = 0.0) -> tuple[pd.Series, pd.Series]:
    """Texts and labels; some labels differ from what the words say."""
    rng = np.random.default_rng(0)
    index = [f"R{i:03d}" for i in range(n)]
    texts = pd.Series(rng.choice([GOOD, BAD, PLAIN], n, p=[0.5, 0.3, 0.2]), index=index)
    truth = texts.map({GOOD: 1, BAD: -1, PLAIN: 0})
    return texts, truth.where(rng.random(n) >= wrong, -1)


def test_without_labels_nothing_is_told() -> None:
    result = opentext.sentiment(sample()[0])
    assert result.table["flag"].tolist() == ["not_identified"]
    assert result.labels.empty
    assert result.confusion.empty
    assert result.notes[0].code == "text_sentiment_needs_labels"
    assert opentext.sentiment(sample()[0], pd.Series([None], index=["R000"])).labels.empty


def test_words_negation_and_perfect_labels() -> None:
    texts, truth = sample()
    table = opentext.sentiment(texts, truth).table.set_index(["measure", "sentiment"])
    assert table.loc[("accuracy", "all"), "value"] == 1.0
    found = table.loc[("share_found", "sentiment_negative"), "value"]
    assert found == pytest.approx((truth == -1).mean())
    assert table.loc[("share_adjusted", "sentiment_negative"), "value"] == pytest.approx(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("没有副作用", "positive"),
        ("不便宜", "negative"),
        ("没有不满意", "positive"),
        ("不贵", "positive"),
        ("饭前吃", "neutral"),
    ],
)
def test_denied_words_count_the_other_way(text: str, expected: str) -> None:
    labels = opentext.sentiment(pd.Series([text], index=["A"]), pd.Series([0], index=["A"])).labels
    # 不满意 is kept whole by the idioms, a denial of it is good
    assert labels["sentiment"].tolist() == [expected]


def test_adjusted_share_takes_the_errors_in() -> None:
    texts, truth = sample(600, wrong=0.25)
    table = opentext.sentiment(texts, truth).table.set_index(["measure", "sentiment"])
    real = float((truth == -1).mean())
    row = table.loc[("share_adjusted", "sentiment_negative")]
    assert abs(table.loc[("share_found", "sentiment_negative"), "value"] - real) > 0.1
    assert row["value"] == pytest.approx(real, abs=0.01)
    assert row["lo"] < real < row["hi"]


def test_labels_of_a_machine_are_no_truth() -> None:
    texts, truth = sample()
    result = opentext.sentiment(texts, truth, labelled_by="machine")
    assert "share_adjusted" not in set(result.table["measure"])
    assert result.finding is not None
    assert result.finding.code == "text_sentiment_machine"


def test_errors() -> None:
    texts, truth = sample(20)
    with pytest.raises(DataError) as error:
        opentext.sentiment(texts, truth.replace(1, 7))
    assert error.value.code == "text_bad_label"
    with pytest.raises(DataError) as error:
        opentext.sentiment(texts, pd.Series([1], index=["Z"]))
    assert error.value.code == "text_no_overlap"
