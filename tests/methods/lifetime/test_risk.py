import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import SettingError
from analysis.methods import lifetime

from .worlds import TRUTH

FIT = lifetime.from_parameters("bg_nbd", **TRUTH)


def accounts():
    rows = {
        # frequency, recency, age, monetary_value; usual gap 2 weeks in all but the last two
        "on time": (20, 40.0, 42.0, 100.0),
        "silent": (20, 40.0, 52.0, 100.0),
        "silent, larger": (20, 40.0, 52.0, 300.0),
        "gone": (20, 40.0, 90.0, 100.0),
        "two orders only": (1, 2.0, 20.0, 100.0),
        "slow rhythm": (4, 40.0, 55.0, 100.0),
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["frequency", "recency", "age", "monetary_value"])
    return table.astype({"frequency": int})


def test_who_is_on_the_list_and_in_which_order():
    result = lifetime.at_risk(FIT, accounts(), below=0.7, above=0.05)
    assert result.table["customer_id"].tolist() == ["silent, larger", "silent"]
    row = result.table.iloc[0]
    assert row["value"] == lifetime.forecast(FIT, accounts(), periods=1).loc["silent", "p_alive"]
    assert (row["n"], row["silence"], row["usual_gap"]) == (21, 12.0, 2.0)
    # 20 orders of 300 in 52 weeks
    assert row["yearly_sales"] == pytest.approx(20 / 52 * 365.25 / 7 * 300)
    assert (result.found, result.of) == (2, 6)


def test_the_bounds_decide():
    table = lifetime.forecast(FIT, accounts(), periods=1)["p_alive"]
    assert table["gone"] < 0.05 < table["silent"] < 0.7 < table["on time"]
    assert lifetime.at_risk(FIT, accounts(), below=table["silent"], above=0.05).found == 0
    everyone = lifetime.at_risk(FIT, accounts(), below=1.0, above=0.0)
    assert set(everyone.table["customer_id"]) == {"silent", "silent, larger", "gone"}


def test_top_shortens_the_list_and_says_how_many_there_are():
    result = lifetime.at_risk(FIT, accounts(), below=0.7, above=0.05, top=1)
    assert len(result.table) == 1
    assert result.found == 2
    assert result.finding.values["n"] == 2


def test_nobody_at_risk_is_said_and_the_table_keeps_its_columns():
    result = lifetime.at_risk(FIT, accounts().loc[["on time"]])
    assert result.finding.code == "at_risk_none"
    assert {"customer_id", "value", "lo", "hi", "n", "flag"} <= set(result.table.columns)


def test_interval_of_the_probability_comes_from_the_parameters():
    history = pd.concat([accounts()] * 10).reset_index(drop=True)
    fit = lifetime.fit(history)
    table = lifetime.at_risk(fit, history, below=1.0, above=0.0).table
    assert (table["lo"] < table["value"]).all()
    assert (table["value"] < table["hi"]).all()
    given = lifetime.at_risk(FIT, accounts(), below=1.0, above=0.0).table
    assert np.allclose(given["lo"], given["value"])


def test_without_money_the_list_still_stands():
    result = lifetime.at_risk(FIT, accounts().drop(columns="monetary_value"), below=0.7, above=0.05)
    assert result.found == 2
    assert result.table["yearly_sales"].isna().all()


def test_own_median_gap_and_a_silence_longer_than_ever():
    # 13 orders every 7 days with one gap of 70 days among them, then silence
    days = [0, 7, 14, 21, 28, 98, 105, 112, 119, 126, 133, 140, 147]
    lines = pd.DataFrame(
        [(name, pd.Timestamp("2024-01-01") + pd.Timedelta(days=day), 10.0)
         for name, last in (("A", 147), ("B", 147)) for day in days if day <= last],
        columns=["customer_id", "date", "amount"],
    )  # fmt: skip
    for quiet, reason in ((56, "silent_past_twice"), (77, "silent_longer_than_ever")):
        end = pd.Timestamp("2024-01-01") + pd.Timedelta(days=147 + quiet)
        history = lifetime.summarise(lines, end=end)
        row = lifetime.at_risk(FIT, history, below=1.0, above=0.0, orders=lines, end=end).table.iloc[0]
        # the median gap is a week, though the mean is 147 / 12 days
        assert row["usual_gap"] == 1.0
        assert row["gaps"] == quiet / 7
        assert row["risk_reason"] == reason
        mean = lifetime.at_risk(FIT, history, below=1.0, above=0.0).table.iloc[0]
        assert mean["usual_gap"] == pytest.approx(147 / 12 / 7)
    codes = [n.code for n in lifetime.at_risk(FIT, history, orders=lines, end=end).notes]
    assert codes == ["at_risk_rule", "at_risk_median_gap"]


def test_messages():
    with pytest.raises(SettingError, match="below must be 0 to 1; got 50"):
        lifetime.at_risk(FIT, accounts(), below=50)
    with pytest.raises(SettingError, match=r"above must be 0 to 0.5; got 0.6"):
        lifetime.at_risk(FIT, accounts(), above=0.6)


@pytest.mark.parametrize(
    ("family", "more", "judged"),
    [("bg_nbd", {}, False), ("bg_cnbd_k", {"k": 2}, False), ("mbg_nbd", {}, True), ("mbg_cnbd_k", {"k": 2}, True)],
)
def test_one_order_and_a_year_of_silence_is_said_to_be_unjudged(family, more, judged):
    once = pd.DataFrame(
        {"frequency": 0, "recency": 0.0, "age": [52.0, 53.0, 80.0], "monetary_value": 0.0}, index=["A", "B", "C"]
    )
    history = pd.concat([accounts(), once])
    if more:
        history["log_gaps"] = 0.0
    fit = lifetime.from_parameters(family, **TRUTH, **more)
    said = [n for n in lifetime.at_risk(fit, history).notes if n.code == "at_risk_unjudged"]
    # a year is 52.18 weeks
    assert [n.values for n in said] == ([] if judged else [{"n": 2, "of": 9, "family": family}])
