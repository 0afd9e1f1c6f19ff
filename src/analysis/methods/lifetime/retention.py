"""How long contracts last: the shifted beta-geometric fitted to cohorts of customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special, stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from . import limits, retention_model
from .families import FAMILIES
from .optimise import Optimum, maximise

__all__ = ["ALL", "LEVEL", "RetentionFit", "fit_retention"]

LEVEL = 0.95
#: below this many customers lost the estimates are for orientation only
LOW_N = 30
#: a curve that observed counts like these would give less often than this does not fit
MISFIT = 0.01
#: the model that all cohorts share
ALL = "all"
COLUMNS = ["cohort", "parameter", "value", "se", "lo", "hi", "n", "method", "flag"]


#: what the search for the optimum asks of a family; a contract has no orders ahead, so the rest is never called
SBG = replace(
    FAMILIES["bg_bb"],
    name="sbg",
    parameters=retention_model.PARAMETERS,
    log_likelihood=retention_model.log_likelihood,
    starts=retention_model.starts,
    limits=(limits.Limit("no_heterogeneity", "same_renewal", ("one_coin",)),),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class RetentionFit(Result):
    """A fitted sBG model of contracts that are renewed or not.

    Attributes
    ----------
    table : DataFrame
        One row per parameter of the model of all cohorts ("all") and, where there are several, of each
        cohort alone: cohort, parameter, value, se, lo, hi, n, method, flag.
    log_likelihood : float
        Of the model of all cohorts.
    aic : float
    verdict : {"interior", "no_dropout", "no_heterogeneity", "flat_ridge"}
        An ordinary optimum; nobody left; all customers alike; not determined by the data.
    customers, lost : float
        Customers at the beginning, and those of them who left.
    p_cohorts : float
        Likelihood-ratio test that all cohorts share one model; NaN with one cohort.
    covariance : DataFrame
        Of the log-parameters: columns cohort, parameter, alpha, beta.
    observed : DataFrame
        The input as rows: cohort, period, alive.
    """

    log_likelihood: float
    aic: float
    verdict: str
    customers: float
    lost: float
    p_cohorts: float
    covariance: pd.DataFrame
    observed: pd.DataFrame

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "number", "se": "number", "lo": "number", "hi": "number"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "se"))

    @property
    def estimates(self) -> pd.DataFrame:
        """Columns parameter, value, se, lo, hi of the model of all cohorts."""
        shared = self.table[self.table["cohort"] == ALL]
        return shared[["parameter", "value", "se", "lo", "hi"]].reset_index(drop=True)


def fit_retention(alive_by_period: pd.Series | pd.DataFrame) -> RetentionFit:
    """Fit the shifted beta-geometric model to the customers left of one or more cohorts.

    Parameters
    ----------
    alive_by_period : Series or DataFrame
        Customers still there (under contract) after 0, 1, 2 … periods, the first row being the cohort's
        size; one column per cohort in a DataFrame, empty where a young cohort has not been observed yet.
        Rows in order of the index, which numbers the periods.

    Returns
    -------
    RetentionFit
        One model for all cohorts; beside it each cohort's own, and a test whether they differ.

    Raises
    ------
    DataError
        ``empty``, ``retention_values`` (missing in between, negative, rising, or nobody at the beginning),
        ``retention_periods`` (no cohort observed for a period).

    References
    ----------
    Fader, P. S. and Hardie, B. G. S. (2007), How to project customer retention, Journal of Interactive
    Marketing 21, 76–90.
    """
    cohorts = _checked(alive_by_period)
    fits = {ALL: _One.of(list(cohorts.values()))}
    if len(cohorts) > 1:
        fits.update({name: _One.of([alive]) for name, alive in cohorts.items()})
    shared = fits[ALL]
    own = [fits[name] for name in cohorts] if len(cohorts) > 1 else []
    gain = 2 * (sum(one.best.log_likelihood for one in own) - shared.best.log_likelihood)
    p = float(stats.chi2.sf(max(gain, 0.0), 2 * (len(own) - 1))) if own else float("nan")
    return RetentionFit(
        table=pd.concat([one.table(name) for name, one in fits.items()], ignore_index=True),
        settings={"family": "sbg", "level": LEVEL, "cohorts": len(cohorts)},
        notes=_notes(shared, p, _misfit(list(cohorts.values()), shared)),
        finding=_finding(shared),
        log_likelihood=shared.best.log_likelihood,
        aic=4 - 2 * shared.best.log_likelihood,
        verdict=shared.verdict,
        customers=shared.n,
        lost=shared.lost,
        p_cohorts=p,
        covariance=pd.concat([one.covariance(name) for name, one in fits.items()], ignore_index=True),
        observed=pd.concat(
            [
                pd.DataFrame({"cohort": name, "period": np.arange(len(alive)), "alive": alive})
                for name, alive in cohorts.items()
            ],
            ignore_index=True,
        ),
    )


@dataclass(frozen=True, eq=False)
class _One:
    """One model: its optimum, customers at the beginning, those lost, periods observed."""

    best: Optimum
    n: float
    lost: float
    periods: int

    @classmethod
    def of(cls, cohorts: list[np.ndarray]) -> _One:
        """Fit one model to the cohorts together."""
        rows = retention_model.counts(cohorts)
        lost = float(rows.weights @ rows.frequency)
        best = maximise(SBG, rows)
        return cls(best, float(rows.weights.sum()), lost, max(map(len, cohorts)) - 1)

    @property
    def verdict(self) -> str:
        """Whether the optimum is an ordinary one, as in `LifetimeFit`."""
        if self.lost == 0:
            return "no_dropout"
        return "flat_ridge" if self.periods == 1 else self.best.verdict

    @property
    def note(self) -> str:
        """Code of the note that says why the parameters are not to be read; empty where they are."""
        if self.lost == 0:
            return "retention_nobody_left"
        if self.periods == 1:
            return "retention_one_period"
        return f"retention_{self.best.note}" if self.best.note else ""

    def table(self, cohort: str) -> pd.DataFrame:
        """Estimates with the intervals of the logarithms, taken back."""
        value, open_ = np.exp(self.best.theta), self.best.undetermined | (self.verdict == "no_dropout")
        spread = np.where(open_, np.nan, np.sqrt(np.diag(self.best.covariance)))
        z = stats.norm.ppf((1 + LEVEL) / 2)
        frame = pd.DataFrame({"cohort": cohort, "parameter": retention_model.PARAMETERS, "value": value})
        frame["se"], frame["lo"], frame["hi"] = value * spread, value * np.exp(-z * spread), value * np.exp(z * spread)
        frame["n"], frame["method"] = round(self.n), "maximum_likelihood"
        frame["flag"] = np.where(open_, "not_identified", "low_n" if self.lost < LOW_N else "ok")
        return frame[COLUMNS]

    def covariance(self, cohort: str) -> pd.DataFrame:
        """Of the log-parameters, under the cohort's name."""
        names = list(retention_model.PARAMETERS)
        frame = pd.DataFrame(self.best.covariance, columns=names)
        frame.insert(0, "cohort", cohort)
        frame.insert(1, "parameter", names)
        return frame


def _checked(alive_by_period: pd.Series | pd.DataFrame) -> dict[str, np.ndarray]:
    frame = alive_by_period.to_frame(ALL) if isinstance(alive_by_period, pd.Series) else alive_by_period
    checks.not_empty(frame, name="alive_by_period")
    checks.unique_index(frame, name="alive_by_period")
    cohorts = {}
    for column in sorted(frame.columns, key=str):
        values = pd.to_numeric(frame[column].sort_index(), errors="coerce").to_numpy(dtype=float)
        seen = int(np.isfinite(values).sum())
        alive = values[:seen]
        # what is observed must be the beginning of the column, finite, falling from a cohort that is not empty
        good = seen > 0 and np.isfinite(alive).all() and frame[column].notna().sum() == seen
        if not good or (alive < 0).any() or alive[0] <= 0 or (np.diff(alive) > 1e-9 * alive[0]).any():
            raise DataError("retention_values", cohort=str(column), rows=len(values))
        if seen > 1:
            cohorts[str(column)] = alive
    if not cohorts:
        raise DataError("retention_periods", cohorts=frame.shape[1], rows=len(frame))
    return cohorts


def _misfit(cohorts: list[np.ndarray], one: _One) -> float:
    """Likelihood-ratio test against a share kept of its own for each age; 1 where nothing is left to test."""
    rows = retention_model.counts(cohorts)
    lost, age = rows.weights * rows.frequency, rows.age
    # a renewal of that age was met by all who came further, and by those lost in it
    gone = np.array([lost[age == t].sum() for t in range(one.periods)])
    met = np.array([rows.weights[age > t].sum() for t in range(one.periods)]) + gone
    share = gone / np.maximum(met, 1e-300)
    own = float((special.xlogy(gone, share) + special.xlogy(met - gone, 1 - share)).sum())
    free = int((met > 0).sum()) - 2
    return float(stats.chi2.sf(2 * max(own - one.best.log_likelihood, 0.0), free)) if free > 0 else 1.0


def _notes(one: _One, p: float, misfit: float) -> tuple[Note, ...]:
    notes = [Note(one.note)] if one.note else []
    if 0 < one.lost < LOW_N:
        notes.append(Note("few_lost", {"n": round(one.lost), "need": LOW_N}))
    if p < 1 - LEVEL:
        notes.append(Note("cohorts_differ", {"p": p}))
    if misfit < MISFIT:
        notes.append(Note("retention_misfit", {"p": misfit}))
    if not one.best.converged and one.verdict == "interior":
        notes.append(Note("not_converged"))
    return tuple(notes)


def _finding(one: _One) -> Note:
    if one.verdict != "interior":
        return Note("lifetime_fit_edge", {"n": round(one.n), "family": "sbg", "verdict": one.verdict})
    values = dict(zip(retention_model.PARAMETERS, np.exp(one.best.theta).tolist(), strict=True))
    first, last = retention_model.kept(values, np.array([1, one.periods])).tolist()
    return Note("retention_fit", {"n": round(one.n), "first": first, "last": last, "periods": one.periods})
