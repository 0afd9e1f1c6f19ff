"""Texts coded by hand come in under the headings and words that people use."""

from __future__ import annotations

from analysis.core.columns import TABLES, required
from analysis.data import codewords
from analysis.data.headers import ALIASES


def test_table_needs_text_and_coder_only() -> None:
    assert required("coded_texts") == ["response_id", "coder"]
    # a coder who found no theme leaves it empty
    assert not TABLES["coded_texts"].column("theme").required  # type: ignore[union-attr]


def test_headings_and_feelings_are_known_in_chinese() -> None:
    assert "编码者" in ALIASES["coder"]
    assert "主题代码" in ALIASES["theme"]
    assert "文本编号" in ALIASES["coded_texts.response_id"]
    assert codewords.WORDS["sentiment"]["negative"][0] == "负面"
    # every word of the closed list has its Chinese
    assert set(codewords.WORDS["sentiment"]) == set(TABLES["coded_texts"].column("sentiment").allowed)  # type: ignore[union-attr]
