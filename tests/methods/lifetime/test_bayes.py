"""The optional posterior (`engine="pymc"`): it agrees with the likelihood fit, and is never loaded unasked."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import SettingError
from analysis.methods import lifetime
from analysis.methods.lifetime import bayes, families
from analysis.methods.lifetime.regularity import highest
from analysis.methods.lifetime.rows import compress, rescale

sampling = pytest.mark.skipif(
    importlib.util.find_spec("pymc_marketing") is None, reason="the extra rapport-kit[bayes] is not installed"
)
#: parameters published for CDNOW (Fader, Hardie and Lee 2005, table 2), in weeks
TRUTH = {
    "bg_nbd": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    "pareto_nbd": {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669},
}


def customers(family: str) -> pd.DataFrame:
    """2,000 pharmacies dated by the week; dropout as in Pareto/NBD shows after a year only."""
    ages = (78.0, 104.0) if family == "pareto_nbd" else (27.0, 39.0)
    history = lifetime.simulate(family, 2000, parameters=TRUTH[family], ages=ages, seed=4)
    age = history["age"].round()
    recency = np.minimum(np.ceil(history["recency"]), age)
    return history[["frequency"]].assign(recency=recency, age=age)


@pytest.fixture(scope="module", autouse=True)
def few_draws() -> Iterator[None]:
    """Enough for a Monte Carlo error of a twentieth of a standard deviation, in seconds."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("CHAINS", 2), ("TUNE", 200), ("DRAWS", 400)):
            patch.setattr(bayes, name, value)
        yield


@pytest.fixture(scope="module")
def weeks() -> lifetime.LifetimeFit:
    return lifetime.fit(customers("bg_nbd"), engine="pymc")


def agrees(posterior: lifetime.LifetimeFit, likely: lifetime.LifetimeFit) -> None:
    """Medians within one posterior standard deviation of the maximum, and spreads of one size."""
    got, want = posterior.table.set_index("parameter"), likely.table.set_index("parameter")
    assert (np.abs(got["value"] - want["value"]) < got["se"]).all()
    assert ((got["lo"] < want["value"]) & (want["value"] < got["hi"])).all()
    # to first order in the sample both are the inverse of the information
    spread = np.sqrt(np.diag(posterior.covariance)) / np.sqrt(np.diag(likely.covariance))
    assert ((spread > 0.75) & (spread < 1.33)).all()
    # nothing lies above the maximum; four parameters cost half a unit each on average, their median far less
    assert -1.0 < posterior.log_likelihood - likely.log_likelihood <= 0


@sampling
def test_bg_nbd_agrees_with_the_likelihood(weeks: lifetime.LifetimeFit) -> None:
    history = customers("bg_nbd")
    likely = lifetime.fit(history)
    agrees(weeks, likely)
    assert set(weeks.table["method"]) == {"posterior"}
    assert set(weeks.table["flag"]) == {"ok"}
    assert weeks.verdict == "interior"
    # what follows from a fit follows from this one unchanged
    ahead = lifetime.total(weeks, history, periods=39).table.iloc[0]
    other = lifetime.total(likely, history, periods=39).table.iloc[0]
    assert ahead["value"] == pytest.approx(other["value"], rel=0.01)
    assert ahead["lo"] < other["value"] < ahead["hi"]
    assert lifetime.forecast(weeks, history, periods=39)["p_alive"].between(0, 1).all()


@sampling
def test_pareto_nbd_agrees_with_the_likelihood() -> None:
    history = customers("pareto_nbd")
    agrees(lifetime.fit(history, family="pareto_nbd", engine="pymc"), lifetime.fit(history, family="pareto_nbd"))


@sampling
def test_days_and_weeks_agree(weeks: lifetime.LifetimeFit) -> None:
    history = customers("bg_nbd")
    days = lifetime.fit(history.assign(recency=history["recency"] * 7, age=history["age"] * 7), engine="pymc")
    got, want = (np.log(list(fit.parameters.values())) for fit in (days, weeks))
    # a median of some 400 independent draws is off by 1.25 / sqrt(400) = 0.06 standard deviations, the
    # difference of two by 0.09; four times that
    error = 0.36 * np.sqrt(np.diag(weeks.covariance))
    assert (np.abs(got - want - np.array([0, np.log(7), 0, 0])) < error).all()
    # a density of purchase times: one 1/7 per repeat purchase
    events = history["frequency"].sum()
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood - events * np.log(7), abs=0.5)


@sampling
def test_weights_and_order_of_rows_change_nothing(weeks: lifetime.LifetimeFit) -> None:
    counted = customers("bg_nbd").value_counts().reset_index().sample(frac=1, random_state=2)
    history, count = counted[["frequency", "recency", "age"]], counted["count"]
    pd.testing.assert_frame_equal(lifetime.fit(history, weights=count, engine="pymc").table, weeks.table)


@sampling
def test_settings_state_priors_and_sampler(weeks: lifetime.LifetimeFit) -> None:
    told = {"engine": "pymc", "estimate": "posterior_median", "prior": "log_normal", "prior_log_sd": 3.0}
    told |= {"prior_time": "mean_age", "chains": 2, "tune": 200, "draws": 400, "seed": 1, "intervals": "posterior"}
    assert {name: weeks.settings[name] for name in told} == told
    note = next(note for note in weeks.notes if note.code == "posterior_priors")
    assert note.values == {"spread": 3.0, "draws": 800}


def posterior(*, verdict: str = "interior", rhat: float = 1.001, divergences: int = 0) -> bayes.Posterior:
    """A posterior without sampling: two draws either side of the maximum."""
    rows = compress(customers("bg_nbd"))
    scale = float(rows.weights @ rows.age) / 2000
    top, _ = highest(families.get("bg_nbd"), customers("bg_nbd"), rescale(rows, scale), scale=scale)
    top = replace(top, optimum=replace(top.optimum, verdict=verdict))
    draws = np.exp(top.optimum.theta + np.array([[-0.1], [0.1]]))
    return bayes.Posterior(
        top=top,
        scale=scale,
        customers=2000.0,
        repeaters=800.0,
        draws=draws,
        rhat=rhat,
        divergences=divergences,
        told={},
    )


def test_notes_say_when_the_chains_cannot_be_trusted() -> None:
    assert [note.code for note in posterior().notes()] == ["posterior_priors"]
    bad = posterior(verdict="flat_ridge", rhat=1.0234, divergences=1).notes()
    said = [words.text(f"notes.{note.code}", "en", **note.values) for note in bad]
    assert said[1:] == [
        "By the data alone the optimum lies at an edge (parameters not determined); here the prior holds the estimates "
        "inside, and another prior would give others.",
        "The chains have not mixed (R-hat 1.023, should be at most 1.01); do not quote the parameters.",
        "1 of 2 draws diverged; the chains may have missed part of the posterior.",
    ]
    assert "R-hat为1.023" in words.text("notes.posterior_rhat", "zh", **bad[2].values)


def test_table_takes_draws_back_to_the_unit_of_the_history() -> None:
    made = posterior()
    table = made.table(compress(customers("bg_nbd")), intervals="posterior", support=[]).set_index("parameter")
    # the lower quantile of two draws lies 0.025 of the way from the first to the second; alpha is a time
    first, second = made.draws[:, 1] * made.scale
    assert table.loc["alpha", "lo"] == pytest.approx(first + 0.025 * (second - first))
    assert table.loc["alpha", "se"] == pytest.approx((second - first) / np.sqrt(2))
    assert table.loc["r", "hi"] == pytest.approx(made.draws[0, 0] + 0.975 * np.ptp(made.draws[:, 0]))


@pytest.mark.parametrize("family", ["bg_cnbd_k", "mbg_cnbd_k", "bg_bb"])
def test_families_it_does_not_have(family: str) -> None:
    with pytest.raises(SettingError) as caught:
        lifetime.fit(customers("bg_nbd"), family=family, engine="pymc")
    assert caught.value.code == "engine_family"
    assert "bg_nbd, mbg_nbd, pareto_nbd" in str(caught.value)
    assert family in caught.value.text("zh")


def test_other_settings_it_refuses() -> None:
    with pytest.raises(SettingError) as caught:
        lifetime.fit(customers("bg_nbd"), engine="pymc", intervals="profile")
    assert caught.value.code == "engine_intervals"
    with pytest.raises(SettingError) as caught:
        lifetime.fit(customers("bg_nbd"), engine="stan")
    assert caught.value.code == "not_a_choice"


def _python(code: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_nothing_loads_it_unasked() -> None:
    code = (
        "import sys, pandas as pd\n"
        "from analysis.methods import lifetime\n"
        "lifetime.fit(pd.DataFrame({'frequency': [2, 0, 1], 'recency': [5.0, 0.0, 3.0], 'age': [9.0, 9.0, 8.0]}))\n"
        "print([m for m in ('pymc', 'pytensor', 'pymc_marketing', 'arviz', 'numba') if m in sys.modules])\n"
        "print('analysis.methods.lifetime.bayes' in sys.modules)"
    )
    assert _python(code).split("\n")[:2] == ["[]", "False"]


def test_without_the_extra_it_says_what_to_install() -> None:
    code = (
        "import sys, pandas as pd\n"
        "sys.modules['pymc_marketing'] = None\n"
        "from analysis.core.errors import SettingError\n"
        "from analysis.methods import lifetime\n"
        "history = pd.DataFrame({'frequency': [2, 0, 1], 'recency': [5.0, 0.0, 3.0], 'age': [9.0, 9.0, 8.0]})\n"
        "try:\n"
        "    lifetime.fit(history, engine='pymc')\n"
        "except SettingError as error:\n"
        "    print(error.code)\n"
        "    print(error)"
    )
    first, second = _python(code).strip().split("\n")
    assert first == "bayes_absent"
    assert 'pip install "rapport-kit[bayes]"' in second
