import dataclasses
import io

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from analysis.core.disclosure import control
from analysis.core.errors import SettingError
from analysis.core.words import LANGUAGES
from analysis.figures import segments as figures
from analysis.figures import style
from analysis.methods import segments


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def features(small=0):
    """20 large hospitals, 30 middle ones, 50 pharmacies; ``small`` of the large ones far larger still."""
    value = np.repeat([90.0, 50.0, 10.0], [20, 30, 50])
    value[:small] *= 1.8
    wiggle = np.tile([-1.0, 0.0, 1.0, 0.0], 25)
    index = pd.Index([f"H{i:03d}" for i in range(100)], name="customer_id")
    return pd.DataFrame({"orders_12m": value + wiggle, "trend": (value - 40) / 50 + wiggle[::-1] / 10}, index)


def seen(k=(2, 3, 4), small=0, **joined):
    frame = features(small)
    found = segments.side_by_side(segments.prepare(frame, transform="none"), frame, k=k, order_by="orders_12m")
    settings = {**found.settings, **({"k_used": joined.pop("k_used")} if "k_used" in joined else {})}
    return dataclasses.replace(found, table=found.table.assign(**joined), settings=settings)


def said(ax):
    return " ".join(text.get_text() for text in ax.findobj(plt.Text) if text.get_text())


def boxes(ax, *colours):
    return [p for p in ax.patches if isinstance(p, Rectangle) and to_hex(p.get_facecolor()).upper() in colours]


def dots(ax):
    """Offsets of each scatter, panel by panel."""
    return [[c.get_offsets() for c in panel.findobj(PathCollection)] for panel in ax.child_axes]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_cell_for_each_segment_and_feature(language):
    found = seen()
    ax = figures.plot_side_by_side(found, language=language)
    cells = boxes(ax, *style.DIVERGING)
    assert len(cells) == (2 + 3 + 4) * 2
    for cell, difference in zip(cells, found.profiles["std_difference"], strict=True):
        step = style.DIVERGING.index(to_hex(cell.get_facecolor()).upper())
        assert (step > 3) == (difference >= 0.25)
        assert (step < 3) == (difference < -0.25)
    assert "H0" not in said(ax)
    assert ("特征用于分群，不作检验" if language == "zh" else "Used for clustering, not tested") in said(ax)


def test_bars_are_as_tall_as_the_shares_and_hollow_for_a_small_sample():
    found = seen(k=(2, 3))
    ax = figures.plot_side_by_side(found, language="zh")
    bars = [p for p in ax.patches if p.get_width() == pytest.approx(0.8)]
    heights = np.array([bar.get_height() for bar in bars])
    assert heights / heights.sum() == pytest.approx(found.table["share"] / found.table["share"].sum())
    thin = [bar.get_linestyle() != "solid" and bar.get_facecolor()[3] == 0 for bar in bars]
    assert thin == (found.table["n"] < 30).tolist()
    assert any(thin) and "样本量小，仅供参考" in said(ax)


def test_origins_stand_below_and_only_from_the_second_number_on():
    found = seen(k=(2, 3))
    ax = figures.plot_side_by_side(found, language="en")
    origins = [text for text in ax.texts if text.get_position()[1] == -1.0]
    assert [text.get_text() for text in origins] == [f"{v:.0f}" for v in found.table["from_segment"].dropna()]
    assert {text.get_fontweight() for text in origins} == {"bold"}
    few = dataclasses.replace(found, table=found.table.assign(from_part="mixed"))
    again = figures.plot_side_by_side(few, language="en")
    assert [t.get_text()[0] for t in again.texts if t.get_position()[1] == -1.0] == ["(", "(", "("]


def test_the_number_in_use_is_shaded_and_criteria_are_marked():
    reasons = np.repeat(["k_not_clearer", "k_admissible", "k_admissible"], [2, 3, 4])
    ax = figures.plot_side_by_side(seen(reason=reasons, k_used=3), language="zh")
    assert len(boxes(ax, style.TOKENS["band"])) == 1
    heads = [text.get_text() for text in ax.texts if text.get_fontweight() == "bold" and text.get_position()[1] < -5]
    assert heads == ["○ 2", "● 3", "● 4"]
    plain = figures.plot_side_by_side(seen(k_used=9), language="zh")
    assert not boxes(plain, style.TOKENS["band"])
    assert "固定基准" not in said(plain)
    assert "●" not in said(plain)


@pytest.mark.parametrize("before", [False, True])
def test_a_number_with_a_small_segment_is_hatched_whole(before):
    found = seen(small=3)
    assert found.table.loc[found.table["n"] < 5, "k"].tolist() == [4]
    ax = figures.plot_side_by_side(control(found, 5).result if before else found, language="en")
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == 1
    assert len(boxes(ax, *style.DIVERGING)) == (2 + 3) * 2
    assert "hidden" in said(ax)


def test_all_hidden_is_drawn_without_numbers():
    ax = figures.plot_side_by_side(control(seen(small=3), 60).result, language="zh")
    assert sum(bool(patch.get_hatch()) for patch in ax.patches) == 3
    assert not boxes(ax, *style.DIVERGING)
    ax.figure.canvas.draw()


@pytest.mark.parametrize("language", LANGUAGES)
def test_projection_has_a_panel_for_each_segment_and_says_what_it_shows(language):
    found = seen()
    ax = figures.plot_projection(found, language=language, k=3)
    drawn = dots(ax)
    assert [len(own) for _everyone, own in drawn] == found.table.loc[found.table["k"] == 3, "n"].tolist()
    assert {len(everyone) for everyone, _own in drawn} == {100}
    text = said(ax)
    assert f"{100 * sum(found.explained):.0f}%" in text
    assert ("投影" if language == "zh" else "Projection") in text
    assert ("特征用于分群，不作检验" if language == "zh" else "Used for clustering, not tested") in text
    assert "H0" not in text


def test_points_are_pixels_without_ids():
    file = io.BytesIO()
    ax = figures.plot_projection(seen(), language="en", k=2)
    with style.context("en"):
        ax.figure.savefig(file, format="svg")
    svg = file.getvalue().decode()
    # one picture in each of two panels; a point as a shape would be a <use>
    assert svg.count("<image") == 2
    assert svg.count("<use") == 0
    assert "H0" not in svg


@pytest.mark.parametrize("before", [False, True])
def test_nothing_is_drawn_where_a_segment_is_too_small(before):
    found = seen(small=3)
    ax = figures.plot_projection(control(found, 5).result if before else found, language="en", k=4)
    assert ax.child_axes == []
    assert "4 segments: hidden" in said(ax)


def test_the_number_in_use_is_the_one_projected():
    assert len(figures.plot_projection(seen(k_used=3), language="zh").child_axes) == 3
    assert len(figures.plot_projection(seen(), language="zh").child_axes) == 2
    with pytest.raises(SettingError) as error:
        figures.plot_projection(seen(), language="zh", k=7)
    assert "k must be one of 2, 3, 4; got 7" in error.value.text("en")
