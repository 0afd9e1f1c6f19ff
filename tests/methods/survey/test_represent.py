"""Respondents beside the universe, before and after weighting."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.methods import survey
from analysis.stats import weights


def people(levels: list[str | None], **more: list[str | None]) -> pd.DataFrame:
    index = pd.Index([f"R{i:02d}" for i in range(len(levels))], name="response_id")
    return pd.DataFrame({"hospital_level": levels, **more}, index=index)


UNIVERSE = pd.DataFrame(
    {"hospital_level": ["三级甲等"] * 60 + ["二级甲等"] * 40, "title": ["主任医师", "主治医师"] * 50}
)
TEN = people(["三级甲等"] * 3 + ["二级甲等"] * 7, title=["主任医师", "主治医师"] * 5)


def codes(result: survey.Represented) -> dict[str, dict[str, object]]:
    return {note.code: dict(note.values) for note in result.notes}


def test_one_margin_by_hand() -> None:
    result = survey.represent(TEN, UNIVERSE, margins=["hospital_level"])
    row = result.table.set_index("group").loc["三级甲等"]
    # 3 of 10 against 60 of 100: each of the three counts .6 / .3 = 2, the others .4 / .7
    assert result.weights.tolist() == pytest.approx([2.0] * 3 + [0.4 / 0.7] * 7)
    assert row[["universe_n", "universe", "value", "weighted", "n"]].tolist() == pytest.approx([60, 0.6, 0.3, 0.6, 3])
    assert row[["difference", "difference_weighted"]].tolist() == pytest.approx([-0.3, 0])
    # 10² / (3 * 4 + 7 * .3265) = 100 / 14.2857
    assert result.n_eff == pytest.approx(7) and result.design_effect == pytest.approx(10 / 7)
    assert result.used == ("hospital_level",) and result.not_represented == 0 and result.trimmed == 0
    assert result.finding is not None and result.finding.code == "represented_near"
    assert result.finding.values["before"] == pytest.approx(0.3)


def test_the_spread_averages_to_one() -> None:
    spread = survey.represent(TEN, UNIVERSE, margins=["hospital_level"]).spread
    assert spread["weight"].tolist() == pytest.approx([0.4 / 0.7] * 7 + [2.0] * 3) and spread[
        "weight"
    ].mean() == pytest.approx(1)


def test_a_category_nobody_has_is_left_out_and_said() -> None:
    wide = pd.concat([UNIVERSE, pd.DataFrame({"hospital_level": ["一级"] * 25, "title": "主治医师"})])
    result = survey.represent(TEN, wide, margins=["hospital_level"])
    assert codes(result)["universe_not_represented"] == {
        "attribute": "hospital_level", "groups": ["一级"], "share": pytest.approx(0.2),
    }  # fmt: skip
    assert result.not_represented == pytest.approx(0.2)
    row = result.table.set_index("group").loc["一级"]
    assert row["n"] == 0 and row["weighted"] == 0 and row["difference_weighted"] == pytest.approx(-0.2)
    # among the others the proportion 60 : 40 is met
    assert result.weights[:3].sum() == pytest.approx(6)
    assert result.finding is not None and result.finding.code == "represented_apart"


def test_unknown_categories_keep_the_base_weight() -> None:
    asked = people(["三级甲等"] * 3 + ["二级甲等"] * 5 + [None, "未定级"])
    result = survey.represent(asked, UNIVERSE, margins=["hospital_level"])
    assert result.weights[-2:].tolist() == pytest.approx([1, 1])
    # eight known ones share a weight of 8, 60 : 40
    assert result.weights[:3].sum() == pytest.approx(4.8)
    assert codes(result)["respondents_at_base_weight"] == {"attribute": "hospital_level", "count": 2}
    assert result.table["weighted"].tolist() == pytest.approx([0.6, 0.4])


def test_base_weights_are_kept_within_a_category() -> None:
    base = pd.Series(1.0, index=TEN.index)
    base.iloc[0] = 3.0
    got = survey.represent(TEN, UNIVERSE, margins=["hospital_level"], weights=base).weights
    assert got.iloc[0] == pytest.approx(3 * got.iloc[1]) and got.iloc[:3].sum() == pytest.approx(6)


def test_margins_that_contradict_each_other_fall_back_to_fewer() -> None:
    # chiefs sit in tier-3 hospitals only and the other way round, but the universe has 60 % and 50 %
    asked = people(["三级甲等"] * 5 + ["二级甲等"] * 5, title=["主任医师"] * 5 + ["主治医师"] * 5)
    result = survey.represent(asked, UNIVERSE, margins=["hospital_level", "title"])
    assert result.used == ("hospital_level",) and result.left_out == ("title",)
    assert codes(result)["margin_unused"] == {"attribute": "title"}
    assert result.weights[:5].sum() == pytest.approx(6)
    assert list(result.calibration.columns) == ["hospital_level"]


def test_trimmed_weights_are_counted_with_the_gap_they_leave() -> None:
    asked = people(["三级甲等"] + ["二级甲等"] * 19)
    result = survey.represent(asked, UNIVERSE, margins=["hospital_level"], trim=5)
    # wanted 12 of 20, allowed 5 of 20: .25 instead of .6
    assert result.trimmed == 1 and result.weights.max() == pytest.approx(5)
    assert codes(result)["weights_trimmed"] == {"count": 1, "cap": 5, "gap": pytest.approx(0.35)}
    assert result.n_eff == pytest.approx(weights.kish(result.weights))


def test_without_a_usable_margin_nobody_is_weighted() -> None:
    one = survey.represent(TEN.iloc[:1], UNIVERSE, margins=["hospital_level", "specialty"])
    assert one.weights.tolist() == [1.0] and one.used == () and one.left_out == ("hospital_level", "specialty")
    assert one.finding is not None and one.finding.code == "represented_not"
    assert codes(one)["margin_absent"] == {"attribute": "specialty"}
    none = survey.represent(TEN, UNIVERSE, margins=["specialty"])
    assert none.table.empty and none.weights.eq(1).all()


def test_unknown_members_of_the_universe_are_counted() -> None:
    wide = pd.concat([UNIVERSE, pd.DataFrame({"hospital_level": [None] * 7, "title": "主治医师"})])
    result = survey.represent(TEN, wide, margins=["hospital_level"])
    assert codes(result)["universe_unknown"] == {"attribute": "hospital_level", "count": 7}
    assert result.table["universe"].sum() == pytest.approx(1)


def test_messages() -> None:
    with pytest.raises(DataError, match="weight must hold a positive number for each respondent; 1 do not"):
        survey.represent(TEN, UNIVERSE, margins=["title"], weights=pd.Series([0.0] + [1.0] * 9, index=TEN.index))
    with pytest.raises(DataError, match="2 do not"):
        bad = pd.Series([-1.0, np.nan] + [1.0] * 8, index=TEN.index)
        survey.represent(TEN, UNIVERSE, margins=["title"], weights=bad)
    with pytest.raises(SettingError, match="margins must name at least one column"):
        survey.represent(TEN, UNIVERSE, margins=[])
    with pytest.raises(DataError, match="respondents must have at least one row"):
        survey.represent(TEN.iloc[:0], UNIVERSE, margins=["title"])
    with pytest.raises(DataError, match="respondents needs each customer once; 10 stand in it twice"):
        survey.represent(pd.concat([TEN, TEN]), UNIVERSE, margins=["title"])
    with pytest.raises(SettingError, match="trim"):
        survey.represent(TEN, UNIVERSE, margins=["title"], trim=1.0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_words_of_the_survey_promise_a_correction(language: str) -> None:
    """Weights move respondents towards the universe; they repair nothing that decides who answers."""
    banned = ("校正", "已纠正", "修正了") if language == "zh" else ("corrected", "correction", "unbiased", "bias-free")
    sections = ("findings.", "notes.", "decision.", "how.", "alt.", "figures.")
    about = ("survey_", "represented_", "weights_", "bounds_", "universe_", "margin_", "plot_represent", "plot_weights")
    told = {
        key: text for key, text in words.flat(language).items()
        if key.startswith(sections) and key.split(".", 1)[1].startswith(about)
    }  # fmt: skip
    assert len(told) > 15
    assert [key for key, text in told.items() if any(word in text.lower() for word in banned)] == []
