import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import roles
from analysis.methods.roles._support import observer_sd

DAY = "2025-06-30"


def customers(*people):
    """A hospital with a department, and physicians in it: (id, post, title)."""
    rows = [("YY1", None, "hospital", None, None), ("YY1-1", "YY1", "department", None, None)]
    rows += [(person, "YY1-1", "physician", post, title) for person, post, title in people]
    return pd.DataFrame(rows, columns=["customer_id", "parent_id", "customer_type", "admin_role", "title"])


def ratings(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "observer_id", "date", "stance"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


HEAD, FELLOW = ("YS1", "科主任", "主任医师"), ("YS2", "无", "住院医师")
NONE = ratings().astype({"stance": float})


def test_influence_by_hand():
    # post .6 · 1, title .45 · 1, two of two nominators .7 · 2/4: 1 − .4 · .55 · .65 = .857
    # without post or title of weight: 1 − (1 − .45 · .1) = .045
    named = pd.DataFrame({"customer_id": ["YS2", "YS3", "YS1"], "nominated_id": ["YS1", "YS1", "YS1"]})
    people = customers(HEAD, FELLOW, ("YS3", "无", "其他"))
    found = roles.measure(people, NONE, as_of=DAY, nominations=named).customers
    assert found.loc["YS1", "nominators"] == 2, "nobody counts for naming himself"
    assert found["influence"].tolist() == pytest.approx([0.857, 0.045, 0.045])
    assert found["account"].tolist() == ["YY1"] * 3


def test_where_nobody_was_asked_nominators_are_missing_not_zero():
    people = pd.concat([customers(HEAD), customers(("YS9", "无", "其他")).replace({"YY1": "YY2", "YY1-1": "YY2-1"})])
    named = pd.DataFrame({"customer_id": ["YS9"], "nominated_id": ["YS8"]})
    found = roles.measure(people, NONE, as_of=DAY, nominations=named).customers
    assert np.isnan(found.loc["YS1", "nominators"])
    assert found.loc["YS9", "nominators"] == 0


def test_support_by_hand():
    # one observer today, 2/2 = 1; one six months ago (182.625 days), 0/2 = 0, counting half: (1 + 0) / 1.5 = .667
    old = str((pd.Timestamp(DAY) - pd.Timedelta(days=182)).date())
    found = roles.measure(customers(HEAD), ratings(("YS1", "a", DAY, 2), ("YS1", "b", old, 0)), as_of=DAY)
    row = found.customers.loc["YS1"]
    half = 0.5 ** (182 / 30.4375 / 6)
    assert row["weight"] == pytest.approx(1 + half)
    assert row["support"] == pytest.approx(1 / (1 + half))
    # spread: prior 4 · .5² and (1 − 0)² / 2 over 4 + 1 degrees of freedom: √(1.5 / 5) = .5477
    assert found.observer_sd == pytest.approx(np.sqrt(1.5 / 5), abs=1e-6)
    # t(.975, 5) = 2.5706 (table of the t distribution); 1.001 + 2.5706 · … is cut at 1
    assert row["lo"] == pytest.approx(max(1 / (1 + half) - 2.5706 * np.sqrt(0.3) / np.sqrt(1 + half), -1), abs=1e-4)
    assert row["hi"] == 1.0
    assert (row["stance"], row["confidence"], row["single_rater"]) == ("supporter", "high", False)


def test_an_observer_who_rates_often_counts_once():
    many = [("YS1", "a", DAY, -2)] * 9
    found = roles.measure(customers(HEAD), ratings(*many, ("YS1", "b", DAY, 2)), as_of=DAY).customers
    assert found.loc["YS1", ["support", "raters", "ratings"]].tolist() == [0.0, 2, 10]


def test_single_and_old_ratings_are_marked():
    rows = ratings(("YS1", "a", "2023-06-30", -1), ("YS2", "a", DAY, 1))
    found = roles.measure(customers(HEAD, FELLOW), rows, as_of=DAY).customers
    assert found["single_rater"].all()
    assert found["confidence"].tolist() == ["low", "medium"]
    old, new = found["hi"] - found["lo"]
    assert old > new
    assert not found.loc["YS1", "sure"]


def test_no_rating_after_the_day_enters():
    rows = ratings(("YS1", "a", "2025-01-10", 1), ("YS1", "b", "2025-07-01", -2))
    early = roles.measure(customers(HEAD), rows, as_of=DAY)
    assert early.customers.equals(roles.measure(customers(HEAD), rows.iloc[:1], as_of=DAY).customers)
    assert [n.values["count"] for n in early.notes if n.code == "roles_later"] == [1]


def test_decision_at_hand_decides_who_decides():
    people = customers(HEAD, ("YS2", "药事会委员", "主治医师"), ("YS3", "采购", "其他"), ("YS4", "无", "主任医师"))
    makers = {
        decision: set(roles.measure(people, NONE, as_of=DAY, decision=decision).customers.query(
            "role == 'decision_maker'").index)
        for decision in (None, *roles.AUTHORITY)
    }  # fmt: skip
    assert makers == {None: {"YS1", "YS2", "YS3"}, "listing": {"YS2"}, "guideline": {"YS1"}, "purchase": {"YS3"}}


def test_ratings_about_another_decision_do_not_count():
    rows = ratings(("YS1", "a", DAY, 2), ("YS1", "b", DAY, -2)).assign(decision=["guideline", "listing"])
    assert roles.measure(customers(HEAD), rows, as_of=DAY, decision="guideline").customers.loc["YS1", "support"] == 1.0
    assert roles.measure(customers(HEAD), rows, as_of=DAY).customers.loc["YS1", "support"] == 0.0


def test_influence_without_post_makes_a_decision_maker_too():
    # title .45 and four nominators .7 · 4/6: 1 − .55 · (1 − .4667) = .7067
    people = customers(("YS1", "无", "主任医师"), *[(f"YS{i}", "无", "其他") for i in range(2, 6)])
    named = pd.DataFrame({"customer_id": [f"YS{i}" for i in range(2, 6)], "nominated_id": "YS1"})
    found = roles.measure(people, NONE, as_of=DAY, nominations=named)
    assert found.customers.loc["YS1", "influence"] == pytest.approx(0.7067, abs=1e-4)
    assert found.customers.loc["YS1", "role"] == "decision_maker"
    assert found.finding.code == "roles_none_rated"


def test_a_decision_maker_may_be_an_opponent_and_both_are_told():
    found = roles.measure(customers(HEAD, FELLOW), ratings(("YS1", "a", DAY, -2)), as_of=DAY)
    table = found.table.set_index(["role", "stance"])
    assert table.loc[("decision_maker", "opponent"), ["value", "n"]].tolist() == [1.0, 1]
    assert table.loc[("other_physician", "not_rated"), "n"] == 1
    assert np.isnan(table.loc[("other_physician", "supporter"), "value"])
    assert table["n"].sum() == 2


def test_who_opted_out_or_is_gone_is_left_out():
    people = customers(HEAD, FELLOW, ("YS3", "无", "其他")).assign(
        opt_out=[False, False, True, False, False], valid_to=pd.to_datetime([None, None, None, "2024-01-01", None])
    )
    found = roles.measure(people, NONE, as_of=DAY)
    assert found.customers.index.tolist() == ["YS3"]
    assert found.notes[0].code == "roles_opted_out"


def test_a_region_with_the_frozen_spread_has_the_national_intervals():
    rows = ratings(*[(f"YS{i}", o, DAY, v) for i, v in ((1, 2), (2, -1), (3, 0)) for o in "ab"[: 1 + i % 2]])
    people = customers(HEAD, FELLOW, ("YS3", "无", "其他"))
    nation = roles.measure(people, rows, as_of=DAY)
    part = people[people["customer_id"] != "YS3"]
    frozen = roles.measure(part, rows, as_of=DAY, reference=nation)
    pd.testing.assert_frame_equal(frozen.customers, nation.customers.loc[["YS1", "YS2"]])
    assert roles.measure(part, rows, as_of=DAY).observer_freedom != nation.observer_freedom


def test_no_name_enters_the_result():
    people = customers(HEAD, FELLOW).assign(name="张三")
    found = roles.measure(people, ratings(("YS1", "a", DAY, 1)), as_of=DAY)
    assert "name" not in found.customers
    assert "张三" not in found.customers.to_csv() + found.table.to_csv()


def test_spread_of_observers_by_hand():
    rows = pd.DataFrame({"customer_id": ["1", "1", "2", "2", "3"], "support": [1.0, 0.0, 0.5, 0.5, -1.0]})
    # squares .25 + .25, one degree from each double-rated: (4 · .25 + .5) / (4 + 2)
    assert observer_sd(rows) == (pytest.approx(np.sqrt(1.5 / 6)), 6)


def test_agreement_is_told_or_said_to_be_unknown():
    one = roles.measure(customers(HEAD), ratings(("YS1", "a", DAY, 1)), as_of=DAY)
    assert one.agreement.loc[0, "flag"] == "not_identified"
    assert "roles_kappa_none" in {n.code for n in one.notes}
    pairs = [
        (f"YS{i}", o, DAY, v) for i, vs in enumerate([(2, 2), (-2, -2), (1, 0)]) for o, v in zip("ab", vs, strict=True)
    ]
    people = customers(*[(f"YS{i}", "无", "其他") for i in range(3)])
    # squared steps of disagreement: seen (0 + 0 + 1)/3; by chance (0+16+4 + 16+0+4 + 1+9+1)... = 51/9; 1 − (1/3)/(51/9)
    value = roles.measure(people, ratings(*pairs), as_of=DAY).agreement.loc[0, "value"]
    first, second = np.array([2, -2, 1]), np.array([2, -2, 0])
    chance = ((first[:, None] - second[None, :]) ** 2).mean()
    assert chance == pytest.approx(51 / 9)
    assert value == pytest.approx(1 - (1 / 3) / chance)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: roles.measure(customers(HEAD), ratings(("YS1", "a", DAY, 3)), as_of=DAY), DataError, "-2 to 2"),
        (lambda: roles.measure(customers(HEAD), ratings(("YS1", "a", None, 1)), as_of=DAY), DataError, "date"),
        (lambda: roles.measure(customers(), NONE, as_of=DAY), DataError, "physicians"),
        (lambda: roles.measure(customers(HEAD, HEAD), NONE, as_of=DAY), DataError, "once"),
        (lambda: roles.measure(customers(HEAD), NONE.drop(columns="stance"), as_of=DAY), DataError, "stance"),
        (lambda: roles.measure(customers(HEAD), NONE, as_of=DAY, decision="price"), SettingError, "decision"),
        (lambda: roles.measure(customers(HEAD), NONE, as_of=DAY, half_life=0), SettingError, "half_life"),
    ],
)
def test_bad_input_is_told(call, error, text, monkeypatch):
    monkeypatch.setenv("RAPPORT_LANGUAGE", "en")
    with pytest.raises(error) as told:
        call()
    assert text in str(told.value)
    assert told.value.text("zh")
