"""How many classes of answers: `choose_classes`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Disclosure, Note, Result
from ._fit import fit

__all__ = ["ClassChoice", "choose_classes"]

#: a smaller class is nobody one could plan for
_SMALLEST = 0.05
_LARGEST = 12


@dataclass(frozen=True, eq=False, kw_only=True)
class ClassChoice(Result):
    """Criteria for each number of classes.

    Attributes
    ----------
    table : DataFrame
        k, log_likelihood, bic (lower is better), entropy (0–1, how clearly respondents belong to one class),
        smallest (share of the smallest class), admissible, reason.
    recommended : int
        The number with the lowest BIC; 0 where that is one class, or where it holds a class below 5 %.
    """

    recommended: int
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "k": "count", "log_likelihood": "number", "bic": "number", "entropy": "number2", "smallest": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=())


def choose_classes(
    answers: pd.DataFrame, *, k: Iterable[int] = range(1, 7), weights: pd.Series | None = None, seed: int = 0
) -> ClassChoice:
    """Compare numbers of latent classes of survey answers by the Bayesian information criterion.

    Parameters
    ----------
    answers : DataFrame
        One row per respondent, one column per item; missing answers are allowed.
    k : iterable of int, default 1 to 6
        One class means: no structure.
    weights : Series, optional
        Sampling weights of the respondents.
    seed : int, default 0

    Returns
    -------
    ClassChoice

    Raises
    ------
    DataError
        As `fit` with ``method="lca"``.
    SettingError

    References
    ----------
    Schwarz (1978), Annals of Statistics 6, 461–464; Nylund, Asparouhov and Muthén (2007), Structural Equation
    Modeling 14, 535–569 (BIC finds the number of classes most often).
    """
    ks = sorted(set(k))
    if not ks:
        raise SettingError("out_of_range", name="k", lo=1, hi=_LARGEST, got="[]")
    for number in ks:
        checks.whole(number, name="k", low=1, high=_LARGEST)
    fits = [fit(answers, k=number, method="lca", weights=weights, seed=seed) for number in ks]
    table = pd.DataFrame({
        "k": ks,
        "log_likelihood": [model.log_likelihood for model in fits],
        "bic": [model.bic for model in fits],
        "entropy": [np.nan if model.entropy is None or number == 1 else model.entropy
                    for number, model in zip(ks, fits, strict=True)],
        "smallest": [float(min(model.weights)) for model in fits],
    })  # fmt: skip
    best = int(table["bic"].to_numpy().argmin())
    table["reason"] = np.select(
        [table.index != best, table["k"] == 1, table["smallest"] < _SMALLEST],
        ["k_higher_bic", "k_one_class", "k_small_segment"],
        "k_admissible",
    )
    table["admissible"] = table["reason"] == "k_admissible"
    recommended = int(table["k"].iloc[best]) if table["admissible"].iloc[best] else 0
    told = {"k": recommended, "low": ks[0], "high": ks[-1], "n": len(answers)}
    return ClassChoice(
        table=table.astype({"reason": "str"}),
        settings={"k": ks, "seed": seed, "n": len(answers), "weighted": weights is not None, "smallest": _SMALLEST},
        notes=fits[best].notes,
        finding=Note("classes_chosen" if recommended else "classes_none", told),
        recommended=recommended,
    )
