import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from analysis.core.disclosure import control
from analysis.core.words import LANGUAGES
from analysis.figures import grid as figures
from analysis.figures import style
from analysis.methods import grid


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def made(*, effort=True, legend=None, n=600):
    """High potential at level 3 gets a fifth of its due; low potential at level 1 four times."""
    rng = np.random.default_rng(1)
    ids = pd.Index([f"H{i:03d}" for i in range(n)], name="customer_id")
    classes = grid.potential_classes(pd.Series(rng.lognormal(6, 1, n), ids))
    kind, levels = classes.customers["potential_class"], pd.DataFrame({"level": rng.integers(1, 4, n)}, ids)
    factor = np.where((kind == "high") & (levels["level"] == 3), 0.2, 1) * np.where(
        (kind == "low") & (levels["level"] == 1), 4, 1
    )
    spent = pd.Series(rng.poisson(classes.customers["potential"] / 40 * factor), ids)
    return grid.classify(classes, levels, effort=spent if effort else None, legend=legend)


def said(ax):
    return " ".join(text.get_text() for text in ax.findobj(plt.Text) if text.get_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_cell_says_what_the_table_says_and_the_legend_is_printed(language):
    found = made()
    ax = figures.plot_grid(found, language=language)
    assert len(ax.patches) == 9
    cells = {(round(t.get_position()[0]), round(t.get_position()[1])): t.get_text() for t in ax.texts}
    row = found.table.iloc[2]
    text = cells[2, 0]
    assert str(row["n"]) in text
    assert f"{100 * row['share_potential']:.0f}%" in text
    assert f"{100 * row['share_effort']:.0f}%" in text
    assert "▼" in text and ("投入偏少" if language == "zh" else "less effort") in text
    assert "▲" in cells[0, 2]
    legend = ax.get_xlabel()
    assert "50%" in legend
    assert ("合作度1级为高" if language == "zh" else "Level 1 is high") in legend
    assert "H0" not in said(ax)


def test_orange_is_less_effort_and_blue_is_more_and_unclear_cells_are_neutral():
    found = made()
    ax = figures.plot_grid(found, language="zh")
    for patch, row in zip(ax.patches, found.table.to_dict("records"), strict=True):
        step = style.DIVERGING.index(to_hex(patch.get_facecolor()).upper())
        clear = row["flag"] == "ok" and not row["lo"] <= 1 <= row["hi"]
        assert (step < 3) == (clear and row["value"] < 1)
        assert (step > 3) == (clear and row["value"] > 1)
    assert to_hex(ax.patches[2].get_facecolor()).upper() == style.DIVERGING[0]


def test_high_potential_is_above_and_level_one_is_first():
    ax = figures.plot_grid(made(), language="zh")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["合作度1级", "合作度2级", "合作度3级"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["潜力高", "潜力中", "潜力低"]
    assert ax.yaxis_inverted()


def test_names_of_the_company_replace_those_of_the_product():
    ax = figures.plot_grid(made(legend={"high": "重点", "3": "待开发"}), language="zh")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["重点", "潜力中", "潜力低"]
    assert ax.get_xticklabels()[2].get_text() == "待开发"


def test_without_effort_nothing_is_coloured():
    ax = figures.plot_grid(made(effort=False), language="en")
    assert {to_hex(patch.get_facecolor()).upper() for patch in ax.patches} == {style.DIVERGING[3]}
    assert "effort 0%" not in said(ax)
    assert "—" not in said(ax)


def test_hidden_cells_are_hatched_and_empty():
    safe = control(made(n=90), 11).result
    hidden = int((safe.table["flag"] == "suppressed").sum())
    assert 0 < hidden < 9
    ax = figures.plot_grid(safe, language="zh")
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == hidden
    assert len([t for t in ax.texts if t.get_text()]) == 9 - hidden


def test_frozen_thresholds_are_printed_in_place_of_shares():
    found = made()
    found.legend["shares"] = None
    ax = figures.plot_grid(found, language="zh")
    assert "固定分界" in ax.get_xlabel()
