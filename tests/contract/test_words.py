"""Both languages say the same things with the same placeholders, in the product's words."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import analysis
from analysis.core import numbers, words

ZH, EN = words.flat("zh"), words.flat("en")
SOURCE = Path(analysis.__file__).parent


def test_keys_are_equal() -> None:
    assert sorted(set(ZH) ^ set(EN)) == []


def placeholders(text: str) -> set[tuple[str, str | None]]:
    return {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name}


# thousands of keys: one test for all of them, that lists every key at fault
def test_placeholders_are_equal_and_of_known_kinds() -> None:
    said = {key: (placeholders(ZH[key]), placeholders(EN[key])) for key in ZH}
    assert [key for key, (zh, en) in said.items() if {name for name, _ in zh} != {name for name, _ in en}] == []
    kinds = {(key, spec) for key, (zh, en) in said.items() for _, spec in zh | en if spec}
    assert [(key, spec) for key, spec in sorted(kinds) if spec.lstrip("+") not in numbers.KINDS] == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("space after a Han character", r"[\u4e00-\u9fff] [\u4e00-\u9fffA-Za-z0-9]"),
        ("space before a Han character", r"[A-Za-z0-9] [\u4e00-\u9fff]"),
        ("half-width punctuation after a Han character", r"[\u4e00-\u9fff][,;:?!()]"),
    ],
)
def test_chinese_is_set_as_chinese(what: str, pattern: str) -> None:
    found = {key: re.sub(r"\{[^}]*\}", "X", text) for key, text in ZH.items()}
    assert {key: text for key, text in found.items() if re.search(pattern, text)} == {}, what


@pytest.mark.parametrize(
    "word", ["上量", "提高处方率", "A类客户", "匿名化", "可实现潜力", "影子价格", "鲸鱼曲线", "簇", "顾客", "占有率"]
)
def test_words_that_are_never_written(word: str) -> None:
    assert [key for key, text in ZH.items() if word in text] == []


def test_every_error_raised_has_words() -> None:
    """Each ``DataError("code", …)`` in the source names a sentence that exists."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if name in {"DataError", "SettingError", "PolicyError"} and isinstance(first, ast.Constant):
                assert f"errors.{first.value}" in ZH, f"{path.name}: {first.value}"
                told = {k.arg for k in node.keywords}
                if None not in told:
                    needed = {n for _, n, _, _ in string.Formatter().parse(ZH[f"errors.{first.value}"]) if n}
                    assert needed <= told, f"{path.name}: {first.value} lacks {needed - told}"
