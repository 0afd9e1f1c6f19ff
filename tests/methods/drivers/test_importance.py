"""Driver importance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import drivers
from analysis.methods.drivers import _probe
from analysis.stats import bootstrap, shapley

NAMES = ["supply", "evidence", "service", "price", "visits", "training"]


def survey(n: int = 400, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    """Six correlated ratings (r = .5); satisfaction depends on supply (.8) and evidence (.4) only."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n, 6)) + rng.normal(size=(n, 1)), columns=NAMES)
    X.index = pd.Index([f"R{i:04d}" for i in range(n)])
    return X, 0.8 * X["supply"] + 0.4 * X["evidence"] + rng.normal(size=n) * 1.5


def test_two_drivers_by_hand() -> None:
    # orthogonal ±1 columns: y = 2 a + b over all four corners, twice; R² parts 4/5 and 1/5
    X = pd.DataFrame({"a": [1.0, 1, -1, -1] * 2, "b": [1.0, -1, 1, -1] * 2})
    result = drivers.importance(X, 2 * X["a"] + X["b"])
    assert result.table["driver"].tolist() == ["a", "b"]
    assert result.table["share"].tolist() == pytest.approx([0.8, 0.2])
    assert result.r_squared == pytest.approx(1)


def test_correlated_pair_by_hand() -> None:
    # p = 2: LMG_a = (r_ya² + R² − r_yb²) / 2
    X, y = survey()
    pair = X[["supply", "evidence"]]
    r = np.corrcoef(np.column_stack([pair, y]).T)
    full = 1 - np.linalg.det(r) / np.linalg.det(r[:2, :2])
    got = drivers.importance(pair, y).table.set_index("driver")["importance"]
    assert got["supply"] == pytest.approx((r[0, 2] ** 2 + full - r[1, 2] ** 2) / 2)


def test_two_collinear_equal_drivers_share_equally() -> None:
    X, y = survey()
    twins = X[["supply", "price"]].assign(again=X["supply"])
    result = drivers.importance(twins, y, n_boot=20)
    share = result.table.set_index("driver")["share"]
    assert share["supply"] == pytest.approx(share["again"], abs=1e-9)
    # neither has anything of its own: each is its own probe
    assert not result.table.set_index("driver").loc[["supply", "again"], "beats_probe"].any()
    assert "drivers_collinear" in [n.code for n in result.notes]


def test_real_drivers_beat_their_probe_and_others_do_not() -> None:
    X, y = survey()
    table = drivers.importance(X, y, n_boot=300).table.set_index("driver")
    assert table.index[:2].tolist() == ["supply", "evidence"]
    assert table["beats_probe"].tolist() == [True, True, False, False, False, False]
    # drivers without effect still earn a share well above 0 through correlation
    assert (table["lo"].iloc[2:] > 0.02).all()
    assert (table["probe"] > 0.03).all()
    assert (table["rank_lo"].iloc[0], table["rank_hi"].iloc[0]) == (1, 1)


def test_share_of_an_effectless_driver_is_what_its_probe_says() -> None:
    differences = []
    for seed in range(12):
        X, y = survey(seed=seed)
        table = drivers.importance(X, y).table.set_index("driver")
        differences.append((table["share"] - table["probe"]).loc[["service", "price", "visits", "training"]].mean())
    # mean over 48 drivers; standard error about .004
    assert abs(np.mean(differences)) < 0.012


def test_sign_comes_from_the_model_and_conflicts_are_named() -> None:
    X, y = survey()
    against = y - 0.5 * X["price"]
    result = drivers.importance(X, against)
    assert result.table.set_index("driver").loc["price", "sign"] == -1
    conflict = [n for n in result.notes if n.code == "drivers_sign_conflict"]
    assert conflict and "price" in conflict[0].values["drivers"]


def test_nothing_is_read_from_drivers_that_predict_nothing() -> None:
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(60, 5)), columns=NAMES[:5])
    result = drivers.importance(X, pd.Series(rng.normal(size=60)), n_boot=50)
    assert result.cross_validated <= 0 < result.r_squared
    assert set(result.table["flag"]) == {"not_identified"}
    assert result.finding is not None and result.finding.code == "drivers_no_prediction"


def test_groups_and_always() -> None:
    X, y = survey()
    result = drivers.importance(X, y, groups={"quality": ["evidence", "training"]}, always=["visits"])
    assert sorted(result.table["driver"]) == ["price", "quality", "service", "supply"]
    alone = drivers.importance(X[["visits"]], y).r_squared
    assert result.table["importance"].sum() == pytest.approx(result.r_squared - alone)
    assert result.table.set_index("driver").loc["quality", "sign"] == 0


@pytest.mark.parametrize("family", ["logit", "ordinal"])
def test_pseudo_r_squared_is_shared_out(family: str) -> None:
    X, y = survey(300)
    outcome = (y > 0).astype(int) if family == "logit" else pd.Series(np.digitize(y, [-2, 0, 2]), index=y.index)
    result = drivers.importance(X[NAMES[:4]], outcome, family=family, n_boot=20)
    assert result.table["driver"].iloc[0] == "supply"
    assert result.table["importance"].sum() == pytest.approx(result.r_squared, abs=1e-9)
    assert 0.02 < result.r_squared < 0.5
    # two players: average of the gains over both orders, from four fits of the pseudo-R²
    pair = drivers.importance(X[["supply", "price"]], outcome, family=family)
    one = {c: drivers.importance(X[[c]], outcome, family=family).r_squared for c in ("supply", "price")}
    wanted = (one["supply"] + pair.r_squared - one["price"]) / 2
    assert pair.table.set_index("driver").loc["supply", "importance"] == pytest.approx(wanted, abs=1e-8)


def test_logit_pseudo_r_squared_is_mcfaddens() -> None:
    sm = pytest.importorskip("statsmodels.api")
    X, y = survey(300)
    used = (y > 0).astype(int)
    peer = sm.Logit(used, sm.add_constant(X)).fit(disp=0)
    assert drivers.importance(X, used, family="logit").r_squared == pytest.approx(peer.prsquared, abs=1e-9)


def test_weights_and_clusters() -> None:
    X, y = survey(200)
    w = pd.Series(1.0, index=X.index).where(X["price"] < 0, 2.0)
    repeated = pd.concat([X, X[w == 2].rename("again_{}".format)])
    again = pd.concat([y, y[w == 2].rename("again_{}".format)])
    weighted = drivers.importance(X, y, weights=w).table.set_index("driver")["importance"]
    plain = drivers.importance(repeated, again).table.set_index("driver")["importance"]
    pd.testing.assert_series_equal(weighted, plain, rtol=1e-9)
    hospital = pd.Series(np.arange(200) // 20, index=X.index)
    clustered = drivers.importance(X, y, n_boot=50, cluster=hospital)
    assert clustered.settings["clustered"] is True
    assert (clustered.table["lo"] <= clustered.table["share"]).all()


def test_same_in_any_row_order_and_rows_with_gaps_are_counted() -> None:
    X, y = survey(120)
    X = X.mask(X > 3.2)
    lost = int(X.isna().any(axis=1).sum())
    first = drivers.importance(X, y, n_boot=30)
    second = drivers.importance(X.sample(frac=1, random_state=1), y, n_boot=30)
    pd.testing.assert_frame_equal(first.table, second.table, check_exact=True)
    assert lost > 0 and first.table["n"].iloc[0] == 120 - lost
    assert [n.values["count"] for n in first.notes if n.code == "rows_incomplete"] == [lost]


def test_fifteen_drivers_share_all_that_is_explained() -> None:
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 15)) + rng.normal(size=(300, 1))).rename(columns=lambda i: f"Q{i:02d}")
    result = drivers.importance(X, X.sum(axis=1) + rng.normal(size=300) * 10)
    assert result.table["importance"].sum() == pytest.approx(result.r_squared)
    assert (result.table["importance"] > 0).all()


def test_messages() -> None:
    X, y = survey(60)
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 23)))
    with pytest.raises(SettingError, match="All subsets of 23 drivers are too many for family linear; at most 22"):
        drivers.importance(wide, y.to_numpy())
    with pytest.raises(SettingError, match="13 drivers are too many for family ordinal; at most 12"):
        drivers.importance(wide.iloc[:, :13], y.to_numpy(), family="ordinal")
    with pytest.raises(SettingError, match="groups, always names loyalty, which the data do not have"):
        drivers.importance(X, y, always=["loyalty"])
    with pytest.raises(SettingError, match="each column once; supply stand in two groups"):
        drivers.importance(X, y, groups={"a": ["supply"], "b": ["supply", "price"]})
    with pytest.raises(SettingError, match="leaves no driver to share"):
        drivers.importance(X[["supply"]], y, always=["supply"])
    with pytest.raises(DataError, match="X must hold numbers only; text stands in title"):
        drivers.importance(X.assign(title="主任医师"), y)
    with pytest.raises(DataError, match="all 60 values are equal"):
        drivers.importance(X, y * 0)
    with pytest.raises(DataError, match="At least 9 complete rows are needed; got 5"):
        drivers.importance(X.iloc[:5], y.iloc[:5])
    with pytest.raises(DataError, match="y must hold 0 and 1 only"):
        drivers.importance(X, (y > 0) * 2, family="logit")
    with pytest.raises(DataError, match="y needs one value per row; got 3 for 60 rows"):
        drivers.importance(X, [1, 2, 3])


def test_ranks_and_pairs_come_from_the_same_draws() -> None:
    X, y = survey()
    result = drivers.importance(X, y, n_boot=200)
    names = result.table["driver"].tolist()
    assert result.ranks.index.tolist() == names and result.beats.columns.tolist() == names
    assert result.ranks.sum(axis=1).to_numpy() == pytest.approx(np.ones(6))
    assert result.ranks.loc["supply", "1"] == 1
    pairs = result.beats.fillna(0).to_numpy()
    # no ties among continuous draws: one of the two is larger
    assert pairs + pairs.T + np.eye(6) == pytest.approx(np.ones((6, 6)))
    assert result.beats.loc["supply", "evidence"] == 1
    # the mean rank is 1 plus the expected number of drivers above
    mean_rank = result.ranks.to_numpy() @ np.arange(1, 7)
    assert mean_rank == pytest.approx(1 + pairs.sum(axis=0))
    assert result.r_squared_lo < result.r_squared < result.r_squared_hi


def test_bounds_of_r_squared_cover_the_truth() -> None:
    """Six drivers with r = .5: var of .8 a + .4 b is 2 (.64 + .16) + 2 · .32 · 1 = 2.24; R² = 2.24 ÷ (2.24 + 2.25)."""
    truth, held = 2.24 / 4.49, 0
    for seed in range(40):
        X, y = survey(150, seed=seed)
        result = drivers.importance(X, y, n_boot=100)
        held += result.r_squared_lo <= truth <= result.r_squared_hi
    # 95% nominal; 33 or fewer of 40 would have a chance of 1 in 1,000
    assert held >= 34


def test_bca_bounds_are_those_of_the_general_function() -> None:
    X, y = survey(60)
    X = X[["supply", "evidence", "price"]]
    table = drivers.importance(X, y, n_boot=150, interval="bca").table.set_index("driver")
    data = X.sort_index(axis=1).assign(y=y).to_numpy()

    def share(rows: np.ndarray) -> np.ndarray:
        part, whole = shapley.lmg(shapley.correlations(rows, np.ones((1, len(rows)))), [[0], [1], [2]], [])
        return part[0] / whole

    lo, hi = bootstrap.bca(share, data, n_boot=150, seed=0)
    assert table.loc[["evidence", "price", "supply"], "lo"].to_numpy() == pytest.approx(lo, abs=1e-9)
    assert table.loc[["evidence", "price", "supply"], "hi"].to_numpy() == pytest.approx(hi, abs=1e-9)


def test_a_categorical_column_is_one_driver_and_its_base_level_is_named() -> None:
    X, y = survey()
    title = pd.Series(np.resize(["主任医师", "主治医师", "主治医师", "住院医师"], 400), index=X.index)
    coded = X.assign(**{"chief": title == "主任医师", "resident": title == "住院医师"}).astype(float)
    by_hand = drivers.importance(coded, y, groups={"title": ["chief", "resident"]})
    got = drivers.importance(X.assign(title=title.astype("category")), y)
    assert got.table["driver"].tolist() == by_hand.table["driver"].tolist()
    assert got.table["share"].to_numpy() == pytest.approx(by_hand.table["share"].to_numpy(), abs=1e-12)
    base = [n.values for n in got.notes if n.code == "drivers_base_level"]
    assert base == [{"column": "title", "level": "主治医师"}]
    with pytest.raises(DataError, match="All 400 answers of title are equal"):
        drivers.importance(X.assign(title=pd.Categorical(["主任医师"] * 400)), y)


def test_probe_from_sampled_subsets_is_that_of_all_subsets(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = survey(600)
    exact = drivers.importance(X, y).table.set_index("driver")["probe"]
    monkeypatch.setattr(_probe, "_EXACT", 2)
    monkeypatch.setattr(_probe, "_SUBSETS", 240)
    monkeypatch.setattr(_probe, "_FEW_SHUFFLES", 20)
    sampled = drivers.importance(X, y).table.set_index("driver")["probe"]
    # the same 20 shuffles; 4,800 random subsets for each driver
    assert sampled[exact.index].to_numpy() == pytest.approx(exact.to_numpy(), rel=0.06)


def test_probe_of_a_logit_from_sampled_subsets(monkeypatch: pytest.MonkeyPatch) -> None:
    X, y = survey(300)
    X, used = X[["supply", "evidence", "price", "visits"]], (y > 0).astype(int)
    exact = drivers.importance(X, used, family="logit").table.set_index("driver")["probe"]
    monkeypatch.setattr(_probe, "_EXACT_FITS", 2)
    monkeypatch.setattr(_probe, "_SUBSETS", 48)
    monkeypatch.setattr(_probe, "_FEW_SHUFFLES", 20)
    sampled = drivers.importance(X, used, family="logit").table.set_index("driver")["probe"]
    # 960 random subsets of three others for each driver
    assert sampled[exact.index].to_numpy() == pytest.approx(exact.to_numpy(), rel=0.1)


def test_twenty_two_drivers_are_shared_exactly() -> None:
    rng = np.random.default_rng(5)
    X = pd.DataFrame(rng.normal(size=(300, 22))).rename(columns=lambda i: f"Q{i:02d}")
    X["Q21"] = X["Q20"]
    result = drivers.importance(X, X["Q00"] + X["Q20"] + rng.normal(size=300))
    part = result.table.set_index("driver")["importance"]
    assert part.sum() == pytest.approx(result.r_squared, abs=1e-12)
    assert part["Q20"] == pytest.approx(part["Q21"], abs=1e-12)


def test_answers_lost_ceiling_and_few_answers_are_told() -> None:
    X, y = survey(200)
    gaps = X.copy()
    gaps.loc[gaps.index[:60], "visits"] = np.nan
    note = {n.code: n.values for n in drivers.importance(gaps, y).notes}["drivers_many_lost"]
    # 60 of 200 lost; without the question on visits all 200 are complete
    assert note == {"share": 0.3, "column": "visits", "n": 200}
    lost = {n.code: n.values for n in drivers.importance(X, y.mask(y > y.quantile(0.6))).notes}
    assert lost["drivers_outcome_lost"] == {"share": 0.4}
    top = pd.Series(np.where(y > y.quantile(0.4), 5.0, np.where(y > y.quantile(0.2), 4.0, 3.0)), index=y.index)
    assert {n.code: n.values for n in drivers.importance(X, top).notes}["drivers_ceiling"] == {"share": 0.6}
    few = {n.code: n.values for n in drivers.importance(X.iloc[:40], y.iloc[:40]).notes}
    assert few["drivers_few_answers"] == {"n": 40, "count": 6, "least": 10}


def with_gaps(n: int, seed: int, *, depends: bool = False) -> tuple[pd.DataFrame, pd.Series]:
    """Five ratings that go together (.4) and a verdict of which the first two have .6 and .3; 15% of answers missing.

    With ``depends`` the second to fifth rating are the more often missing the lower the first.
    """
    rng = np.random.default_rng(seed)
    base = np.sqrt(0.4) * rng.normal(size=(n, 1)) + np.sqrt(0.6) * rng.normal(size=(n, 5))
    X = pd.DataFrame(base, columns=["疗效", "安全", "价格", "供应", "服务"])
    y = pd.Series(0.6 * X["疗效"] + 0.3 * X["安全"] + rng.normal(size=n))
    chance = np.full((n, 5), 0.15)
    if depends:
        chance[:, 1:] = np.where(X["疗效"] < 0, 0.5, 0.0).reshape(-1, 1)
        chance[:, 0] = 0
    return X.mask(rng.random((n, 5)) < chance), y


def test_rows_with_gaps_are_used_as_far_as_they_go() -> None:
    X, y = with_gaps(300, 0)
    every = drivers.importance(X, y, n_boot=200, missing="em")
    some = drivers.importance(X, y, n_boot=200)
    assert (every.table["n"].iloc[0], some.table["n"].iloc[0]) == (300, X.notna().all(axis=1).sum())
    width = [(r.table["hi"] - r.table["lo"]).mean() for r in (every, some)]
    assert width[0] < width[1]
    beside = drivers.measures(X, y, missing="em").table.set_index("driver")["lmg"]
    assert beside.to_dict() == pytest.approx(every.table.set_index("driver")["importance"].to_dict())
    told = {note.code: note.values for note in every.notes}
    assert told["drivers_gaps_kept"] == {"n": 300, "complete": int(some.table["n"].iloc[0])}
    assert not {"rows_incomplete", "drivers_many_lost"} & set(told)


def test_without_gaps_both_ways_are_the_same() -> None:
    X, y = with_gaps(120, 1)
    X = X.fillna(0.0)
    one, two = (drivers.importance(X, y, n_boot=20, missing=m).table for m in ("listwise", "em"))
    pd.testing.assert_frame_equal(one, two)


def test_gaps_that_depend_on_another_answer_do_not_bend_the_shares() -> None:
    # the covariance of many rows without any gap is the truth; complete rows alone see half of the first rating
    X, y = with_gaps(40_000, 2, depends=True)
    rng = np.random.default_rng(2)
    base = np.sqrt(0.4) * rng.normal(size=(40_000, 1)) + np.sqrt(0.6) * rng.normal(size=(40_000, 5))
    true = drivers.importance(pd.DataFrame(base, columns=X.columns), y).table.set_index("driver")["share"]
    every, some = (drivers.importance(X, y, missing=m).table.set_index("driver")["share"] for m in ("em", "listwise"))
    assert (every - true).abs().max() < 0.01
    assert (some - true).abs().max() > 0.02


def test_gaps_are_kept_in_linear_models_only() -> None:
    X, y = with_gaps(100, 3)
    with pytest.raises(SettingError, match="linear"):
        drivers.importance(X, (y > 0).astype(float), family="logit", missing="em")
