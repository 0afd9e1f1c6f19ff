import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.methods import roles

from .test_measure import DAY, customers, ratings

PEOPLE = customers(*[(f"YS{i}", "科主任" if i == 1 else "无", "主治医师") for i in range(1, 6)])
RATED = ratings(*[(f"YS{i}", "a", DAY, v) for i, v in ((1, -2), (2, -1), (3, 2), (4, 0))])


def found():
    return roles.measure(PEOPLE, RATED, as_of=DAY)


def test_concerns_by_hand():
    stated = pd.DataFrame(
        {"B01": [1.0, 0, 1, 1, 1], "B06": [1.0, 1, 0, np.nan, 0]}, index=["YS1", "YS2", "YS3", "YS4", "YS5"]
    )
    table = roles.concerns(found(), stated).table.set_index("barrier")
    # opponents YS1, YS2: B06 two of two, B01 one of two; others YS3, YS4: B01 both, B06 none of the one who answered
    assert table.index.tolist() == ["B06", "B01"]
    assert table["value"].tolist() == [1.0, 0.5]
    assert table["others"].tolist() == [0.0, 1.0]
    assert table["mentions"].tolist() == [2, 1]
    # Wilson 95 % of 2 of 2: .3424 to 1 (Brown, Cai and DasGupta 2001, formula 4)
    assert table.loc["B06", ["lo", "hi"]].tolist() == pytest.approx([0.3424, 1.0], abs=1e-4)


def test_no_answering_opponent_is_told(monkeypatch):
    monkeypatch.setenv("RAPPORT_LANGUAGE", "en")
    with pytest.raises(DataError, match="opponent"):
        roles.concerns(found(), pd.DataFrame({"B01": [1.0]}, index=["YS3"]))


def test_playbook_has_a_row_for_each_role_and_stance_that_occurs():
    table = roles.playbook(found()).table
    assert table[["role", "stance", "n"]].to_numpy().tolist() == [
        ["decision_maker", "opponent", 1], ["other_physician", "supporter", 1], ["other_physician", "neutral", 1],
        ["other_physician", "opponent", 1], ["other_physician", "not_rated", 1],
    ]  # fmt: skip


def test_every_entry_of_the_playbook_has_words_in_both_languages():
    assert set(roles.PLAYBOOK) == {
        (role, stance)
        for role in ("decision_maker", "other_physician")
        for stance in ("supporter", "neutral", "opponent", "not_rated")
    }
    for code in {code for entry in roles.PLAYBOOK.values() for code in entry}:
        assert words.has(f"terms.{code}", "zh")
        assert words.has(f"terms.{code}", "en")


def test_a_plan_with_a_gap_is_refused(monkeypatch):
    monkeypatch.setenv("RAPPORT_LANGUAGE", "en")
    with pytest.raises(SettingError, match="decision_maker / opponent"):
        roles.playbook(found(), plan={})
