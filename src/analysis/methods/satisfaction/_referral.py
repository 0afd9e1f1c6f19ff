"""Whether what respondents say of recommending goes with what they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import design, waves
from . import _answers as answers

__all__ = ["Referral", "referral"]

_CLASSES = {1.0: "promoters", 0.0: "passives", -1.0: "detractors"}


@dataclass(frozen=True, eq=False, kw_only=True)
class Referral(Result):
    """Share of respondents who introduced the product to colleagues, all and by answer to the recommendation question.

    Attributes
    ----------
    table : DataFrame
        group (all, promoters, passives, detractors); mentions (who did); value, lo, hi (share), n, n_eff;
        above, above_lo, above_hi (share less that of the other classes); method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "mentions": "count", "value": "percent", "lo": "percent", "hi": "percent", "n": "count", "n_eff": "count",
        "above": "+points", "above_lo": "+points", "above_hi": "+points",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "mentions"), hides=("value", "lo", "hi", "n_eff", "above", "above_lo", "above_hi"), within=()
    )


def referral(
    referred: pd.Series, scores: pd.Series | None = None, *, weights: pd.Series | None = None,
    cluster: pd.Series | None = None, level: float = 0.95,
) -> Referral:  # fmt: skip
    """Share that introduced the product to colleagues, by promoters, passives and detractors.

    Parameters
    ----------
    referred : Series
        1 (did) or 0, index response_id.
    scores : Series, optional
        Answers 0–10 to the recommendation question; those without one count in "all" only.
    weights, cluster : Series, optional
        Survey weight and hospital by response_id.
    level : float, default 0.95

    Returns
    -------
    Referral

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``not_binary``, ``bad_weights``.
    """
    wrong = sorted(set(referred.dropna().unique()) - {0, 1})
    if wrong:
        raise DataError("not_binary", name="referred", got=[str(v) for v in wrong[:5]])
    found = answers.known(referred, weights, low=0, high=1, name="referred")
    described: dict[str, Any] = {"weights": weights, "cluster": cluster, "level": level}
    rows = [_row("all", found, **described)]
    if scores is not None:
        said = answers.net(answers.known(scores, weights, low=0, high=10)).reindex(found.index)
        known = found[said.notna()]
        rows += [
            _row(name, found[said == side], against=(known, (said[known.index] == side)), **described)
            for side, name in _CLASSES.items()
        ]
    table = pd.DataFrame(rows)
    table["method"] = "wilson_weighted" if weights is not None else "wilson"
    settings = {"level": level, "weighted": weights is not None, "clustered": cluster is not None}
    return Referral(table=table, settings=settings, notes=answers.missing(referred, found), finding=_finding(table))


def _row(
    name: str, did: pd.Series, *, weights: pd.Series | None, cluster: pd.Series | None, level: float,
    against: tuple[pd.Series, pd.Series] | None = None,
) -> dict[str, Any]:  # fmt: skip
    told = answers.row(waves.estimate(did, "share", weights=weights, cluster=cluster, level=level))
    above = (np.nan,) * 3
    if against is not None and told["flag"] != "suppressed" and (~against[1]).sum() >= answers.SUPPRESS:
        known, mine = against
        w = None if weights is None else weights.reindex(known.index).to_numpy(dtype=float)
        labels = None if cluster is None else cluster.reindex(known.index).to_numpy(dtype=object)
        gap = design.difference(known.to_numpy(), mine.to_numpy(dtype=bool), w, labels, level)
        above = (gap.value, gap.lo, gap.hi)
    mentions = float(did.sum()) if told["flag"] != "suppressed" else np.nan
    return {
        "group": name, "mentions": mentions, **told, "above": above[0], "above_lo": above[1], "above_hi": above[2]
    }  # fmt: skip


def _finding(table: pd.DataFrame) -> Note:
    row = table.iloc[0]
    if row["flag"] == "suppressed":
        return Note("top_box_suppressed", {"n": int(row["n"]), "need": answers.SUPPRESS})
    values = {"n": int(row["n"]), **{c: float(row[c]) for c in ("value", "lo", "hi")}}
    promoters = table[table["group"] == "promoters"]
    if promoters.empty or pd.isna(promoters.iloc[0]["above_lo"]):
        return Note("referral_share", values)
    top = promoters.iloc[0]
    own = {"value": float(top["value"]), "n": int(top["n"])}
    own |= {c: 100 * float(top[c]) for c in ("above", "above_lo", "above_hi")}
    if top["above_lo"] > 0:
        return Note("referral_goes_along", own)
    return Note("referral_against" if top["above_hi"] < 0 else "referral_unclear", own)
