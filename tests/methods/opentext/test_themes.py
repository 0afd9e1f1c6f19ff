"""Themes nobody named: found where they are, refused where they are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import opentext
from analysis.methods.opentext import _tokens

GROUPS = ("断货 缺货 供应 配送 库存 补货", "价格 医保 报销 自费 负担 集采", "疗效 证据 文献 试验 随访 对照")


def texts(n: int, *, mixed: bool = False, extra: str = "") -> pd.Series:
    rng = np.random.default_rng(4)
    pool = " ".join(GROUPS).split()
    said = ["，".join(rng.choice(pool if mixed else GROUPS[i % 3].split(), 3, replace=False)) + extra for i in range(n)]
    return pd.Series(said, index=[f"R{i:03d}" for i in range(n)])


def test_three_planted_themes_come_out() -> None:
    result = opentext.themes(texts(150), k=[2, 3, 5], resamples=4, tokens="characters")
    assert result.settings["k"] == 3
    assert result.table["mentions"].tolist() == [50, 50, 50]
    found = {frozenset(terms.split("、")) for terms in result.table["terms"]}
    for group in GROUPS:
        assert any(len(set(group.split()) & own) >= 4 for own in found), group
    assert (result.table["stability"] > 0.8).all()


def test_texts_without_themes_get_none() -> None:
    result = opentext.themes(texts(150, mixed=True), k=[2, 3, 5], resamples=4, tokens="characters")
    assert result.table.empty
    assert not result.candidates["stable"].any()
    assert "text_unstable" in [note.code for note in result.notes]


def test_names_and_numbers_are_no_terms() -> None:
    result = opentext.themes(texts(90, extra="，砚阳那边15400000011张三主任"), k=3, resamples=2, names=["砚阳那边"])
    shown = result.table.to_csv() + result.examples.to_csv()
    assert not any(trace in shown for trace in ("砚阳", "1540", "张三"))


def test_tokeniser_is_told_and_jieba_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tokens.importlib.util, "find_spec", lambda name: None)
    assert _tokens.tokeniser("auto", "zh") == "characters"
    assert _tokens.tokeniser("auto", "en") == "words"
    monkeypatch.setattr(_tokens.importlib.util, "find_spec", lambda name: object())
    assert _tokens.tokeniser("auto", "zh") == "jieba"


def test_jieba_keeps_own_words_whole() -> None:
    pytest.importorskip("jieba")
    _, terms = _tokens.vectorised(
        ["砚安欣断货了", "砚安欣很贵", "别的药断货", "价格太高"] * 3,
        how="jieba", language="zh", keep=["砚安欣"], min_df=2,
    )  # fmt: skip
    assert "砚安欣" in set(terms)
    # pairs of characters would run over the edges of words
    assert not {"砚安", "安欣"} & set(terms)


def test_errors() -> None:
    with pytest.raises(DataError) as error:
        opentext.themes(texts(20))
    assert error.value.code == "text_too_few"
    with pytest.raises(SettingError):
        opentext.themes(texts(60), k=1)
    with pytest.raises(SettingError):
        opentext.themes(texts(60), tokens="spacy")


@pytest.mark.filterwarnings("error")
def test_texts_that_are_all_alike_or_all_different() -> None:
    same = pd.Series(["价格太贵"] * 50, index=[f"R{i}" for i in range(50)])
    with pytest.raises(DataError) as error:
        opentext.themes(same, tokens="characters")
    assert error.value.code == "text_no_terms"
    assert "50条文本中没有这样的词" in error.value.text("zh")
    # three sentences said again and again are told apart without a remainder: no warning, whatever comes out
    few = pd.Series(
        [("价格太贵", "没听说过", "供应不上")[i % 3] for i in range(60)], index=[f"R{i}" for i in range(60)]
    )
    opentext.themes(few, k=[2, 3], resamples=2, tokens="characters")
