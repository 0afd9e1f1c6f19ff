"""A result at a glance: words, small cells, escaping, alignment."""

from __future__ import annotations

import dataclasses
import unicodedata
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.result import Disclosure, Note, Result
from analysis.methods import tiers


def sales(n: int = 40) -> pd.Series:
    rng = np.random.default_rng(3)
    return pd.Series(rng.lognormal(8, 1.2, n), index=pd.Index([f"H{i:03d}" for i in range(n)], name="customer_id"))


def test_text_in_english_says_finding_table_and_settings() -> None:
    lines = repr(tiers.abc(sales())).splitlines()
    assert lines[0].startswith("Value A: ")
    assert lines[1].split()[0] == "Tier"
    assert lines[2].startswith("value A")
    assert lines[-1].startswith("settings: cuts = [0.7, 0.9], n = 40")


def test_text_in_chinese_is_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_LANGUAGE", "zh")
    lines = repr(tiers.abc(sales())).splitlines()
    assert lines[1].startswith("客户级别")

    def places(line: str) -> int:
        visible = [c for c in line if unicodedata.category(c) != "Cf"]
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in visible)

    # the last column starts at the same place in the heading and in every row
    assert len({places(line[: line.rindex("  ")]) for line in lines[1:5]}) == 1


def test_html_is_escaped_and_folds_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_LANGUAGE", "zh")
    result = tiers.abc(sales())
    hostile = dataclasses.replace(result, settings={"why": "<script>alert(1)</script>"})
    html = hostile._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<details><summary>设置</summary>" in html
    assert '<th class="rp-n" scope="col">n</th>' in html


@dataclass(frozen=True, eq=False, kw_only=True)
class Persons(Result):
    disclosure: ClassVar[Disclosure] = Disclosure(row_level="person")


def test_small_cells_are_hidden_as_in_the_report() -> None:
    # three accounts without purchases: below 5, and the other row of non-buyers goes with them
    values = pd.concat([sales(), pd.Series(0.0, index=[f"Z{i}" for i in range(3)])])
    result = tiers.abc(values)
    assert result.table.set_index("tier").loc["zero", "n"] == 3
    rows = {line.split("  ")[0]: line for line in repr(result).splitlines()[2:7]}
    assert "hidden" in rows["no net purchases"]
    assert "hidden" in rows["net returns"]
    assert " 3 " not in rows["no net purchases"]
    assert "hidden" not in rows["value C"]


def test_a_sentence_does_not_repeat_a_hidden_number() -> None:
    values = pd.concat([sales(), pd.Series(0.0, index=[f"Z{i}" for i in range(3)])])
    told = dataclasses.replace(tiers.abc(values), finding=Note("lifetime_total_unknown", {"n": 3}))
    assert repr(told).splitlines()[0] == words.text("decision.Tiers", "en")


def test_persons_are_counted_never_listed() -> None:
    result = Persons(table=pd.DataFrame({"name": ["张镕", "李堃"], "specialty": ["呼吸科", "感染科"]}))
    for said in (repr(result), result._repr_html_()):
        assert "张" not in said
        assert "呼吸科" not in said
        assert "<td" not in said
    assert "not listed under the rules: 2" in repr(result)


def test_long_tables_are_cut_and_counted() -> None:
    text = repr(Result(table=pd.DataFrame({"month": range(14)})))
    assert "First 10 of 14 rows." in text
    assert "13" not in text


def test_every_class_has_the_readable_form() -> None:
    # a dataclass would otherwise print all its fields, whole frames among them
    assert "customers=" not in repr(tiers.abc(sales()))
