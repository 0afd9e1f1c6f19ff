import numpy as np
import pandas as pd
import pytest

from analysis.core.disclosure import control
from analysis.core.errors import DataError, SettingError
from analysis.methods import grid


def ids(n):
    return pd.Index([f"H{i:03d}" for i in range(n)], name="customer_id")


def six():
    """Six accounts in four cells, three outside."""
    classes = pd.DataFrame({
        "potential": [50, 30, 10, 10, 40, 0, np.nan],
        "potential_class": ["high", "high", "mid", "low", "high", "none", "unknown"],
    }, ids(7))  # fmt: skip
    levels = pd.DataFrame({"level": [1, 3, 2, 2, 0, 1, 1]}, ids(7))
    return classes, levels


def test_grid_by_hand():
    effort = pd.Series([10, 2, 4, 4, 5, 3, 2], ids(7))
    found = grid.classify(*six(), effort=effort, own=pd.Series([6, 2, 1, 1], ids(4)))
    table = found.table.set_index(["potential_class", "level"])
    assert len(table) == 9
    assert table["n"].sum() == 4
    # inside: potential 100, effort 20, own 10
    row = table.loc[("pot_high", "level_1")]
    assert row[["share_potential", "share_own", "share_effort"]].tolist() == pytest.approx([0.5, 0.6, 0.5])
    assert row["value"] == pytest.approx(1)
    # 2 of 20 for 30 of 100
    assert table.loc[("pot_high", "level_3"), "value"] == pytest.approx(1 / 3)
    assert table.loc[("pot_low", "level_2"), "value"] == pytest.approx(2)
    assert table.loc[("pot_low", "level_1"), ["n", "flag"]].tolist() == [0, "missing_input"]
    # outside, by name and with their share of all effort (30)
    outside = found.outside.set_index("reason")
    assert outside["n"].to_dict() == {"grid_unknown": 1, "grid_none": 1, "grid_to_assess": 1}
    assert outside["share_effort"].tolist() == pytest.approx([2 / 30, 3 / 30, 5 / 30])
    assert found.table["n"].sum() + found.outside["n"].sum() == 7
    assert found.customers["cell"].tolist() == [
        "high_1", "high_3", "mid_2", "low_2", "grid_to_assess", "grid_none", "grid_unknown"
    ]  # fmt: skip


def test_probability_of_a_cell_is_the_product():
    classes, levels = six()
    classes = classes.assign(p_high=[0.7] + [np.nan] * 6, p_mid=[0.2] + [np.nan] * 6, p_low=[0.1] + [np.nan] * 6)
    levels = levels.assign(p_1=[0.6, 0.1] + [np.nan] * 5, p_2=[0.3, 0.2] + [np.nan] * 5, p_3=[0.1, 0.7] + [np.nan] * 5)
    found = grid.classify(classes, levels).customers
    assert found.loc["H000", "p_cell"] == pytest.approx(0.42)
    assert found.loc["H000", "p_mid_3"] == pytest.approx(0.02)
    assert found.loc["H001", ["p_cell", "p_high_1", "p_low_3"]].tolist() == pytest.approx([0.7, 0.1, 0])
    assert found.loc["H002", "p_cell"] == 1
    names = [f"p_{p}_{level}" for p, level in grid.CELLS]
    np.testing.assert_allclose(found[names].iloc[:4].sum(axis=1), 1)
    assert found.iloc[4:][names].isna().all(axis=None)


def made(n=600, seed=0, slack=1.0):
    """Effort follows potential, but for high potential at level 3, which gets ``slack`` of its due."""
    rng = np.random.default_rng(seed)
    classes = grid.potential_classes(pd.Series(rng.lognormal(6, 1, n), ids(n)))
    levels = pd.DataFrame({"level": rng.integers(1, 4, n)}, ids(n))
    left = (classes.customers["potential_class"] == "high") & (levels["level"] == 3)
    effort = pd.Series(rng.poisson(classes.customers["potential"] / 40 * np.where(left, slack, 1)), ids(n))
    return classes, levels, effort.astype(float)


def test_a_neglected_cell_is_found_and_named():
    classes, levels, effort = made(slack=0.25)
    found = grid.classify(classes, levels, effort=effort)
    assert found.finding.code == "grid_under"
    assert found.finding.values["potential_class"] == "pot_high"
    assert found.finding.values["level"] == "level_3"
    row = found.table.iloc[2]
    assert row["hi"] < 1
    # the cell gets a quarter of what the others get for the same potential
    others = found.table.drop(index=2)
    ratio = row["value"] / (others["share_effort"].sum() / others["share_potential"].sum())
    assert ratio == pytest.approx(0.25, abs=0.02)


def test_effort_that_follows_potential_is_rarely_called_misplaced():
    inside = total = 0
    for seed in range(20):
        classes, levels, effort = made(n=300, seed=seed)
        table = grid.classify(classes, levels, effort=effort).table
        usable = table[table["flag"] == "ok"]
        inside += int(((usable["lo"] <= 1) & (usable["hi"] >= 1)).sum())
        total += len(usable)
    # 95 % intervals by resampling: at least 90 % of about 180 cells
    assert inside >= 0.9 * total


def test_row_order_changes_nothing():
    classes, levels, effort = made(n=120)
    first = grid.classify(classes, levels, effort=effort)
    again = grid.classify(
        classes.customers.sample(frac=1, random_state=1), levels.sample(frac=1, random_state=2),
        effort=effort.sample(frac=1, random_state=3),
    )  # fmt: skip
    pd.testing.assert_frame_equal(first.table, again.table)
    pd.testing.assert_frame_equal(first.customers, again.customers.sort_index())


def test_without_effort_the_grid_still_counts():
    found = grid.classify(*six())
    assert found.finding.code == "grid_described"
    assert found.table["share_potential"].sum() == pytest.approx(1)
    assert (found.table["flag"] == "missing_input").all()
    assert "grid_no_effort" in [note.code for note in found.notes]


def test_nobody_inside():
    classes, levels = six()
    found = grid.classify(classes, levels.assign(level=0), effort=pd.Series(1.0, ids(7)))
    assert found.finding.code == "grid_empty"
    assert found.outside["n"].sum() == 7


def test_accounts_without_effort_are_counted_as_zero_and_said():
    found = grid.classify(*six(), effort=pd.Series([5.0], ids(1)))
    assert {n.code: n.values.get("count") for n in found.notes}["grid_effort_absent"] == 6
    assert found.table.iloc[0]["share_effort"] == 1


def test_the_legend_is_always_there():
    classes, levels, effort = made(n=60)
    found = grid.classify(classes, levels, effort=effort, legend={"high": "重点", "1": "首选"})
    assert found.legend["names"] == {"high": "重点", "1": "首选"}
    assert found.legend["shares"] == [0.5, 0.8]
    assert {"grid_legend", "grid_legend_potential"} <= {note.code for note in found.notes}
    # hiding small cells does not take the legend away: here every level is rare
    few = control(grid.classify(*made(n=45)[:2], effort=made(n=45)[2]), 11).result
    assert (few.table["flag"] == "suppressed").all()
    assert {"grid_legend", "grid_legend_potential"} <= {note.code for note in few.notes}
    assert grid.classify(*six()).notes[0].code == "grid_legend"


def test_hidden_cells_cannot_be_worked_out_from_the_edges():
    classes, levels, effort = made(n=80)
    safe = control(grid.classify(classes, levels, effort=effort), 11).result.table
    hidden = safe["flag"] == "suppressed"
    assert hidden.any()
    for edge in ("potential_class", "level"):
        counts = hidden.groupby(safe[edge]).sum()
        assert (counts != 1).all()
    assert safe.loc[hidden, ["n", "share_potential", "share_effort", "value"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        ({"legend": {"A": "重点"}}, SettingError, "not_a_choice"),
        ({"effort": pd.Series([-1.0], ids(1))}, DataError, "grid_amount"),
        ({"effort": pd.Series([np.nan], ids(1))}, DataError, "grid_amount"),
        ({"own": pd.Series([np.inf], ids(1))}, DataError, "grid_amount"),
        ({"levels": pd.DataFrame({"level": [4]}, ids(1))}, DataError, "grid_codes"),
        ({"classes": six()[0].assign(potential_class="A")}, DataError, "grid_codes"),
        ({"classes": six()[0].drop(columns="potential")}, DataError, "missing_columns"),
    ],
)
def test_what_is_refused(change, kind, code):
    classes, levels = six()
    classes, levels = change.pop("classes", classes), change.pop("levels", levels)
    with pytest.raises(kind) as refused:
        grid.classify(classes, levels, **change)
    assert refused.value.code == code
    assert refused.value.text("zh")
