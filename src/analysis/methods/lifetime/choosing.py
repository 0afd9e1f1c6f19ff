"""From the held-out test to what is used: the model, or the plain rule that beat it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.errors import SettingError
from .comparison import Comparison
from .families import FAMILIES, get
from .fitting import LifetimeFit
from .opportunities import opportunities
from .rules import RULES, RuleFit, fit_rule
from .summary import summarise

__all__ = ["choose", "history_for"]


def choose(
    comparison: Comparison,
    fit: LifetimeFit,
    orders: pd.DataFrame,
    *,
    end: Any,
    unit: str = "week",
    amount: str | None = "amount",
    keep_zero: bool = False,
) -> LifetimeFit | RuleFit:  # takes the settings of `summarise`, hence more than six
    """What totals and values are to be based on: the fit where a model won the held-out test, else the rule that won.

    Parameters
    ----------
    comparison : Comparison
    fit : LifetimeFit
        The best model of the comparison, fitted on all the data.
    orders, end, unit, amount, keep_zero
        As for `summarise`: what the rule is applied to, with the scatter it showed on held-out time.

    Raises
    ------
    SettingError
        ``fit_is_not_best`` where the fit is of another family than the comparison's best model.
    """
    if fit.family != comparison.family:
        raise SettingError("fit_is_not_best", got=fit.family, want=comparison.family)
    rule = comparison.used
    if rule not in RULES:
        return fit
    scatter = comparison.dispersion_of(rule)
    return fit_rule(orders, rule=rule, end=end, unit=unit, amount=amount, keep_zero=keep_zero, dispersion=scatter)


def history_for(
    family: str,
    orders: pd.DataFrame,
    *,
    end: Any,
    unit: str = "week",
    amount: str | None = "amount",
    keep_zero: bool = False,
) -> pd.DataFrame:
    """The history a family is fitted on; arguments are those of `summarise`.

    BG/BB takes `opportunities`, regular orders (CNBD-k) take `summarise` with gaps, the others `summarise`.
    """
    get(family)
    terms = {"end": end, "unit": unit, "amount": amount, "keep_zero": keep_zero}
    if not FAMILIES[family].times:
        return opportunities(orders, **terms)
    # a model of regular orders needs the gaps between them
    return summarise(orders, gaps=bool(FAMILIES[family].fixed), **terms)
