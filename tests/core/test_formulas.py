from __future__ import annotations

import pandas as pd
import pytest

from analysis.core import formulas

HARMFUL = [
    "=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "\t=1", "\r=1", "\n=1", "＝1+1",
    "＋1", "－1", "＠A1", "  =1+1", "\ufeff=1", "\u200b=1", "\u3000＝1", "\u00a0@x", "\x01=1", "-", "\tplain",
]  # fmt: skip
PLAIN = ["", "江城一院", "A=B", "a@b.cn", "1-2", "01000001", "-1,250.00", "+5%", "-5", "'=1"]


@pytest.mark.parametrize("text", HARMFUL)
def test_what_could_run_gets_an_apostrophe(text: str) -> None:
    assert formulas.guard(text) == "'" + text.replace("\x01", "")


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_and_single_numbers_stay(text: str) -> None:
    assert formulas.guard(text) == text


def test_a_frame_is_guarded_in_its_texts_only() -> None:
    frame = pd.DataFrame({"a": ["=1", None], "b": [-1.5, 2.0], "c": [object, "=x"]})
    before = frame.copy()
    out = formulas.guard_frame(frame)
    assert out["a"].tolist()[0] == "'=1"
    assert out["a"].isna().tolist() == [False, True]
    assert out["b"].equals(frame["b"])
    assert out["c"].tolist() == [object, "'=x"]
    assert frame.equals(before)
