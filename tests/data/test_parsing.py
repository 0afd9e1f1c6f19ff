"""Texts as exports hold them, each with the value or the rule they must give."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.core import words
from analysis.core.errors import SettingError
from analysis.data import parsing
from analysis.data.codewords import WORDS
from analysis.data.parsed import NULLS

NUMBERS = {
    "1200": 1200.0,
    "１２３": 123.0,
    "1,200盒": 1200.0,
    "１，２００盒": 1200.0,
    "-35.5": -35.5,
    "−35.5": -35.5,  # U+2212
    "35.5-": -35.5,  # as SAP writes it
    "(1,200.00)": -1200.0,
    "（1,200.00）": -1200.0,
    "3.5万": 35_000.0,
    "3.5万元": 35_000.0,
    "0.29亿": 29_000_000.0,  # 0.29 * 1e8 in binary is 28,999,999.999999996
    "2千": 2_000.0,
    "12%": 0.12,
    "¥1,234.50": 1234.5,
    "￥88": 88.0,
    "CNY 88": 88.0,
    "12.5元/盒": 12.5,
    "1 234 567": 1_234_567.0,
    "1.23E+11": 1.23e11,
    "5e-3": 0.005,
    ".5": 0.5,
    "2.": 2.0,
    " 7 ": 7.0,
    "+7": 7.0,
}
NOT_NUMBERS = {
    "abc": "not_a_number",
    "约1200": "not_a_number",
    "1200-1500": "not_a_number",
    "一千二百": "not_a_number",
    "12,34": "not_a_number",
    "1.200,50": "not_a_number",
    "(5": "not_a_number",
    "1 2": "not_a_number",
    "inf": "not_a_number",
    "#VALUE!": "not_a_number",
    "0x10": "not_a_number",
    "2小时": "not_a_number",
    "<5": "censored_small_count",
    "＜5": "censored_small_count",
    "≤ 5": "censored_small_count",
    "<=5盒": "censored_small_count",
    "少于10": "censored_small_count",
    "5以下": "censored_small_count",
    "1e999": "number_too_large",
}


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_number_as_written_in_exports(text, value):
    parsed = parsing.numbers(pd.Series([text]))
    assert parsed.rule.isna().all()
    assert parsed.values.iloc[0] == value


@pytest.mark.parametrize(("text", "rule"), NOT_NUMBERS.items())
def test_what_is_no_number_is_rejected_and_never_zero_or_guessed(text, rule):
    parsed = parsing.numbers(pd.Series([text]))
    assert parsed.rule.iloc[0] == rule
    assert np.isnan(parsed.values.iloc[0])
    assert parsed.converted == {}


@pytest.mark.parametrize("text", ["", "-", "/", "—", "－", "无", "NA", "null", "#N/A", "(跳过)", None])
def test_marks_for_nothing_are_missing_and_not_rejected(text):
    parsed = parsing.numbers(pd.Series(["1", text]))
    assert parsed.rule.isna().all()
    assert parsed.values.isna().tolist() == [False, True]


def test_another_unit_word_than_most_of_the_column_is_not_added_to_it():
    parsed = parsing.numbers(pd.Series(["10盒", "20盒", "3支", "5"]))
    assert parsed.values.tolist()[:2] == [10.0, 20.0]
    assert parsed.rule.tolist() == [None, None, "unit_differs", None]
    # money words are one unit: 元 and 万元 add up
    assert parsing.numbers(pd.Series(["10元", "2万元"])).values.tolist() == [10.0, 20_000.0]


def test_most_frequent_unit_counts_rows_and_not_spellings():
    parsed = parsing.numbers(pd.Series(["3支", "4支", "1盒", "1盒", "1盒"]))
    assert parsed.rule.tolist() == ["unit_differs", "unit_differs", None, None, None]


def test_conversions_are_counted_by_row():
    texts = pd.Series(["１２盒", "１２盒", "1,200", "(5)", "3万", "-", "9", "x"])
    assert parsing.numbers(texts).converted == {
        "full_width": 2, "unit_word": 2, "thousands": 1, "brackets": 1, "scale_word": 1, "null_mark": 1,
    }  # fmt: skip


def test_money_is_rounded_to_the_cent_away_from_zero():
    # 1.005 and 2.675 lie below the half in binary; DECIMAL(18,2) of the text gives 1.01 and 2.68
    parsed = parsing.numbers(pd.Series(["1.005", "2.675", "-1.005", "0.994", "23.5"]), kind="money")
    assert parsed.values.tolist() == [1.01, 2.68, -1.01, 0.99, 23.5]


def test_count_must_be_whole_and_not_negative():
    parsed = parsing.numbers(pd.Series(["12人", "3.5", "-2", "0"]), kind="count")
    assert parsed.rule.tolist() == [None, "not_whole", "not_whole", None]


def test_kind_of_number_is_checked():
    with pytest.raises(SettingError, match="kind must be one of"):
        parsing.numbers(pd.Series(["1"]), kind="integer")


DATES = {
    "2024-03-05": dt.date(2024, 3, 5),
    "2024-3-5": dt.date(2024, 3, 5),
    "2024-03-05 12:30:00": dt.date(2024, 3, 5),
    "2024-03-05T23:59:59.123Z": dt.date(2024, 3, 5),
    "2024/3/5 下午 3:12": dt.date(2024, 3, 5),
    "2024年3月5日": dt.date(2024, 3, 5),
    "2024年03月05日 08:00": dt.date(2024, 3, 5),
    "2024.3.5": dt.date(2024, 3, 5),
    "２０２４－０３－０５": dt.date(2024, 3, 5),
    "20240305": dt.date(2024, 3, 5),
    "20240305.0": dt.date(2024, 3, 5),
    "2024-03-05 星期二": dt.date(2024, 3, 5),
    "45231": dt.date(2023, 11, 1),  # spreadsheet: 1 November 2023
    "45231.75": dt.date(2023, 11, 1),
    "01-Sep-2020": dt.date(2020, 9, 1),
    "1 September 2020": dt.date(2020, 9, 1),
    "Sep 1, 2020": dt.date(2020, 9, 1),
    "05/05/2020": dt.date(2020, 5, 5),
    "2024-02-29": dt.date(2024, 2, 29),
    "2024-03": dt.date(2024, 3, 1),
    "2024年3月": dt.date(2024, 3, 1),
    "202403": dt.date(2024, 3, 1),
    "Sep-2020": dt.date(2020, 9, 1),
}
NOT_DATES = {
    "2023-02-29": "impossible_date",
    "2024-04-31": "impossible_date",
    "2024-13-01": "impossible_date",
    "20241301": "impossible_date",
    "2024年0月5日": "impossible_date",
    "45/45/2024": "impossible_date",
    "01-Sep-20": "two_digit_year",
    "24-3-5": "two_digit_year",
    "24/03/05": "two_digit_year",
    "24年3月5日": "two_digit_year",
    "3月5日": "no_year",
    "12345": "not_a_date",  # below the plausible serial numbers
    "90000": "not_a_date",
    "2024": "not_a_date",
    "上周": "not_a_date",
    "2024-03-05abc": "not_a_date",
    "1889-12-31": "too_old_date",
    "2025-07-01": "future_date",
}


@pytest.mark.parametrize(("text", "day"), DATES.items())
def test_date_as_written_in_exports(text, day):
    parsed = parsing.dates(pd.Series([text]), as_of=dt.date(2025, 6, 30))
    assert parsed.rule.isna().all()
    assert parsed.values.iloc[0] == pd.Timestamp(day)


@pytest.mark.parametrize(("text", "rule"), NOT_DATES.items())
def test_what_is_no_day_is_rejected(text, rule):
    parsed = parsing.dates(pd.Series([text]), as_of=dt.date(2025, 6, 30))
    assert parsed.rule.iloc[0] == rule
    assert parsed.values.isna().all()


def test_order_of_day_and_month_is_taken_from_values_that_prove_it():
    assert parsing.dates(pd.Series(["25/12/2020", "03/04/2020"])).values.dt.month.tolist() == [12, 4]
    assert parsing.dates(pd.Series(["12/25/2020", "03/04/2020"])).values.dt.month.tolist() == [12, 3]


def test_undecidable_order_rejects_only_the_ambiguous_rows():
    parsed = parsing.dates(pd.Series(["03/04/2020", "05/05/2020", "2020-04-03"]))
    assert parsed.rule.tolist() == ["ambiguous_date", None, None]


def test_proofs_of_both_orders_leave_the_open_rows_ambiguous():
    parsed = parsing.dates(pd.Series(["25/12/2020", "12/25/2020", "03/04/2020"]))
    assert parsed.rule.tolist() == [None, None, "ambiguous_date"]
    assert parsed.values.dt.day.tolist()[:2] == [25, 25]


def test_told_format_settles_the_order_and_admits_two_digit_years():
    parsed = parsing.dates(pd.Series(["03/04/20", "25/12/20"]), format="%d/%m/%y")
    assert parsed.values.tolist() == [pd.Timestamp(2020, 4, 3), pd.Timestamp(2020, 12, 25)]
    mixed = parsing.dates(pd.Series(["01-Sep-20", "2020-09-02", "44076", "09/03/2020"]), format="%d-%b-%y")
    assert mixed.values.dt.day.tolist()[:3] == [1, 2, 2]  # real date cells of a spreadsheet come as ISO or serial
    assert mixed.rule.tolist() == [None, None, None, "not_in_format"]


@pytest.mark.parametrize("pattern", ["%d/%m", "day", "%Q"])
def test_format_without_year_and_month_is_refused(pattern):
    with pytest.raises(SettingError, match="date format"):
        parsing.dates(pd.Series(["x"]), format=pattern)


def test_month_gives_its_first_day_and_future_may_be_allowed():
    texts = pd.Series(["2024-03-15", "202404"])
    assert parsing.dates(texts, as_month=True).values.tolist() == [pd.Timestamp(2024, 3, 1), pd.Timestamp(2024, 4, 1)]
    due = parsing.dates(pd.Series(["2099-01-01"]), future_ok=True)
    assert due.rule.isna().all()
    old = parsing.dates(pd.Series(["1899-03-06"]), earliest=dt.date(1800, 1, 1))
    assert old.values.iloc[0] == pd.Timestamp(1899, 3, 6)


def test_today_is_the_limit_when_no_cut_off_is_given():
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    parsed = parsing.dates(pd.Series([dt.date.today().isoformat(), tomorrow.isoformat()]))
    assert parsed.rule.tolist() == [None, "future_date"]


def test_ids_keep_their_zeros_and_lose_only_spreadsheet_wrapping():
    texts = pd.Series([" 00123 ", "17850.0", "ＡＢ０１", '="007"', "'0012", "5E12", "85123A", "-", "", None])
    parsed = parsing.ids(texts)
    assert parsed.values.tolist()[:7] == ["00123", "17850", "AB01", "007", "0012", "5E12", "85123A"]
    assert parsed.values.isna().tolist()[7:] == [True, True, True]
    assert parsed.converted == {"float_id": 1, "id_wrapping": 2, "full_width": 1}


@pytest.mark.parametrize("text", ["1.23E+11", "1.23e+17", "6.90123456789012E+15", "1E+05", "3.95522E8"])
def test_ids_in_scientific_notation_have_lost_digits(text):
    parsed = parsing.ids(pd.Series([text]))
    assert parsed.rule.tolist() == ["id_precision_lost"]
    assert parsed.values.isna().all()


def test_flags_in_both_languages():
    parsed = parsing.flags(pd.Series(["是", "Y", "TRUE", "1", "否", "n", "0", "不确定", None]))
    assert parsed.values.tolist()[:7] == [True, True, True, True, False, False, False]
    assert parsed.values.isna().tolist()[7:] == [True, True]
    assert parsed.rule.tolist()[7:] == ["not_a_flag", None]
    assert parsed.values.dtype == "boolean"


def test_codes_know_the_words_of_the_trade():
    types = parsing.codes(
        pd.Series(["医院", "药店", "Hospital", "飞船"]), ("hospital", "pharmacy"), column="customer_type"
    )
    assert types.values.tolist()[:3] == ["hospital", "pharmacy", "hospital"]
    assert types.rule.tolist() == [None, None, None, "unknown_code"]
    assert types.converted == {"code_word": 3}
    kinds = parsing.codes(pd.Series(["退货", "红冲", "销售出库"]), ("sale", "return", "red_ink"), column="doc_type")
    assert kinds.values.tolist() == ["return", "red_ink", "sale"]


def test_code_that_is_spelt_like_a_null_mark_counts_where_it_is_allowed():
    roles = parsing.codes(pd.Series(["无", "科主任", "-"]), ("科主任", "无"), column="admin_role")
    assert roles.values.tolist()[:2] == ["无", "科主任"]
    assert roles.values.isna().tolist() == [False, False, True]
    assert roles.rule.isna().all()


def test_open_list_keeps_any_word():
    parsed = parsing.codes(pd.Series(["甲", "-", "乙"]), column="x_kind")
    assert parsed.values.tolist()[::2] == ["甲", "乙"]
    assert parsed.rule.isna().all()


def test_every_named_code_belongs_to_a_closed_list():
    from analysis.core.columns import TABLES

    allowed = {}
    for table in TABLES.values():
        for column in table.columns:
            allowed.setdefault(column.name, set()).update(column.allowed)
    for column, codes in WORDS.items():
        assert set(codes) <= allowed[column], column


def test_texts_are_trimmed():
    assert parsing.texts(pd.Series(["  北京 ", "", "Ａ"])).values.tolist()[::2] == ["北京", "A"]


@pytest.mark.parametrize("function", [parsing.numbers, parsing.dates, parsing.ids, parsing.flags, parsing.texts])
@pytest.mark.parametrize("texts", [[], [None, None], ["", "-"]])
def test_empty_columns_keep_type_and_index(function, texts):
    series = pd.Series(texts, dtype="str", index=range(5, 5 + len(texts)))
    parsed = function(series)
    full = function(pd.Series(["1"]))
    assert parsed.values.index.equals(series.index)
    assert parsed.rule.index.equals(series.index)
    assert parsed.values.dtype == full.values.dtype
    assert parsed.rule.isna().all()


def test_index_and_input_are_untouched():
    series = pd.Series(["2", "x", "2"], index=[9, 4, 7], dtype="str")
    before = series.copy()
    parsed = parsing.numbers(series)
    pd.testing.assert_series_equal(series, before)
    assert parsed.values.index.tolist() == [9, 4, 7]
    assert parsed.values[9] == parsed.values[7] == 2.0


MARKS = st.sampled_from(list("0123456789.,-+()<%/年月日万亿元盒Ee: １２３，（）\u3000TZ"))
ANY = st.one_of(st.text(max_size=12), st.text(MARKS, max_size=14), st.none())


@settings(max_examples=150, deadline=None)
@given(st.lists(ANY, min_size=1, max_size=8), st.sampled_from(["number", "count", "money"]))
def test_any_text_gives_a_number_or_a_rule_and_never_an_exception(texts, kind):
    parsed = parsing.numbers(pd.Series(texts, dtype="str"), kind=kind)
    _value_or_rule(parsed, texts)
    assert not np.isinf(parsed.values).any()


@settings(max_examples=150, deadline=None)
@given(st.lists(ANY, min_size=1, max_size=8), st.sampled_from([None, "%d/%m/%Y", "%d-%b-%y"]), st.booleans())
def test_any_text_gives_a_day_or_a_rule_and_never_an_exception(texts, pattern, as_month):
    parsed = parsing.dates(pd.Series(texts, dtype="str"), format=pattern, as_month=as_month)
    _value_or_rule(parsed, texts)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY, min_size=1, max_size=8))
def test_any_text_gives_an_id_a_flag_or_a_rule(texts):
    for parsed in (parsing.ids(pd.Series(texts, dtype="str")), parsing.flags(pd.Series(texts, dtype="str"))):
        assert not (parsed.values.notna() & parsed.rule.notna()).any()


@settings(max_examples=60, deadline=None)
@given(st.dates(dt.date(1990, 1, 1), dt.date(2025, 6, 30)))
def test_every_day_is_read_back_from_each_way_of_writing_it(day):
    ways = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d", "%Y%m%d", "%d %B %Y", "%d-%b-%Y")
    parsed = parsing.dates(pd.Series([day.strftime(way) for way in ways]))
    assert (parsed.values == pd.Timestamp(day)).all()


@settings(max_examples=60, deadline=None)
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_every_amount_is_read_back_from_each_way_of_writing_it(amount):
    ways = [f"{amount}", f"{amount:,}", f"{amount}元", f"({abs(amount)})" if amount < 0 else f"¥{amount}"]
    parsed = parsing.numbers(pd.Series(ways), kind="money")
    assert (parsed.values == float(amount)).all()


def _value_or_rule(parsed, texts):
    clean = [None if text is None else pd.Series([text]).str.normalize("NFKC").iloc[0].strip() for text in texts]
    for text, value, rule in zip(clean, parsed.values, parsed.rule, strict=True):
        assert not (pd.notna(value) and rule is not None)
        if pd.isna(value) and rule is None:
            bare = "" if text is None else text.strip("\u200b\u200c\u200d\u2060\ufeff \t\r\n").lower()
            assert bare in NULLS or set(bare) <= set(
                "-\u2212\u2013\u2014\u2010\u2011\ufe63\x1c\x1d\x1e\x1f\x85\u2028\u2029"
            )


def test_every_rule_and_conversion_has_words():
    rules = {*NOT_NUMBERS.values(), *NOT_DATES.values(), "unit_differs", "not_whole", "ambiguous_date", "not_in_format"}
    rules |= {"id_precision_lost", "not_a_flag", "unknown_code"}
    conversions = {
        "full_width", "null_mark", "thousands", "brackets", "minus_behind", "currency_mark", "scientific", "percent",
        "scale_word", "unit_word", "first_of_month", "excel_serial", "float_id", "id_wrapping", "code_word",
    }  # fmt: skip
    for language in words.LANGUAGES:
        assert all(words.has(f"terms.rule_{rule}", language) for rule in rules)
        assert all(words.has(f"terms.converted_{code}", language) for code in conversions)
