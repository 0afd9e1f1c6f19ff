"""Open answers of patients of eleven surgeries (English), public data."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from analysis.methods import opentext

REAL = os.environ.get("RAPPORT_REAL_DATA")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL, reason="RAPPORT_REAL_DATA does not point at the public data sets"),
]


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    path = Path(str(REAL)) / "gp_friends_family_test" / "responses.csv.gz"
    if not path.is_file():
        pytest.skip("no folder gp_friends_family_test under RAPPORT_REAL_DATA")
    frame = pd.read_csv(path)
    return frame.set_index(pd.Index([f"R{i:04d}" for i in range(len(frame))], name="response_id"))


def test_topics_are_found_in_nine_of_ten_answers(answers: pd.DataFrame) -> None:
    result = opentext.code(answers["free_text"], language="en", kinds=["topic"])
    assert (result.coded != 0).any(axis=1).mean() > 0.85
    shares = result.table.set_index(["theme", "statement"])["value"]
    assert shares[("topic_service", "affirmed")] > shares[("topic_safety", "affirmed")]


def test_sentiment_is_told_only_as_agreement_with_a_model(answers: pd.DataFrame) -> None:
    result = opentext.sentiment(
        answers["free_text"], answers["sentiment_free_text"], language="en", labelled_by="machine"
    )
    rows = result.table.set_index("measure")
    assert rows.loc["accuracy", "value"] > 0.7
    assert "share_adjusted" not in rows.index
    # the three classes are ordered; better than chance by far
    assert rows.loc["kappa", "lo"] > 0.5


def test_those_who_would_not_recommend_write_more_negatively(answers: pd.DataFrame) -> None:
    # the rating is the respondent's own: a check that needs no labels of a machine
    labels = opentext.sentiment(
        answers["free_text"], answers["sentiment_free_text"], language="en", labelled_by="machine"
    ).labels["sentiment"]
    negative = (labels == "negative").groupby(answers["rating"].reindex(labels.index)).mean()
    assert negative["Extremely unlikely"] > 3 * negative["Extremely likely"]


def test_themes_are_stable_or_nothing_is_told(answers: pd.DataFrame) -> None:
    result = opentext.themes(answers["free_text"], language="en", k=[2, 4, 6], resamples=3)
    assert result.table.empty or (result.table["stability"] > 0.5).all()
    assert result.settings["tokens"] == "words"
