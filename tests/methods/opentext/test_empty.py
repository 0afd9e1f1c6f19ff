"""Where nothing is told, the result still is whole: it travels and shows itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.methods import opentext

POOL = ["断货", "缺货", "供应", "配送", "库存", "补货", "价格", "医保", "报销", "自费", "负担", "集采"]


def loose() -> pd.Series:
    rng = np.random.default_rng(0)
    said = ["，".join(rng.choice(POOL, 3, replace=False)) for _ in range(60)]
    return pd.Series(said, index=[f"R{i}" for i in range(60)])


@pytest.mark.parametrize(
    "make",
    [
        lambda: opentext.feedback(None),
        lambda: opentext.feedback_change(None, since="2024-01-01"),
        lambda: opentext.feedback_channels(None),
        lambda: opentext.themes(loose(), k=[2, 3], resamples=2),
        lambda: opentext.sentiment(loose()),
        lambda: opentext.adverse_events(pd.Series(["好"], index=["A"])),
        lambda: opentext.code(pd.Series(["xyz", "abc"], index=["A", "B"])),
        lambda: opentext.quotes(loose(), opentext.code(loose()).coded * 0),
    ],
)
def test_nothing_told_travels(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    result = make()
    result.save(tmp_path, "nothing")
    assert type(result).load(tmp_path, "nothing").equals(result)
    assert result._repr_html_()
