"""How often each barrier is named, whether it may be worked on, and what comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...stats import bootstrap, design
from ._association import Association
from ._taxonomy import ADDRESSABLE, TAXONOMY

__all__ = ["FDR", "codes", "prevalence", "prioritised", "ranked"]

#: a barrier enters the ranking only below this false discovery rate
FDR = 0.10
_LOW_N = 30


def prevalence(
    table: pd.DataFrame, frame: pd.DataFrame, weighted: bool, margins: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Share that names each barrier, with Wilson's interval on the effective number of answers."""
    margins = margins.reindex(table.index) if weighted and margins is not None else None
    clustered = bool(frame["cluster"].notna().any())
    alone = pd.Series([f"?{i}" for i in range(len(frame))], frame.index)
    names = frame["cluster"].where(frame["cluster"].notna(), alone)
    rows = []
    for code in table.columns:
        known = table[code].notna().to_numpy()
        hits = table[code].to_numpy()
        cluster = names.to_numpy() if clustered else None
        p, _, lo, hi, *_ = design.proportion(hits, frame["weight"].to_numpy(), cluster, margins=margins)
        n = int(known.sum())
        flag = "missing_input" if n == 0 else "low_n" if n < _LOW_N else "ok"
        rows.append((str(code), n, int(hits[known].sum()), p, lo, hi, flag))
    out = pd.DataFrame(rows, columns=["barrier", "n", "mentions", "value", "lo", "hi", "flag"])
    out["method"] = "wilson" + ("_weighted" if weighted else "") + ("_clustered" if clustered else "")
    return out


def codes(codes: Sequence[Any], codebook: pd.DataFrame | None) -> pd.DataFrame:
    """Addressable and owner of each code: the codebook's word, else the taxonomy's, else unknown."""
    known = {b.barrier: (b.addressable, b.owner) for b in TAXONOMY}
    rows = {str(c): list(known.get(str(c), ("unknown", "owner_unknown"))) for c in codes}
    if codebook is not None:
        checks.columns(codebook, ["barrier_code"], name="codebook")
        own = codebook.dropna(subset=["barrier_code"]).drop_duplicates("barrier_code")
        for position, column in enumerate(("addressable", "owner")):
            if column in own.columns:
                told = own.dropna(subset=[column])
                for code, word in zip(told["barrier_code"].astype(str), told[column].astype(str), strict=True):
                    if code in rows:
                        rows[code][position] = word
    wrong = sorted({a for a, _ in rows.values()} - set(ADDRESSABLE))
    if wrong:
        raise DataError("addressable_word", got=wrong[:5], allowed=sorted(ADDRESSABLE))
    return pd.DataFrame([(c, a, o) for c, (a, o) in rows.items()], columns=["barrier", "addressable", "owner"])


def prioritised(out: pd.DataFrame) -> pd.DataFrame:
    """Add met_by_users, priority and rank: only barriers below the FDR limit that go with less use."""
    out = out.copy()
    passed = out["q"] <= FDR
    out["met_by_users"] = passed & (out["effect"] > 0)
    factor = out["addressable"].map(ADDRESSABLE)
    size = out["value"] * np.maximum(0.0, -out["effect_shrunk"]) * factor
    out["priority"] = size.where(passed & (size > 0))
    out["rank"] = out["priority"].rank(ascending=False, method="min")
    return out


def ranked(out: pd.DataFrame, table: pd.DataFrame, frame: pd.DataFrame, link: Association) -> pd.DataFrame:
    """Bootstrap bounds of priority and rank, and the final order of rows and columns."""
    for column in ("priority_lo", "priority_hi", "rank_lo", "rank_hi"):
        out[column] = np.nan
    chosen = out[out["priority"].notna()]
    if len(chosen) and len(link.draws):
        at = [list(link.effects.index).index(code) for code in chosen["barrier"]]
        factor = chosen["value"] * chosen["addressable"].map(ADDRESSABLE)
        sample = np.maximum(0.0, -link.draws[:, at]) * factor.to_numpy()
        out.loc[chosen.index, "priority_lo"] = np.quantile(sample, 0.025, axis=0)
        out.loc[chosen.index, "priority_hi"] = np.quantile(sample, 0.975, axis=0)
        lo, hi = bootstrap.rank_interval(sample)
        out.loc[chosen.index, "rank_lo"], out.loc[chosen.index, "rank_hi"] = lo, hi
    passed = ~(out["q"] <= FDR)
    out = out.assign(_apart=out["met_by_users"], _passed=passed).sort_values(
        ["rank", "_apart", "_passed", "value", "barrier"], ascending=[True, True, True, False, True], ignore_index=True
    )
    order = ["barrier", "n", "mentions", "value", "lo", "hi", "effect", "effect_lo", "effect_hi", "p", "q",
             "effect_shrunk", "addressable", "owner", "level", "priority", "priority_lo", "priority_hi", "rank",
             "rank_lo", "rank_hi", "met_by_users", "method", "flag", "effect_flag"]  # fmt: skip
    return out[order]
