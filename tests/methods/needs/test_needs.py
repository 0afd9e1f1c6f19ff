"""Needs: rank, need by segment, change between waves, what is not met."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import DataError, SettingError
from analysis.methods import needs


def answers(columns: dict[str, list[float]]) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.Index([f"R{i:03d}" for i in range(n)], name="response_id"), dtype=float)


def world(seed: int, n: int = 240, lift: float = 0.0) -> tuple[pd.DataFrame, pd.Series]:
    """Physicians who differ in how high they rate everything; one segment values evidence more by ``lift``."""
    rng = np.random.default_rng(seed)
    segment = pd.Series(
        np.where(np.arange(n) % 3 == 0, "循证关注型", "成本敏感型"), index=[f"R{i:03d}" for i in range(n)]
    )
    mine = (segment == "循证关注型").to_numpy()
    habit = rng.normal(0, 0.7, n) + 0.6 * (segment == "成本敏感型").to_numpy()
    frame = pd.DataFrame(
        {
            name: np.clip(
                np.round(3 + base + habit + lift * (name == "疗效证据") * mine + rng.normal(0, 0.7, n)),
                1, 5,
            )
            for name, base in (("疗效证据", 0.2), ("患者费用", 0.0), ("供应保障", -0.2))
        },
        index=segment.index,
    )  # fmt: skip
    return frame, segment


# -- rank --------------------------------------------------------------------


def test_rank_by_hand() -> None:
    # ten respondents answer 5, 3 and ten answer 4, 4: means 4.5 and 3.5, top two boxes 20/20 and 10/20;
    # own means 4 and 4, so centred +1, −1 and 0, 0: means +0.5 and −0.5
    frame = answers({"疗效证据": [5] * 10 + [4] * 10, "供应保障": [3] * 10 + [4] * 10})
    table = needs.rank(frame, n_boot=50).table.set_index("need")
    assert table.loc["疗效证据", ["value", "mean", "centred", "rank", "n"]].tolist() == [1.0, 4.5, 0.5, 1, 20]
    assert table.loc["供应保障", ["value", "mean", "centred", "rank", "n"]].tolist() == [0.5, 3.5, -0.5, 2, 20]
    # Wilson interval of 10 of 20, Newcombe (1998), Statistics in Medicine 17, 857–872: 0.299 to 0.701
    assert table.loc["供应保障", ["lo", "hi"]].tolist() == pytest.approx([0.2993, 0.7007], abs=1e-4)
    assert set(table["flag"]) == {"low_n"}


def test_who_rates_everything_high_does_not_lift_what_he_happened_to_answer() -> None:
    # 20 strict raters answer all three (3, 2, 1); 20 generous ones skip the first and answer 5, 4:
    # raw means 3, 3.5, 2.5; against the own mean +1, (0 + 0.5) / 2 = 0.25, (−1 − 0.5) / 2 = −0.75
    gap = np.nan
    frame = answers(
        {"疗效证据": [3] * 20 + [gap] * 20, "患者费用": [2] * 20 + [5] * 20, "供应保障": [1] * 20 + [4] * 20}
    )
    table = needs.rank(frame, n_boot=20).table
    assert table["need"].tolist() == ["疗效证据", "患者费用", "供应保障"]
    assert table["mean"].tolist() == [3.0, 3.5, 2.5]
    assert table["centred"].tolist() == pytest.approx([1.0, 0.25, -0.75])


def test_few_answers_are_withheld_and_one_answer_is_told() -> None:
    frame = answers({"疗效证据": [5, 4, 3, 5, 4, 5, 4], "供应保障": [3, 4, 3, 2, 4, 3, np.nan]})
    found = needs.rank(frame, n_boot=5)
    assert found.table[["value", "lo", "hi", "rank"]].isna().all().all()
    assert found.finding is not None and found.finding.code == "needs_rank_suppressed"
    assert [note.code for note in found.notes] == ["needs_one_answer", "needs_alike"]


def test_first_is_said_only_with_one_rank() -> None:
    rng = np.random.default_rng(1)
    alike = answers({name: list(rng.integers(2, 6, 60)) for name in ("疗效证据", "患者费用", "供应保障")})
    found = needs.rank(alike).finding
    assert found is not None and found.code == "needs_rank_among"
    apart = alike.assign(疗效证据=5.0, 供应保障=2.0)
    found = needs.rank(apart).finding
    assert found is not None and found.code == "needs_rank_first"


def test_an_answer_off_the_scale_is_refused() -> None:
    with pytest.raises(DataError, match="from 1 to 5; 1 are not"):
        needs.rank(answers({"疗效证据": [7, 4, 3]}))


# -- by segment ---------------------------------------------------------------


def test_difference_is_students_without_weights_and_clusters() -> None:
    frame, segment = world(3, lift=0.8)
    row = (
        needs.by_segment(frame, segment, basis="raw")
        .table.set_index(["need", "segment"])
        .loc[("疗效证据", "循证关注型")]
    )
    mine = frame.loc[segment == "循证关注型", "疗效证据"]
    others = frame.loc[segment != "循证关注型", "疗效证据"]
    assert row["value"] == pytest.approx(mine.mean() - others.mean())
    # linearised variance: Σ(y − mean)²/n² of both groups, times N/(N − 1); Welch's has n(n − 1) below
    variance = mine.var(ddof=0) / len(mine) + others.var(ddof=0) / len(others)
    half = stats.t.ppf(0.975, len(frame) - 1) * np.sqrt(variance * len(frame) / (len(frame) - 1))
    assert row["hi"] - row["value"] == pytest.approx(half)


def test_a_habit_of_rating_high_is_no_need() -> None:
    """The segment that rates everything higher differs in every raw mean and in no centred one."""
    frame, segment = world(5)
    raw = needs.by_segment(frame, segment, basis="raw").table
    own = needs.by_segment(frame, segment).table
    assert set(raw["verdict"]) == {"above_others", "below_others"}
    assert set(own["verdict"]) == {"no_clear_difference"}


def test_a_difference_of_a_small_group_says_so() -> None:
    frame, segment = world(7, lift=1.0)
    small = segment.ne("循证关注型") | (segment.eq("循证关注型").cumsum() <= 20)
    found = needs.by_segment(frame[small.to_numpy()], segment[small]).finding
    assert found is not None
    assert (found.code, found.values["segment"], found.values["n"]) == ("needs_segment_higher_low_n", "循证关注型", 20)


def test_a_planted_need_is_found() -> None:
    found = needs.by_segment(*world(7, lift=1.0))
    assert found.finding is not None
    assert found.finding.code in ("needs_segment_higher", "needs_segment_lower")
    assert found.finding.values["item"] == "疗效证据"
    planted = found.table.set_index(["need", "segment"]).loc[("疗效证据", "循证关注型")]
    assert planted["verdict"] == "above_others"


def test_q_is_taken_over_the_whole_family() -> None:
    found = needs.by_segment(*world(9, lift=0.4))
    p = found.tests["p"].sort_values().to_numpy()
    expected = np.minimum.accumulate((p * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1]
    assert sorted(found.tests["q"]) == pytest.approx(sorted(np.minimum(expected, 1)))
    assert found.settings["tests"] == 6


def test_export_joins_satisfaction_and_hides_small_cells(tmp_path: Path) -> None:
    frame, segment = world(11)
    segment = segment.mask(segment.index < "R004", "其他")
    met = pd.DataFrame({"满意_供应": (frame["供应保障"] - 1).clip(1)}, index=frame.index)
    comments = pd.DataFrame({"成本敏感型": [4, 2]}, index=["供应保障", "患者费用"])
    found = needs.by_segment(frame, segment, satisfaction=met, pairs={"供应保障": "满意_供应"}, comments=comments)
    table = found.export.set_index(["need", "segment"])
    small = table.loc[("供应保障", "其他")]
    assert small["flag"] == "suppressed"
    assert small.drop("flag").isna().all()
    full = table.loc[("供应保障", "成本敏感型")]
    mine = segment == "成本敏感型"
    # the gap is one point, except where importance is already 1
    expected = (frame["供应保障"] - met["满意_供应"])[mine].mean()
    assert full["gap"] == pytest.approx(expected)
    assert full["comments"] == 4
    # fewer than three comments are not counted out
    assert np.isnan(table.loc[("患者费用", "成本敏感型"), "comments"])
    found.save(tmp_path, "needs")
    written = pd.read_csv(tmp_path / "needs.export.csv")
    assert "response_id" not in written.columns
    assert not written.astype(str).apply(lambda c: c.str.fullmatch(r"R\d{3}")).to_numpy().any()


def test_who_has_no_segment_is_counted() -> None:
    frame, segment = world(11)
    found = needs.by_segment(frame, segment.where(segment.index >= "R010"))
    assert {note.code: note.values.get("count") for note in found.notes}["needs_no_segment"] == 10


# -- drift ----------------------------------------------------------------------


def test_a_panel_is_a_paired_t_test() -> None:
    frame, _ = world(13)
    rng = np.random.default_rng(4)
    then = (frame - rng.integers(0, 2, frame.shape)).clip(1, 5)
    then.index = "W" + then.index
    person = pd.concat([pd.Series(frame.index, index=then.index), pd.Series(frame.index, index=frame.index)])
    found = needs.drift(then, frame, person=person).table.set_index("need").loc["供应保障"]
    wanted = stats.ttest_rel(frame["供应保障"].to_numpy(), then["供应保障"].to_numpy())
    bounds = wanted.confidence_interval(0.95)
    assert [found["lo"], found["hi"], found["p"]] == pytest.approx([bounds.low, bounds.high, wanted.pvalue], rel=1e-6)
    assert found["verdict"] == "rose" and found["n_paired"] == 240


def test_no_change_is_said_as_no_clear_change() -> None:
    then, _ = world(15)
    now, _ = world(16)
    then.index = "W" + then.index
    found = needs.drift(then, now)
    assert found.finding is not None and found.finding.code == "needs_drift_none"
    assert set(found.table["verdict"]) == {"no_clear_change"}
    assert [note.code for note in found.notes] == ["needs_not_linked"]


def test_a_change_of_who_answered_is_taken_out() -> None:
    # evidence is 5 for one segment and 3 for the other; shares go from 1/4 to 3/4:
    # means 3.5 and 4.5, standardised to the later wave 4.5 and 4.5
    seg = ["循证", "成本", "成本", "成本"] * 10, ["循证", "循证", "循证", "成本"] * 10
    frames = [answers({"疗效证据": [5 if s == "循证" else 3 for s in side], "供应保障": [2, 3] * 20}) for side in seg]
    frames[0].index = "W" + frames[0].index
    strata = pd.concat([pd.Series(side, index=f.index) for side, f in zip(seg, frames, strict=True)])
    plain = needs.drift(*frames).table.set_index("need")
    level = needs.drift(*frames, strata=strata).table.set_index("need")
    assert plain.loc["疗效证据", "value"] == pytest.approx(1.0)
    assert level.loc["疗效证据", "value"] == pytest.approx(0.0, abs=1e-12)


def test_waves_without_a_common_need_are_refused() -> None:
    one, other = answers({"疗效证据": [5, 4]}), answers({"供应保障": [5, 4]})
    with pytest.raises(DataError, match="none in common"):
        needs.drift(one, other)


# -- unmet -----------------------------------------------------------------------


def test_unmet_by_hand() -> None:
    # of 10: important to 6 (4 or 5); of these satisfied at most 3: 4; the one not asked for satisfaction is left out
    want = answers({"供应保障": [5, 5, 4, 4, 5, 4, 3, 2, 1, 3, 5]})
    met = answers({"满意": [1, 2, 3, 3, 4, 5, 1, 2, 3, 4, np.nan]})
    row = needs.unmet(want, met, {"供应保障": "满意"}, n_boot=10).table.iloc[0]
    assert row[["value", "count", "important", "n"]].tolist() == [0.4, 4, 0.6, 10]
    assert row["dissatisfied"] == pytest.approx(4 / 6)
    strict = needs.unmet(want, met, {"供应保障": "满意"}, poor=2, n_boot=10)
    assert strict.table.iloc[0]["value"] == pytest.approx(0.2)
    assert strict.notes[0].values["poor"] == 2


def test_unmet_needs_its_columns_and_cuts() -> None:
    want, met = answers({"供应保障": [5, 4]}), answers({"满意": [1, 2]})
    with pytest.raises(DataError, match="needs the columns"):
        needs.unmet(want, met, {"供应保障": "没有"})
    with pytest.raises(SettingError):
        needs.unmet(want, met, {"供应保障": "满意"}, poor=5)
    with pytest.raises(SettingError):
        needs.by_segment(want, pd.Series("循证", index=want.index), basis="percent")
