"""Cluster-robust regression and average marginal effects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.linalg import fractional_matrix_power
from scipy.special import expit

from analysis.core.errors import DataError, SettingError
from analysis.stats import regression


def answers(n: int = 240, hospitals: int = 25, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    hospital = rng.integers(0, hospitals, n)
    X = pd.DataFrame({"B01": (rng.random(n) < 0.4) * 1.0, "beds": rng.normal(size=n), "B09": (hospital % 3 == 0) * 1.0})
    chance = expit(-0.3 + 0.8 * X["B01"] - 0.5 * X["beds"] + rng.normal(0, 0.5, hospitals)[hospital])
    return X, (rng.random(n) < chance).to_numpy().astype(int), hospital


def test_linear_without_clusters_is_hc2() -> None:
    X, _, _ = answers()
    y = X["beds"] * 2 + np.random.default_rng(0).normal(size=len(X)) * (1 + X["B01"])
    model = regression.fit(y, X, family="linear")
    peer = sm.OLS(y, sm.add_constant(X)).fit(cov_type="HC2")
    assert model.coef == pytest.approx(peer.params.to_numpy()[1:], abs=1e-10)
    assert model.standard_errors().to_numpy() == pytest.approx(peer.bse.to_numpy()[1:], abs=1e-10)


def test_logit_coefficients_and_effects_are_those_of_statsmodels() -> None:
    X, use, _ = answers()
    model = regression.fit(use, X, family="logit")
    peer = sm.Logit(use, sm.add_constant(X)).fit(disp=0)
    assert model.coef == pytest.approx(peer.params.to_numpy()[1:], abs=1e-8)
    effects = regression.marginal_effects(model)
    theirs = peer.get_margeff(dummy=True).margeff
    assert effects["effect"].to_numpy() == pytest.approx(theirs, abs=1e-8)


def test_cr2_and_degrees_of_freedom_against_the_definition() -> None:
    """Bell and McCaffrey (2002): A_g = (I − H_gg)^−½ on the working linear model."""
    X, use, hospital = answers()
    model = regression.fit(use, X, family="logit", cluster=hospital)
    design = np.column_stack([np.ones(len(X)), X.to_numpy()])
    p = expit(design @ np.concatenate([model.cuts, model.coef]))
    scaled, residual = design * np.sqrt(p * (1 - p))[:, None], (use - p) / np.sqrt(p * (1 - p))
    bread = np.linalg.inv(scaled.T @ scaled)
    hat = scaled @ bread @ scaled.T
    contrast = np.array([0.0, 0, 0, 1])
    meat, columns = np.zeros((4, 4)), []
    for g in np.unique(hospital):
        own = hospital == g
        root = np.real(fractional_matrix_power(np.eye(own.sum()) - hat[np.ix_(own, own)], -0.5))
        score = scaled[own].T @ root @ residual[own]
        meat += np.outer(score, score)
        columns.append((np.eye(len(X)) - hat)[:, own] @ root @ scaled[own] @ bread @ contrast)
    assert model.covariance == pytest.approx(bread @ meat @ bread, abs=1e-10)
    gram = np.array(columns) @ np.array(columns).T
    assert model.degrees_of_freedom(contrast) == pytest.approx(np.trace(gram) ** 2 / (gram**2).sum(), rel=1e-9)


def test_marginal_effect_gradient_is_right() -> None:
    """Delta method: the standard error equals that of numerical differentiation."""
    X, _, hospital = answers()
    steps = np.digitize(X["B01"] - 0.5 * X["beds"] + np.random.default_rng(3).logistic(size=len(X)), [-1, 0, 1, 2])
    model = regression.fit(steps, X, family="ordinal", cluster=hospital)
    got = regression.marginal_effects(model, at=3)
    theta = np.concatenate([model.cuts, model.coef])

    for j, name in enumerate(X.columns):
        slopes = []
        for k in range(len(theta)):
            moved = []
            for sign in (1, -1):
                t = theta.copy()
                t[k] += sign * 1e-5
                cut, b, x = t[2], t[4:], X.to_numpy()
                if name == "beds":
                    p = expit(cut + x @ b)
                    moved.append((b[j] * p * (1 - p)).mean())
                else:
                    low = cut + x @ b - x[:, j] * b[j]
                    moved.append((expit(low + b[j]) - expit(low)).mean())
            slopes.append((moved[0] - moved[1]) / 2e-5)
        assert got.loc[name, "se"] == pytest.approx(np.sqrt(np.array(slopes) @ model.covariance @ slopes), rel=1e-6)


def test_effect_of_one_barrier_by_hand() -> None:
    # 20 of 50 with the barrier use the product, 40 of 50 without: difference −.40;
    # HC2 of a difference of shares: sqrt(.4 * .6 / 49 + .8 * .2 / 49)
    X = pd.DataFrame({"B01": np.repeat([1.0, 0.0], 50)})
    use = np.concatenate([np.repeat([1, 0], [20, 30]), np.repeat([1, 0], [40, 10])])
    row = regression.marginal_effects(regression.fit(use, X, family="logit")).loc["B01"]
    assert row["effect"] == pytest.approx(-0.4, abs=1e-9)
    assert row["se"] == pytest.approx((0.24 / 49 + 0.16 / 49) ** 0.5, abs=1e-9)
    assert row["lo"] < row["effect"] < row["hi"]


def test_weights_shift_the_effect_to_those_who_weigh_more() -> None:
    X, use, _ = answers()
    w = np.where(X["B01"] == 1, 3.0, 1.0)
    model = regression.fit(use, X, family="logit", weights=w)
    peer = sm.GLM(use, sm.add_constant(X), family=sm.families.Binomial(), freq_weights=w).fit()
    assert model.coef == pytest.approx(peer.params.to_numpy()[1:], abs=1e-7)


def test_separation_is_named_and_stays_finite() -> None:
    X, use, hospital = answers()
    X["B16"] = ((use == 0) & (np.arange(len(X)) % 4 == 0)) * 1.0
    model = regression.fit(use, X, family="logit", cluster=hospital)
    assert model.separated == ("B16",)
    effect = regression.marginal_effects(model).loc["B16"]
    assert -0.8 < effect["effect"] < -0.2 and effect["se"] > 0


def test_hospital_level_barrier_keeps_its_coverage() -> None:
    """A fact of the hospital with a random effect beside it: plain errors are far too small."""
    rng = np.random.default_rng(0)
    covered, plain = [], []
    for _ in range(200):
        hospital = np.repeat(np.arange(40), 6)
        fact = (rng.random(40) < 0.35)[hospital] * 1.0
        y = -1.0 * fact + rng.normal(0, 0.7, 40)[hospital] + rng.normal(size=240)
        X = pd.DataFrame({"B09": fact})
        for store, cluster in ((covered, hospital), (plain, None)):
            row = regression.marginal_effects(regression.fit(y, X, family="linear", cluster=cluster)).loc["B09"]
            store.append(row["lo"] <= -1 <= row["hi"])
    # 95 % nominal; two binomial standard errors at 200 draws are .03
    assert 0.92 <= np.mean(covered) <= 0.98
    assert np.mean(plain) < 0.85


def test_messages() -> None:
    X, use, _ = answers()
    with pytest.raises(DataError, match="all 240 values are equal"):
        regression.fit(np.ones(240), X, family="logit")
    with pytest.raises(DataError, match="combinations of each other; got B01, beds, B09, twin"):
        regression.fit(use, X.assign(twin=X["B01"]), family="logit")
    with pytest.raises(SettingError, match="family must be one of"):
        regression.fit(use, X, family="probit")
    with pytest.raises(DataError, match=r"above the lowest and up to the highest value of the outcome, 0\.0 to 2\.0"):
        regression.marginal_effects(regression.fit(np.arange(240) % 3, X, family="ordinal"), at=9)
