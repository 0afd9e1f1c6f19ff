"""Themes by codebook."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import opentext
from analysis.methods.opentext._codebook import compiled, lexicon
from analysis.methods.opentext._match import find

BOOK = {"supply": {"kind": "barrier", "words": ["断货", "缺货"]}, "price": {"words": ["贵", "价格"], "typos": ["价各"]}}


def texts(*said: str) -> pd.Series:
    return pd.Series(said, index=[f"R{i:02d}" for i in range(len(said))])


def test_by_hand() -> None:
    # ten answer: 4 say supply, 3 deny it, 3 say price (one by a slip of the keyboard)
    own = texts("断货", "总缺货", "断 货", "断货！", "没有断货", "从未断货", "断货没有", "太贵", "价格高", "价各高")
    result = opentext.code(own, BOOK)
    rows = result.table.set_index(["theme", "statement"])
    assert rows["mentions"].to_dict() == {
        ("supply", "affirmed"): 4, ("price", "affirmed"): 3, ("supply", "negated"): 3,
    }  # fmt: skip
    top = rows.loc[("supply", "affirmed")]
    # Wilson, 4 of 10: (0.4 + 3.8415/20 ± 1.96 sqrt(.24/10 + 3.8415/400)) / (1 + .38415) = .1682, .6873
    assert (top["value"], top["lo"], top["hi"], top["n"]) == (
        0.4,
        pytest.approx(0.1682, abs=1e-4),
        pytest.approx(0.6873, abs=1e-4),
        10,
    )
    assert result.coded.loc["R04", "supply"] == -1
    assert top["flag"] == "low_n"


def test_one_respondent_with_several_texts_counts_once() -> None:
    own = pd.Series(["断货", "断货", "没有断货", "贵", "断货", "断货"], index=["A", "A", "A", "A", "B", "C"])
    row = opentext.code(own, BOOK).table.iloc[0]
    assert (row["mentions"], row["texts"], row["n"]) == (3, 4, 3)


def test_themes_below_three_respondents_are_told_together() -> None:
    book = BOOK | {"a": {"words": ["甲"]}, "b": {"words": ["乙"]}}
    own = texts("断货", "断货", "断货", "甲", "甲", "乙", "没有断货")
    table = opentext.code(own, book).table
    assert table["theme"].tolist() == ["supply", opentext._publish.OTHER]
    assert table["mentions"].tolist() == [3, 3]
    # two alone are not told at all, and one denial is not either
    assert opentext.code(own.iloc[[0, 1, 2, 3, 4]], book).table["theme"].tolist() == ["supply"]


def test_longest_match_first_and_names_are_no_themes() -> None:
    book = {"short": {"words": ["安全"]}, "long": {"words": ["安全性资料不足"]}}
    assert [hit.theme for hit in find(compiled(book, None, "zh"), "安全性资料不足")] == ["long"]
    named = compiled(book, {"hospital": ["安全路医院"]}, "zh")
    assert find(named, "安全路医院") == []
    assert [hit.theme for hit in find(named, "安全路医院不安全")] == ["short"]


def test_user_dictionary_adds_words_and_competitors() -> None:
    own = "康缇用得更顺手"
    assert "B06" not in {hit.theme for hit in find(compiled(None, None, "zh"), own)}
    assert "B06" in {hit.theme for hit in find(compiled(None, {"competitor": ["康缇"]}, "zh"), own)}
    more = compiled(None, {"themes": {"B15": ["货架空"], "own": ["积分"]}}, "zh")
    assert [hit.theme for hit in find(more, "货架空，积分")] == ["B15", "own"]


def test_width_and_case_make_no_difference() -> None:
    matcher = compiled(None, None, "zh")
    assert (
        {hit.theme for hit in find(matcher, "ＤＲＧ控费")}
        == {hit.theme for hit in find(matcher, "drg 控费")}
        == {"B12"}
    )


def test_files_are_read(tmp_path: Path) -> None:
    book, words = tmp_path / "book.toml", tmp_path / "words.toml"
    book.write_text('[supply]\nwords = ["断货"]\n', encoding="utf-8")
    words.write_text('competitor = ["康缇"]\n[themes]\nsupply = ["货荒"]\n', encoding="utf-8")
    assert opentext.code(texts("断货", "货荒", "断货"), book, dictionary=words).table["mentions"].tolist() == [3]


def test_weights_move_the_share_and_widen_it() -> None:
    own = texts(*["断货"] * 20, *["贵"] * 20)
    w = pd.Series([3.0] * 20 + [1.0] * 20, index=own.index)
    plain, heavy = opentext.code(own, BOOK).table, opentext.code(own, BOOK, weights=w).table
    supply = heavy[heavy["theme"] == "supply"].iloc[0]
    assert supply["value"] == pytest.approx(0.75)
    other = plain[plain["theme"] == "supply"].iloc[0]
    assert supply["hi"] - supply["lo"] > 0.9 * (other["hi"] - other["lo"])


def test_nothing_to_say_and_blanks_are_left_out_of_the_base() -> None:
    result = opentext.code(texts("断货", "断货", "断货", "无", "暂无。", " ", "没有意见"), BOOK)
    assert result.table["n"].tolist() == [3]
    assert dict(result.notes[0].values) == {"n": 3, "texts": 3, "empty": 1, "silent": 3}


def test_unmatched_are_counted_and_masked() -> None:
    result = opentext.code(
        texts("断货", "希望多来，电话15400000011", "砚阳那边不行", "砚阳那边不行"), BOOK, names=["砚阳"]
    )
    assert result.unmatched["mentions"].tolist() == [2, 1]
    assert not result.unmatched["text"].str.contains("1540|砚阳").any()


def test_pairs_of_themes() -> None:
    pairs = opentext.code(texts(*["断货，太贵"] * 3, "断货", "贵", "断货"), BOOK).pairs
    # 5 name supply, 4 price, 3 both; were they independent 5*4/6
    assert pairs.iloc[0][["mentions", "n"]].tolist() == [3, 6]
    assert pairs["expected"].iloc[0] == pytest.approx(20 / 6)


def test_every_theme_reads_its_own_words() -> None:
    for language in ("zh", "en"):
        matcher = compiled(None, {"competitor": ["康缇"]}, language)
        for theme, entry in lexicon("codebook")[language].items():
            for word in (*entry["words"], *entry.get("typos", [])):
                hits = find(matcher, word.replace("*", ""))
                same_kind = [h for h in hits if matcher.kinds[h.theme] == entry["kind"]]
                assert theme in {h.theme for h in same_kind}, (language, theme, word, hits)
                assert not any(h.negated for h in same_kind), (language, theme, word)


def test_errors() -> None:
    with pytest.raises(DataError, match="at least one row"):
        opentext.code(texts("无", ""))
    with pytest.raises(SettingError) as error:
        opentext.code(texts("断货"), {"a": {"words": []}})
    assert error.value.code == "bad_codebook"
    with pytest.raises(SettingError) as error:
        opentext.code(texts("断货"), {"a": {"regex": ["("]}})
    assert error.value.code == "bad_codebook"
    with pytest.raises(SettingError) as error:
        opentext.code(texts("断货"), dictionary={"drugs": ["x"]})
    assert error.value.code == "bad_dictionary"
    with pytest.raises(SettingError) as error:
        opentext.code(texts("断货"), "/nowhere/book.toml")
    assert error.value.code == "bad_word_file"
    with pytest.raises(DataError) as caught:
        opentext.code(texts("断货", "贵"), BOOK, weights=pd.Series([1.0], index=["R00"]))
    assert caught.value.code == "text_ids"
    with pytest.raises(SettingError):
        opentext.code(texts("断货"), BOOK, min_respondents=2)
