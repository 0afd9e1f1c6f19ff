import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import universe


def scope(**columns):
    size = len(next(iter(columns.values())))
    frame = pd.DataFrame(
        False, index=[f"H{i}" for i in range(size)], columns=["ordered", "contacted", "surveyed", "opted_out"]
    )
    return frame.assign(region="华东").assign(**columns)


FOUR = scope(
    ordered=[True, True, False, True],
    contacted=[True, False, False, True],
    surveyed=[True, False, False, False],
    opted_out=[False, False, True, False],
    region=["华东", "华东", "华东", "西南"],
)


def test_shares_by_hand():
    table = universe.cover(FOUR).table.set_index("group")
    # 华东: 2 of 3 order; of the 2 who accept contact 1 is in contact; 1 of 3 answered
    east = table.loc["华东"]
    assert east[["value", "contacted", "surveyed"]].tolist() == pytest.approx([2 / 3, 1 / 2, 1 / 3])
    assert east[["n", "buyers", "contacts", "answers", "opted_out"]].tolist() == [3, 2, 1, 1, 1]
    # Wilson 95 % of 2 of 3: .2077 to .9385 (Brown, Cai and DasGupta 2001, formula 4)
    assert east[["lo", "hi"]].tolist() == pytest.approx([0.2077, 0.9385], abs=1e-4)
    assert table.index.tolist() == ["西南", "华东"], "largest share first"


def test_potential_share_by_hand_and_unknown_potential_counted():
    potential = pd.Series([60.0, 20.0, 20.0], ["H0", "H1", "H2"])
    result = universe.cover(FOUR, potential=potential)
    # 华东: 60 + 20 of 100 lie with accounts that order; 西南: nothing known
    assert result.table.set_index("group")["potential_share"]["华东"] == pytest.approx(0.8)
    assert np.isnan(result.table.set_index("group")["potential_share"]["西南"])
    assert [(n.code, n.values["count"]) for n in result.notes] == [("universe_no_potential", 1)]


def test_a_contact_against_the_will_is_told_and_not_counted_as_reach():
    result = universe.cover(FOUR.assign(contacted=True))
    assert result.table.set_index("group").loc["华东", "contacts"] == 2
    assert [(n.code, n.values["count"]) for n in result.notes] == [("universe_opted_out", 1)]


def test_without_potential_there_is_no_such_column():
    assert "potential_share" not in universe.cover(FOUR).table


def test_what_nobody_recorded_is_left_out_and_said():
    unrecorded = FOUR.assign(contacted=pd.Series(pd.NA, FOUR.index, dtype="boolean"), surveyed=None)
    result = universe.cover(unrecorded, potential=pd.Series(np.nan, FOUR.index))
    left = {"contacted", "contacted_lo", "contacted_hi", "contacts", "opted_out", "surveyed", "answers"}
    assert not (left | {"potential_share"}) & set(result.table)
    assert [n.code for n in result.notes] == ["universe_no_contacts", "universe_no_answers"]
    many = scope(ordered=np.arange(100) < 80).assign(contacted=None)
    found = universe.cover(many)
    assert found.finding.code == "universe_orders"
    assert found.finding.values["share"] == 0.8
    assert "surveyed" in found.table


def test_by_any_column_and_without_a_group():
    result = universe.cover(FOUR.assign(hospital_level=["三级甲等", None, "二级", "二级"]), by="hospital_level")
    assert result.table["group"].tolist()[-1] == "unassigned"
    assert result.table["n"].sum() == result.n == 4
    assert [(n.code, n.values["count"]) for n in result.notes] == [("universe_ungrouped", 1)]


def test_where_all_opted_out_no_share_of_contact_is_given():
    table = universe.cover(FOUR.assign(opted_out=True)).table
    assert table["contacted"].isna().all()
    assert table["contacted_lo"].isna().all()


def test_many_accounts_give_a_finding_with_interval():
    found = universe.cover(scope(ordered=np.arange(100) < 80))
    assert found.finding.code == "universe"
    assert found.finding.values["share"] == 0.8
    assert universe.cover(FOUR).finding.code == "universe_low_n"


@pytest.mark.parametrize(
    ("frame", "options", "text"),
    [
        (FOUR.iloc[:0], {}, "at least one row"),
        (pd.concat([FOUR, FOUR]), {}, "once"),
        (FOUR.drop(columns="surveyed"), {}, "surveyed"),
        (FOUR, {"by": "city"}, "city"),
        (FOUR.assign(ordered=[True, None, False, True]), {}, "yes or no"),
        (FOUR.assign(ordered=None), {}, "yes or no"),
        (FOUR.assign(contacted=[True, None, False, True]), {}, "yes or no"),
        (FOUR.assign(customer_type="physician"), {}, "physicians"),
        (FOUR, {"potential": pd.Series([-1.0], ["H0"])}, "0 or more"),
    ],
)
def test_bad_input_is_told(frame, options, text, monkeypatch):
    monkeypatch.setenv("RAPPORT_LANGUAGE", "en")
    with pytest.raises(DataError) as told:
        universe.cover(frame, **options)
    assert text in str(told.value)
    assert told.value.text("zh")
