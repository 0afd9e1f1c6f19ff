"""Association by region: pooling where regions agree, none where it cannot be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.methods import barriers

CODES = ["B01", "B02", "B06"]


def world(
    effects: dict[str, float], seed: int = 0, each: int = 250
) -> tuple[pd.DataFrame, pd.Series, pd.Series, pd.Series]:
    """Regions with their own log-odds of B01; B06 has −1 everywhere, B02 none."""
    rng = np.random.default_rng(seed)
    n = each * len(effects)
    index = pd.Index([f"R{i:04d}" for i in range(n)])
    region = pd.Series(np.repeat(list(effects), each), index=index, name="region")
    answers = pd.DataFrame((rng.random((n, 3)) < 0.4).astype(float), index=index, columns=CODES)
    home = rng.integers(0, 30, n)
    eta = (
        0.8
        + region.map(effects) * answers["B01"]
        - answers["B06"]
        + rng.normal(0, 0.3, (len(effects), 30))[np.repeat(np.arange(len(effects)), each), home]
    )
    step = np.digitize(eta + rng.logistic(size=n), [-2.5, -1.5, -0.7, 0.3, 1.4, 2.8])
    hospital = region + "-" + pd.Series(home, index=index).astype(str)
    return answers, pd.Series(step, index=index, name="step"), region, hospital


ALIKE = {"华东": -0.9, "华北": -0.9, "西南": -0.9}


def test_regions_that_agree_lean_on_each_other() -> None:
    answers, step, region, hospital = world(ALIKE)
    result = barriers.by_region(answers, step, region, cluster=hospital)
    table = result.table
    assert result.tau is not None and result.tau < 0.06
    assert ((table["hi"] - table["lo"]) < (table["regional_hi"] - table["regional_lo"])).all()
    inside = table["national"].between(table["value"] - 0.05, table["value"] + 0.05)
    assert inside.all() and (table["own_weight"] < 0.5).all()
    assert result.finding is not None and result.finding.code == "barriers_regions_alike"
    # by its numbers every estimate lies between the region's own and the mean
    low, high = table[["regional", "national"]].min(axis=1), table[["regional", "national"]].max(axis=1)
    assert table["value"].between(low - 1e-12, high + 1e-12).all()


def test_a_region_of_its_own_is_named() -> None:
    answers, step, region, hospital = world({"华东": -1.8, "华北": 0.3, "西南": -0.6, "华南": -0.6})
    result = barriers.by_region(answers, step, region, cluster=hospital)
    assert result.tau is not None and result.tau > 0.08
    assert result.finding is not None and result.finding.code == "barriers_regions_differ"
    told = result.finding.values
    assert (told["barrier"], told["low"], told["high"]) == ("B01", "华东", "华北")
    table = result.table.set_index(["barrier", "region"])
    assert table.loc[("B01", "华东"), "hi"] < table.loc[("B01", "华北"), "lo"]


@pytest.mark.parametrize("names", [["华东"], ["华东", "华北"]])
def test_with_one_or_two_regions_nothing_is_pooled(names: list[str]) -> None:
    answers, step, region, hospital = world(dict.fromkeys(names, -0.9))
    result = barriers.by_region(answers, step, region, cluster=hospital)
    assert result.tau is None and set(result.table["method"]) == {"by_region"}
    pd.testing.assert_series_equal(result.table["value"], result.table["regional"], check_names=False)
    assert "regions_not_pooled" in [note.code for note in result.notes]
    code = "barriers_one_region" if len(names) == 1 else "barriers_regions_alike"
    assert result.finding is not None and result.finding.code == code


def test_a_region_by_itself_is_the_ranking_of_its_respondents() -> None:
    answers, step, region, hospital = world(ALIKE)
    mine = region == "西南"
    alone = barriers.rank(answers[mine], step[mine], None, cluster=hospital, n_boot=5).table.set_index("barrier")
    table = barriers.by_region(answers, step, region, cluster=hospital).table
    own = table[table["region"] == "西南"].set_index("barrier")
    assert own["regional"].to_dict() == pytest.approx(alone["effect"].to_dict())


def test_a_region_with_few_answers_is_left_without_a_model() -> None:
    answers, step, region, hospital = world({**ALIKE, "西北": -0.9})
    few = region.index[region == "西北"][20:]
    keep = ~region.index.isin(few)
    result = barriers.by_region(answers[keep], step[keep], region[keep], cluster=hospital)
    table = result.table.set_index(["region", "barrier"])
    assert table.loc["西北", "flag"].tolist() == ["not_identified"] * 3
    assert table.loc["华东", "flag"].tolist() == ["ok"] * 3
    assert {n.code: dict(n.values) for n in result.notes}["regions_without_model"] == {"regions": ["西北"]}
