"""A figure or table with its finding, its decision, how to read it, its caption and its data."""

from __future__ import annotations

import dataclasses
import re
from html import unescape

import pandas as pd
import pytest

from analysis.core import words
from analysis.core.result import Disclosure, Note
from analysis.methods import satisfaction
from analysis.report import blocks, counting, display
from analysis.report.page import open_page

from . import demo


def html(result: object, figure: object = None, *, language: str = "zh", audience: str = "internal") -> str:
    open_page(demo.a_page(language=language, audience=audience))
    return display.bundle(result, figure, language=language, audience=audience)[0][display.MIME]


def text(markup: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "|", markup)).replace("\u2060", "")


def test_finding_decision_reading_and_caption() -> None:
    shown = text(html(demo.tiers(), demo.plot_tiers))
    assert "价值A 46家（9%）占净采购额70%" in shown
    assert "重点客户由谁维护" in shown
    assert "怎么看|每行一个级别" in shown
    # the table adds up, so n is its sum 46 + 120 + 346 + 21
    assert "图|：n\u00a0=\u00a0533，2024-07至2025-06，来源：订单明细（公司自有销售数据）" in shown
    assert "21家净采购额为零或负，不参与分级。" in shown
    assert "数据表（4行）" in shown


def test_the_same_in_english() -> None:
    shown = text(html(demo.tiers(), demo.plot_tiers, language="en"))
    assert "46 value-A accounts (9%) hold 70% of net purchases" in shown
    assert "Figure|: n\u00a0=\u00a0533, Jul 2024 – Jun 2025, source: order lines (own sales records)" in shown


def test_without_a_finding_the_decision_is_the_title() -> None:
    result = dataclasses.replace(demo.tiers(), finding=None)
    shown = html(result, demo.plot_tiers, language="en")
    assert re.search(r"<h3[^>]*>Who looks after the top accounts</h3>", shown)
    assert "rp-decision" not in shown


def test_hidden_cells_are_counted_and_the_title_gives_none_away() -> None:
    result = demo.tiers((46, 120, 346, 3))
    result = dataclasses.replace(result, finding=Note("tiers", {"top": 46, "share": 0.09, "value": 0.7}))
    shown = text(html(result, demo.plot_tiers))
    assert "已隐去2格" in shown
    assert "占净采购额70%" not in shown
    assert "为防反推，另有格一并隐去" in shown
    # 46 and 3 stand nowhere, neither in the picture nor in either table
    assert not re.search(r"\|(46|3)\|", shown)
    assert ">70%</text>" not in html(result, demo.plot_tiers)


def test_the_figure_is_drawn_from_the_controlled_copy() -> None:
    seen = []

    def plot_spy(result: object, *, language: str, ax: object = None) -> object:
        seen.append(result.table["flag"].tolist())  # type: ignore[attr-defined]
        return demo.plot_tiers(result, language=language, ax=ax)  # type: ignore[arg-type]

    html(demo.tiers((46, 120, 346, 3)), plot_spy)
    assert seen == [["suppressed", "ok", "ok", "suppressed"]]


def test_axes_are_taken_while_nothing_is_hidden() -> None:
    axes = demo.plot_tiers(demo.tiers(), language="zh")
    assert "<svg" in html(demo.tiers(), axes)


def test_axes_drawn_before_are_withheld_once_cells_are_hidden() -> None:
    import matplotlib.pyplot as plt

    result = demo.tiers((46, 120, 346, 3))
    shown = html(result, demo.plot_tiers(result, language="zh"))
    assert "<svg" not in shown
    assert "图未显示" in shown
    assert plt.get_fignums() == []


def test_rows_of_persons_are_counted_and_never_listed() -> None:
    for audience in ("internal", "shared"):
        shown = html(demo.persons(), demo.plot_tiers, audience=audience)
        assert "2行涉及个人，按规则不列出。" in shown
        assert "<svg" not in shown
        assert "<table" not in shown
        for secret in ("张镕", "李堃", "感染科"):
            assert secret not in shown


def test_names_inside_and_pseudonyms_outside() -> None:
    inside, outside = (html(demo.accounts(demo.NAMES), audience=a) for a in ("internal", "shared"))
    assert "上海镕堃医院" in inside
    assert len(re.findall(r"C-[A-Z2-7]{5}-[A-Z2-7]{5}", outside)) == 3
    for secret in (*demo.NAMES, *demo.NAMES.values(), "上海"):
        assert secret not in outside


def test_short_tables_are_open_and_long_ones_folded() -> None:
    assert "<details" not in html(demo.accounts(demo.NAMES))
    long = demo.accounts({f"H{i}": "" for i in range(40)})
    assert "<details" in html(long)
    assert "rp-prints" not in html(long)
    assert "rp-prints" in html(demo.tiers(), demo.plot_tiers)


def test_a_table_beside_its_figure_is_not_laid_out_again_below_it() -> None:
    seven = demo.tiers((46, 120, 346, 21))
    rows = pd.concat([seven.table] * 2, ignore_index=True).head(7)
    rows["tier"] = [f"tier_{i}" for i in range(7)]
    shown = html(demo.Curve(table=rows), demo.plot_tiers)
    assert "<details" in shown
    assert " open" not in re.findall(r"<details[^>]*>", shown)[0]
    assert shown.split("rp-keys")[1].split("</table>")[0].count("<tr>") == 1 + 7


def test_a_table_too_wide_for_paper_is_not_printed() -> None:
    wide = demo.tiers().table.assign(**{f"c{i}": 1.5 for i in range(10)})
    assert "rp-prints" not in html(demo.Curve(table=wide), demo.plot_tiers)
    assert "rp-keys" in html(demo.Curve(table=wide), demo.plot_tiers)


def test_a_result_without_rows_has_no_empty_axes() -> None:
    empty = dataclasses.replace(demo.tiers(), table=demo.tiers().table.head(0))
    drawn = []

    def plot_spy(result: object, *, language: str, ax: object = None) -> object:
        drawn.append(result)
        return demo.plot_tiers(result, language=language, ax=ax)  # type: ignore[arg-type]

    shown = html(empty, plot_spy)
    assert drawn == []
    assert "<svg" not in shown
    assert "rp-finding" in shown


@pytest.mark.parametrize(
    ("counts", "said"),
    [((46, 120), "n\u00a0=\u00a046–120"), ((46, 46), "n\u00a0=\u00a046"), ((3, 3), "n\u00a0<\u00a05")],
)
def test_count_in_the_caption(counts: tuple[int, int], said: str) -> None:
    table = pd.DataFrame({"tier": ["tier_A", "tier_B"], "value": [0.1, 0.2], "n": list(counts)})
    content = blocks.Content(
        result=demo.Curve(table=table),
        mask={},
        hidden=0,
        refused=0,
        total=None,
        figure=None,
        page=demo.a_page(),
        block="b1",
    )
    assert said in text(blocks.build(content))


def test_sets_of_the_same_customers_are_counted_once() -> None:
    @dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
    class Measures(demo.Curve):
        disclosure = Disclosure(within=("metric",))

    frame = pd.DataFrame({"metric": list("aabb"), "group": ["x", "y"] * 2, "n": [40, 29, 40, 29]})
    assert counting.count_of(Measures(table=frame)) == 69
    # other sets add up: 40 + 29 and 10 + 20
    assert counting.count_of(Measures(table=frame.assign(n=[40, 29, 10, 20]))) == 99


def test_questions_put_to_the_same_respondents_are_not_added_up() -> None:
    # two attributes, 171 and 176 answered: 190 persons at most, never 347
    frame = pd.DataFrame({
        "group": ["supply", "price"], "mentions": [90, 80], "value": [0.5, 0.5], "n": [171, 176],
    })  # fmt: skip
    made = satisfaction.TopBox(table=frame, settings={}, finding=Note("top_box", {"n": 171}))
    assert counting.count_of(made) == 171
    assert counting.count_of(dataclasses.replace(made, finding=None)) is None


def test_hidden_rows_still_count_in_the_total() -> None:
    assert counting.count_of(demo.tiers((46, 120, 346, 3))) == 515
    assert "n\u00a0=\u00a0515" in text(html(demo.tiers((46, 120, 346, 3)), demo.plot_tiers))


def test_a_row_of_the_total_is_not_counted_twice() -> None:
    result = demo.tiers((46, 120, 346, 512))
    assert "n\u00a0=\u00a0512，" in text(html(result, demo.plot_tiers))


def test_closed_axes_are_refused() -> None:
    from analysis.core.errors import DataError

    axes = demo.plot_tiers(demo.tiers(), language="zh")
    axes.remove()
    with pytest.raises(DataError, match="axes that are still open"):
        html(demo.tiers(), axes)


def test_a_finding_lost_to_hidden_cells_leaves_words_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = words.flat("zh")
    monkeypatch.setattr(words, "flat", lambda _: {**whole, "untold.Tiers": "各级别：部分数字已隐去"})
    small = dataclasses.replace(demo.tiers((46, 120, 346, 3)), finding=None)
    assert '<h3 class="rp-finding" id=' in html(small)
    assert "各级别：部分数字已隐去" in text(html(small))
    # nothing hidden: the decision is the title, as before
    assert "各级别：部分数字已隐去" not in text(html(dataclasses.replace(demo.tiers(), finding=None)))
