"""Markdown cells: prose in, no markup of the author's through."""

from __future__ import annotations

import pytest

from analysis.report import markdown


def html(source: str, language: str = "zh") -> str:
    return markdown.render(source, language)[0]


def test_headings_carry_numbers_and_both_languages() -> None:
    body, headings, _ = markdown.render("## R4 客户画像 | Customer portrait\n\n### 级别 | Tiers", "en", first=3)
    assert headings == [markdown.Heading("s3", "R4", "Customer portrait")]
    assert '<h2 id="s3"><span class="rp-r">R4</span> Customer portrait</h2>' in body
    assert "<h3>Tiers</h3>" in body
    assert markdown.render("## R4 客户画像 | Customer portrait", "zh")[1][0].title == "客户画像"
    both = "## R4 客户画像 | R4 Customer portrait"
    assert markdown.render(both, "en", first=3)[1] == headings
    assert markdown.render(both, "zh")[1][0].title == "客户画像"


def test_a_first_level_heading_is_the_pages_title() -> None:
    body, headings, title = markdown.render("# 数据质量 | Data health\n\n正文", "zh")
    assert (title, headings) == ("数据质量", [])
    assert "<h1" not in body
    assert "<p>正文</p>" in body


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "文字 <img src=x onerror=alert(1)> 文字",
        "<style>*{display:none}</style>",
        "## <iframe src=//example.org></iframe>",
        "![图](https://example.org/a.png)",
        "[点这里](javascript:alert(1))",
        "[点这里](JaVaScRiPt:alert(1))",
        "[点这里](data:text/html;base64,PHNjcmlwdD4=)",
        "[点这里](//example.org/a)",
        '[a](https://example.org/"onmouseover="alert(1))',
        "<a href='javascript:alert(1)'>a</a>",
    ],
)
def test_nothing_live_comes_through(source: str) -> None:
    body = html(source)
    for live in ("<script", "<img", "<style", "<iframe", 'href="javascript', 'href="data', 'href="//', '"onmouseover'):
        assert live not in body.lower()


def test_safe_links_lists_and_tables_stay() -> None:
    assert '<a href="01_data_health.html" rel="noreferrer">上一页</a>' in html("[上一页](01_data_health.html)")
    assert '<a href="https://example.org/a?b=1&amp;c" rel="noreferrer">来源</a>' in html(
        "[来源](https://example.org/a?b=1&c)"
    )
    assert "<li>一</li>" in html("- 一\n- 二")
    assert "<th>甲</th>" in html("|甲|乙|\n|-|-|\n|1|2|")


def test_code_is_text() -> None:
    assert "&lt;b&gt;" in html("`<b>`")
