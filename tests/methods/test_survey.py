"""Survey: response, answers as a table, scores, reliability, weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import DataError, SettingError
from analysis.methods import survey
from analysis.stats import intervals

ITEMS = pd.DataFrame(
    [
        ("Q1", "likert5", "service", None, False),
        ("Q2", "likert5", "service", None, True),
        ("Q3", "likert7", "evidence", "B02", False),
        ("Q4", "barrier", None, "B09", False),
        ("Q5", "likert5", None, "B09", False),
        ("Q6", "single", "ladder", None, False),
        ("Q7", "open", None, None, False),
    ],
    columns=["item_id", "type", "construct", "barrier_code", "reverse"],
)
CUSTOMERS = pd.DataFrame(
    [
        ("H1", None, "hospital", "华东"),
        ("H2", None, "hospital", "西南"),
        ("D1", "H1", "physician", None),
        ("D2", "H1", "physician", None),
        ("D3", "H2", "physician", None),
        ("D4", "H2", "physician", None),
        ("D5", None, "physician", None),
    ],
    columns=["customer_id", "parent_id", "customer_type", "region"],
)


def sheet(response: str, customer: str, values: dict[str, float | None], **more: object) -> pd.DataFrame:
    rows = pd.DataFrame({"item_id": list(values), "value": pd.array(list(values.values()), dtype="Float64")})
    rows["value"] = rows["value"].astype(float)
    told = {"wave": "2025-1", "date": pd.Timestamp("2025-05-10"), "mode": "self_online", "seconds": 300.0, **more}
    return rows.assign(response_id=response, customer_id=customer, **told)


def answers() -> pd.DataFrame:
    full = {"Q1": 4.0, "Q2": 2.0, "Q3": 6.0, "Q4": 1.0, "Q5": 2.0, "Q6": 3.0}
    return pd.concat(
        [
            sheet("R1", "D1", full),
            sheet("R2", "D2", {**full, "Q2": None, "Q3": 2.0, "Q4": 0.0, "Q5": 5.0}),
            sheet("R3", "D3", {**full, "Q1": 9.0, "Q4": 0.0}, seconds=60.0),
            sheet("R4", "D5", {**full, "Q3": None}),
            sheet("R5", "D4", {**full, "Q1": 1.0}, mode="rep_administered"),
            sheet("R9", "D1", {"Q1": 5.0}, wave="2024-1", date=pd.Timestamp("2024-05-10")),
        ],
        ignore_index=True,
    )


# -- answers as a table --------------------------------------------------------


def test_wide_takes_the_latest_wave_and_keeps_representatives_apart() -> None:
    table = survey.wide(answers(), ITEMS)
    assert list(table.index) == ["R1", "R2", "R3", "R4"]
    assert list(survey.wide(answers(), ITEMS, rep_administered=True).index) == ["R5"]
    assert list(survey.wide(answers(), ITEMS, wave="2024-1").index) == ["R9"]


def test_wide_turns_reversed_items_and_drops_codes_outside_the_scale() -> None:
    table = survey.wide(answers(), ITEMS)
    assert table["Q2"].tolist()[0] == 4  # 2 of 5, turned: 1 + 5 − 2
    assert pd.isna(table.loc["R3", "Q1"])  # 9 codes "don't know" on a five-point scale
    assert pd.isna(table.loc["R2", "Q2"])


def test_an_item_on_a_scale_of_its_own_is_turned_where_the_scale_is_stated() -> None:
    # 1 to 10 as stated: 10 + 1 − 3 = 8, and 10 + 1 − 10 = 1; 99 codes "don't know"
    book = ITEMS.iloc[[0]].assign(type="numeric", reverse=True, x_low=[1.0], x_high=[10.0])
    given = pd.concat([sheet(f"R{i}", "D1", {"Q1": v}) for i, v in enumerate([3.0, 10.0, 99.0])])
    assert survey.wide(given, book)["Q1"].tolist() == pytest.approx([8.0, 1.0, np.nan], nan_ok=True)
    with pytest.raises(DataError, match="Q1"):
        survey.wide(given, book.assign(x_high=np.nan))


def test_row_order_does_not_matter() -> None:
    shuffled = answers().sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(survey.wide(answers(), ITEMS), survey.wide(shuffled, ITEMS))


def test_the_latest_wave_is_by_date_before_name() -> None:
    rows = answers().replace({"wave": {"2024-1": "zz-old"}})
    assert survey.latest_wave(rows) == "2025-1"
    assert survey.latest_wave(rows.drop(columns="date")) == "zz-old"
    assert survey.latest_wave(rows.drop(columns="wave")) is None


def test_respondents_carry_hospital_mode_and_weight() -> None:
    people = survey.respondents(answers().assign(weight=1.5))
    assert people.loc["R3", ["customer_id", "mode", "seconds", "weight"]].tolist() == ["D3", "self_online", 60.0, 1.5]


def test_constructs_are_means_of_at_least_half_the_items() -> None:
    table = survey.wide(answers(), ITEMS)
    scores = survey.constructs(table, ITEMS)
    assert scores.loc["R1", "service"] == 4  # (4 + 4) / 2
    assert scores.loc["R2", "service"] == 4  # one of two answered
    assert pd.isna(scores.loc["R4", "evidence"])
    assert scores.loc["R3", "ladder"] == 3


def test_constructs_with_two_scales_are_put_on_one() -> None:
    table = survey.wide(answers(), ITEMS)
    mixed = ITEMS.assign(construct=ITEMS["construct"].replace({"evidence": "service"}))
    # Q1: 4 of 1–5 is .75, Q2 turned the same, Q3: 6 of 1–7 is 5/6
    assert survey.constructs(table, mixed).loc["R1", "service"] == pytest.approx((0.75 + 0.75 + 5 / 6) / 3)


def test_a_barrier_is_named_by_a_yes_or_by_disagreeing_with_a_statement_in_favour() -> None:
    named = survey.barrier_matrix(survey.wide(answers(), ITEMS), ITEMS)
    # B02 from Q3 (2 of 7 disagrees, 6 does not); B09 from Q4 (yes/no) or Q5 (1–2 of 5): R3 says no, but 2
    assert named["B02"].tolist()[:3] == [0, 1, 0] and pd.isna(named.loc["R4", "B02"])
    assert named["B09"].tolist() == [1, 0, 1, 1]


def test_agreeing_with_a_concern_names_the_barrier() -> None:
    # the concern is worded against use, so it is marked reverse; R1 agrees with 5
    concern = ITEMS.assign(reverse=ITEMS["reverse"] | (ITEMS["item_id"] == "Q5"))
    given = answers().assign(value=lambda t: t["value"].where(t["item_id"] != "Q5", 5.0))
    only = concern[concern["item_id"] == "Q5"]
    assert survey.barrier_matrix(survey.wide(given, concern), only)["B09"].tolist() == [1, 1, 1, 1]


def test_the_threshold_can_be_set() -> None:
    named = survey.barrier_matrix(survey.wide(answers(), ITEMS), ITEMS, threshold={"likert7": 1})
    assert named["B02"].tolist()[:3] == [0, 0, 0]
    severity = pd.DataFrame({"Q4": [5.0, 3.0, 1.0]})
    assert survey.barrier_matrix(severity, ITEMS)["B09"].tolist() == [1, 0, 0]


def test_wide_messages() -> None:
    with pytest.raises(SettingError, match="wave must be one of 2024-1, 2025-1; got 2023"):
        survey.wide(answers(), ITEMS, wave="2023")
    twice = pd.concat([answers(), sheet("R1", "D1", {"Q1": 1.0})])
    with pytest.raises(DataError, match="1 answers contradict another one, for instance items Q1"):
        survey.wide(twice, ITEMS)
    with pytest.raises(DataError, match="item Q6 is of type single"):
        survey.wide(answers(), ITEMS.assign(reverse=ITEMS["item_id"] == "Q6"))
    with pytest.raises(DataError, match="the wave has none"):
        survey.wide(answers(), ITEMS, wave="2024-1", rep_administered=True)
    with pytest.raises(DataError, match="answers needs the columns item_id"):
        survey.wide(answers().drop(columns="item_id"), ITEMS)
    table = survey.wide(answers(), ITEMS)
    with pytest.raises(DataError, match="At least one item needs a barrier_code"):
        survey.barrier_matrix(table, ITEMS.assign(barrier_code=None))
    with pytest.raises(DataError, match="At least one item needs a construct and a scale"):
        survey.constructs(table, ITEMS.assign(construct=None))


def test_repeated_identical_answers_are_one() -> None:
    pd.testing.assert_frame_equal(survey.wide(pd.concat([answers(), answers()]), ITEMS), survey.wide(answers(), ITEMS))


# -- response ------------------------------------------------------------------


def test_response_by_region_by_hand() -> None:
    result = survey.respond(answers(), ITEMS, customers=CUSTOMERS, invited=["D1", "D2", "D3", "D4", "D5"])
    table = result.table.set_index("group")
    assert table["respondents"].to_dict() == {"all": 4, "unassigned": 1, "华东": 2, "西南": 1}
    assert table["invited"].to_dict() == {"all": 5, "unassigned": 1, "华东": 2, "西南": 2}
    assert table.loc["all", "value"] == pytest.approx(4 / 5)
    assert (table.loc["all", "lo"], table.loc["all", "hi"]) == pytest.approx(intervals.wilson(4, 5))
    # R1 none, R2 one, R4 one of six closed questions
    assert table.loc["all", "item_missing"] == pytest.approx(2 / 24)
    assert table.loc["西南", "rep_administered"] == 1
    # 60 seconds against a median of 300
    assert table["speeding"].to_dict() == {"all": 1, "unassigned": 0, "华东": 0, "西南": 1}
    codes = {note.code: dict(note.values) for note in result.notes}
    assert codes["rep_administered_apart"] == {"count": 1}
    assert codes["answers_flagged"] == {"count": 1}
    assert codes["survey_wave"] == {"wave": "2025-1"}


def test_without_a_list_of_those_invited_there_is_no_rate() -> None:
    result = survey.respond(answers(), ITEMS)
    row = result.table.iloc[0]
    assert pd.isna(row["value"]) and row["flag"] == "missing_input" and row["respondents"] == 4
    assert result.finding is not None and result.finding.code == "response_count"
    counted = survey.respond(answers(), ITEMS, invited=10).table.iloc[0]
    assert counted["value"] == pytest.approx(0.4)
    assert pd.isna(survey.respond(answers(), ITEMS, invited=3).table["value"].iloc[0])


def test_straight_lining_needs_five_equal_scale_answers() -> None:
    items = pd.DataFrame({"item_id": [f"L{i}" for i in range(6)], "type": "likert5"})
    flat = sheet("R1", "D1", dict.fromkeys(items["item_id"], 3.0))
    varied = sheet("R2", "D2", {f"L{i}": float(1 + i % 3) for i in range(6)})
    short = sheet("R3", "D3", {"L0": 3.0, "L1": 3.0})
    result = survey.respond(pd.concat([flat, varied, short]), items)
    assert result.respondents["straight_lining"].to_dict() == {"R1": True, "R2": False, "R3": False}
    assert result.table["respondents"].iloc[0] == 3  # flagged, not deleted


def test_questions_not_asked_are_not_missing() -> None:
    rows = answers()
    skipped = (rows["response_id"] == "R2") & (rows["item_id"] == "Q2")
    rows["missing_reason"] = np.where(skipped, "not_asked", None)
    result = survey.respond(rows, ITEMS)
    assert result.table["item_missing"].iloc[0] == pytest.approx(1 / 23)
    q2 = result.items.set_index("item_id").loc["Q2"]
    assert (q2["asked"], q2["answered"], q2["missing"]) == (4, 4, 0)


def test_modes_are_counted() -> None:
    modes = survey.respond(answers(), ITEMS).modes
    assert modes[["mode", "respondents", "speeding"]].to_dict("list") == {
        "mode": ["self_online", "rep_administered"], "respondents": [4, 1], "speeding": [1, 0],
    }  # fmt: skip


# -- reliability ---------------------------------------------------------------


def test_alpha_by_hand() -> None:
    items = pd.DataFrame({"I1": [1.0, 2, 3, 4], "I2": [2.0, 2, 4, 4], "I3": [1.0, 3, 2, 4]})
    # variances 5/3, 4/3, 5/3, together 14/3; sums 4 7 9 12 have variance 34/3: 3/2 * (1 − 14/34)
    row = survey.reliability(items).table.iloc[0]
    assert row["value"] == pytest.approx(1.5 * (1 - 14 / 34))
    # Feldt: 1 − (1 − alpha) F; F(3, 6) has .975 quantile 6.598799, .025 quantile .067879
    assert row["lo"] == pytest.approx(1 - (1 - row["value"]) * 6.598799, abs=1e-5)
    assert row["hi"] == pytest.approx(1 - (1 - row["value"]) * 0.067879, abs=1e-5)


def test_standardised_alpha_comes_from_the_mean_correlation() -> None:
    rng = np.random.default_rng(0)
    items = pd.DataFrame(rng.normal(size=(60, 4)) + rng.normal(size=(60, 1)), columns=list("abcd")) * [1, 5, 1, 2]
    r = items.corr().to_numpy()[np.triu_indices(4, 1)].mean()
    assert survey.reliability(items).table["value"].iloc[1] == pytest.approx(4 * r / (1 + 3 * r))


def test_feldt_interval_covers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tau-equivalent items with true alpha k·r/(1+(k−1)r) = 5 * .4 / 2.6."""
    # omega is none of this test and half of its time
    monkeypatch.setattr("analysis.stats.factors.omega_total", lambda *_, **__: (np.nan, np.nan, np.nan))
    rng = np.random.default_rng(1)
    truth, hits = 5 * 0.4 / (1 + 4 * 0.4), []
    for _ in range(300):
        values = np.sqrt(0.4) * rng.normal(size=(50, 1)) + np.sqrt(0.6) * rng.normal(size=(50, 5))
        row = survey.reliability(pd.DataFrame(values)).table.iloc[0]
        hits.append(row["lo"] <= truth <= row["hi"])
    assert 0.92 <= np.mean(hits) <= 0.98


def test_item_rest_correlation_and_alpha_without() -> None:
    rng = np.random.default_rng(2)
    good = rng.normal(size=(80, 3)) + 2 * rng.normal(size=(80, 1))
    items = pd.DataFrame({"I1": good[:, 0], "I2": good[:, 1], "I3": good[:, 2], "odd": rng.normal(size=80)})
    rest = survey.reliability(items).items.set_index("item_id")
    assert rest["item_rest"].idxmin() == "odd"
    assert rest["alpha_without"].idxmax() == "odd"
    wanted = stats.pearsonr(items["I1"], items[["I2", "I3", "odd"]].sum(axis=1))[0]
    assert rest.loc["I1", "item_rest"] == pytest.approx(wanted)


def test_incomplete_rows_are_counted_and_constant_items_give_no_alpha() -> None:
    items = pd.DataFrame({"I1": [1.0, 2, np.nan, 4, 5], "I2": [2.0, 2, 3, 4, 5]})
    result = survey.reliability(items)
    assert result.table["n"].iloc[0] == 4
    assert [n.code for n in result.notes] == ["rows_incomplete", "omega_definition"]
    flat = survey.reliability(pd.DataFrame({"I1": [3.0] * 9, "I2": [3.0] * 9}))
    assert set(flat.table["flag"]) == {"not_identified"}
    assert flat.finding is not None and flat.finding.code == "reliability_unknown"


def test_reliability_messages() -> None:
    with pytest.raises(DataError, match="A scale needs at least two items; got 1"):
        survey.reliability(pd.DataFrame({"I1": [1.0, 2, 3]}))
    with pytest.raises(DataError, match="items must hold numbers only; text stands in I1"):
        survey.reliability(pd.DataFrame({"I1": ["满意", "一般"], "I2": [1, 2]}))
    with pytest.raises(DataError, match="At least 3 complete rows are needed; got 2"):
        survey.reliability(pd.DataFrame({"I1": [1.0, 2], "I2": [2.0, 3]}))


# -- weights -------------------------------------------------------------------

PANEL = pd.DataFrame(
    {"hospital_level": ["三级", "三级", "三级", "二级", "二级"], "title": ["主任", "主治", "主治", "主任", "主治"]},
    index=["R1", "R2", "R3", "R4", "R5"],
)


def test_raked_weights_meet_shares_and_sum_to_respondents() -> None:
    w = survey.rake(PANEL, {"hospital_level": {"三级": 0.4, "二级": 0.6}, "title": {"主任": 0.3, "主治": 0.7}})
    assert w.index.equals(PANEL.index) and w.sum() == pytest.approx(5)
    assert w[PANEL["hospital_level"] == "三级"].sum() / 5 == pytest.approx(0.4, abs=1e-9)
    assert w[PANEL["title"] == "主任"].sum() / 5 == pytest.approx(0.3, abs=1e-9)


def test_counts_sum_to_the_universe_and_one_margin_is_post_stratification() -> None:
    w = survey.rake(PANEL, {"hospital_level": pd.Series({"三级": 60, "二级": 180})})
    # 60 over three respondents, 180 over two
    assert w.tolist() == pytest.approx([20, 20, 20, 90, 90])


def test_base_weights_are_kept_within_a_category() -> None:
    base = pd.Series([1.0, 2, 1, 1, 3], index=PANEL.index)
    w = survey.rake(PANEL, {"hospital_level": {"三级": 0.5, "二级": 0.5}}, weight=base)
    assert w["R2"] == pytest.approx(2 * w["R1"]) and w["R5"] == pytest.approx(3 * w["R4"])
    pd.testing.assert_series_equal(
        w, survey.rake(PANEL.assign(w=base), {"hospital_level": {"三级": 0.5, "二级": 0.5}}, weight="w")
    )


def test_trimming_caps_weights() -> None:
    frame = pd.DataFrame({"level": ["三级"] + ["二级"] * 19})
    w = survey.rake(frame, {"level": {"三级": 0.5, "二级": 0.5}}, trim=5)
    assert w.max() == pytest.approx(5 * w.mean())


def test_rake_messages() -> None:
    with pytest.raises(DataError, match="at least one respondent; none in 一级"):
        survey.rake(PANEL, {"hospital_level": {"三级": 0.4, "二级": 0.4, "一级": 0.2}})
    with pytest.raises(DataError, match=r"margin of title knows \(主任\); got 主治"):
        survey.rake(PANEL, {"title": {"主任": 1.0}})
    with pytest.raises(DataError, match=r"their totals are hospital_level: 0\.9"):
        survey.rake(PANEL, {"hospital_level": {"三级": 0.4, "二级": 0.5}, "title": {"主任": 30, "主治": 70}})
    with pytest.raises(DataError, match="weight must hold a positive number for each respondent; 1 do not"):
        survey.rake(
            PANEL, {"title": {"主任": 0.5, "主治": 0.5}}, weight=pd.Series([1.0, 1, 1, 0, 1], index=PANEL.index)
        )
    with pytest.raises(SettingError, match="margins must name at least one column"):
        survey.rake(PANEL, {})
