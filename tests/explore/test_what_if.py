"""Other settings answered at once: hand-computed cases, the run itself as reference, nothing written."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core import disclosure, words
from analysis.core.errors import DataError, SettingError
from analysis.core.result import Result
from analysis.explore.run import Run
from analysis.explore.what_if import QUESTIONS, _budget, _grid, _tiers, _weights
from analysis.methods import grid, lifetime, tiers


def accounts(values: list[float], **columns: list[float]) -> pd.DataFrame:
    index = pd.Index([f"H{i}" for i in range(len(values))], name="customer_id")
    plain = {"trend": 0.0, "n_products_12m": 1.0, "gap_cv": 1.0}
    return pd.DataFrame({"value_12m": values, **plain, **columns}, index=index)


# -- cuts ---------------------------------------------------------------------


def test_other_cuts_by_hand() -> None:
    # 40 30 20 10: held by larger accounts 0, .4, .7, .9. Cuts .7 / .9: A A B C; cuts .4 / .7: A B C C
    before = tiers.abc(accounts([40, 30, 20, 10])["value_12m"], n_boot=20)
    after = _tiers.again(before, (0.4, 0.7))
    assert before.customers["tier"].tolist() == ["A", "A", "B", "C"]
    assert after.customers["tier"].tolist() == ["A", "B", "C", "C"]
    assert after.customers["tier_before"].tolist() == ["A", "A", "B", "C"]
    assert after.movers.index.tolist() == ["H1", "H2"]
    assert after.table["n_before"].tolist() == [2, 1, 1, 0, 0]
    assert after.table["n"].tolist() == [1, 1, 2, 0, 0]
    assert after.table["value_before"].iloc[0] == pytest.approx(0.7)
    assert after.table["value"].iloc[0] == pytest.approx(0.4)
    assert after.finding is not None and after.finding.values["moved"] == 2


def test_the_cuts_of_the_run_move_nobody(run: Run) -> None:
    same = run.what_if.tiers((0.7, 0.9))
    assert same.finding is not None and same.finding.code == "what_if_tiers_same"
    assert same.movers.empty
    saved = run.results["customers_tiers"]
    assert same.customers["tier"].equals(saved.customers["tier"])  # type: ignore[attr-defined]
    assert same.table[["value", "lo", "hi"]].equals(saved.table[["value", "lo", "hi"]])


def test_everywhere_ranks_all_regions_together(run: Run) -> None:
    every = run.what_if.tiers((0.5, 0.8), everywhere=True)
    assert len(every.customers) > len(run.what_if.tiers((0.5, 0.8)).customers)
    again = tiers.abc(every.customers["value"], cuts=(0.5, 0.8))
    assert every.customers["tier"].equals(again.customers["tier"])
    assert "what_if_everywhere" in [note.code for note in every.notes]


def test_other_cuts_take_as_many_resamples_as_the_run() -> None:
    rng = np.random.default_rng(1)
    index = [f"{i:08d}" for i in range(20_000)]
    before = tiers.abc(pd.Series(rng.lognormal(9, 1.2, len(index)), index=index))
    after = _tiers.again(before, (0.6, 0.85))
    assert after.settings["n_boot"] == before.settings["n_boot"] == 200
    assert len(after.movers) > 500


@pytest.mark.parametrize(
    ("cuts", "code"),
    [((0.9, 0.7), "cuts"), ((0.7, 0.7), "cuts"), ((0.7, 1.2), "cuts"), ((0.7,), "tiers_two_cuts"),
     (0.7, "tiers_two_cuts"), ("ab", "tiers_two_cuts")],
)  # fmt: skip
def test_cuts_that_do_not_rise(run: Run, cuts: tuple[float, ...], code: str) -> None:
    with pytest.raises(SettingError) as caught:
        run.what_if.tiers(cuts)
    assert caught.value.code == code
    assert "cuts" in caught.value.text("zh") and "cuts" in caught.value.text("en")


# -- segments -----------------------------------------------------------------


def test_the_number_of_the_run_gives_its_own_segments(run: Run) -> None:
    here = run.results["customers_segments"].customers  # type: ignore[attr-defined]
    present = len(run.reference["segments_model"].table)
    same = run.what_if.segments(present)
    assert same.customers["segment"].equals(here["segment"].reindex(same.customers.index).astype("int64"))
    assert same.customers["segment_before"].equals(same.customers["segment"])
    assert same.agreement == 1.0
    assert same.finding is not None and same.finding.values["moved"] == 0
    assert same.matched == {str(k): k for k in range(1, present + 1)}


def test_other_number_of_segments(run: Run) -> None:
    other = run.what_if.segments(3)
    counts = other.customers[(other.customers[["segment_before", "segment"]] > 0).all(axis=1)]
    assert other.table["n"].sum() == len(counts)
    assert other.table.groupby("segment_before")["value"].sum().to_numpy() == pytest.approx(1)
    assert set(counts["segment"]) == {1, 2, 3}
    # pairs in both directions, over all pairs of accounts: Hubert and Arabie (1985), equation 5
    cross = pd.crosstab(counts["segment_before"], counts["segment"]).to_numpy()
    pairs = [(n * (n - 1) / 2).sum() for n in (cross, cross.sum(axis=0), cross.sum(axis=1), cross.sum(keepdims=True))]
    chance = pairs[1] * pairs[2] / pairs[3]
    assert other.agreement == pytest.approx((pairs[0] - chance) / ((pairs[1] + pairs[2]) / 2 - chance))
    # three counterparts for more present segments: the accounts of the others move
    assert len(other.matched) == 3
    left = counts[~counts["segment_before"].astype(str).isin(other.matched)]
    assert left["moved"].all()
    assert set(other.movers.index) >= set(left.index)


def test_a_refused_number_of_segments_is_said(run: Run) -> None:
    choice = run.reference["segments_choice"].table
    refused = choice.loc[~choice["admissible"], "k"]
    assert len(refused)
    told = run.what_if.segments(int(refused.iloc[0])).notes
    assert "what_if_k_refused" in [note.code for note in told]


@pytest.mark.parametrize(("k", "code"), [(1, "out_of_range"), (51, "out_of_range"), (4.0, "not_whole")])
def test_impossible_numbers_of_segments(run: Run, k: int, code: str) -> None:
    with pytest.raises(SettingError) as caught:
        run.what_if.segments(k)
    assert caught.value.code == code


# -- horizon ------------------------------------------------------------------


def test_the_horizon_of_the_run_gives_its_own_value(run: Run) -> None:
    same = run.what_if.horizon(12, annual_discount_rate=0.1, margin=1.0)
    saved = run.results["value_total"].table
    assert same.table[["value", "lo", "hi"]].to_numpy() == pytest.approx(saved[["value", "lo", "hi"]].to_numpy())
    assert same.table["value_before"].to_numpy() == pytest.approx(saved["value"].to_numpy())
    assert "what_if_beyond_test" not in [note.code for note in same.notes]


def test_margin_scales_and_a_longer_horizon_is_beyond_the_test(run: Run) -> None:
    same, half = run.what_if.horizon(), run.what_if.horizon(margin=0.5)
    assert half.table["value"].to_numpy() == pytest.approx(same.table["value"].to_numpy() / 2)
    assert half.table["value_before"].to_numpy() == pytest.approx(same.table["value"].to_numpy())
    longer = run.what_if.horizon(24)
    assert (longer.table["value"] > same.table["value"]).all()
    assert "what_if_beyond_test" in [note.code for note in longer.notes]
    assert (run.what_if.horizon(annual_discount_rate=0.3).table["value"] < same.table["value"]).all()


@pytest.mark.parametrize(
    "settings",
    [{"months": 0}, {"months": -3}, {"months": float("nan")}, {"margin": 1.5}, {"annual_discount_rate": -0.1}],
)
def test_impossible_horizons(run: Run, settings: dict[str, float]) -> None:
    with pytest.raises(SettingError) as caught:
        run.what_if.horizon(**settings)
    assert caught.value.code == "out_of_range"
    assert next(iter(settings)) in caught.value.text("zh")


# -- weights ------------------------------------------------------------------


def test_score_by_hand() -> None:
    # ranks of value 4 3 2 1 of 4, of trend 1 2 3 4 of 4: weights .5 / .5 make all equal (.625), .75 / .25 do not
    frame = accounts([40, 30, 20, 10], trend=[-2, -1, 1, 2])
    tier = tiers.abc(frame["value_12m"], n_boot=20).customers["tier"]
    equal = _weights.score(frame, tier, {"value": 0.5, "trend": 0.5, "breadth": 0, "regularity": 0})
    assert equal.customers["score"].tolist() == pytest.approx([0.625] * 4)
    assert set(equal.customers["score_class"]) == {"score_high"}, "equal scores go to the upper class"
    tilted = _weights.score(frame, tier, {"value": 0.75, "trend": 0.25, "breadth": 0, "regularity": 0})
    # .75·1 + .25·.25 = .8125, .75·.75 + .25·.5 = .6875, .5625, .4375
    assert tilted.customers["score"].tolist() == pytest.approx([0.8125, 0.6875, 0.5625, 0.4375])
    # two accounts in A, one in B, one in C: the same numbers in the classes
    assert tilted.customers["score_class"].tolist() == ["score_high", "score_high", "score_mid", "score_low"]
    assert tilted.disagreements.empty
    turned = _weights.score(frame, tier, {"value": 0.25, "trend": 0.75, "breadth": 0, "regularity": 0})
    assert turned.disagreements.index.tolist() == ["H0", "H1", "H2", "H3"]
    assert turned.disagreements["tier"].tolist() == ["A", "A", "B", "C"]


def test_how_often_a_class_is_kept_follows_the_beta_distribution() -> None:
    # With weights w and 1 − w the order of these accounts turns at w = 1/2. A draw of Dirichlet(60·.55, 60·.45)
    # keeps the classes when its first weight is above 1/2: Beta(33, 27).
    frame = accounts([40, 30, 20, 10], trend=[-2, -1, 1, 2])
    tier = tiers.abc(frame["value_12m"], n_boot=20).customers["tier"]
    found = _weights.score(frame, tier, {"value": 0.55, "trend": 0.45, "breadth": 0, "regularity": 0})
    exact = float(stats.beta(33, 27).sf(0.5))
    spread = float(np.sqrt(exact * (1 - exact) / 500))
    assert found.customers["kept"].loc["H3"] == pytest.approx(exact, abs=4 * spread)
    again = _weights.score(frame.sample(frac=1, random_state=1), tier, found.settings["weights"] | {"breadth": 0})
    assert again.customers.equals(found.customers)


def test_one_weight_alone_is_the_value_tier(run: Run) -> None:
    alone = run.what_if.weights(value=1, trend=0, breadth=0, regularity=0)
    assert alone.disagreements.empty
    assert (alone.customers["kept"] == 1).all()
    assert "what_if_normalised" not in [note.code for note in alone.notes]


def test_regular_buyers_and_missing_parts() -> None:
    frame = accounts([40, 30, 20, 10], gap_cv=[0.9, 0.3, np.nan, 0.5], n_products_12m=[np.nan] * 4)
    tier = tiers.abc(frame["value_12m"], n_boot=20).customers["tier"]
    found = _weights.score(frame, tier, {"value": 0, "trend": 0, "breadth": 1, "regularity": 3})
    # evenest gaps first; an account with too few gaps counts as random buying (1)
    assert found.customers["rank_regularity"].tolist() == [0.5, 1.0, 0.25, 0.75]
    assert found.settings["weights"] == {"value": 0.0, "trend": 0.0, "regularity": 1.0}
    codes = [note.code for note in found.notes]
    assert {"what_if_normalised", "what_if_part_unknown", "what_if_filled_few"} <= set(codes)


def test_weights_that_cannot_be(run: Run) -> None:
    with pytest.raises(SettingError) as caught:
        run.what_if.weights(trend=-0.1)
    assert caught.value.code == "out_of_range" and "trend" in caught.value.text("en")
    with pytest.raises(SettingError) as caught:
        run.what_if.weights(0, 0, 0, 0)
    assert caught.value.code == "what_if_no_weight"
    nobody = accounts([0, 0])
    with pytest.raises(DataError) as refused:
        _weights.score(nobody, pd.Series(["zero", "zero"], index=nobody.index), {"value": 1})
    assert refused.value.code == "what_if_no_buyers"


# -- budget -------------------------------------------------------------------


def test_value_at_stake_is_that_of_the_model(run: Run) -> None:
    found = run.what_if.budget(40)
    frozen = run.what_if._lifetime
    periods, unit = frozen.clock.periods(12), frozen.clock.unit
    worth = lifetime.value(
        frozen.fit, frozen.spend, frozen.history, periods=periods, annual_discount_rate=0.0, unit=unit
    )["value"]
    alive = lifetime.forecast(frozen.fit, frozen.history, periods=periods)["p_alive"]
    stake = (worth * (1 - alive)).sort_values(ascending=False)
    assert found.accounts["at_stake"].to_numpy() == pytest.approx(stake.iloc[:40].to_numpy())
    assert found.accounts.index.tolist() == stake.index[:40].tolist()
    every = found.table.iloc[-1]
    assert every["value"] == pytest.approx(stake.iloc[:40].sum() / stake.sum())
    assert every["lo"] <= every["value"] <= every["hi"]
    assert found.table["chosen"].iloc[:-1].sum() == every["chosen"] == 40
    assert found.outside.index.tolist() == stake.index[40:45].tolist()
    assert found.next_value == pytest.approx(stake.iloc[40])
    assert found.accounts["covered"].iloc[-1] == pytest.approx(every["value"])


def test_one_more_contact_covers_what_was_said(run: Run) -> None:
    small, more = run.what_if.budget(40), run.what_if.budget(41)
    total = small.table["at_stake"].iloc[-1]
    assert more.table["value"].iloc[-1] - small.table["value"].iloc[-1] == pytest.approx(small.next_value / total)


def test_opted_out_accounts_are_never_chosen(run: Run) -> None:
    first = run.what_if.budget(10).accounts.index[:6]
    barred = pd.Series(True, index=first)
    frozen = run.what_if._lifetime
    found = _budget.cover(frozen, None, opted_out=barred)
    assert not set(first) & (set(found.accounts.index) | set(found.outside.index))
    assert found.opted_out == 6 and found.table["n"].iloc[-1] == len(frozen.history) - 6
    assert [n.values for n in found.notes if n.code == "what_if_opted_out"] == [{"count": 6}]
    with pytest.raises(DataError) as caught:
        _budget.cover(frozen, 1, opted_out=pd.Series(True, index=frozen.history.index))
    assert caught.value.code == "what_if_nobody"


def test_every_account_and_too_many(run: Run) -> None:
    most = int(run.what_if.budget(10).table["n"].iloc[-1])
    whole = run.what_if.budget(most)
    assert whole.table["value"].iloc[-1] == pytest.approx(1) and whole.outside.empty
    assert np.isnan(whole.next_value)
    for contacts, code in ((0, "out_of_range"), (most + 1, "out_of_range"), (2.5, "not_whole")):
        with pytest.raises(SettingError) as caught:
            run.what_if.budget(contacts)  # type: ignore[arg-type]
        assert caught.value.code == code


def test_words_claim_coverage_never_effect(run: Run) -> None:
    found = run.what_if.budget(40)
    told = {note.code: note.values for note in found.notes}
    assert "这是覆盖，不是效果" in words.text("notes.what_if_coverage", "zh", **told["what_if_coverage"])
    assert "coverage, not effect" in words.text("notes.what_if_coverage", "en", **told["what_if_coverage"])
    for language in ("zh", "en"):
        for word in ("挽回", "增加销售", "提升", "save", "win back", "uplift"):
            for key, text in words.flat(language).items():
                assert not (".what_if_" in key and word in text), key


# -- pillars and potential ----------------------------------------------------


def test_the_weights_of_the_run_move_nobody(run: Run) -> None:
    same = run.what_if.pillars()
    assert same.movers.empty
    assert same.finding is not None and same.finding.code == "what_if_pillars_same"
    saved = run.results["customers_cooperation"].customers  # type: ignore[attr-defined]
    assert np.allclose(same.customers["score"], saved["score"].reindex(same.customers.index), equal_nan=True)
    cells = run.results["customers_grid"].customers["cell"]  # type: ignore[attr-defined]
    assert same.customers["cell"].equals(cells.reindex(same.customers.index).rename("cell"))


def test_other_weights_of_the_pillars(run: Run) -> None:
    other = run.what_if.pillars(behaviour=0.5, needs=0.3, feedback=0.2)
    moved = other.customers[other.customers["before"] != other.customers["after"]]
    assert other.finding is not None and other.finding.values["moved"] == len(moved) > 0
    assert set(moved.index) <= set(other.movers.index)
    assert int(other.table["n"].sum()) == len(other.customers) == len(run.results["cooperation"].customers)  # type: ignore[attr-defined]
    # a weighted mean of the pillars that the run saved, for a hospital where every component is known
    saved = run.results["cooperation"].customers  # type: ignore[attr-defined]
    whole = saved[(saved["customer_type"] == "hospital") & (saved["coverage"] > 1 - 1e-9)]
    by_hand = 0.5 * whole["pillar_behaviour"] + 0.3 * whole["pillar_needs"] + 0.2 * whole["pillar_feedback"]
    assert len(whole) and np.allclose(other.customers.loc[whole.index, "score"], by_hand)
    # the same proportions are the same weights
    twice = run.what_if.pillars(behaviour=1.0, needs=0.6, feedback=0.4)
    assert twice.customers.equals(other.customers)
    assert "what_if_normalised" in [note.code for note in twice.notes]


def test_other_cuts_of_the_score(run: Run) -> None:
    other = run.what_if.pillars(cuts=(40, 60))
    level = other.customers.loc[other.customers["after"] != "level_0"]
    assert (
        level["after"] == np.select([level["score"] >= 60, level["score"] >= 40], ["level_1", "level_2"], "level_3")
    ).all()
    for cuts in ((60, 40), (40, 101)):
        with pytest.raises(SettingError) as caught:
            run.what_if.pillars(cuts=cuts)
        assert caught.value.code == "cuts"
    with pytest.raises(SettingError) as caught:
        run.what_if.pillars(0, 0, 0, 0)
    assert caught.value.code == "what_if_no_weight"
    with pytest.raises(SettingError) as caught:
        run.what_if.pillars(-0.1)
    assert caught.value.code == "out_of_range"


def test_other_cuts_of_potential_by_hand() -> None:
    # 40 30 20 10: held by larger ones 0, .4, .7, .9. Cuts .5 / .8: high high mid low; cuts .4 / .7: high mid low low
    potential = pd.Series([40.0, 30.0, 20.0, 10.0], index=["H1", "H2", "H3", "H4"])
    before = grid.potential_classes(potential)
    levels = pd.DataFrame({"level": [1, 2, 3, 0]}, index=potential.index)
    cells = grid.classify(before, levels).customers
    after = _grid.potential(before, cells, (0.4, 0.7)).customers
    assert after["before"].tolist() == ["pot_high", "pot_high", "pot_mid", "pot_low"]
    assert after["after"].tolist() == ["pot_high", "pot_mid", "pot_low", "pot_low"]
    assert after["cell_before"].tolist() == ["high_1", "high_2", "mid_3", "grid_to_assess"]
    assert after["cell"].tolist() == ["high_1", "mid_2", "low_3", "grid_to_assess"]


# -- all of them --------------------------------------------------------------


@pytest.mark.parametrize("what", QUESTIONS)
def test_answers_are_results_in_both_languages(run: Run, what: str, tmp_path: Path) -> None:
    result = run.what_if.ask(what)
    assert isinstance(result, Result)
    for language in ("zh", "en"):
        for section, note in [("findings", result.finding), *(("notes", note) for note in result.notes)]:
            assert note is not None
            assert "{" not in words.text(f"{section}.{note.code}", language, **note.values)
        for name in result.table.columns:
            assert words.has(f"columns.{name}", language), name
    assert "what_if_only" in [note.code for note in result.notes]
    result.save(tmp_path, what)
    assert type(result).load(tmp_path, what).equals(result)
    assert run.what_if.ask(what).equals(result), "the same twice"


@pytest.mark.parametrize("what", QUESTIONS)
def test_small_cells_are_hidden(run: Run, what: str) -> None:
    result = run.what_if.ask(what)
    safe = disclosure.control(result, 200)
    assert safe.hidden, "a minimum as high as this hides something"
    shown = safe.result.table
    for count in result.disclosure.counts:
        assert not shown[count].between(1, 199).any()
    assert shown.loc[shown["flag"] == "suppressed", "value"].isna().all()


def test_nothing_is_written_and_the_run_stays(run: Run) -> None:
    files = {p: p.stat().st_mtime_ns for p in run.home.rglob("*") if p.is_file()}
    before = run.accounts.copy()
    saved = run.results["customers_tiers"].customers.copy()  # type: ignore[attr-defined]
    for what in QUESTIONS:
        run.what_if.ask(what)
    assert {p: p.stat().st_mtime_ns for p in run.home.rglob("*") if p.is_file()} == files
    pd.testing.assert_frame_equal(run.accounts, before)
    pd.testing.assert_frame_equal(run.results["customers_tiers"].customers, saved)  # type: ignore[attr-defined]


ASKS: list[Callable[[Run], Result]] = [lambda r: r.what_if.tiers(), lambda r: r.what_if.weights()]


@pytest.mark.parametrize("ask", ASKS)
def test_a_region_that_was_too_small(small: Run, ask: Callable[[Run], Result]) -> None:
    with pytest.raises(DataError) as caught:
        ask(small.at("西南"))
    assert "西南" in caught.value.text("zh")


@pytest.mark.parametrize(
    ("what", "lost"),
    [
        ("segments", "segments_"),
        ("horizon", "lifetime_"),
        ("budget", "lifetime_"),
        ("pillars", "cooperation_"),
        ("potential", "potential_"),
    ],
)
def test_what_was_not_learned_is_said(run: Run, what: str, lost: str, tmp_path: Path) -> None:
    # the same run as it would be where the reference pass had too few accounts to learn this
    for item in run.home.iterdir():
        if item.name != "reference":
            (tmp_path / item.name).symlink_to(item)
    left_out = shutil.ignore_patterns(f"{lost}*")
    shutil.copytree(run.home / "reference", tmp_path / "reference", ignore=left_out)
    with pytest.raises(DataError) as caught:
        dataclasses.replace(run, home=tmp_path).what_if.ask(what)
    assert caught.value.code == "what_if_no_model"
    for language in ("zh", "en"):
        assert lost in caught.value.text(language) and "tiers" in caught.value.text(language)


def test_a_small_region_has_fewer_contacts(small: Run) -> None:
    found = small.what_if.budget()
    assert found.settings["contacts"] == found.table["n"].iloc[-1] <= 45
    assert "what_if_all_chosen" in [note.code for note in found.notes]
