"""Posts over time, by channel, before and after."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.methods import opentext


def posts(before: int = 60, after: int = 60, *, low: float = 0.2, high: float = 0.7) -> pd.DataFrame:
    """Supply is what posts are about more often from July 2024 on."""
    rng = np.random.default_rng(1)
    n = before + after
    late = np.arange(n) >= before
    texts = np.where(rng.random(n) < np.where(late, high, low), "附近药店没货", "便宜")
    days = np.where(late, rng.integers(182, 360, n), rng.integers(0, 180, n))
    return pd.DataFrame({
        "feedback_id": [f"F{i}" for i in range(n)],
        "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D"),
        "channel": rng.choice(["论坛", "客服"], n), "text": texts, "author": "张三",
    })  # fmt: skip


def test_shares_by_quarter_add_up() -> None:
    table = opentext.feedback(posts()).table
    supply = table[table["theme"] == "topic_supply"]
    own = posts()
    assert supply["posts"].sum() == own["text"].str.contains("没货").sum()
    assert supply["n"].sum() == len(own)
    assert supply["posted"].tolist() == list(pd.to_datetime(["2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01"]))
    assert (supply["lo"] <= supply["value"]).all()


def test_change_is_found_where_it_is_and_not_where_it_is_not() -> None:
    told = opentext.feedback_change(posts(), since="2024-07-01")
    row = told.table.set_index("theme").loc["topic_supply"]
    assert row["lo"] > 0
    assert row["q"] < 0.1
    assert told.finding is not None
    assert told.finding.code == "feedback_change"
    same = opentext.feedback_change(posts(high=0.2), since="2024-07-01")
    assert same.finding is not None
    assert same.finding.code == "feedback_no_change"


def test_change_by_hand() -> None:
    # 1 of 4 before, 3 of 4 after: difference .5; Fisher: p = 2*(16+1)/70 = .4857
    own = pd.DataFrame({
        "feedback_id": list("abcdefgh"), "date": pd.to_datetime(["2024-01-01"] * 4 + ["2024-08-01"] * 4),
        "text": ["没货", "便宜", "便宜", "便宜", "没货", "没货", "没货", "便宜"],
    })  # fmt: skip
    row = opentext.feedback_change(own, since="2024-07-01").table.set_index("theme").loc["topic_supply"]
    assert row["value"] == pytest.approx(0.5)
    assert row["p"] == pytest.approx(34 / 70)
    assert row["flag"] == "low_n"


def test_channels() -> None:
    table = opentext.feedback_channels(posts()).table
    assert set(table["channel"]) == {"论坛", "客服"}
    assert table.groupby("theme")["n"].sum().eq(120).all()


def test_no_table_no_result_and_no_author() -> None:
    for nothing in (None, posts().iloc[:0]):
        result = opentext.feedback(nothing)
        assert result.table.empty
        assert [note.code for note in result.notes] == ["feedback_none"]
    shown = opentext.feedback(posts())
    assert "author" not in shown.table.columns
    assert "张三" not in shown.table.to_csv()


def test_errors() -> None:
    with pytest.raises(DataError) as error:
        opentext.feedback_change(posts(), since="2030-01-01")
    assert error.value.code == "feedback_one_side"
    with pytest.raises(DataError) as error:
        opentext.feedback(posts().drop(columns="text"))
    assert error.value.code == "missing_columns"
