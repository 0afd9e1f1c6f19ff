import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import loyalty
from analysis.stats import betabinomial

AS_OF = "2025-06-30"


def market(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "period", "brand", "quantity"])


def small():
    return market(
        ("H1", "2025-01-01", "ours", 30.0), ("H1", "2025-01-01", "theirs", 70.0),
        ("H2", "2025-02-01", "ours", 10.0), ("H2", "2025-02-01", "theirs", 10.0), ("H2", "2024-06-01", "ours", 500.0),
        ("H3", "2025-03-01", "theirs", 40.0),
    )  # fmt: skip


def test_share_and_headroom_by_hand():
    result = loyalty.share_of_wallet(small(), own=["ours"], as_of=AS_OF, target=0.4)
    row = result.table.iloc[0]
    # June 2024 lies outside; 40 of 160
    assert (row["own"], row["category"], row["n"]) == (40.0, 160.0, 3)
    assert row["value"] == 0.25
    customers = result.customers
    assert customers["share"].tolist() == [0.3, 0.5, 0.0]
    # one month each: no dispersion to be seen, so the posterior is that of the counts themselves
    mean, weight = betabinomial.fit(np.array([30.0, 10.0, 0.0]), np.array([100.0, 20.0, 40.0]))
    shrunk, *_ = betabinomial.posterior(
        np.array([30.0, 10.0, 0.0]), np.array([100.0, 20.0, 40.0]), mean, weight, level=0.9
    )
    assert customers["value"].to_numpy() == pytest.approx(shrunk)
    # headroom = category × (target − share), never negative and never up to 100 %
    room = np.array([100.0, 20.0, 40.0]) * np.maximum(0.4 - shrunk, 0.0)
    assert customers["headroom"].to_numpy() == pytest.approx(room)
    assert customers["headroom"].iloc[1] == 0.0
    assert row["headroom"] == pytest.approx(room.sum())


def hospitals(n=120, seed=0, per_month=20.0):
    rng = np.random.default_rng(seed)
    truth = rng.beta(3.0, 5.0, n)
    rows = []
    for i in range(n):
        for month in pd.date_range("2024-07-01", "2025-06-01", freq="MS"):
            total = rng.poisson(per_month)
            own = rng.binomial(total, truth[i])
            rows += [(f"H{i:03d}", month, "ours", float(own)), (f"H{i:03d}", month, "theirs", float(total - own))]
    return market(*rows), pd.Series(truth, index=[f"H{i:03d}" for i in range(n)])


def test_shrunk_shares_are_nearer_to_the_truth_and_the_interval_holds_it():
    data, truth = hospitals(per_month=0.8)
    customers = loyalty.share_of_wallet(data, own=["ours"], as_of=AS_OF).customers
    known = truth[customers.index]
    assert ((customers["value"] - known) ** 2).mean() < 0.9 * ((customers["share"] - known) ** 2).mean()
    inside = ((customers["lo"] <= known) & (known <= customers["hi"])).mean()
    # 90 % of 120 customers: sd .027
    assert 0.82 <= inside <= 0.98


def test_dispersion_widens_the_interval():
    data, _ = hospitals(n=40, per_month=5.0)
    boxes = data.assign(quantity=data["quantity"] * 10)
    fine = loyalty.share_of_wallet(data, own=["ours"], as_of=AS_OF)
    packed = loyalty.share_of_wallet(boxes, own=["ours"], as_of=AS_OF)
    # ten times the boxes in the same orders: no more is known
    assert packed.prior["dispersion"].iloc[0] == pytest.approx(10 * fine.prior["dispersion"].iloc[0], rel=0.08)
    width = [(r.customers["hi"] - r.customers["lo"]).mean() for r in (fine, packed)]
    assert width[1] == pytest.approx(width[0], rel=0.05)


def test_strata_have_their_own_prior_and_target_unless_small():
    data, truth = hospitals(n=60)
    by = pd.Series(["三级甲等"] * 30 + ["二级"] * 25 + ["一级"] * 5, index=truth.index)
    result = loyalty.share_of_wallet(data, own=["ours"], as_of=AS_OF, by=by)
    prior = result.prior.set_index("group")
    assert prior["mean"].nunique() == 3
    pooled = loyalty.share_of_wallet(data, own=["ours"], as_of=AS_OF).prior
    assert prior.loc["一级", "mean"] == pytest.approx(pooled["mean"].iloc[0])
    third = result.customers[result.customers["group"] == "三级甲等"]
    assert third["target"].unique().tolist() == pytest.approx([np.quantile(third["value"], 0.75)])


def test_bad_input():
    with pytest.raises(DataError, match="given mine, found ours, theirs"):
        loyalty.share_of_wallet(small(), own=["mine"], as_of=AS_OF)
    with pytest.raises(DataError, match="rows in the 12 months up to 2020-01-01; got 0"):
        loyalty.share_of_wallet(small(), own=["ours"], as_of="2020-01-01")
    with pytest.raises(SettingError, match="target must be"):
        loyalty.share_of_wallet(small(), own=["ours"], as_of=AS_OF, target=1.0)
    odd = pd.concat([small(), market(("H1", "2025-01-01", "theirs", -5.0), ("H1", "2025-02-01", "theirs", np.nan))])
    result = loyalty.share_of_wallet(odd, own=["ours"], as_of=AS_OF)
    assert (result.notes[0].code, result.notes[0].values["n"]) == ("market_rows_odd", 2)
    assert result.table["category"].iloc[0] == 160.0
    one = loyalty.share_of_wallet(small().iloc[:2], own=["ours"], as_of=AS_OF)
    assert one.finding.code == "wallet_few"
    assert np.isnan(one.table["lo"].iloc[0])
    none = loyalty.share_of_wallet(
        small().assign(quantity=0.0).iloc[:2].assign(quantity=[0.0, 3.0]), own=["ours"], as_of=AS_OF
    )
    assert none.table["value"].iloc[0] == 0.0


def test_wallet_rule_by_hand():
    ratings = pd.DataFrame(
        [("R1", "ours", 9.0), ("R1", "theirs", 7.0), ("R1", "other", 7.0), ("R2", "ours", 3.0)],
        columns=["response_id", "brand", "score"],
    )
    # R1: N = 3, ranks 1, 2.5, 2.5: (1 − 1/4)·2/3 = .5 and (1 − 2.5/4)·2/3 = .25 twice; R2: N = 1: (1 − 1/2)·2 = 1
    table = loyalty.wallet_rule(ratings, own="ours").table.set_index("brand")
    assert table["value"].to_dict() == pytest.approx({"ours": 0.75, "other": 0.125, "theirs": 0.125})
    assert table.loc["ours", "n"] == 2
    assert table["value"].sum() == pytest.approx(1.0)


def test_wallet_rule_bad_input():
    ratings = pd.DataFrame({"response_id": ["R1", "R1"], "brand": ["ours", "ours"], "score": [1.0, 2.0]})
    with pytest.raises(DataError, match="One row per respondent and brand; repeated: 1"):
        loyalty.wallet_rule(ratings, own="ours")
    with pytest.raises(DataError, match="missing in 1 of 2 rows"):
        loyalty.wallet_rule(ratings.assign(score=[1.0, np.nan]), own="ours")
    with pytest.raises(DataError, match="given mine, found ours"):
        loyalty.wallet_rule(ratings.iloc[:1], own="mine")


def test_mandated_brands_are_left_out_and_said():
    table = pd.concat([small(), market(("H1", "2025-01-01", "won", 60.0), ("H3", "2024-01-01", "won", 60.0))])
    terms = {"as_of": AS_OF, "target": 0.4}
    result = loyalty.share_of_wallet(table, own=["ours", "won"], mandated=["won"], **terms)
    alone = loyalty.share_of_wallet(small(), own=["ours", "won"], **terms)
    pd.testing.assert_frame_equal(result.table, alone.table)
    # 60 of 220 in the window
    assert [note.values for note in result.notes if note.code == "wallet_mandated"] == [
        {"brands": ["won"], "share": 60 / 220}
    ]
    with pytest.raises(DataError, match="won"):
        loyalty.share_of_wallet(table, own=["won"], mandated=["won"], as_of=AS_OF)
