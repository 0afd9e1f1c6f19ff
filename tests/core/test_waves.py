"""The latest wave: by its days, else by its name."""

from __future__ import annotations

import pandas as pd

from analysis.core.waves import latest_rows, latest_wave


def sheets(waves: list[str | None], days: list[str] | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"response_id": [f"R{i}" for i in range(len(waves))], "wave": waves})
    return frame if days is None else frame.assign(date=pd.to_datetime(pd.Series(days)))


def test_days_decide_before_names() -> None:
    # the autumn survey was called "A" and came after "B"
    answers = sheets(["B", "A", "A"], ["2024-05-01", "2024-10-01", "2024-11-01"])
    assert latest_wave(answers) == "A"
    assert list(latest_rows(answers)["response_id"]) == ["R1", "R2"]


def test_names_decide_where_no_day_is_known() -> None:
    assert latest_wave(sheets(["2024Q4", "2025Q2"])) == "2025Q2"
    assert list(latest_rows(sheets(["2024Q4", "2025Q2"]))["response_id"]) == ["R1"]


def test_without_waves_all_answers_count() -> None:
    assert latest_wave(sheets([None, None])) is None
    assert len(latest_rows(sheets([None, None]))) == 2
    assert len(latest_rows(sheets(["1", "1"]).drop(columns="wave"))) == 2
