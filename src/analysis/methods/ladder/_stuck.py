"""Barriers of those who stay at a step against those who moved past it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import adjust, waves
from ._measure import LOW_N, loss
from ._stages import STEPS, checked
from ._weights import positive

__all__ = ["Stuck", "stuck"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Stuck(Result):
    """Who names a barrier: those at a step, and those beyond it.

    Attributes
    ----------
    table : DataFrame
        barrier; stuck, stuck_lo, stuck_hi, passed, passed_lo, passed_hi (share that names it); value,
        lo, hi (stuck less passed), odds_ratio, odds_lo, odds_hi, n_stuck, n_passed, n, p, q (false
        discovery rate over the barriers), method, flag; largest difference first.
    """

    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("stuck", "stuck_lo", "stuck_hi", "passed", "passed_lo", "passed_hi"), "percent"),
        **dict.fromkeys(("odds_ratio", "odds_lo", "odds_hi"), "ratio"), "value": "+points", "lo": "+points",
        "hi": "+points", "n_stuck": "count", "n_passed": "count", "n": "count", "p": "number2", "q": "number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_stuck", "n_passed"),
        hides=(
            "value", "lo", "hi", "stuck", "stuck_lo", "stuck_hi", "passed", "passed_lo", "passed_hi", "odds_ratio",
            "odds_lo", "odds_hi", "p", "q",
        ),
    )  # fmt: skip


def stuck(
    mentions: pd.DataFrame, stages: pd.Series, *, step: int | None = None, weights: pd.Series | None = None,
    cluster: pd.Series | None = None, level: float = 0.95,
) -> Stuck:  # fmt: skip
    """Barriers named by those who stay at a step against those who moved past it.

    An association: who stays may name a barrier because of staying.

    Parameters
    ----------
    mentions : DataFrame
        1 (names the barrier) or 0, missing when not asked; index response_id, one column per barrier.
    stages : Series
        Step 0–6 by response_id.
    step : int, optional
        0–5; default: the step with the largest loss below the top.
    weights, cluster : Series, optional
        Survey weight and hospital by response_id.
    level : float, default 0.95

    Returns
    -------
    Stuck

    Raises
    ------
    DataError
        ``empty``, ``bad_step``, ``not_binary``, ``bad_weights``, ``stuck_one_side``.
    SettingError
        ``out_of_range``, ``not_whole``.

    References
    ----------
    Newcombe, R. G. (1998), Statistics in Medicine 17, 873–890, method 10 (difference), with the
    correlation of two groups from the same hospitals; Woolf, B. (1955), Annals of Human Genetics
    19, 251–253 (odds ratio), its variance linearised, with half an answer added to each cell
    where one is empty.
    """
    checks.not_empty(mentions, name="mentions")
    known = checked(stages)
    known = known[known.index.isin(mentions.index)]
    checks.not_empty(known, name="stages")
    w = positive(weights, known.index)
    if step is None:
        step = int(np.argmax(loss(known.to_numpy(), w, np.ones(len(STEPS)))))
    checks.whole(step, name="step", low=0, high=STEPS[-2])
    here, beyond = known.index[known == step], known.index[known > step]
    if min(len(here), len(beyond)) < 2:
        raise DataError("stuck_one_side", step=step, stuck=len(here), passed=len(beyond))
    rows = []
    for name in sorted(mentions.columns, key=str):
        column = mentions[name]
        wrong = sorted(set(column.dropna().unique()) - {0, 1})
        if wrong:
            raise DataError("not_binary", name=f"mentions[{name}]", got=[str(v) for v in wrong[:5]])
        rows.append(_row(str(name), column.astype(float), (here, beyond), weights, cluster, level))
    table = pd.DataFrame(rows)
    table.insert(
        table.columns.tolist().index("p") + 1, "q", adjust.benjamini_hochberg(table["p"].to_numpy(dtype=float))
    )
    table = table.sort_values(["value", "barrier"], ascending=[False, True], ignore_index=True, na_position="last")
    settings = {
        "step": step, "level": level, "fdr": adjust.FDR, "weighted": weights is not None,
        "clustered": cluster is not None,
    }  # fmt: skip
    return Stuck(table=table, settings=settings, notes=(Note("stuck_association"),), finding=_finding(table, step))


def _row(
    name: str, column: pd.Series, groups: tuple[pd.Index, pd.Index], weights: pd.Series | None,
    cluster: pd.Series | None, level: float,
) -> dict[str, Any]:  # fmt: skip
    here, beyond = (waves.estimate(column.reindex(g), weights=weights, cluster=cluster, level=level) for g in groups)
    least = min(here.n, beyond.n)
    value, lo, hi, p = waves.change(beyond, here) if least >= 2 else (np.nan,) * 4
    ratio = _odds(beyond, here, level) if least >= 2 else (np.nan,) * 3
    return {
        "barrier": name, "stuck": here.value, "stuck_lo": here.lo, "stuck_hi": here.hi, "passed": beyond.value,
        "passed_lo": beyond.lo, "passed_hi": beyond.hi, "value": value, "lo": lo, "hi": hi, "odds_ratio": ratio[0],
        "odds_lo": ratio[1], "odds_hi": ratio[2], "n_stuck": here.n, "n_passed": beyond.n, "n": here.n + beyond.n,
        "p": p, "method": "newcombe_clustered" if cluster is not None else "newcombe",
        "flag": "missing_input" if least < 2 else "low_n" if least < LOW_N else "ok",
    }  # fmt: skip


def _odds(beyond: waves.Estimate, here: waves.Estimate, level: float) -> tuple[float, float, float]:
    """Odds ratio of naming, here against beyond."""
    shares = np.array([here.value, beyond.value])
    if np.all((shares > 0) & (shares < 1)):
        log, se, df = waves.contrast(beyond, here, transform="logit")
        z = float(stats.t.ppf((1 + level) / 2, df)) if df > 0 else np.nan
    else:
        # half an answer in each cell; answers of one hospital count as independent here
        cells = np.array(
            [[s * e.n_eff + 0.5, (1 - s) * e.n_eff + 0.5] for s, e in zip(shares, (here, beyond), strict=True)]
        )
        log, se = (
            float(np.log(cells[0, 0] * cells[1, 1] / cells[0, 1] / cells[1, 0])),
            float(np.sqrt((1 / cells).sum())),
        )
        z = float(stats.norm.ppf((1 + level) / 2))
    return float(np.exp(log)), float(np.exp(log - z * se)), float(np.exp(log + z * se))


def _finding(table: pd.DataFrame, step: int) -> Note:
    where = {"step": f"ladder_{step}"}
    found = table[(table["q"] <= adjust.FDR) & (table["lo"] > 0)]
    if found.empty:
        return Note("stuck_none", {**where, "count": len(table), "n": int(table["n"].max())})
    top = found.iloc[0]
    values = {"stuck": float(top["stuck"]), **{c: 100 * float(top[c]) for c in ("value", "lo", "hi")}}
    return Note("stuck_barrier", {**where, "barrier": str(top["barrier"]), "n": int(top["n_stuck"]), **values})
