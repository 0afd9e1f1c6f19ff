"""Life-cycle stages of customers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError, SettingError
from analysis.methods import types

_DAY, _START = "2025-06-30", "2020-01-01"
_WINDOW = pd.date_range(end="2025-06-01", periods=24, freq="MS")


def _summary(**rows: tuple[str | None, str | None, int]) -> pd.DataFrame:
    """first order, last order, order dates; monthly rhythm."""
    frame = pd.DataFrame(rows, index=["first_date", "last_date", "n_dates"]).T
    for name in ("first_date", "last_date"):
        frame[name] = pd.to_datetime(frame[name])
    frame["n_dates"] = frame["n_dates"].astype(int)
    frame["median_gap"] = np.where(frame["n_dates"] >= 3, 30.0, np.nan)
    frame["reactivated_on"] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    return frame.rename_axis("customer_id")


def _monthly(**values: object) -> pd.DataFrame:
    wide = pd.DataFrame({name: np.broadcast_to(np.asarray(part, dtype=float), 24) for name, part in values.items()})
    return wide.set_index(_WINDOW).rename_axis("month").reset_index().melt("month", var_name="customer_id")


_OLD = ("2020-06-01", "2025-06-20", 40)
_WAVE = 10 + np.tile([1.0, -1.0, 2.0, -2.0], 6)


def _stage(summary: pd.DataFrame, **settings: object) -> pd.DataFrame:
    return types.stages(summary, as_of=_DAY, data_start=_START, **settings).customers  # type: ignore[arg-type]


def test_each_rule_has_its_customer() -> None:
    """Typical gap 30 days (all medians 30): silent for more than 60 days is decline, for 12 months lapsed."""
    summary = _summary(
        never=(None, None, 0), gone=("2020-06-01", "2024-05-01", 9), silent=("2020-06-01", "2025-04-01", 30),
        fresh=("2025-05-01", "2025-06-01", 2), up=_OLD, down=_OLD, flat=_OLD, low=_OLD, loyal=_OLD, unknown=_OLD,
    )  # fmt: skip
    monthly = _monthly(
        up=np.arange(1.0, 25), down=np.arange(24.0, 0, -1), flat=_WAVE, low=_WAVE, loyal=_WAVE, unknown=_WAVE
    )
    share = pd.Series({"flat": 0.4, "low": 0.1, "loyal": 0.8, "up": 0.3, "down": 0.5})
    level = pd.DataFrame({"2024": 1, "2025": 1}, index=summary.index)
    found = _stage(summary, monthly=monthly, share=share, level=level)
    assert found["stage"].to_dict() == {
        "never": "stage_potential", "gone": "stage_lapsed", "silent": "stage_decline", "fresh": "stage_development",
        "up": "stage_growth", "down": "stage_decline", "flat": "stage_mature", "low": "stage_development",
        "loyal": "stage_loyal", "unknown": "stage_mature",
    }  # fmt: skip
    assert found.loc[["low", "unknown"], "reason"].tolist() == ["stage_why_low_share", "stage_why_share_unknown"]
    # 1, 2 … 24 has slope 1 and mean 12.5
    assert found.loc["up", "slope"] == pytest.approx(1 / 12.5)
    # 61 days after 1 April; 12 months and a day after 1 May
    assert found.loc["silent", "stage_since"] == pd.Timestamp("2025-06-01")
    assert found.loc["gone", "stage_since"] == pd.Timestamp("2025-05-02")


def test_loyal_needs_two_periods_of_level_one() -> None:
    summary = _summary(one=_OLD, two=_OLD)
    monthly, share = _monthly(one=_WAVE, two=_WAVE), pd.Series({"one": 0.9, "two": 0.9})
    level = pd.DataFrame({"2023": [1, 3], "2024": [2, 1], "2025": [1, 1]}, index=["one", "two"])
    assert _stage(summary, monthly=monthly, share=share, level=level)["stage"].tolist() == [
        "stage_mature", "stage_loyal",
    ]  # fmt: skip
    result = types.stages(summary, monthly=monthly, share=share, level=level[["2025"]], as_of=_DAY, data_start=_START)
    assert result.customers["stage"].tolist() == ["stage_mature"] * 2
    assert "stages_no_loyal" in [note.code for note in result.notes]


def test_customers_near_the_start_of_the_data_are_never_new() -> None:
    """First order 40 days after the data begin, typical gap at least 30: it may have bought before."""
    summary = _summary(near=("2025-05-10", "2025-06-10", 2), far=("2025-06-25", "2025-06-26", 2))
    found = types.stages(
        summary, as_of=_DAY, data_start="2025-04-01", strata=pd.DataFrame({"stratum": [""], "gap": 30.0})
    )
    assert found.customers["reason"].tolist() == ["stage_why_start_unknown", "stage_why_new"]
    assert found.customers["stage"].tolist() == ["stage_unknown", "stage_development"]
    assert "stages_start_unknown" in [note.code for note in found.notes]


def test_without_months_no_stage_is_made_up() -> None:
    found = types.stages(_summary(old=_OLD, never=(None, None, 0)), as_of=_DAY, data_start=_START)
    assert found.customers["stage"].tolist() == ["stage_unknown", "stage_potential"]
    assert {"stages_no_slope", "stages_no_loyal"} <= {note.code for note in found.notes}


def test_later_months_are_not_looked_at() -> None:
    summary, monthly = _summary(flat=_OLD), _monthly(flat=_WAVE)
    later = pd.DataFrame({"month": pd.to_datetime(["2025-07-01", "2025-08-01"]), "customer_id": "flat", "value": 1e6})
    first = _stage(summary, monthly=monthly)
    pd.testing.assert_frame_equal(first, _stage(summary, monthly=pd.concat([monthly, later])))


def test_months_before_the_first_order_are_not_the_customers() -> None:
    """Nothing until the first order a year ago, steady since: no growth."""
    summary = _summary(joined=("2024-07-03", "2025-06-20", 12))
    values = np.r_[np.zeros(12), _WAVE[:12]]
    found = _stage(summary, monthly=_monthly(joined=values))
    assert found.loc["joined", ["stage", "n_months"]].tolist() == ["stage_mature", 12]


def test_every_customer_is_counted_once() -> None:
    summary = _summary(a=_OLD, b=(None, None, 0), c=("2025-05-01", "2025-06-01", 2))
    result = types.stages(summary, as_of=_DAY, data_start=_START)
    assert result.table["n"].sum() == 3
    assert result.customers.index.tolist() == ["a", "b", "c"]
    assert set(result.table["flag"]) == {"low_n"}
    assert result.finding is not None
    assert result.finding.code == "stages_low_n"


def test_nobody_ordered() -> None:
    result = types.stages(_summary(a=(None, None, 0)), as_of=_DAY, data_start=_START)
    assert result.finding is not None
    assert result.finding.code == "types_no_orders"


def test_plays_never_ask_for_more_volume() -> None:
    for language in words.LANGUAGES:
        for stage in types.STAGES:
            play = words.term(stage.replace("stage_", "stage_play_"), language)
            assert play != stage.replace("stage_", "stage_play_")
            assert not any(bad in play for bad in ("上量", "提高处方", "more volume", "increase prescri"))
    result = types.plays(types.stages(_summary(a=_OLD), as_of=_DAY, data_start=_START))
    assert result.table["play"].tolist() == ["stage_play_unknown"]


def test_bad_input_is_refused() -> None:
    summary, monthly = _summary(a=_OLD), _monthly(a=_WAVE)
    with pytest.raises(DataError, match="between 0 and 1"):
        _stage(summary, share=pd.Series({"a": 40.0}))
    with pytest.raises(DataError, match="one row a month"):
        _stage(summary, monthly=pd.concat([monthly, monthly.head(1)]))
    with pytest.raises(DataError):
        _stage(pd.concat([summary, summary]))
    with pytest.raises(SettingError):
        types.stages(summary, as_of="2019-01-01", data_start=_START)
    with pytest.raises(DataError):
        types.stages(summary, as_of="2025-01-01", data_start=_START)


def test_steady_customers_are_rarely_called_growing() -> None:
    """White noise, 24 months, 400 customers: the 95 % interval lies above 0 for 2.5 %."""
    rng = np.random.default_rng(0)
    ids = [f"H{i:03d}" for i in range(400)]
    summary = _summary(**dict.fromkeys(ids, _OLD))
    monthly = _monthly(**{name: rng.poisson(30, 24) for name in ids})
    stage = _stage(summary, monthly=monthly)["stage"]
    assert (stage == "stage_growth").mean() < 0.05
    assert (stage == "stage_decline").mean() < 0.05


def test_the_note_says_how_many_slopes_were_judged() -> None:
    """Forty slopes, each at 95 %: two by chance; who never ordered or fell silent has none."""
    ids = [f"H{i:03d}" for i in range(40)]
    summary = _summary(**dict.fromkeys(ids, _OLD), never=(None, None, 0), silent=("2020-06-01", "2025-04-01", 30))
    monthly = _monthly(**dict.fromkeys([*ids, "silent"], _WAVE))
    found = types.stages(summary, monthly=monthly, as_of=_DAY, data_start=_START)
    note = next(note for note in found.notes if note.code == "stages_by_chance")
    assert dict(note.values) == {"n": 40, "chance": 2}
    without = types.stages(summary, as_of=_DAY, data_start=_START)
    assert "stages_by_chance" not in [note.code for note in without.notes]


def test_where_most_stages_are_unknown_the_finding_says_so() -> None:
    # two of three customers have orders and too few months for a slope
    summary = _summary(
        never=(None, None, 0), one=("2020-06-01", "2025-06-01", 30), two=("2020-06-01", "2025-06-01", 30)
    )
    found = types.stages(summary, as_of="2025-06-30", data_start="2020-01-01")
    assert found.finding is not None
    assert (found.finding.code, found.finding.values["n"]) == ("stages_unknown", 2)
