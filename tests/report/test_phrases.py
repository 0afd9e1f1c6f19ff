"""Text that stays on one line, and text that stays text."""

from __future__ import annotations

import pytest

from analysis.report import phrases

from . import demo

J, N = "\u2060", "\u00a0"


@pytest.mark.parametrize(
    ("plain", "bound"),
    [
        ("价值A 46家", f"价值{J}A 46家"),
        ("潜力高的客户", f"潜力{J}高的客户"),
        ("3.1%–9.4%", f"3.1%{J}–{J}9.4%"),
        ("−3至+27", f"−3{J}至{J}+27"),
        ("n = 29", f"n{N}={N}29"),
        ("n < 5", f"n{N}<{N}5"),
        ("由销售至市场", "由销售至市场"),
    ],
)
def test_what_one_line_must_hold(plain: str, bound: str) -> None:
    assert phrases.bind(plain) == bound


def test_text_is_escaped_with_quotes() -> None:
    assert phrases.text("""<b>"&'</b>""") == "&lt;b&gt;&quot;&amp;&#x27;&lt;/b&gt;"
    assert phrases.code("n = 1 < 2") == "<code>n = 1 &lt; 2</code>"


def test_intervals_in_words_where_a_sign_stands() -> None:
    zh, en = demo.a_page(), demo.a_page(language="en")
    assert phrases.interval("3.1%", "9.4%", zh, signed=False) == "3.1%–9.4%"
    assert phrases.interval("−3", "+27", zh, signed=True) == "−3至+27"
    assert phrases.interval("3.1%", "9.4%", en, signed=False) == "3.1% to 9.4%"


def test_the_first_words_that_exist() -> None:
    assert phrases.lookup("decision", ("none", "plot_tiers"), demo.a_page()) == "重点客户由谁维护"
    assert phrases.lookup("decision", ("none",), demo.a_page()) == ""
