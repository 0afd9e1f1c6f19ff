"""Cases of the cooperation score and of the grid."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analysis.methods import cooperation, grid

from .case import Case

_NAMES = ["behav", "stable", "breadth", "joint", "needs", "attitude", "access", "listing", "competitor"]


def _mixed(frame: Any, shuffled: bool) -> Any:
    return frame.sample(frac=1, random_state=7) if shuffled else frame


def _ids(n: int = 120) -> pd.Index:
    return pd.Index([f"H{i:03d}" for i in range(n)], name="customer_id")


def _components(shuffled: bool = False) -> pd.DataFrame:
    """Eighty hospitals and forty pharmacies; a tenth of the values missing, four customers almost unknown."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.beta(2, 2, (120, 9)).round(3), _ids(), _NAMES).mask(rng.random((120, 9)) < 0.1)
    frame.iloc[:4, 2:] = np.nan
    return _mixed(frame, shuffled)


def _accounts() -> pd.DataFrame:
    kind = np.where(np.arange(120) < 80, "hospital", "pharmacy")
    stratum = np.where(np.arange(120) < 80, np.where(np.arange(120) % 2, "三级甲等", "二级甲等"), "pharmacy")
    return pd.DataFrame({"customer_type": kind, "stratum": stratum}, _ids())


@cache
def _normalisers() -> cooperation.Normalisers:
    return cooperation.learn(_components(), _accounts()["stratum"])


def _score(components: pd.DataFrame) -> cooperation.Cooperation:
    noise = pd.DataFrame(0.05, components.index, components.columns)
    return cooperation.score(components, accounts=_accounts(), normalisers=_normalisers(), noise=noise)


@cache
def _scored(shuffled: bool = False) -> cooperation.Cooperation:
    return _score(_components(shuffled))


def _sensitivity(components: pd.DataFrame) -> cooperation.Sensitivity:
    return cooperation.sensitivity(components, accounts=_accounts(), normalisers=_normalisers())


def _shares(seed: int) -> pd.Series:
    return pd.Series(np.random.default_rng(seed).random(120), _ids())


def _validity(score: pd.Series) -> cooperation.Validity:
    return cooperation.validity(
        score, _shares(1), _shares(2), size=_shares(3), score_retest=_scored().customers["score"] + 5 * _shares(4)
    )


def _answers(shuffled: bool = False) -> pd.DataFrame:
    level = _shares(5).round(3).where(np.arange(120) % 7 > 0)
    bounds = {"lo": (level - 0.2).clip(lower=0), "hi": (level + 0.2).clip(upper=1)}
    return _mixed(pd.DataFrame({"willingness": level, **bounds, "n": 4}), shuffled)


def _potential(shuffled: bool = False) -> pd.Series:
    values = np.random.default_rng(6).lognormal(8, 1.2, 120).round(1)
    values[:3] = 0.0
    return _mixed(pd.Series(values, _ids()).where(np.arange(120) % 11 > 0), shuffled)


def _grid(potential: pd.Series) -> grid.Grid:
    effort = pd.Series(np.random.default_rng(8).poisson(6, 120).astype(float), _ids())
    return grid.classify(
        grid.potential_classes(potential), _scored(), own=1000 * _shares(9), effort=effort.iloc[:110]
    )  # fmt: skip


CASES = [
    Case(
        name="cooperation.learn",
        call=_normalisers,
        shuffled=lambda: cooperation.learn(_components(True), _accounts()["stratum"]),
        inputs=lambda: ([_components()], lambda f: cooperation.learn(f, _accounts()["stratum"])),
    ),
    Case(
        name="cooperation.score",
        call=_scored,
        shuffled=lambda: _scored(True),
        inputs=lambda: ([_components()], _score),
        figure="plot_cooperation",
    ),
    Case(
        name="cooperation.waterfall",
        call=lambda: cooperation.waterfall(_scored(), level=1),
        shuffled=lambda: cooperation.waterfall(_scored(True), level=1),
        figure="plot_pillars",
    ),
    Case(
        name="cooperation.waterfall[customer]",
        call=lambda: cooperation.waterfall(_scored(), customer="H050"),
        shuffled=lambda: cooperation.waterfall(_scored(True), customer="H050"),
        figure="plot_pillars",
    ),
    Case(
        name="cooperation.sensitivity",
        call=lambda: _sensitivity(_components()),
        shuffled=lambda: _sensitivity(_components(True)),
        inputs=lambda: ([_components()], _sensitivity),
        figure="plot_sensitivity",
    ),
    Case(
        name="cooperation.validity",
        call=lambda: _validity(_scored().customers["score"]),
        shuffled=lambda: _validity(_scored(True).customers["score"]),
        inputs=lambda: ([_scored().customers["score"]], _validity),
    ),
    Case(
        name="cooperation.willingness",
        call=lambda: cooperation.willingness(_answers(), by=_accounts()["customer_type"]),
        shuffled=lambda: cooperation.willingness(_answers(True), by=_accounts()["customer_type"]),
        inputs=lambda: ([_answers()], cooperation.willingness),
        figure="plot_willingness",
    ),
    Case(
        name="grid.potential_classes",
        call=lambda: grid.potential_classes(_potential(), error=0.1 * _potential()),
        shuffled=lambda: grid.potential_classes(_potential(True), error=0.1 * _potential()),
        inputs=lambda: ([_potential()], grid.potential_classes),
    ),
    Case(
        name="grid.classify",
        call=lambda: _grid(_potential()),
        shuffled=lambda: _grid(_potential(True)),
        inputs=lambda: ([_potential()], _grid),
        figure="plot_grid",
    ),
]
