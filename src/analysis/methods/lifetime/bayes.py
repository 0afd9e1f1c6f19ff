"""The posterior of a lifetime model, sampled with PyMC on the likelihoods of pymc-marketing.

A second opinion on the fit by maximum likelihood: other people's likelihood, intervals that need no
curvature, and priors that hold the estimates where the data leave them open. Optional (the extra
`bayes`): nothing imports this module until it is asked for, nor does it import PyMC before it samples.

Time is scaled to mean age 1 before the priors see it, so the unit of the history plays no part. The
chains run in coordinates in which the likelihood is round, centred at its top; this changes how fast
they get about and not where they go.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import SettingError
from ...core.result import Note
from .estimates import LEVEL, LOW_N, Estimates
from .families import Family
from .rows import Rows

__all__ = ["Posterior", "ready", "sampled"]

#: what pymc-marketing calls the families it has
LIKELIHOODS = {"bg_nbd": "BetaGeoNBD", "mbg_nbd": "ModifiedBetaGeoNBD", "pareto_nbd": "ParetoNBD"}
#: each log-parameter, in units of the mean age, is normal around 0 with this spread: 95 % between 1/360 and 360
PRIOR_SPREAD = 3.0
CHAINS, TUNE, DRAWS, SEED = 4, 300, 500, 1
#: the gradient of the hypergeometric function of Pareto/NBD is a slow series, so its chains do without; they move
#: in small steps, and one in so many is kept
WITHOUT_GRADIENT, STEPS = ("pareto_nbd",), 20
#: above this the chains have not mixed: Vehtari et al. (2021), Bayesian Analysis 16, 667–718
RHAT = 1.01
#: chains start no farther out than this, however far the likelihood runs
START = 5.0


@dataclass(frozen=True, eq=False)
class Posterior(Estimates):
    """Draws of the parameters, and what they say; ``top`` is moved to the posterior median.

    Attributes
    ----------
    draws : array (chains * draws, parameters)
        In scaled time.
    rhat : float
        Largest over the parameters.
    divergences : int
    told : dict
        Priors and sampler, for the settings of the fit.
    """

    draws: np.ndarray
    rhat: float
    divergences: int
    told: dict[str, Any]

    @property
    def settings(self) -> dict[str, Any]:
        """Engine, priors and sampler."""
        return self.told

    def table(self, rows: Rows, *, intervals: str, support: list[int]) -> pd.DataFrame:
        """One row per parameter: posterior median, standard deviation and central interval."""
        family = self.top.family
        unit = np.array([self.scale if name in family.times else 1.0 for name in family.parameters])
        lo, hi = np.quantile(self.draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0) * unit
        few = "low_n" if self.repeaters < LOW_N else "ok"
        return pd.DataFrame(
            {
                "parameter": list(family.parameters),
                "value": [self.values[name] for name in family.parameters],
                "se": self.draws.std(axis=0, ddof=1) * unit,
                "lo": lo,
                "hi": hi,
                "n": round(self.customers),
                "method": "posterior",
                "flag": np.where(self.top.optimum.undetermined, "not_identified", few),
            }
        )

    def notes(self) -> tuple[Note, ...]:
        """The notes of the fit, the priors, and whether the chains can be trusted."""
        own = [Note("posterior_priors", {"spread": PRIOR_SPREAD, "draws": len(self.draws)})]
        if self.repeaters > 0 and self.verdict != "interior":
            own.append(Note("posterior_edge", {"verdict": self.verdict}))
        if self.rhat > RHAT:
            own.append(Note("posterior_rhat", {"rhat": round(self.rhat, 3), "limit": RHAT}))
        if self.divergences:
            own.append(Note("posterior_divergences", {"n": self.divergences, "of": len(self.draws)}))
        return (*super().notes(), *own)


def ready(model: Family, *, intervals: str) -> None:
    """Refuse what this engine cannot do, before anything is computed.

    Raises
    ------
    SettingError
        ``engine_family``, ``engine_intervals``, ``bayes_absent``.
    """
    if model.name not in LIKELIHOODS:
        raise SettingError("engine_family", family=model.name, allowed=list(LIKELIHOODS))
    if intervals != "curvature":
        raise SettingError("engine_intervals", got=intervals)
    _packages()


def sampled(likely: Estimates, rows: Rows) -> Posterior:
    """The posterior around a fit by maximum likelihood; ``rows`` in scaled time.

    The likelihood runs over the unique rows with their weights, as in every other fit.
    """
    best, model = likely.top.optimum, likely.top.family
    logs, divergences, rhat = _sample(model, rows, best.theta, best.covariance)
    draws = np.exp(logs.reshape(-1, logs.shape[-1]))
    middle = np.median(draws, axis=0)
    each, _ = model.log_likelihood(dict(zip(model.parameters, middle.tolist(), strict=True)), rows)
    height = float(rows.weights @ each)
    moved = replace(
        best,
        theta=np.log(middle),
        log_likelihood=height,
        covariance=np.cov(np.log(draws), rowvar=False),
        # where the likelihood runs to an edge the prior stops it: said in a note of its own
        note="",
        converged=True,
    )
    told = {"engine": "pymc", "estimate": "posterior_median", "prior": "log_normal", "prior_log_mean": 0.0}
    told |= {"prior_log_sd": PRIOR_SPREAD, "prior_time": "mean_age", "chains": CHAINS, "tune": TUNE, "draws": DRAWS}
    told |= {"sampler": "de_metropolis_z" if model.name in WITHOUT_GRADIENT else "nuts"}
    return Posterior(
        top=replace(likely.top, optimum=moved, height=likely.top.height + height - best.log_likelihood),
        scale=likely.scale,
        customers=likely.customers,
        repeaters=likely.repeaters,
        draws=draws,
        rhat=rhat,
        divergences=divergences,
        told={**told, "seed": SEED, "intervals": "posterior"},
    )


def _packages() -> tuple[Any, Any]:
    """PyMC and the likelihoods of pymc-marketing."""
    try:
        with warnings.catch_warnings():
            # what these packages announce of their own future on import is not about the caller's data
            warnings.simplefilter("ignore")
            from pymc_marketing.clv import distributions  # noqa: I001
            import pymc
    except ImportError as error:
        raise SettingError("bayes_absent") from error
    return pymc, distributions


def _sample(model: Family, rows: Rows, top: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, int, float]:
    """Log-parameters as (chain, draw, parameter), the divergences among the draws, and the largest R-hat."""
    pymc, distributions = _packages()
    import arviz

    names = model.parameters
    likelihood = getattr(distributions, LIKELIHOODS[model.name])
    seen = np.column_stack([rows.recency, rows.frequency]).astype(float)
    centre, axes = np.clip(top, -START, START), np.linalg.cholesky(covariance)
    with pymc.Model():
        z = pymc.Flat("z", shape=len(names))
        theta = centre + pymc.math.dot(axes, z)
        pymc.Potential("prior", -((theta / PRIOR_SPREAD) ** 2).sum() / 2)
        values = {name: pymc.math.exp(theta[i]) for i, name in enumerate(names)}
        each = pymc.logp(likelihood.dist(**values, T=rows.age), seen)
        pymc.Potential("likelihood", (rows.weights * each).sum())
        # needs no C compiler on the analyst's machine
        compiled = {"compile_kwargs": {"mode": "NUMBA"}}
        every = STEPS if model.name in WITHOUT_GRADIENT else 1
        with warnings.catch_warnings():
            # on caches and compilers; whether the chains can be trusted is judged below
            warnings.simplefilter("ignore")
            step = {"step": pymc.DEMetropolisZ(**compiled)} if every > 1 else {"init": "adapt_diag", **compiled}
            trace = pymc.sample(
                chains=CHAINS, tune=TUNE * every, draws=DRAWS * every, random_seed=SEED, cores=1, **step,
                initvals={"z": np.zeros(len(names))}, progressbar=False, quiet=True, compute_convergence_checks=False,
            ).sel(draw=slice(None, None, every))  # fmt: skip
            rhat = float(arviz.rhat(trace, var_names=["z"])["z"].max())
    diverging = trace.sample_stats["diverging"].sum() if "diverging" in trace.sample_stats else 0
    logs = centre + trace.posterior["z"].to_numpy() @ axes.T
    return logs, int(diverging), rhat
