"""How far the codes of the codebook agree with those of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ...stats.agreement import weighted_kappa
from ._publish import LOW_TEXTS

__all__ = ["CodeAgreement", "agreement"]

_BOOT = 500
_COUNTS = {"hand": "count", "machine": "count", "both": "count", "n": "count"}


@dataclass(frozen=True, eq=False, kw_only=True)
class CodeAgreement(Result):
    """The codebook against people, theme by theme.

    Attributes
    ----------
    table : DataFrame
        theme ("all": every text and theme pooled), hand, machine, both (texts so coded), value (Cohen's kappa), lo,
        hi, precision, recall, f1, f1_lo, f1_hi, n (texts coded by hand), method, flag (low_n below 100 texts,
        not_identified where nobody ever used the theme).
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = _COUNTS | {
        "precision": "percent", "recall": "percent", "f1": "percent", "f1_lo": "percent", "f1_hi": "percent",
    }  # fmt: skip
    # texts of a coding sample, not the prevalence of anything: only the size of the sample is a cell
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n",), hides=("value", "lo", "hi"))


def agreement(coded: pd.DataFrame, hand: pd.DataFrame, *, level: float = 0.95) -> CodeAgreement:
    """Kappa, precision, recall and F1 of the codebook on texts that a person coded without seeing its codes.

    Parameters
    ----------
    coded : DataFrame
        ``Coding.coded``: index response_id, themes as columns, 1 counts as found.
    hand : DataFrame
        The same by a person (`hand_codes`). Only texts and themes in both are compared. One hundred texts and more,
        drawn at random, make a measurement.
    level : float, default 0.95
        Of F1 and of the pooled row (texts drawn with replacement); the kappas of single themes have 95 %.

    Returns
    -------
    CodeAgreement

    Raises
    ------
    DataError
        ``text_no_overlap`` without common texts or themes, ``duplicate_customers``.

    References
    ----------
    Cohen, J. (1960), Educational and Psychological Measurement 20, 37–46. F1 = 2J ÷ (1 + J) with J = TP ÷ (TP + FP +
    FN), a share: its bounds are those of J (Wilson 1927) carried over.
    """
    machine, people = _pair(coded, hand)
    pooled = _row("all", machine.to_numpy().ravel(), people.to_numpy().ravel(), len(people), level)
    rows = [pooled | _by_text(machine.to_numpy(), people.to_numpy(), level, pooled["value"], pooled["f1"])]
    rows += [
        _row(theme, machine[theme].to_numpy(), people[theme].to_numpy(), len(people), level)
        for theme in map(str, people.columns)
    ]
    table = pd.DataFrame(rows)
    notes = []
    if len(hand) > len(people):
        notes.append(Note("text_not_compared", {"n": len(hand) - len(people)}))
    if len(people) < LOW_TEXTS:
        notes.append(Note("text_few_coded", {"n": len(people), "least": LOW_TEXTS}))
    top = table.iloc[0]
    settings = {"level": level, "themes": list(people.columns), "texts": len(people)}
    return CodeAgreement(table=table, settings=settings, notes=tuple(notes), finding=_finding(top))


def _pair(coded: pd.DataFrame, hand: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    one, two = coded.copy(), hand.copy()
    one.index, two.index = one.index.astype(str), two.index.astype(str)
    checks.unique_index(one, name="coded")
    checks.unique_index(two, name="hand")
    ids = one.index.intersection(two.index).sort_values()
    themes = [theme for theme in one.columns if theme in two.columns]
    if ids.empty or not themes:
        raise DataError("text_no_overlap", texts=len(ids), themes=len(themes))
    return (one.loc[ids, themes] == 1).astype(int), (two.loc[ids, themes] == 1).astype(int)


def _row(theme: str, machine: np.ndarray, hand: np.ndarray, n: int, level: float) -> dict[str, Any]:
    counts = np.bincount(hand * 2 + machine, minlength=4).reshape(2, 2)
    (_, extra), (missed, both) = counts.tolist()
    kappa, lo, hi = weighted_kappa(counts)
    j_lo, j_hi = intervals.wilson(both, both + extra + missed, level=level)
    flag = "not_identified" if not np.isfinite(kappa) else "ok" if n >= LOW_TEXTS else "low_n"
    return {
        "theme": theme, "hand": missed + both, "machine": extra + both, "both": both, "value": kappa, "lo": lo,
        "hi": hi, "precision": _ratio(both, both + extra), "recall": _ratio(both, both + missed),
        "f1": _ratio(2 * both, 2 * both + extra + missed), "f1_lo": 2 * j_lo / (1 + j_lo),
        "f1_hi": 2 * j_hi / (1 + j_hi),
        "n": n, "method": "cohen_kappa", "flag": flag,
    }  # fmt: skip


def _by_text(machine: np.ndarray, hand: np.ndarray, level: float, kappa: float, f1: float) -> dict[str, float]:
    """Bounds of the pooled row: codes of one text hang together, so texts are drawn, not codes."""
    cells = np.array([((hand == h) & (machine == m)).sum(axis=1) for h, m in ((0, 0), (0, 1), (1, 0), (1, 1))])
    cells = cells[:, np.lexsort(cells[::-1])].astype(float)
    n = cells.shape[1]
    draws = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), _BOOT) @ cells.T
    if kappa >= 1:
        return _perfect(cells.sum(axis=1), n, level)
    none, extra, missed, both = draws.T
    total = draws.sum(axis=1)
    chance = ((none + extra) * (none + missed) + (missed + both) * (extra + both)) / total**2
    with np.errstate(divide="ignore", invalid="ignore"):
        kappas = ((none + both) / total - chance) / (1 - chance)
        f1s = 2 * both / (2 * both + extra + missed)
    bounds: dict[str, float] = {}
    for names, draw, value in ((("lo", "hi"), kappas, kappa), (("f1_lo", "f1_hi"), f1s, f1)):
        known = draw[np.isfinite(draw)]
        if np.isfinite(value) and value < 1 and known.size:
            lo, hi = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
            bounds |= {names[0]: float(min(lo, value)), names[1]: float(max(hi, value))}
    return bounds


def _perfect(cells: np.ndarray, n: int, level: float) -> dict[str, float]:
    """Lower bounds where nothing differs: every text, not every code, may have shown a difference."""
    chance = float((cells / cells.sum()) ** 2 @ np.ones(4))
    named = n * cells[3] / cells.sum()
    j_lo, _ = intervals.wilson(named, named, level=level)
    return {"lo": max(1 - (1 - ((1 - level) / 2) ** (1 / n)) / (1 - chance), -1.0), "f1_lo": 2 * j_lo / (1 + j_lo)}


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def _finding(top: pd.Series) -> Note:
    values = {name: float(top[name]) for name in ("value", "lo", "hi", "f1")} | {"n": int(top["n"])}
    if not np.isfinite(top["value"]):
        return Note("text_agreement_none", {"n": int(top["n"])})
    return Note("text_agreement_low_n" if top["flag"] == "low_n" else "text_agreement", values)
