"""Rising accounts of value B and C."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataError, SettingError
from analysis.methods import movers

_DAY = "2025-06-30"


def _world(seed: int, *, n: int = 200, length: int = 36, growing: int = 20, growth: float = 0.5) -> pd.DataFrame:
    """Boxes with autocorrelated noise (0.4); the first accounts grow by ``growth`` a year."""
    rng = np.random.default_rng(seed)
    mean = rng.gamma(2, 30, n) + 5
    noise = np.empty((n, length))
    noise[:, 0] = rng.normal(size=n)
    for t in range(1, length):
        noise[:, t] = 0.4 * noise[:, t - 1] + np.sqrt(1 - 0.16) * rng.normal(size=n)
    slope = np.where(np.arange(n) < growing, np.log(1 + growth) / 12, 0)
    course = np.exp(slope[:, None] * (np.arange(length) - length / 2) + 0.2 * noise - 0.02)
    boxes = rng.poisson(mean[:, None] * course)
    return pd.DataFrame({
        "customer_id": np.repeat([f"H{i:03d}" for i in range(n)], length),
        "month": np.tile(pd.date_range(end="2025-06-01", periods=length, freq="MS"), n),
        "value": boxes.ravel().astype(float),
    })  # fmt: skip


def _tiers(n: int = 200, tier: str = "C") -> pd.Series:
    return pd.Series(tier, [f"H{i:03d}" for i in range(n)], dtype="str")


def _found(result: movers.Rising) -> np.ndarray:
    return result.table["customer_id"].str[1:].astype(int).to_numpy()


def test_growth_of_half_a_year_is_found_in_36_months() -> None:
    """Power above 0.9 and a false discovery proportion below 0.1 over five worlds of 200 accounts, 20 growing."""
    power, wrong = [], []
    for seed in range(5):
        found = _found(movers.rising(_world(seed), _tiers(), as_of=_DAY))
        power.append((found < 20).sum() / 20)
        wrong.append((found >= 20).sum() / max(len(found), 1))
    assert np.mean(power) > 0.9
    assert np.mean(wrong) < 0.1


def test_worlds_without_growth_give_few_names() -> None:
    lists = [len(_found(movers.rising(_world(seed, growing=0, length=24), _tiers(), as_of=_DAY))) for seed in range(6)]
    assert np.mean([count > 0 for count in lists]) <= 0.34


def test_growth_by_hand() -> None:
    """1, 2, … 24: slope 1 a month, mean 12.5, growth 12 ÷ 12.5 = 96 % of the mean level a year."""
    months = pd.DataFrame({
        "customer_id": "H1", "month": pd.date_range(end="2025-06-01", periods=24, freq="MS"),
        "value": np.arange(1.0, 25.0),
    })  # fmt: skip
    result = movers.rising(months, pd.Series({"H1": "B"}), as_of=_DAY)
    assert result.table["value"].tolist() == pytest.approx([0.96])
    assert result.settings["test"] == "quarterly"
    # quarters 6, 15, … 69: S = 28, variance 8·7·21/18, z = 27 ÷ 8.0829
    assert result.tested["z"].tolist() == pytest.approx([27 / np.sqrt(8 * 7 * 21 / 18)])
    assert result.table["net_value"].tolist() == [sum(range(13, 25))]


def test_growth_common_to_all_is_no_growth() -> None:
    months = _world(0, growing=0)
    step = (months["month"] - months["month"].min()).dt.days / 365.25
    months["value"] = months["value"] * 1.5**step
    assert len(movers.rising(months, _tiers(), as_of=_DAY).table) <= 2


def test_later_months_are_not_looked_at() -> None:
    months = _world(1)
    later = months[months["month"] == "2025-06-01"].assign(month=pd.Timestamp("2025-07-01"), value=1e6)
    first = movers.rising(months, _tiers(), as_of=_DAY)
    assert first.equals(movers.rising(pd.concat([months, later]), _tiers(), as_of=_DAY))
    # a month that is not over is not looked at either
    assert movers.rising(months, _tiers(), as_of="2025-06-29").tested["n"].max() == 35


def test_everybody_is_found_with_an_outcome() -> None:
    months = _world(2, n=60, length=36)
    months = months[(months["customer_id"] != "H001") | (months["month"] >= "2024-06-01")]
    tiers = _tiers(62)
    tiers["H002"] = "A"
    months = months[months["customer_id"] != "H003"]
    zero = months["customer_id"] == "H004"
    months.loc[zero, "value"] = 0.0
    tested = movers.rising(months, tiers.drop("H005"), as_of=_DAY).tested
    assert len(tested) == 62
    expected = ["too_few_months", "other_tier", "too_few_months", "no_purchases", "no_tier"]
    assert tested["outcome"].iloc[1:6].tolist() == expected


def test_potential_alone_is_a_reason() -> None:
    """Median ratio 1.0; H030's potential rose by 30 %, that of H031 by 10 %."""
    months = _world(3, n=60, growing=0)
    ratio = np.ones(60)
    ratio[[30, 31]] = 1.3, 1.1
    potential = pd.DataFrame({"before": 10.0, "after": 10.0 * ratio}, index=_tiers(60).index)
    table = movers.rising(months, _tiers(60), as_of=_DAY, potential=potential).table.set_index("customer_id")
    assert table.loc["H030", "reason"] == "rising_potential"
    assert table.loc["H030", "potential_growth"] == pytest.approx(0.3)
    assert "H031" not in table.index[table["reason"] == "rising_potential"]


def test_short_series_are_not_judged() -> None:
    result = movers.rising(_world(0, length=12, n=30), _tiers(30), as_of=_DAY)
    assert result.table.empty
    assert result.finding is not None
    assert result.finding.code == "movers_untested"


def test_bad_input_is_refused() -> None:
    months = _world(0, n=20)
    for tiers, code in ((_tiers(20, "A"), "movers_no_low_tier"), (_tiers(20, "D"), "movers_tiers")):
        with pytest.raises(DataError) as caught:
            movers.rising(months, tiers, as_of=_DAY)
        assert caught.value.code == code
        assert str(caught.value)
    with pytest.raises(DataError, match="one row a month"):
        movers.rising(pd.concat([months, months.head(1)]), _tiers(20), as_of=_DAY)
    with pytest.raises(SettingError):
        movers.rising(months, _tiers(20), as_of=_DAY, min_months=12)
    potential = pd.DataFrame({"before": [-1.0], "after": [1.0]}, index=["H000"])
    with pytest.raises(DataError, match="negative"):
        movers.rising(months, _tiers(20), as_of=_DAY, potential=potential)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("length", "growth", "least", "most"), [(24, 0.5, 0.15, 0.5), (36, 0.25, 0.15, 0.5), (36, 0.5, 0.9, 1.0)]
)
def test_power_and_false_discoveries(length: int, growth: float, least: float, most: float) -> None:
    """The same worlds as a study of plain tests, which found 0.14 to 0.16 false among those named."""
    power, wrong = [], []
    for seed in range(40):
        found = _found(movers.rising(_world(seed, length=length, growth=growth), _tiers(), as_of=_DAY))
        power.append((found < 20).sum() / 20)
        wrong.append((found >= 20).sum() / max(len(found), 1))
    assert least <= np.mean(power) <= most
    assert np.mean(wrong) <= 0.1
