"""Inline SVG: real text, one to one colours, the same bytes every time, nothing that leaks into the page."""

from __future__ import annotations

import re
import warnings
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import pytest
import seaborn as sns

from analysis.figures import style
from analysis.report import svg

from . import demo


def draw(block: str = "b1", language: str = "zh") -> str:
    axes = demo.plot_curve(demo.curve(), language=language)
    return svg.inline(axes.figure, language, block=block, title="保持率下降", text="折线图")[0]


def test_two_drawings_are_the_same_bytes() -> None:
    assert draw() == draw()


def test_the_figure_is_closed() -> None:
    draw()
    assert plt.get_fignums() == []


def test_text_is_text_and_described() -> None:
    axes = demo.plot_tiers(demo.tiers(), language="zh")
    html, width = svg.inline(axes.figure, "zh", block="b7", title="价值A占<70%>", text="横条图")
    assert width == pytest.approx(4.8 * 72)
    assert ">价值A</text>" in html
    assert ">70%</text>" in html
    assert 'role="img" aria-labelledby="b7-t b7-d"' in html
    assert '<title id="b7-t">价值\u2060A占&lt;70%&gt;</title><desc id="b7-d">横条图</desc>' in html


def test_it_is_well_formed_and_leaves_nothing_in_the_page() -> None:
    html = draw()
    ElementTree.fromstring(html)
    for gone in ("<!--", "<style", "<metadata", "<?xml", "xlink:", "font-family", "Noto"):
        assert gone not in html
    assert not re.search(r"\d{4}-\d{2}-\d{2}T", html), "no clock"


def test_ids_are_those_of_the_block_and_all_references_hold() -> None:
    html = draw("b1") + draw("b2")
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert all(name.startswith(("b1-", "b2-")) for name in ids)
    used = re.findall(r'(?:url\(#|href="#)([^")]+)', html)
    assert used
    assert set(used) <= set(ids)


def test_every_colour_is_a_variable() -> None:
    axes = demo.plot_tiers(demo.tiers((46, 120, 346, 21)), language="zh")
    html, _ = svg.inline(axes.figure, "zh", block="b1", title="t", text="d")
    styles = " ".join(re.findall(r'style="([^"]*)"', html))
    assert not re.search(r"#[0-9a-f]{6}", styles)
    assert "fill:var(--c1)" in styles
    known = {f"var(--{name})" for name in style.palette()}
    assert set(re.findall(r"var\(--[\w-]+\)", styles)) <= known


def test_label_text_that_looks_like_a_colour_is_left_alone() -> None:
    with style.context("zh"):
        axes = style.new_axes()
        axes.text(0.5, 0.5, '#125A9F <b> style="fill: #125a9f"')
    html, _ = svg.inline(axes.figure, "zh", block="b1", title="t", text="d")
    assert ">#125A9F &lt;b&gt; style=" in html
    assert "<b>" not in html


def test_bold_keeps_its_weight_and_sizes_stay() -> None:
    with style.context("zh"):
        axes = style.new_axes()
        axes.text(0.5, 0.5, "瓶颈", weight="bold", fontsize=11)
    html, _ = svg.inline(axes.figure, "zh", block="b1", title="t", text="d")
    match = re.search(r'style="([^"]*)"[^>]*>瓶颈', html)
    assert match
    assert "font-size:11px" in match[1]
    assert re.search(r"font-weight:(700|bold)", match[1])


def test_a_theme_set_while_drawing_does_not_take_the_font_away() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with style.context("zh"):
            sns.set_theme()
            axes = style.new_axes(rows=2)
            axes.set_yticks([0, 1], ["镕康医院", "喆安药店"])
        html, _ = svg.inline(axes.figure, "zh", block="b1", title="t", text="d")
    assert ">镕康医院</text>" in html


def test_powers_of_ten_use_the_products_font() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with style.context("zh"):
            axes = style.new_axes()
            axes.plot([1, 100], [1, 100])
            axes.set_xscale("log")
        html, _ = svg.inline(axes.figure, "zh", block="b1", title="t", text="d")
    assert "DejaVu" not in html
