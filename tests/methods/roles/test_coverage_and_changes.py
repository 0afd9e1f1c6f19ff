import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import roles

from .test_measure import DAY, FELLOW, HEAD, NONE, customers, ratings


def three_hospitals():
    """YY1: head contacted; YY2: head contacted long ago; YY3: nobody known to decide."""
    frames = [customers(HEAD, FELLOW)]
    for i, people in ((2, [("YS3", "药剂科主任", "主任医师")]), (3, [("YS4", "无", "主治医师")])):
        frames.append(customers(*people).replace({"YY1": f"YY{i}", "YY1-1": f"YY{i}-1"}))
    return pd.concat(frames, ignore_index=True)


def contacts(**dates):
    return pd.DataFrame({"customer_id": list(dates), "date": pd.to_datetime(list(dates.values()))})


ACCOUNTS = pd.DataFrame({"region": ["华东", "华东", "西南"]}, index=pd.Index(["YY1", "YY2", "YY3"], name="customer_id"))
SEEN = contacts(YS1="2025-05-01", YS3="2024-05-01", YS4="2025-06-01")


def found(day=DAY, stance=NONE):
    return roles.measure(three_hospitals(), stance, as_of=day)


def test_coverage_by_hand():
    table = roles.coverage(found(), SEEN, ACCOUNTS).table.set_index("group")
    # 华东: YY1 of YY1, YY2; 西南: only a physician who does not decide was contacted
    assert table.loc["华东", ["value", "n", "known", "covered", "makers", "contacted"]].tolist() == [0.5, 2, 2, 1, 2, 1]
    assert table.loc["西南", ["value", "n", "known"]].tolist() == [0.0, 1, 0]
    # Wilson 95 % of 1 of 2: .0945 to .9055 (Brown, Cai and DasGupta 2001, formula 4)
    assert table.loc["华东", ["lo", "hi"]].tolist() == pytest.approx([0.0945, 0.9055], abs=1e-4)


def test_each_uncovered_account_has_its_why():
    rest = roles.uncovered(roles.coverage(found(), SEEN, ACCOUNTS))
    assert rest.table[["customer_id", "why"]].to_numpy().tolist() == [
        ["YY2", "not_contacted"],
        ["YY3", "no_maker_known"],
    ]
    assert rest.table.loc[0, "last_contact"] == pd.Timestamp("2024-05-01")
    assert rest.finding.values["n"] == 2


def test_a_longer_window_covers_more_and_a_refused_or_later_contact_nothing():
    assert roles.coverage(found(), SEEN, ACCOUNTS, days=600).table["covered"].sum() == 2
    assert roles.coverage(found(), SEEN.assign(accepted=False), ACCOUNTS).table["covered"].sum() == 0
    assert roles.coverage(found(), contacts(YS1="2025-07-02"), ACCOUNTS).table["covered"].sum() == 0


def test_accounts_without_group_and_decision_makers_elsewhere_are_counted():
    result = roles.coverage(found(), SEEN, ACCOUNTS.iloc[:1].assign(region=[None]))
    assert result.table["group"].tolist() == ["unassigned"]
    assert [(n.code, n.values["count"]) for n in result.notes] == [("roles_elsewhere", 1)]


def test_all_covered_is_said():
    assert roles.uncovered(roles.coverage(found(), SEEN, ACCOUNTS.iloc[:1])).finding.code == "uncovered_none"


def test_reached_by_post_and_stance():
    stance = ratings(("YS1", "a", DAY, -2), ("YS3", "a", DAY, 2))
    table = roles.reached(found(stance=stance), SEEN).table
    assert table[["admin_role", "stance", "value", "n"]].to_numpy().tolist() == [
        ["科主任", "opponent", 1.0, 1], ["药剂科主任", "supporter", 0.0, 1],
    ]  # fmt: skip


def test_changes_need_a_new_rating_and_more_than_noise():
    first = [(p, o, "2024-06-01", v) for p, v in (("YS1", -2), ("YS2", 0), ("YS3", 1), ("YS4", 1)) for o in "abcdef"]
    then = [(p, o, "2025-06-25", v) for p, v in (("YS1", 2), ("YS2", 0), ("YS3", -2)) for o in "abcdef"]
    before, after = (found(day, ratings(*first, *then)) for day in ("2024-06-30", DAY))
    result = roles.changes(before, after)
    assert result.customers["direction"].tolist() == [
        "more_supportive", "no_clear_change", "less_supportive", "not_comparable",
    ]  # fmt: skip
    assert result.table["n"].tolist() == [1, 1, 1, 1]
    assert result.table["value"].tolist()[:3] == pytest.approx([1 / 3] * 3)
    assert result.finding.values["shown"] == 2


def test_one_observer_changing_his_mind_is_not_enough():
    rows = ratings(("YS1", "a", "2024-12-01", 0), ("YS1", "b", "2025-06-01", 1))
    result = roles.changes(found("2024-12-31", rows), found(DAY, rows))
    assert result.customers.loc["YS1", ["direction", "single_rater"]].tolist() == ["no_clear_change", True]


def test_fading_alone_is_no_change():
    rows = ratings(("YS1", "a", "2024-01-01", -2), ("YS1", "b", "2024-06-01", 2))
    result = roles.changes(found("2024-12-31", rows), found(DAY, rows))
    assert result.finding.code == "roles_changes_none"


def test_a_new_post_is_a_change_of_role():
    people = three_hospitals()
    promoted = people.assign(admin_role=people["admin_role"].mask(people["customer_id"] == "YS2", "药事会委员"))
    before = found("2024-12-31")
    result = roles.changes(before, roles.measure(promoted, NONE, as_of=DAY))
    assert result.notes[0].values == {"became": 1, "left": 0}


def test_bad_input_is_told(monkeypatch):
    monkeypatch.setenv("RAPPORT_LANGUAGE", "en")
    now = found()
    with pytest.raises(SettingError, match="earlier"):
        roles.changes(now, now)
    with pytest.raises(SettingError, match="half_life"):
        roles.changes(roles.measure(three_hospitals(), NONE, as_of="2024-01-01", half_life=3), now)
    other = roles.measure(customers(("YS9", "无", "其他")), NONE, as_of="2024-01-01")
    with pytest.raises(DataError, match="in common"):
        roles.changes(other, now)
    with pytest.raises(DataError, match="hospital_level"):
        roles.coverage(now, SEEN, ACCOUNTS, by="hospital_level")
    with pytest.raises(SettingError, match="days"):
        roles.coverage(now, SEEN, ACCOUNTS, days=0)
    nobody = roles.measure(customers(FELLOW), NONE, as_of=DAY)
    with pytest.raises(DataError, match="key decision maker"):
        roles.reached(nobody, SEEN)
