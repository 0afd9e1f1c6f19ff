"""From cells to a page's body: only what `report.show` put out, numbered and in order."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest

from analysis.core.errors import DataError
from analysis.report import cells, page

from . import demo

FOREIGN = {
    "stream": nbformat.v4.new_output("stream", name="stdout", text="1,234"),
    "warning": nbformat.v4.new_output("stream", name="stderr", text="UserWarning: x"),
    "expression": nbformat.v4.new_output("execute_result", data={"text/plain": "42"}),
    "pandas table": nbformat.v4.new_output("display_data", data={"text/html": "<table><tr><td>张三</td></tr></table>"}),
    "picture": nbformat.v4.new_output("display_data", data={"image/png": "iVBORw0KGgo="}),
    "error": nbformat.v4.new_output("error", ename="KeyError", evalue="张三", traceback=[]),
}


def code(source: str, *outputs: Any) -> Any:
    cell = nbformat.v4.new_code_cell(source)
    cell.outputs = list(outputs)
    return cell


@pytest.mark.parametrize("kind", sorted(FOREIGN))
def test_foreign_outputs_stop_the_page_and_name_the_cell(kind: str) -> None:
    book = [nbformat.v4.new_markdown_cell("## 标题"), code("x = 1"), code("print(customers)\nmore", FOREIGN[kind])]
    with pytest.raises(DataError, match=r"cell 3 \(print\(customers\)\) put out") as caught:
        cells.read(book, demo.a_page())
    assert "张三" not in str(caught.value)


def test_page_one_is_what_stands_before_the_next_section() -> None:
    meta = demo.a_page()
    body = cells.read(demo.notebook(meta).cells, meta)
    front, main = "".join(body.front), "".join(body.main)
    for part in ("rp-answers", "rp-cards", "rp-decisions", "rp-warnings"):
        assert part in front
        assert part not in main
    assert [h.number for h in body.headings] == ["R4", "R5", "R8"]
    assert body.hidden == 6
    assert body.title == "案例报告"


def test_a_leading_section_belongs_to_page_one_and_not_to_the_contents() -> None:
    meta = demo.a_page()
    page.open_page(meta)
    book = [
        nbformat.v4.new_markdown_cell("## R0 结论 | Answers"),
        demo.code_cell("show", (demo.answers(),), meta=meta),
        nbformat.v4.new_markdown_cell("## R1 数据质量 | Data health"),
        nbformat.v4.new_markdown_cell("按整个数据集统计。"),
    ]
    body = cells.read(book, meta)
    assert "结论" in "".join(body.front)
    assert [h.title for h in body.headings] == ["数据质量"]


def test_a_section_with_nothing_under_it_is_left_out() -> None:
    meta = demo.a_page()
    page.open_page(meta)
    english = nbformat.v4.new_markdown_cell("Nothing asked.")
    english.metadata["tags"] = ["en"]
    book = [
        nbformat.v4.new_markdown_cell("## R5 价值与忠诚 | Value"),
        demo.code_cell("show", (demo.answers(),), meta=meta),
        nbformat.v4.new_markdown_cell("## R6 市场调研 | Survey"),
        code("if survey is not None:\n    show(survey)"),
        english,
        nbformat.v4.new_markdown_cell("## R7 说明 | Notes\n\n以下为说明。"),
        nbformat.v4.new_markdown_cell("## R8 附录 | Appendix"),
    ]
    body = cells.read(book, meta)
    assert [h.number for h in body.headings] == ["R7"]
    assert "市场调研" not in "".join(body.front + body.main)
    assert "附录" not in "".join(body.main)


def test_figures_and_tables_are_numbered_in_order() -> None:
    for language, words in (
        ("zh", ["图1", "图2", "图3", "表1", "图4", "表2"]),
        ("en", ["Figure 1", "Figure 2", "Figure 3", "Table 1", "Figure 4", "Table 2"]),
    ):
        meta = demo.a_page(language=language)
        html = "".join(cells.read(demo.notebook(meta).cells, meta).main)
        assert re.findall(r'<span class="rp-no">([^<]*)</span>', html) == words


def test_code_is_folded_once_per_output_and_parameters_are_left_out() -> None:
    meta = demo.a_page()
    body = cells.read(demo.notebook(meta).cells, meta)
    html = "".join(body.front + body.main)
    folds = re.findall(r"<details class=\"rp-code\">.*?<code>(.*?)</code>", html, re.DOTALL)
    assert "region = None" not in html
    # page one: its import and its four calls in one fold, at its end
    assert folds[0].startswith("from analysis import report")
    assert folds[0].count("report.show") == 4
    assert "".join(body.front).endswith("</details>")
    assert len(folds) == 1 + 6


def test_code_is_text() -> None:
    body = cells.read([code("x = '<script>alert(1)</script>'")], demo.a_page())
    assert "<script" not in "".join(body.main)


def test_prose_in_the_pages_language_only() -> None:
    book = []
    for tag, words in (("zh", "中文说明"), ("en", "English prose"), (None, "both 两种")):
        cell = nbformat.v4.new_markdown_cell(words)
        cell.metadata["tags"] = [tag] if tag else []
        book.append(cell)
    for language, wanted, other in (("zh", "中文说明", "English prose"), ("en", "English prose", "中文说明")):
        html = "".join(cells.read(book, demo.a_page(language=language)).main)
        assert wanted in html
        assert other not in html
        assert "两种" in html


def test_findings_outside_a_section_are_second_level() -> None:
    meta = demo.a_page()
    body = cells.read(demo.notebook(meta).cells, meta)
    levels = [int(level) for level in re.findall(r"<h([1-6])", "".join(body.front + body.main))]
    # page one's blocks stand right under the page's h1
    assert levels[:2] == [2, 2]
    assert all(b - a <= 1 for a, b in zip([1, *levels], levels, strict=False))
