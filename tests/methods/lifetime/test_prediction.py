import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime.prediction import parameter_points

from .worlds import TRUTH, accounts


@pytest.fixture(scope="module")
def world():
    return accounts(4000, seed=21, horizon=26.0)


@pytest.fixture(scope="module")
def fitted(world):
    return lifetime.fit(world[0])


def test_sum_of_forecasts_is_close_to_what_happened(world, fitted):
    history, ahead = world
    table = lifetime.forecast(fitted, history, periods=26)
    assert table["expected"].sum() == pytest.approx(ahead.sum(), rel=0.05)
    assert np.corrcoef(table["expected"].rank(), pd.Series(ahead, index=history.index).rank())[0, 1] > 0.7


def test_intervals_hold_what_they_promise(world, fitted):
    history, ahead = world
    for level in (0.5, 0.8, 0.95):
        table = lifetime.forecast(fitted, history, periods=26, level=level)
        inside = (table["lo"] <= ahead) & (ahead <= table["hi"])
        # whole numbers: at least the level; above the upper end not more than its tail plus chance
        assert inside.mean() >= level - 0.02
        assert (ahead > table["hi"]).mean() <= (1 - level) / 2 + 0.02
        assert (ahead < table["lo"]).mean() <= (1 - level) / 2 + 0.02


def test_probability_active_is_calibrated(world, fitted):
    # whoever is active orders sooner or later: within 300 weeks nearly all of them do
    history, ahead = accounts(6000, seed=22, horizon=300.0)
    alive = lifetime.forecast(lifetime.from_parameters("bg_nbd", **TRUTH), history, periods=1)["p_alive"]
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 0.95)):
        group = (alive > low) & (alive <= high)
        came_back = (ahead[group] > 0).mean()
        assert came_back == pytest.approx(alive[group].mean(), abs=0.05)


def test_rows_keep_their_order_and_index(world, fitted):
    history = world[0].sample(frac=1, random_state=2)
    table = lifetime.forecast(fitted, history, periods=26)
    assert table.index.equals(history.index)
    assert table.sort_index().equals(lifetime.forecast(fitted, world[0], periods=26))
    assert list(table.columns) == ["expected", "lo", "hi", "p_alive"]


def test_the_interval_holds_the_expected_number(fitted):
    gone = pd.DataFrame({"frequency": [4], "recency": [2.0], "age": [90.0]}, index=["A1"])
    row = lifetime.forecast(fitted, gone, periods=26).loc["A1"]
    assert 0 < row["expected"] < 0.01
    assert row["lo"] == 0
    assert row["hi"] == row["expected"]


def test_no_time_ahead_no_orders(world, fitted):
    table = lifetime.forecast(fitted, world[0].head(5), periods=0)
    assert (table[["expected", "lo", "hi"]] == 0).all(axis=None)


def test_quantiles_are_exact_for_given_parameters():
    fit = lifetime.from_parameters("bg_nbd", r=3.0, alpha=10.0, a=1e-9, b=1.0)
    heavy = pd.DataFrame({"frequency": [297], "recency": [90.0], "age": [90.0]})
    # no dropout: orders are negative binomial with 300 and 100 / (100 + 50)
    from scipy import stats

    exact = stats.nbinom(300, 100 / 150)
    row = lifetime.forecast(fit, heavy, periods=50, level=0.9).iloc[0]
    assert row["expected"] == pytest.approx(150, rel=1e-6)
    assert [row["lo"], row["hi"]] == [exact.ppf(0.05), exact.ppf(0.95)]


def test_parameter_points_have_the_mean_and_covariance_of_the_fit(fitted):
    points = np.log([list(point.values()) for point in parameter_points(fitted)])
    centre = np.log(list(fitted.parameters.values()))
    assert points.mean(axis=0) == pytest.approx(centre, abs=1e-12)
    spread = (points - centre).T @ (points - centre) / len(points)
    assert spread == pytest.approx(fitted.covariance.to_numpy(), rel=1e-9)
    assert parameter_points(lifetime.from_parameters("bg_nbd", **TRUTH)) == [TRUTH]


def test_messages(world, fitted):
    with pytest.raises(SettingError, match="periods must be 0 to inf; got -1"):
        lifetime.forecast(fitted, world[0], periods=-1)
    with pytest.raises(SettingError, match=r"level must be 0.01 to 0.9999; got 90"):
        lifetime.forecast(fitted, world[0], periods=1, level=90)
