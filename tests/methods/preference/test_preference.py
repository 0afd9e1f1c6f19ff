"""Brands used and preferred, shared users, loyalty against size."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import preference
from analysis.methods.preference import _expected

SHARES = (0.28, 0.22, 0.16, 0.12, 0.10, 0.07, 0.05)


def market(seed: int, *, n: int = 300, spread: float = 1.5, loyal: int | None = None) -> tuple[pd.DataFrame, pd.Series]:
    """Physicians choosing by a Dirichlet on some six occasions; the users of brand ``loyal`` cling to it."""
    rng = np.random.default_rng(seed)
    chance = rng.dirichlet(spread * np.array(SHARES), n)
    times = 1 + rng.poisson(5, n)
    count = np.array([rng.multinomial(k, p) for k, p in zip(times, chance, strict=True)])
    score = count + 0.5 * rng.random(count.shape)
    if loyal is not None:
        score[:, loyal] += 2.0 * (count[:, loyal] > 0)
    score[count == 0] = -1
    names = [f"产品{i}" for i in range(len(SHARES))]
    index = [f"R{i:04d}" for i in range(n)]
    used = pd.DataFrame((count > 0).astype(float), index=index, columns=names)
    return used, pd.Series([names[i] for i in score.argmax(axis=1)], index=index)


def test_ticked_answers_become_columns() -> None:
    found = preference.selected(pd.Series(["砚安欣┋ 竞品甲", "竞品甲", "", None], index=list("abcd")))
    assert list(found.columns) == ["砚安欣", "竞品甲"] or list(found.columns) == ["竞品甲", "砚安欣"]
    assert found["竞品甲"].tolist()[:3] == [1, 1, 0]
    assert found["砚安欣"].tolist()[:3] == [1, 0, 0]
    assert found.loc["d"].isna().all()


def test_standing_by_hand() -> None:
    # 20 respondents: 12 use A (8 prefer it, 4 use nothing else), 16 use B; 12 prefer B, 4 of them outside what they use
    used = pd.DataFrame(
        {"A": [1.0] * 12 + [0.0] * 8, "B": [0.0] * 4 + [1.0] * 16}, index=[f"R{i:02d}" for i in range(20)]
    )
    preferred = pd.Series(["B"] * 4 + ["A"] * 8 + ["B"] * 8, index=used.index)
    found = preference.brands(used, preferred, own="A", n_boot=50)
    table = found.table.set_index("brand")
    assert table.loc["A", ["value", "penetration", "loyalty", "sole", "n", "n_users"]].tolist() == pytest.approx(
        [8 / 20, 12 / 20, 8 / 12, 4 / 12, 20, 12]
    )
    # 8 of the 16 users of B prefer it
    assert table.loc["B", ["value", "loyalty", "rank"]].tolist() == pytest.approx([0.6, 0.5, 1])
    assert table["whose"].to_dict() == {"A": "own_product", "B": "competitor_product"}
    assert found.repertoire["value"].iloc[0] == pytest.approx(28 / 20)
    assert found.notes[0].values == {"count": 4, "n": 20}
    assert found.finding is not None and found.finding.values["brand"] == "A"


def test_a_rank_is_told_as_a_range_where_it_is_one() -> None:
    preferred = pd.Series(["A"] * 22 + ["B"] * 20 + ["C"] * 2, index=[f"R{i:02d}" for i in range(44)])
    found = preference.brands(None, preferred, own="A")
    assert found.finding is not None and found.finding.code == "preference_rank_range"
    assert (found.finding.values["rank_lo"], found.finding.values["rank_hi"]) == (1, 2)
    assert found.table["penetration"].isna().all()
    assert found.notes[0].code == "preference_no_use"


def test_an_own_brand_nobody_named_is_refused() -> None:
    preferred = pd.Series(["A", "B"] * 5, index=[f"R{i}" for i in range(10)])
    with pytest.raises(DataError, match='"砚安欣" is not'):
        preference.brands(None, preferred, own="砚安欣")


def test_groups_that_prefer_alike_and_not() -> None:
    index = [f"R{i:03d}" for i in range(80)]
    region = pd.Series(["华东", "华北"] * 40, index=index)
    apart = preference.by_group(pd.Series(["A", "B"] * 30 + ["A"] * 20, index=index), region)
    assert apart.finding is not None and apart.finding.code == "preference_groups_differ"
    assert apart.table.set_index(["group", "brand"]).loc[("华东", "A"), "value"] == 1.0
    assert (apart.tests.set_index("brand").loc[["A", "B"], "q"] < 0.001).all()
    alike = preference.by_group(pd.Series(["A", "A", "B", "B"] * 20, index=index), region)
    assert alike.finding is not None and alike.finding.code == "preference_groups_alike"


def test_duplication_by_hand() -> None:
    # of 20: 10 use A, 8 use B, 6 use both: users of A who use B 0.6, of B who use A 0.75
    # D = (0.6 + 0.75) / (8/20 + 10/20) = 1.5
    used = pd.DataFrame({"A": [1.0] * 10 + [0.0] * 10, "B": [0.0] * 4 + [1.0] * 8 + [0.0] * 8}, index=range(20))
    found = preference.duplication(used, n_boot=50)
    table = found.table.set_index(["brand", "other"])
    assert table["value"].to_dict() == pytest.approx({("A", "B"): 0.6, ("B", "A"): 0.75})
    assert found.coefficient["value"].iloc[0] == pytest.approx(1.5)
    assert table.loc[("A", "B"), "expected"] == pytest.approx(1.5 * 0.4)
    with pytest.raises(DataError, match="at least two brands"):
        preference.duplication(used[["A"]])


def test_independent_use_has_coefficient_one() -> None:
    rng = np.random.default_rng(2)
    used = pd.DataFrame((rng.random((4000, 4)) < (0.5, 0.4, 0.3, 0.2)).astype(float), columns=list("ABCD"))
    found = preference.duplication(used, n_boot=100)
    assert found.coefficient["value"].iloc[0] == pytest.approx(1, abs=0.04)
    assert found.finding is not None and found.finding.code == "duplication_open"


def test_ehrenberg_constant_by_hand() -> None:
    # penetration .5, .25, .25, loyalty .4, .6, .6 of 40 users, 20, 20 of 80 (each brand used alone: sets of one)
    # constant for the first, from the others: (20·.6·.75 + 20·.6·.75) / 40 = 0.45; expected 0.45 / (1 − .5) = 0.9
    used = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]], dtype=float)
    preferred = np.array([0, -1, 1, -1, 2, -1])
    seen = _expected.patterns(used, preferred)
    # the unanswered leave loyalty's base, so preferences to others stand in for them
    both = _expected.Patterns(
        np.array([[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float), np.array([1, 0, 1, 2]), np.arange(4)
    )
    b, loyalty, expected, constant = _expected.ehrenberg(np.array([[10.0, 30.0, 20.0, 20.0]]), both)
    # b: (10 + 30)/80, (10 + 20)/80, 20/80; loyalty: 30/40, 30/30, 20/20
    assert b[0].tolist() == [0.5, 0.375, 0.25]
    assert loyalty[0].tolist() == [0.75, 1.0, 1.0]
    # others of the first: (.375·1·.625 + .25·1·.75) / .625 = .675; / .5 passes one and is capped there
    assert constant[0, 0] == pytest.approx(0.675)
    assert expected[0, 0] == 1.0
    # others of the third: (.5·.75·.5 + .375·1·.625) / .875 = .482143; / .75 = .642857
    assert expected[0, 2] == pytest.approx(0.642857, abs=1e-6)
    assert seen.used.shape == (6, 3)


def test_purchase_frequency_of_toothpaste_follows_the_rule() -> None:
    """w(1 − b) of the five brands that one household in fourteen or more bought.

    Goodhardt, Ehrenberg and Chatfield (1984), Journal of the Royal Statistical Society A 147, 621–655, toothpaste
    in the first quarter of 1973: category penetration .56, 2.6 purchases per buyer, shares and penetrations below.
    """
    share, b = np.array([0.25, 0.19, 0.10, 0.10, 0.09]), np.array([0.20, 0.17, 0.09, 0.08, 0.08])
    w = share * 0.56 * 2.6 / b
    # one "vote" per purchase: loyalty is w, and the rule predicts each from the others
    top, base = b * w * (1 - b), b
    constant = (top.sum() - top) / (base.sum() - base)
    # 1.456·.25/.2 = 1.82 for the largest; its prediction from the others (1.352…) / .8
    assert w[0] == pytest.approx(1.82)
    assert constant / (1 - b) == pytest.approx(w, rel=0.16)


def test_the_expected_loyalty_recovers_a_known_power() -> None:
    """Choice within the brands used in proportion to penetration to the power 1.5."""
    rng = np.random.default_rng(6)
    b = np.array([0.7, 0.5, 0.35, 0.2])
    used = (rng.random((6000, 4)) < b).astype(float)
    used = used[used.sum(axis=1) > 0]
    weight = used * b**1.5
    chance = weight / weight.sum(axis=1, keepdims=True)
    preferred = (rng.random((len(used), 1)) > chance.cumsum(axis=1)).sum(axis=1)
    seen = _expected.patterns(used, preferred)
    count = np.bincount(seen.member, minlength=len(seen.used))[None, :].astype(float)
    _, loyalty, expected, power = _expected.repertoire(count, seen)
    assert power[0] == pytest.approx(1.5, abs=0.35)
    assert expected[0] == pytest.approx(loyalty[0], abs=0.04)


def test_no_brand_stands_apart_where_size_is_all() -> None:
    """Dirichlet markets: few flags of 7 brands × 8 markets, and intervals that hold."""
    found = [preference.double_jeopardy(*market(seed), n_boot=100).table for seed in range(8)]
    table = pd.concat(found)
    assert table["verdict"].isin(["above_expected", "below_expected"]).mean() <= 0.05
    assert ((table["lo"] <= 0) & (table["hi"] >= 0)).mean() >= 0.85


def test_a_brand_with_loyal_users_stands_apart() -> None:
    used, preferred = market(3, loyal=3)
    found = preference.double_jeopardy(used, preferred, own="产品3", n_boot=100)
    row = found.table.set_index("brand").loc["产品3"]
    assert row["verdict"] == "above_expected" and row["lo"] > 0
    assert found.finding is not None and found.finding.code == "jeopardy_above_expected"
    assert found.settings["model"] == "both"


def test_a_verdict_needs_both_expectations() -> None:
    used, preferred = market(3, loyal=3)
    found = {
        m: preference.double_jeopardy(used, preferred, model=m, n_boot=60).table for m in ("both", "size", "ehrenberg")
    }
    for both, size, rule in zip(*(found[m]["verdict"] for m in ("both", "size", "ehrenberg")), strict=True):
        assert both == (size if size == rule else "depends_on_model")


def test_few_brands_are_refused() -> None:
    used, preferred = market(3)
    with pytest.raises(DataError, match="at least 4 brands"):
        preference.double_jeopardy(used[["产品0", "产品1"]], preferred)


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.8, 1.5, 4.0])
def test_flags_over_many_markets(spread: float) -> None:
    """False flags at most 5 % of brands, coverage at least 88 %, over 60 markets of each kind."""
    table = pd.concat(
        preference.double_jeopardy(*market(seed, n=400, spread=spread), n_boot=200).table for seed in range(60)
    )
    assert table["verdict"].isin(["above_expected", "below_expected"]).mean() <= 0.05
    assert ((table["lo"] <= 0) & (table["hi"] >= 0)).mean() >= 0.88
