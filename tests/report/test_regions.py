"""The index: every region with status, n and metrics on one axis per column."""

from __future__ import annotations

import re

from analysis.report import render

from . import demo


def index(**changes: object) -> str:
    return render.index_page(
        demo.index_rows(), demo.a_page(region="", title="title_index", **changes), references={"growth": 0.0}
    )


def test_one_sentence_counts_the_regions() -> None:
    assert "共5个区域：完成3个，失败1个，数据不足1个，已跳过0个。" in index()
    assert "Regions: 5. Ok: 3; failed: 1; not enough data: 1; skipped: 0." in index(language="en")


def test_status_is_word_shape_and_reason() -> None:
    html = index()
    for shape, word in (("●", "完成"), ("◐", "样本小"), ("✕", "失败"), ("○", "数据不足")):
        assert f'<span aria-hidden="true">{shape}</span> {word}</span>' in html
    assert "03_value_loyalty，2025-03无订单行。" in html
    assert '<a href="华东/case_study.html">华东</a>' in html


def test_what_a_region_lacks_is_a_dash() -> None:
    html = index()
    row = html[html.index(">华中</a>") :]
    row = row[: row.index("</tr>")]
    assert re.findall(r"<td[^>]*>—</td>", row) != []
    assert row.count(">—</td>") == 4


def test_a_column_shares_one_axis_and_one_reference_line() -> None:
    html = index()
    assert len(set(re.findall(r'class="rp-bar-ref" x1="([\d.]+)"', html))) == 1
    # growth spans −4.9 % to +12.4 %; a reference of 0 is the same place in each of the three rows with data
    assert html.count('class="rp-bar-ref"') == 3
    assert "竖线为0.0%" in html


def test_a_small_sample_shows_no_point() -> None:
    html = index()
    row = html[html.index(">西南</a>") :]
    row = row[: row.index("</tr>")]
    assert "rp-bar-dot" not in row
    assert row.count("rp-bar-weak") == 3


def test_names_of_regions_are_text() -> None:
    rows = [{**demo.index_rows()[0], "region": "<script>alert(1)</script>", "link": 'a"onclick="alert(1)'}]
    html = render.index_page(rows, demo.a_page(region="", title="title_index"))
    assert html.count("<script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert 'href="a&quot;onclick=&quot;alert(1)"' in html


def test_the_same_bytes_twice() -> None:
    assert index() == index()
