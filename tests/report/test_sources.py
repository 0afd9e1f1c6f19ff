"""The source line names the tables a result rests on."""

from __future__ import annotations

import dataclasses

import pandas as pd

from analysis.methods import satisfaction
from analysis.report import sources

from . import demo


def test_the_result_says_which_tables() -> None:
    assert sources.listed(demo.tiers(), demo.a_page()) == "来源：订单明细（公司自有销售数据）"
    assert sources.listed(demo.tiers(), demo.a_page(language="en")) == "source: order lines (own sales records)"


def test_else_the_usual_ones_of_its_method() -> None:
    result = satisfaction.nps(pd.Series([10] * 30 + [0] * 10))
    assert not result.settings.get("tables")
    assert sources.listed(result, demo.a_page()) == "来源：问卷答案（医生自填问卷）"


def test_else_all_and_at_most_three_by_name() -> None:
    four = tuple({**demo.SOURCES[0], "table": t} for t in ("transactions", "customers", "market", "stock"))
    result = dataclasses.replace(demo.tiers(), settings={})
    # one kind for all is said once
    assert (
        sources.listed(result, demo.a_page(sources=four))
        == "来源：订单明细、客户表、市场数据等4张表（公司自有销售数据）"
    )
    mixed = (*four[1:], demo.SOURCES[1], demo.SOURCES[0])
    said = "来源：订单明细（公司自有销售数据）、问卷答案（医生自填问卷）、客户表（公司自有销售数据）等5张表"
    assert sources.listed(result, demo.a_page(sources=mixed)) == said
    assert sources.listed(result, demo.a_page(sources=())) == ""


def test_unknown_words_are_printed_as_they_are() -> None:
    assert sources.table_words("x_extra", demo.a_page()) == "x_extra"
    assert sources.source_words("", demo.a_page()) == ""
