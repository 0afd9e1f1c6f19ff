"""Survey statistics against values of other software on public data.

``swiss``: Swiss fertility and socioeconomic indicators 1888 (Mosteller and Tukey
1977, Data Analysis and Regression). ``attitude``: Chatterjee and Price (1977),
Regression Analysis by Example. ``wine``: Randall (1989), bitterness of wine, as
tabulated in the tutorial of R's ordinal. All three are in R.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import FactorAnalysis

from analysis.methods import drivers, satisfaction, survey
from analysis.stats import intervals, regression, scores

SWISS = """
80.2 17 15 12 9.96 22.2|83.1 45.1 6 9 84.84 22.2|92.5 39.7 5 5 93.4 20.2|85.8 36.5 12 7 33.77 20.3|
76.9 43.5 17 15 5.16 20.6|76.1 35.3 9 7 90.57 26.6|83.8 70.2 16 7 92.85 23.6|92.4 67.8 14 8 97.16 24.9|
82.4 53.3 12 7 97.67 21|82.9 45.2 16 13 91.38 24.4|87.1 64.5 14 6 98.61 24.5|64.1 62 21 12 8.52 16.5|
66.9 67.5 14 7 2.27 19.1|68.9 60.7 19 12 4.43 22.7|61.7 69.3 22 5 2.82 18.7|68.3 72.6 18 2 24.2 21.2|
71.7 34 17 8 3.3 20|55.7 19.4 26 28 12.11 20.2|54.3 15.2 31 20 2.15 10.8|65.1 73 19 9 2.84 20|
65.5 59.8 22 10 5.23 18|65 55.1 14 3 4.52 22.4|56.6 50.9 22 12 15.14 16.7|57.4 54.1 20 6 4.2 15.3|
72.5 71.2 12 1 2.4 21|74.2 58.1 14 8 5.23 23.8|72 63.5 6 3 2.56 18|60.5 60.8 16 10 7.72 16.3|
58.3 26.8 25 19 18.46 20.9|65.4 49.5 15 8 6.1 22.5|75.5 85.9 3 2 99.71 15.1|69.3 84.9 7 6 99.68 19.8|
77.3 89.7 5 2 100 18.3|70.5 78.2 12 6 98.96 19.4|79.4 64.9 7 3 98.22 20.2|65 75.9 9 9 99.06 17.8|
92.2 84.6 3 3 99.46 16.3|79.3 63.1 13 13 96.83 18.1|70.4 38.4 26 12 5.62 20.3|65.7 7.7 29 11 13.79 20.5|
72.7 16.7 22 13 11.22 18.9|64.4 17.6 35 32 16.92 23|77.6 37.6 15 7 4.97 20|67.6 18.7 25 7 8.65 19.5|
35 1.2 37 53 42.34 18|44.7 46.6 16 29 50.43 18.2|42.8 27.7 22 29 58.33 19.3
"""
SWISS_NAMES = ["Fertility", "Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality"]
ATTITUDE = """
43 51 30 39 61 92 45|63 64 51 54 63 73 47|71 70 68 69 76 86 48|61 63 45 47 54 84 35|81 78 56 66 71 83 47|
43 55 49 44 54 49 34|58 67 42 56 66 68 35|71 75 50 55 70 66 41|72 82 72 67 71 83 31|67 61 45 47 62 80 41|
64 53 53 58 58 67 34|67 60 47 39 59 74 41|69 62 57 42 55 63 25|68 83 83 45 59 77 35|77 77 54 72 79 77 46|
81 90 50 72 60 54 36|74 85 64 69 79 79 63|65 60 65 75 55 80 60|65 70 46 57 75 85 46|50 58 68 54 64 78 52|
50 40 33 34 43 64 33|64 61 52 62 66 80 41|53 66 52 50 63 80 37|40 37 42 58 50 57 49|63 54 42 48 66 75 33|
66 77 66 63 88 76 72|78 75 58 74 80 78 49|48 57 44 45 51 83 38|85 85 71 71 77 74 55|82 82 39 59 64 78 39
"""
ATTITUDE_NAMES = ["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"]
#: counts of ratings 1–5 by (temperature warm, contact yes)
WINE = {(0, 0): (4, 9, 5, 0, 0), (0, 1): (1, 7, 8, 2, 0), (1, 0): (0, 5, 8, 3, 2), (1, 1): (0, 1, 5, 7, 5)}


def table(text: str, names: list[str]) -> pd.DataFrame:
    return pd.DataFrame([list(map(float, row.split())) for row in text.split("|")], columns=names)


def test_lmg_on_swiss_is_as_in_relaimpo_2_2_7() -> None:
    swiss = table(SWISS, SWISS_NAMES)
    result = drivers.importance(swiss.drop(columns="Fertility"), swiss["Fertility"])
    got = result.table.set_index("driver")["importance"]
    cited = {
        "Agriculture": 0.05709122, "Examination": 0.17117303, "Education": 0.26013468, "Catholic": 0.10557015,
        "Infant.Mortality": 0.11276592,
    }  # fmt: skip
    assert got[list(cited)].to_numpy() == pytest.approx(list(cited.values()), abs=5e-9)
    assert result.r_squared == pytest.approx(0.7067, abs=5e-5)
    assert got.sum() == pytest.approx(result.r_squared, abs=1e-12)


def test_lmg_on_attitude_is_as_in_relaimpo_2_2_7() -> None:
    attitude = table(ATTITUDE, ATTITUDE_NAMES)
    result = drivers.importance(attitude.drop(columns="rating"), attitude["rating"])
    got = result.table.set_index("driver")["importance"]
    assert got["complaints"] == pytest.approx(0.3708161943, abs=5e-11)
    # the cited value is used to seven decimals
    assert got["privileges"] == pytest.approx(0.0509038, abs=5e-8)


def test_alpha_of_attitude_is_as_in_psych() -> None:
    result = survey.reliability(table(ATTITUDE, ATTITUDE_NAMES))
    value = result.table.set_index("coefficient")["value"]
    assert value["alpha_raw"] == pytest.approx(0.8431427696, abs=5e-11)
    assert value["alpha_standardised"] == pytest.approx(0.8390838030, abs=5e-11)


def test_omega_and_adequacy_of_attitude() -> None:
    """Loadings by scikit-learn's maximum likelihood; adequacy from the anti-image matrix (Kaiser and Rice 1974)."""
    attitude = table(ATTITUDE, ATTITUDE_NAMES)
    result = survey.reliability(attitude)
    spread = attitude.std(ddof=0)
    scaled = ((attitude - attitude.mean()) / spread).to_numpy()
    other = FactorAnalysis(1, tol=1e-12, max_iter=100_000, svd_method="lapack").fit(scaled)
    common = float(np.abs(other.components_[0]) @ spread) ** 2
    omega = common / (common + float(other.noise_variance_ @ spread**2))
    assert result.table.set_index("coefficient").loc["omega_total", "value"] == pytest.approx(omega, abs=1e-6)
    correlation = attitude.corr().to_numpy()
    inverse = np.linalg.inv(correlation)
    image = -inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    off = ~np.eye(7, dtype=bool)
    plain, partial = (correlation[off] ** 2).sum(), (image[off] ** 2).sum()
    assert result.kmo == pytest.approx(plain / (plain + partial))


def test_ordinal_regression_on_wine_is_as_in_ordinal() -> None:
    rows = [(warm, yes, k) for (warm, yes), counts in WINE.items() for k, n in enumerate(counts) for _ in range(n)]
    wine = pd.DataFrame(rows, columns=["warm", "contact", "rating"])
    X = wine[["warm", "contact"]].astype(float)
    model = regression.fit(wine["rating"], X, family="ordinal")
    # R's clm stops at a gradient of 1e-6; its printed coefficients are good to four decimals
    assert model.coef == pytest.approx([2.5031, 1.5278], abs=5e-5)
    # Wald tests of warm and contact in the clm tutorial: log-likelihood −86.49
    assert model.log_likelihood == pytest.approx(-86.49192, abs=5e-6)
    # at the maximum the score is zero
    score = scores.row_scores(model.cuts, X.to_numpy() @ model.coef, wine["rating"].to_numpy())
    assert np.abs(score.sum(axis=1) @ X.to_numpy()).max() < 1e-6


def test_net_promoter_score_of_60_25_15() -> None:
    scores = pd.Series([9] * 60 + [7] * 25 + [3] * 15)
    row = satisfaction.nps(scores).table.iloc[0]
    # Rocks (2016): n* = 103, p* = 60.75/103, d* = 15.75/103
    assert row["value"] == pytest.approx(45.0, abs=1e-12)
    assert (row["lo"], row["hi"]) == pytest.approx((29.34, 58.04), abs=0.005)


def test_wilson_interval_of_7_in_40() -> None:
    # R: prop.test(7, 40, correct = FALSE)
    assert intervals.wilson(7, 40) == pytest.approx((0.08745414, 0.31949990), abs=5e-9)


def test_newcombe_interval_of_56_in_70_against_48_in_80() -> None:
    # Newcombe (1998), Statistics in Medicine 17, table II, contrast (a), method 10: .0524 to .3339
    assert intervals.newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
