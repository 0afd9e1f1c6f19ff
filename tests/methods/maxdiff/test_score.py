"""Scores, utilities and shares of preference from best–worst choices."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import minimize

from analysis.core.errors import DataError
from analysis.methods import maxdiff

ITEMS = ["费用", "供应", "服务", "证据", "安全"]
TRUTH = np.array([0.6, 0.2, 0.0, 0.4, -1.2])
#: five tasks of four out of five
DESIGN = [[j for j in range(5) if j != left] for left in range(5)]


def chosen(
    n: int = 120, seed: int = 0, utility: np.ndarray = TRUTH, spread: float = 0.0, first: int = 0
) -> pd.DataFrame:
    """Best by logit, worst from the rest by logit on minus utility; persons may differ by ``spread``."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(n):
        own = utility + spread * rng.normal(size=5)
        for task, shown in enumerate(DESIGN):
            best = shown[int((own[shown] + rng.gumbel(size=4)).argmax())]
            rest = [i for i in shown if i != best]
            worst = rest[int((-own[rest] + rng.gumbel(size=3)).argmax())]
            rows += [
                (f"R{first + person:04d}", task, ITEMS[i], {best: "best", worst: "worst"}.get(i, "none")) for i in shown
            ]
    return pd.DataFrame(rows, columns=["response_id", "task", "item", "chosen"])


def simple(picks: list[tuple[str, str, str]], items: str = "abc") -> pd.DataFrame:
    """One task per respondent among the same items."""
    rows = [
        (person, 1, item, {best: "best", worst: "worst"}.get(item, "none"))
        for person, best, worst in picks
        for item in items
    ]
    return pd.DataFrame(rows, columns=["response_id", "task", "item", "chosen"])


def test_counts_by_hand() -> None:
    # a: best 2, worst 1 of 4 shown: (2 − 1) ÷ 4; b: best 1, worst 1: 0; c: best 1, worst 2: −1/4
    choices = simple([("R1", "a", "b"), ("R2", "a", "c"), ("R3", "b", "c"), ("R4", "c", "a")])
    table = maxdiff.score(choices).table.set_index("item")
    assert table.loc[["a", "b", "c"], "score"].tolist() == pytest.approx([0.25, 0, -0.25])
    assert table.loc[["a", "b", "c"], ["best", "worst", "shown"]].to_numpy().tolist() == [
        [2, 1, 4],
        [1, 1, 4],
        [1, 2, 4],
    ]
    # a by respondent: +1 +1 0 −1, mean 1/4, variance (2 · 9/16 + 1/16 + 25/16) ÷ 3 = 11/12; t(3) = 3.18245
    # half-width 3.18245 · √(11/12 ÷ 4) = 1.5235, cut off at the ends of the scale
    assert (table.loc["a", "score_lo"], table.loc["a", "score_hi"]) == (-1, 1)
    assert set(table["flag"]) == {"low_n"}


def test_score_interval_by_hand() -> None:
    picks = [("a", "b"), ("a", "c"), ("b", "c"), ("c", "a")] * 10
    table = maxdiff.score(simple([(f"R{i:02d}", *pick) for i, pick in enumerate(picks)])).table.set_index("item")
    # sum of squares 10 · 2.75 = 27.5 over 39 and 40 respondents; t(39) = 2.022691
    half = 2.022691 * np.sqrt(27.5 / 39 / 40)
    assert (table.loc["a", "score_lo"], table.loc["a", "score_hi"]) == pytest.approx(
        (0.25 - half, 0.25 + half), abs=1e-6
    )


def test_utilities_maximise_the_likelihood_written_out() -> None:
    choices = chosen(15)
    result = maxdiff.score(choices)
    items = sorted(ITEMS)
    tasks = [dict(zip(g["item"], g["chosen"], strict=True)) for _, g in choices.groupby(["response_id", "task"])]

    def minus(free: np.ndarray) -> float:
        u = dict(zip(items, [*free, -free.sum()], strict=True))
        total = 0.0
        for task in tasks:
            best, worst = (next(i for i, how in task.items() if how == side) for side in ("best", "worst"))
            total += u[best] - math.log(sum(math.exp(u[i]) for i in task))
            total += -u[worst] - math.log(sum(math.exp(-u[i]) for i in task if i != best))
        return -total

    found = minimize(minus, np.zeros(4), method="BFGS", options={"gtol": 1e-6})
    assert result.log_likelihood == pytest.approx(-found.fun, abs=1e-7)
    utility = result.table.set_index("item")["utility"][items].to_numpy()
    assert utility[:4] == pytest.approx(found.x, abs=1e-4)
    share = np.exp(utility) / np.exp(utility).sum()
    assert result.table.set_index("item")["value"][items].to_numpy() == pytest.approx(share)


def test_truth_is_recovered_and_covered() -> None:
    """Alike persons; the true utilities add up to zero. Coverage of 60 samples times five items."""
    held, sums = [], np.zeros(5)
    for seed in range(60):
        table = maxdiff.score(chosen(50, seed=seed)).table.set_index("item").loc[ITEMS]
        sums += table["utility"].to_numpy()
        held += list((table["utility_lo"] <= TRUTH) & (table["utility_hi"] >= TRUTH))
    # standard error of the mean of 60 about .013
    assert sums / 60 == pytest.approx(TRUTH, abs=0.05)
    # nominal .95; standard error of 300 verdicts, five alike in each, below .03
    assert 0.90 <= np.mean(held) <= 0.99


def test_respondents_who_differ_widen_the_interval() -> None:
    choices = chosen(100, spread=1.5)
    own = maxdiff.score(choices).table.set_index("item")
    # as if every task came from another person
    loose = choices.assign(response_id=choices["response_id"] + "-" + choices["task"].astype(str))
    apart = maxdiff.score(loose).table.set_index("item")
    assert own["utility"].to_numpy() == pytest.approx(apart.loc[own.index, "utility"].to_numpy())
    wide, thin = (t["utility_hi"] - t["utility_lo"] for t in (own, apart))
    assert (wide > 1.2 * thin[wide.index]).all()


def test_weights_are_repetitions() -> None:
    choices = chosen(40)
    people = choices["response_id"].unique()
    w = pd.Series(np.where(np.arange(40) % 2, 1.0, 2.0), index=people)
    again = choices[choices["response_id"].isin(people[::2])]
    more = pd.concat([choices, again.assign(response_id=again["response_id"] + "b")])
    weighted = maxdiff.score(choices, weights=w).table.set_index("item")
    repeated = maxdiff.score(more).table.set_index("item").loc[weighted.index]
    for column in ("utility", "value", "score"):
        assert weighted[column].to_numpy() == pytest.approx(repeated[column].to_numpy())


def test_hospitals_as_clusters() -> None:
    choices = chosen(60)
    hospital = pd.Series({p: f"H{i // 6}" for i, p in enumerate(sorted(choices["response_id"].unique()))})
    got = maxdiff.score(choices, cluster=hospital)
    assert got.settings["clustered"] is True
    assert got.table["utility"].to_numpy() == pytest.approx(maxdiff.score(choices).table["utility"].to_numpy())


def test_parts_never_shown_together_have_no_common_scale() -> None:
    left = simple([("R1", "a", "b"), ("R2", "b", "c"), ("R3", "c", "a")] * 1)
    right = simple([("R4", "d", "e"), ("R5", "e", "f"), ("R6", "f", "d")], items="def")
    result = maxdiff.score(pd.concat([left, right]))
    notes = {n.code: n.values for n in result.notes}
    assert notes["maxdiff_unconnected"]["count"] == 2
    assert result.table["value"].isna().all() and set(result.table["flag"]) == {"not_identified"}
    assert result.table["score"].notna().all()
    assert result.finding is not None and result.finding.code == "maxdiff_not_identified"


def test_an_item_that_always_wins_has_no_finite_utility() -> None:
    result = maxdiff.score(simple([("R1", "a", "b"), ("R2", "a", "c")]))
    assert "maxdiff_one_sided" in [n.code for n in result.notes]
    assert result.table["utility"].isna().all()


def test_incomplete_tasks_are_left_out_and_counted() -> None:
    choices = chosen(30)
    broken = choices.copy()
    broken.loc[(broken["response_id"] == "R0000") & (broken["chosen"] == "worst"), "chosen"] = "none"
    result = maxdiff.score(broken)
    assert {n.code: n.values for n in result.notes}["maxdiff_left_out"] == {"count": 5, "of": 150}
    assert result.table["n"].max() == 29 and result.tasks == 145


def test_the_first_is_named_only_when_it_is_ahead() -> None:
    clear = maxdiff.score(chosen(100, utility=np.array([1.5, 0, 0, 0, -1.5]))).finding
    assert clear is not None and clear.code == "maxdiff_first" and clear.values["item"] == "费用"
    close = maxdiff.score(chosen(40, utility=np.array([0.5, 0.5, 0.5, -0.7, -0.8]), seed=2)).finding
    assert close is not None and close.code == "maxdiff_among_first"


def test_groups_that_want_different_things() -> None:
    other = TRUTH[[1, 0, 2, 3, 4]] + np.array([0.8, -0.8, 0, 0, 0])
    choices = pd.concat(
        [chosen(80, seed=1), chosen(80, seed=2, utility=other, first=1000), chosen(9, seed=3, first=2000)]
    )
    people = choices["response_id"].unique()
    group = pd.Series(["注重费用"] * 80 + ["注重供应"] * 80 + ["其他"] * 9, index=people)
    result = maxdiff.compare(choices, group)
    assert result.settings["tested"] == ["注重供应", "注重费用"] and result.df == 4
    # as Hotelling's T² of 160 clusters with 4 dimensions: F = T²·(158 − 3)/(158·4) on 4 and 155
    assert result.p == pytest.approx(stats.f.sf(result.statistic * 155 / (158 * 4), 4, 155))
    assert result.p < 1e-3
    assert result.table[result.table["group"] == "其他"]["flag"].eq("low_n").all()
    assert result.finding is not None and result.finding.code == "maxdiff_groups_differ"
    alone = maxdiff.score(choices[choices["response_id"].isin(people[:80])]).table.set_index("item")["utility"]
    inside = result.table[result.table["group"] == "注重费用"].set_index("item")["utility"]
    assert inside[alone.index].to_numpy() == pytest.approx(alone.to_numpy())
    # two groups: the test of an item is the squared distance over the sum of the variances
    row = result.tests.set_index("item").loc["费用"]
    assert row["df"] == 1 and row["p"] < 0.001
    without = maxdiff.compare(choices, group.iloc[:100])
    assert {n.code: n.values for n in without.notes}["maxdiff_without_group"] == {"count": 69}
    assert without.finding is not None and without.finding.code == "maxdiff_groups_untested"


def test_groups_of_few_hospitals_are_not_tested() -> None:
    choices = chosen(80)
    people = sorted(choices["response_id"].unique())
    group = pd.Series({p: "注重费用" if i < 40 else "注重供应" for i, p in enumerate(people)})
    hospital = pd.Series({p: f"H{i % 4 if i < 40 else i}" for i, p in enumerate(people)})
    result = maxdiff.compare(choices, group, cluster=hospital)
    assert {n.code: n.values for n in result.notes}["maxdiff_few_clusters"] == {"groups": ["注重费用"], "count": 5}
    assert result.settings["tested"] == ["注重供应"] and np.isnan(result.p)


def test_equal_groups_are_told_apart_about_as_often_as_chance() -> None:
    found = 0
    for seed in range(40):
        choices = chosen(80, seed=seed)
        group = pd.Series({p: i % 2 for i, p in enumerate(sorted(choices["response_id"].unique()))})
        found += maxdiff.compare(choices, group).p < 0.05
    # binomial(40, .05): seven or more has a chance of .003
    assert found <= 6


def test_messages() -> None:
    choices = chosen(5)
    with pytest.raises(DataError, match="choices needs the columns chosen"):
        maxdiff.score(choices.drop(columns="chosen"))
    with pytest.raises(DataError, match="chosen must be one of best, none, worst; got first"):
        maxdiff.score(choices.replace("best", "first"))
    with pytest.raises(DataError, match="20 rows repeat one"):
        maxdiff.score(pd.concat([choices, choices.iloc[:20]]))
    with pytest.raises(DataError, match="None of 25 tasks has one best"):
        maxdiff.score(choices.replace("worst", "none"))
    with pytest.raises(DataError, match="by gives no group"):
        maxdiff.compare(choices, pd.Series({"X": 1}))


@pytest.mark.slow
def test_few_hospitals_do_not_make_alike_groups_differ() -> None:
    """Two groups of 40 in 12 hospitals each, wishes the same but for the hospital's own: the test of five per cent says
    they differ in .09 of 150 worlds (100 are drawn here); a chi-square reference would in .26."""
    designs = np.array(
        [[3, 5, 6, 7], [1, 4, 6, 7], [1, 2, 5, 7], [1, 2, 3, 6], [2, 3, 4, 7], [1, 3, 4, 5], [2, 4, 5, 6]]
    )
    plain, found = [], []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        own, rows, home = rng.normal(0, 0.5, (24, 8)), [], {}
        for person in range(80):
            hospital = int(rng.integers(12)) + 12 * (person % 2)
            home[f"r{person:02d}"] = f"h{hospital}"
            utility = np.linspace(0.6, -0.6, 8) + own[hospital] + rng.normal(0, 0.3, 8)
            for task, shown in enumerate(designs):
                odds = np.exp(utility[shown])
                best = rng.choice(4, p=odds / odds.sum())
                rest = np.delete(np.arange(4), best)
                worst = rest[rng.choice(3, p=(1 / odds[rest]) / (1 / odds[rest]).sum())]
                named = {best: "best", worst: "worst"}
                rows += [(f"r{person:02d}", task, str(i), True, named.get(k, "none")) for k, i in enumerate(shown)]
        choices = pd.DataFrame(rows, columns=["response_id", "task", "item", "shown", "chosen"])
        by = pd.Series({name: "外科" if int(name[1:]) % 2 else "内科" for name in home})
        result = maxdiff.compare(choices, by, cluster=pd.Series(home))
        found.append(result.p < 0.05)
        plain.append(stats.chi2.sf(result.statistic, result.df) < 0.05)
    assert np.mean(found) <= 0.15
    assert np.mean(plain) > 0.2
