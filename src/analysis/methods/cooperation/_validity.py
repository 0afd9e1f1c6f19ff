"""Does the score hold: does it foretell, is it more than size, does it repeat: `validity`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.result import Disclosure, Note, Result

__all__ = ["Validity", "validity"]

LOW_N = 30
#: rank correlation with size from which the score says little but size
SIZE_LIMIT = 0.5
#: fewest customers besides the controls for an interval
_SPARE = 4


@dataclass(frozen=True, eq=False, kw_only=True)
class Validity(Result):
    """Three figures that say whether the score can be used.

    Attributes
    ----------
    table : DataFrame
        check (check_predictive, check_discriminant, check_retest), value (rank correlation), lo, hi, n, method, flag
        (missing_input where the data for it are not there).
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "ratio"}
    disclosure: ClassVar[Disclosure] = Disclosure()


# three outcomes of one score, each optional: hence more than six
def validity(
    score_before: pd.Series,
    share_before: pd.Series | None = None,
    share_after: pd.Series | None = None,
    *,
    size: pd.Series | None = None,
    score_retest: pd.Series | None = None,
    controls: pd.DataFrame | None = None,
) -> Validity:
    """Validate a cooperation score: three rank correlations with their intervals.

    Predictive: the score at one time with the change of own share afterwards, both cleared of the share at the
    start (and of ``controls``), because a high share has less room to rise. Discriminant: the score with size,
    which should stay below 0.5 in absolute value. Test–retest: the score with the same score measured again.

    The score counts own share among its components. Where it does so over a longer window than ``share_before``, it
    knows more of the account's usual share than is cleared, and a share that merely returns to its level looks
    foretold: give the share of the earlier part of that window in ``controls`` (a note says so without it).

    Parameters
    ----------
    score_before : Series
        Scores at the start, index customer_id; of customers with a level, for the others rest on few components.
    share_before, share_after : Series, optional
        Own share of the category, 0–1, at the start and two quarters later; data that are not in the score.
    size : Series, optional
        Size or potential.
    score_retest : Series, optional
        Scores from another period or another half of the data.
    controls : DataFrame, optional
        Numeric columns to clear the predictive figure of.

    Returns
    -------
    Validity
        95 % intervals by Fisher's z with the standard error of Bonett and Wright.

    Raises
    ------
    DataError
        No customer, or one twice.

    References
    ----------
    Bonett, D. G. and Wright, T. A. (2000), Psychometrika 65, 23–28: standard error of z
    sqrt((1 + r²/2) / (n − 3)); with k controls n − 3 − k (Fisher 1924, Metron 3, 329–332).
    """
    checks.not_empty(score_before, name="score_before")
    for name, series in {
        "score_before": score_before, "share_before": share_before, "share_after": share_after, "size": size,
        "score_retest": score_retest, "controls": controls,
    }.items():  # fmt: skip
        if series is not None:
            checks.unique_index(series, name=name)
    rows = [
        _predictive(score_before, share_before, share_after, controls),
        _pair("discriminant", score_before, size),
        _pair("retest", score_before, score_retest),
    ]
    table = pd.DataFrame(rows).astype({"check": "str", "method": "str", "flag": "str"})
    return Validity(
        table=table,
        settings={"level": 0.95, "size_limit": SIZE_LIMIT, "controls": [] if controls is None else list(controls)},
        notes=_notes(table, cleared=controls is not None),
        finding=_finding(table),
    )


def _predictive(
    score: pd.Series, before: pd.Series | None, after: pd.Series | None, controls: pd.DataFrame | None
) -> dict[str, object]:
    if before is None or after is None:
        return _empty("predictive")
    parts = {"score": score, "change": after - before.reindex(after.index), "before": before}
    if controls is not None:
        parts |= {f"control {c}": controls[c] for c in controls}
    frame = pd.DataFrame(parts).reindex(score.index).astype(float).dropna()
    frame = frame.iloc[np.argsort(frame.index.astype(str), kind="stable")]
    if len(frame) < len(parts) + _SPARE:
        return _empty("predictive", len(frame))
    ranks = stats.rankdata(frame.to_numpy(), axis=0)
    given = np.column_stack([np.ones(len(ranks)), ranks[:, 2:]])
    rest = ranks[:, :2] - given @ np.linalg.lstsq(given, ranks[:, :2], rcond=None)[0]
    # what the controls explain entirely leaves nothing but rounding
    if (rest.std(axis=0) < 1e-9 * len(ranks)).any():
        return _empty("predictive", len(frame))
    rho = float(np.corrcoef(rest.T)[0, 1])
    return _told("predictive", rho, len(frame), ranks.shape[1] - 2, "partial_spearman")


def _pair(check: str, score: pd.Series, other: pd.Series | None) -> dict[str, object]:
    if other is None:
        return _empty(check)
    frame = pd.DataFrame({"score": score, "other": other.reindex(score.index)}).astype(float).dropna()
    if len(frame) < 2 + _SPARE or frame.nunique().min() < 2:
        return _empty(check, len(frame))
    rho = float(stats.spearmanr(frame["score"], frame["other"]).statistic)
    return _told(check, rho, len(frame), 0, "spearman")


def _told(check: str, rho: float, n: int, controls: int, method: str) -> dict[str, object]:
    z = np.arctanh(np.clip(rho, -1 + 1e-12, 1 - 1e-12))
    half = stats.norm.ppf(0.975) * np.sqrt((1 + rho**2 / 2) / (n - 3 - controls))
    lo, hi = min(float(np.tanh(z - half)), rho), max(float(np.tanh(z + half)), rho)
    flag = "low_n" if n < LOW_N else "ok"
    return {"check": f"check_{check}", "value": rho, "lo": lo, "hi": hi, "n": n, "method": method, "flag": flag}


def _empty(check: str, n: int = 0) -> dict[str, object]:
    return {
        "check": f"check_{check}", "value": np.nan, "lo": np.nan, "hi": np.nan, "n": n, "method": "none",
        "flag": "missing_input",
    }  # fmt: skip


def _notes(table: pd.DataFrame, *, cleared: bool) -> tuple[Note, ...]:
    row = next(r for r in table.to_dict("records") if r["check"] == "check_discriminant")
    out = []
    if abs(row["value"]) >= SIZE_LIMIT:
        values = {name: float(row[name]) for name in ("value", "lo", "hi")}
        out.append(Note("validity_is_size", {"limit": SIZE_LIMIT, **values}))
    missing = table.loc[table["flag"] == "missing_input", "check"].tolist()
    if "check_predictive" not in missing and not cleared:
        out.append(Note("validity_share_inside", {}))
    for check in missing:
        out.append(Note("validity_missing", {"check": check}))
    return tuple(out)


def _finding(table: pd.DataFrame) -> Note:
    row = table.iloc[0]
    if row["flag"] == "missing_input":
        return Note("validity_not_tested", {})
    values = {name: float(row[name]) for name in ("value", "lo", "hi")} | {"n": int(row["n"])}
    if row["lo"] > 0:
        return Note("validity_foretells", values)
    return Note("validity_reversed" if row["hi"] < 0 else "validity_unclear", values)
