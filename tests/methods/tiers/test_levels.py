import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import DataError, SettingError
from analysis.methods import tiers

STRAIGHT = {"cuts": [40, 70], "curves": {key: [0, 100] for key in ("value", "potential", "loyalty")}}
VALUE_ONLY = {"value": 1, "potential": 0, "loyalty": 0}


def column(*values):
    return pd.Series(list(map(float, values)), [f"H{i:03d}" for i in range(len(values))])


def three(*values):
    return column(*values), column(*values), column(*values)


def test_score_and_level_by_hand():
    found = tiers.levels(column(80, 90, 30), column(40, 80, 30), column(60, 40, 20), cuts=STRAIGHT).customers
    # (80 + 40 + 60) / 3 = 60; (90 + 80 + 40) / 3 = 70: on the cut, so high; 80 / 3 = 26.7
    assert found["score"].tolist() == pytest.approx([60, 70, 80 / 3])
    assert found["level"].tolist() == ["value_mid", "value_high", "value_low"]


def test_weights_are_brought_to_one():
    found = tiers.levels(
        column(80), column(40), column(60), cuts=STRAIGHT, weights={"value": 2, "potential": 1, "loyalty": 1}
    )
    # .5·80 + .25·40 + .25·60 = 65
    assert found.customers["score"].tolist() == pytest.approx([65])


def test_missing_criterion_is_weighed_out_and_one_alone_gives_no_level():
    found = tiers.levels(column(80, 90), column(40, np.nan), column(np.nan, np.nan), cuts=STRAIGHT)
    # (80 + 40) / 2 of two thirds of the weights; one third is below .6
    assert found.customers["coverage"].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert found.customers["score"].iloc[0] == pytest.approx(60)
    assert found.customers["level"].tolist() == ["value_mid", "to_assess"]
    assert found.customers.drop(columns=["level", "coverage"]).iloc[1].isna().all()
    table = found.table.set_index("level")
    assert table.loc["to_assess", ["n", "flag"]].tolist() == [1, "missing_input"]
    # the share is of those who have a level
    assert table.loc["value_mid", "value"] == 1
    assert table["n"].sum() == 2


def test_without_noise_and_with_equal_criteria_every_draw_agrees():
    found = tiers.levels(*three(10, 45, 95), cuts=STRAIGHT)
    assert found.customers[["p_high", "p_mid", "p_low"]].to_numpy().tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert found.customers["lo"].tolist() == pytest.approx([10, 45, 95])
    assert found.table["p_own"].tolist() == [1, 1, 1]
    assert found.table["firm"].tolist() == [1, 1, 1]
    assert found.finding.values["firm"] == 1


def test_known_noise_gives_the_normal_probability():
    noise = pd.DataFrame({"value": [5.0, 10.0]}, index=["H000", "H001"])
    found = tiers.levels(
        *three(65, 38), cuts=STRAIGHT, weights=VALUE_ONLY, noise=noise, n_draws=20_000
    ).customers  # fmt: skip
    # P(65 + 5 Z >= 70) = 1 − Φ(1) = 0.1587; P(38 + 10 Z < 40) = Φ(0.2) = 0.5793; four standard errors of 20,000 draws
    assert found["p_high"].iloc[0] == pytest.approx(1 - stats.norm.cdf(1), abs=4 * np.sqrt(0.1587 * 0.8413 / 20_000))
    assert found["p_low"].iloc[1] == pytest.approx(stats.norm.cdf(0.2), abs=4 * np.sqrt(0.5793 * 0.4207 / 20_000))
    # 5 % and 95 % of N(65, 5): 65 ± 1.645 · 5
    assert found[["lo", "hi"]].iloc[0].tolist() == pytest.approx([65 - 8.224, 65 + 8.224], abs=0.3)


def test_drawn_weights_follow_the_dirichlet():
    weights = {"value": 1, "potential": 1, "loyalty": 0}
    found = tiers.levels(column(100), column(0), column(0), cuts=STRAIGHT, weights=weights, n_draws=20_000).customers
    # two of Dirichlet(30, 30): the score is 100 · Beta(30, 30)
    law = stats.beta(30, 30)
    assert found["p_low"].iloc[0] == pytest.approx(law.cdf(0.4), abs=4 * np.sqrt(0.06 * 0.94 / 20_000))
    assert found["hi"].iloc[0] == pytest.approx(100 * law.ppf(0.95), abs=0.5)


def test_percentiles_of_the_reference_with_a_block_of_zeros():
    # 151 customers: 51 zeros, then 20 times 1 and 2 to 81. Zeros stand at 0. Of the 100 above zero the ones take
    # places 0 … 19 of 0 … 99: whole percents 0 … 19, in the middle 9.5; the value 81 stands at the end
    values = column(*[0] * 51, *[1] * 20, *range(2, 82))
    found = tiers.levels(values, values, values)
    score = found.customers["score"]
    assert score.iloc[0] == 0
    assert score.iloc[51] == pytest.approx(9.5)
    assert score.iloc[150] == pytest.approx(100)


def test_frozen_percentiles_hold_elsewhere():
    rng = np.random.default_rng(0)
    values, potential, loyalty = (column(*rng.lognormal(8, 1, 200)) for _ in range(3))
    first = tiers.levels(values, potential, loyalty, n_draws=50)
    part = tiers.levels(values.iloc[:20], potential.iloc[:20], loyalty.iloc[:20], cuts=first.thresholds, n_draws=50)
    wanted = first.customers.iloc[:20]
    assert part.customers["score"].tolist() == wanted["score"].tolist()
    assert part.customers["level"].tolist() == wanted["level"].tolist()
    assert part.thresholds == first.thresholds


def test_customers_of_any_criterion_are_found():
    found = tiers.levels(column(1, 2), column(5), pd.Series([1.0], ["X9"]), n_draws=10)
    assert found.customers.index.tolist() == ["H000", "H001", "X9"]
    assert found.table["n"].sum() == 3


def test_shares_add_up_and_the_rest_is_fair_or_weak():
    rng = np.random.default_rng(1)
    found = tiers.levels(*(column(*rng.uniform(0, 100, 300)) for _ in range(3)), cuts=STRAIGHT, n_draws=200)
    assert found.table["value"].sum() == pytest.approx(1)
    assert found.table[["firm", "fair", "weak"]].sum(axis=1).tolist() == pytest.approx([1, 1, 1])
    assert found.customers[["p_high", "p_mid", "p_low"]].sum(axis=1).to_numpy() == pytest.approx(1)
    own = found.customers["p_high"][found.customers["level"] == "value_high"]
    assert found.table["p_own"].iloc[0] == pytest.approx(own.mean())
    assert found.table["firm"].iloc[0] == pytest.approx((own >= 0.9).mean())


def test_constant_and_unknown_criteria_are_said():
    found = tiers.levels(column(1, 2), column(3, 3), column(np.nan, np.nan), n_draws=10)
    codes = {note.code: note.values for note in found.notes}
    assert codes["levels_constant"] == {"criterion": "criterion_potential"}
    assert codes["levels_not_known"] == {"criterion": "criterion_loyalty"}


def test_nobody_can_be_assessed():
    nothing = column(np.nan, np.nan)
    found = tiers.levels(column(1, 2), nothing, nothing, n_draws=10)
    assert found.finding.code == "levels_none"
    assert set(found.table["flag"]) == {"missing_input"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cuts": (70, 40)}, "cuts"),
        ({"cuts": (0.4, 170)}, "cuts"),
        ({"cuts": (40,)}, "two cut points"),
        ({"cuts": {"cuts": [40, 70]}}, "thresholds of the reference result"),
        ({"cuts": {**STRAIGHT, "curves": {**STRAIGHT["curves"], "value": [9, 1]}}}, "The curve of value"),
        ({"weights": {"value": 1}}, "weights must give each of"),
        ({"weights": dict.fromkeys(("value", "potential", "loyalty"), 0)}, "not all 0"),
        ({"noise": pd.DataFrame({"size": [1.0]}, index=["H000"])}, "got size"),
        ({"n_draws": 0}, "n_draws"),
    ],
)
def test_settings_that_cannot_be_used(settings, message):
    with pytest.raises(SettingError, match=message):
        tiers.levels(*three(1, 2), **settings)


def test_data_that_cannot_be_used():
    with pytest.raises(DataError, match="each customer once"):
        tiers.levels(pd.Series([1.0, 2.0], ["H1", "H1"]), column(1), column(1))
    with pytest.raises(DataError, match="value must be finite"):
        tiers.levels(column(np.inf), column(1), column(1))
    with pytest.raises(DataError, match="standard errors of 0 or more; 1 customers"):
        tiers.levels(*three(1, 2), noise=pd.DataFrame({"value": [-1.0, 2.0]}, index=["H000", "H001"]))
    with pytest.raises(DataError, match="loyalty must be numbers"):
        tiers.levels(column(1), column(1), pd.Series(["高"], ["H000"]))


def test_a_missing_value_of_a_constant_criterion_stays_missing():
    found = tiers.levels(column(1, 2), column(3, 3), pd.Series([5.0], ["H000"]), n_draws=10)
    assert found.customers["coverage"].tolist() == pytest.approx([1, 2 / 3])
