"""The whole page: self-contained, the same bytes every time, nothing live from the data."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from fontTools.ttLib import TTFont

from analysis.report import fonts, render

from . import demo

#: what a hostile customer file may hold
CORPUS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "--><iframe src=//example.org>",
    "=cmd|' /C calc'!A0",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202ecba\u0000",
)


class Tags(HTMLParser):
    """Every tag with its attributes, and the text outside style and script."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.inside):
            self.text.append(data)


def parsed(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


def case_study(**changes: object) -> str:
    meta = demo.a_page(**changes)
    return render.page(demo.notebook(meta), meta)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_runs_give_the_same_bytes(language: str) -> None:
    assert case_study(language=language) == case_study(language=language)


def test_a_notebook_file_gives_the_same_page(tmp_path: Path) -> None:
    meta = demo.a_page()
    path = tmp_path / "executed.ipynb"
    nbformat.write(demo.notebook(meta), path)
    assert render.page(path, meta) == case_study()


def test_small_enough_to_mail() -> None:
    assert len(case_study().encode()) <= 500_000


def test_nothing_is_fetched_and_only_our_script_may_run() -> None:
    html = case_study()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy
    [script] = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy[1] == (
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    for tag, attributes in parsed(html).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
        for name in ("src", "srcset", "data", "poster", "action"):
            assert (attributes.get(name) or "data:").startswith("data:")
        if tag == "image":
            assert (attributes["href"] or "").startswith("data:image/png;base64,")
    assert not re.search(r"@import|url\((?!\"?data:|#)", html)


def test_language_title_mark_and_landmarks() -> None:
    html = case_study()
    assert '<html lang="zh-CN">' in html
    assert "<title>【内部资料 禁止外传】华东：区域案例报告</title>" in html
    header = html[html.index("<header>") : html.index("</header>")]
    assert '<p class="rp-banner">内部资料 禁止外传</p>' in header
    assert "截至2025年6月30日" in header
    assert "数据期间2024-07\u2060至\u20602025-06" in header
    assert "分群数尚未经分析师确认。" in header
    assert html.count("<main") == html.count("<footer") == html.count("<h1") == 1
    shared = case_study(audience="shared", language="en")
    assert '<html lang="en">' in shared
    assert "内部资料" not in shared
    assert "pseudonymised (still personal information)" in shared


def test_headings_leave_no_level_out() -> None:
    levels = [int(tag[1]) for tag, _ in parsed(case_study()).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_provenance_without_a_clock() -> None:
    html = case_study(overrides=({"rule": "G4", "reason": "样品已备案", "by": "法务"},))
    footer = "".join(parsed(html[html.index("<footer") :]).text)
    for said in (
        "3f" * 32,
        "a1" * 32,
        "analysis 0.1.0，pandas 3.1.1",
        "声明依据（未经核验）",
        "购销合同",
        "orders.csv",
    ):
        assert said in footer
    assert re.search(r"本页已隐去格数\s*6", footer)
    assert "例外（G4）：样品已备案（批准人：法务）。" in html
    assert not re.search(r"\d{2}:\d{2}:\d{2}", re.sub(r"base64,[^\"]*", "", html))


def test_the_font_holds_exactly_what_the_page_prints() -> None:
    html = case_study()
    for data in re.findall(r"data:font/woff;base64,([^\"]+)", html):
        font = TTFont(io.BytesIO(base64.b64decode(data)))
        assert set(font.getBestCmap()) == {ord(c) for c in fonts.characters(html)}
    assert html.count("data:font/woff") == 2
    assert "镕" in fonts.characters(html)


def hostile(**changes: object) -> str:
    names = {f"H{i:03d}": name for i, name in enumerate(CORPUS)}
    import pandas as pd

    evil = CORPUS[3]
    settings: dict[str, object] = {
        "names": pd.Series(names),
        "region": evil,
        "sources": ({"table": CORPUS[0], "source": CORPUS[1], "source_type": CORPUS[4], "lawful_basis": evil},),
        "overrides": ({"rule": "G4", "reason": CORPUS[0], "by": CORPUS[1]},),
        "packages": {CORPUS[0]: CORPUS[1]},
        "tables_hash": CORPUS[2],
    }
    meta = demo.a_page(**{**settings, **changes})
    return render.page(demo.notebook(meta, names), meta)


def test_nothing_in_the_data_comes_alive() -> None:
    html = hostile()
    tags = parsed(html)
    assert [tag for tag, _ in tags.tags].count("script") == 1
    assert "iframe" not in {tag for tag, _ in tags.tags}
    assert "img" not in {tag for tag, _ in tags.tags}
    for _, attributes in tags.tags:
        assert not [name for name in attributes if name.startswith("on")]
        assert not (attributes.get("href") or "").lower().startswith("javascript")
    said = "".join(tags.text).replace("\u2060", "")
    for name in CORPUS[:-1]:
        assert name in said, "the name is printed as it is"
    # one style element, ended by us: the region stands in its page boxes
    assert html.count("</style>") == 1


def test_shared_pages_hold_no_name_and_no_id() -> None:
    html = case_study(audience="shared")
    for secret in (*demo.NAMES, *demo.NAMES.values()):
        assert secret not in html


def test_a_message_page_says_why_and_what_next() -> None:
    meta = demo.a_page()
    reason = "数据不足：有购买记录的客户17家，分群至少需要60家。"
    html = render.message_page(meta, status="not_enough_data", reason=reason, remedy="已给出描述页。")
    said = "".join(parsed(html).text)
    assert reason in said
    assert "已给出描述页。" in said
    # word, shape and colour
    assert '<span class="rp-status rp-not_enough_data"><span aria-hidden="true">○</span> 数据不足</span>' in html
    evil = render.message_page(meta, status="failed", reason=CORPUS[0])
    assert [tag for tag, _ in parsed(evil).tags].count("script") == 1


def test_unknown_titles_are_printed_as_they_are() -> None:
    meta = demo.a_page(title="", region="")
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_markdown_cell("# 华东专题 | East China")]
    assert "<h1>华东专题</h1>" in render.page(book, meta)


def test_contents_from_three_sections_on() -> None:
    html = case_study()
    assert '<a href="#s1"><span class="rp-r">R4</span> 客户画像</a>' in html
    assert 'id="s1"' in html
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_markdown_cell("## 一\n\n## 二")]
    assert "rp-contents" not in render.page(book, demo.a_page()).split("</style>")[1]
