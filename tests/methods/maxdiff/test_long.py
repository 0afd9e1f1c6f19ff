"""From codebook and sheets to choices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import maxdiff

ITEMS = pd.DataFrame(
    [
        ("Q18_1_best", "第1组中最重要的一项：1.疗效证据／3.患者费用／4.供应保障", "maxdiff"),
        ("Q18_1_worst", "第1组中最不重要的一项：1.疗效证据／3.患者费用／4.供应保障", "maxdiff"),
        ("Q18_2_best", "Most important: 2. price: list/4. supply/5. service", "maxdiff"),
        ("Q18_2_worst", "Least important: 2. price: list/4. supply/5. service", "maxdiff"),
        ("Q1", "总体满意度", "overall_satisfaction"),
    ],
    columns=["item_id", "text", "construct"],
)


def sheets() -> pd.DataFrame:
    return pd.DataFrame(
        {"Q18_1_best": [1.0, 3.0, np.nan], "Q18_1_worst": [4.0, 3.0, np.nan], "Q18_2_best": [5.0, 4.0, 2.0],
         "Q18_2_worst": [2.0, np.nan, 4.0]},
        index=pd.Index(["R2", "R1", "R3"], name="response_id"),
    )  # fmt: skip


def test_design_is_read_from_the_wording() -> None:
    design = maxdiff.design(ITEMS)
    assert design["task"].tolist() == ["Q18_1"] * 3 + ["Q18_2"] * 3
    assert design["item"].tolist() == ["疗效证据", "患者费用", "供应保障", "price: list", "supply", "service"]
    assert design["code"].tolist() == [1, 3, 4, 2, 4, 5]
    assert design["worst"].tolist() == ["Q18_1_worst"] * 3 + ["Q18_2_worst"] * 3


def test_every_item_shown_has_a_row() -> None:
    long = maxdiff.long(sheets(), maxdiff.design(ITEMS))
    assert len(long) == 3 * 6
    first = long[(long["response_id"] == "R2") & (long["task"] == "Q18_1")].set_index("item")["chosen"]
    assert first.to_dict() == {"疗效证据": "best", "患者费用": "none", "供应保障": "worst"}
    # the same item as best and worst is no choice
    assert set(long[(long["response_id"] == "R1") & (long["task"] == "Q18_1")]["chosen"]) == {"none"}
    # answers in words instead of numbers
    design = maxdiff.design(ITEMS)
    words = sheets().replace(
        {"Q18_1_best": {1.0: "疗效证据", 3.0: "患者费用"}, "Q18_1_worst": {4.0: "供应保障", 3.0: "患者费用"}}
    )
    one = design[design["task"] == "Q18_1"].drop(columns="code")
    again = maxdiff.long(words, one)
    assert again.equals(long[long["task"] == "Q18_1"].reset_index(drop=True))


def test_messages() -> None:
    with pytest.raises(DataError, match="1 answers are not among the options of their task, such as 2"):
        maxdiff.long(sheets().assign(Q18_1_best=[1.0, 2.0, np.nan]), maxdiff.design(ITEMS))
    with pytest.raises(DataError, match="wide needs the columns"):
        maxdiff.long(sheets().drop(columns="Q18_2_worst"), maxdiff.design(ITEMS))
    with pytest.raises(DataError, match="1 best–worst tasks lack a side"):
        maxdiff.design(ITEMS.iloc[:3])
    with pytest.raises(DataError, match="1 best–worst tasks lack a side, or their wording"):
        maxdiff.design(ITEMS.replace(ITEMS["text"].iloc[0], "第1组中最重要的一项"))
