"""What speaks for and against each number of segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

__all__ = ["PREDICTED", "RULES", "argued", "missed", "structured"]

#: what a number of segments must reach. Jaccard: reading rules of R's clusterboot. Separation above
#: unstructured data: calibrated on five simulated segments in six features, where it is at most 0.03
#: with centres 1.5 standard deviations from the middle (not recoverable), about 0.05 at 2, from 0.08 at
#: 2.5 and from 0.12 at 3 (recoverable). Shares of customers, value and reachable customers: conventions.
RULES = {
    "excess": 0.07, "p_null": 0.05, "jaccard_min": 0.60, "jaccard_mean": 0.75, "smallest": 0.05,
    "smallest_value": 0.01, "reachable": 0.50,
}  # fmt: skip
#: prediction strength that Tibshirani and Walther (2005) ask for; shown, not required: it is low wherever
#: segments touch
PREDICTED = 0.80

#: column and which end of it speaks for a number
_BEST = (
    ("excess", "max", "k_clearest"), ("jaccard_mean", "max", "k_most_stable"), ("silhouette", "max", "k_by_silhouette"),
    ("calinski_harabasz", "max", "k_by_calinski"), ("davies_bouldin", "min", "k_by_davies"), ("bic", "min", "k_by_bic"),
)  # fmt: skip
_GAPS = {"pca": ("gap", "k_by_gap"), "original": ("gap_box", "k_by_gap_box")}
_BUSINESS = {"smallest": "k_small_segment", "smallest_value": "k_small_value", "reachable": "k_unreachable"}


def structured(row: Mapping[Any, Any]) -> bool:
    """Whether both tests of structure agree: clearer than unstructured data, and back in resamples."""
    return not {"k_not_clearer", "k_unstable"} & set(missed(row))


def missed(row: Mapping[Any, Any]) -> list[str]:
    """Codes of the rules that a row of the table misses, in order."""
    out = []
    if row["p_null"] > RULES["p_null"] or row["excess"] < RULES["excess"]:
        out.append("k_not_clearer")
    if row["jaccard_min"] < RULES["jaccard_min"] or row["jaccard_mean"] < RULES["jaccard_mean"]:
        out.append("k_unstable")
    return out + [code for name, code in _BUSINESS.items() if name in row and row[name] < RULES[name]]


def argued(table: pd.DataFrame, gap_rules: Mapping[str, Mapping[str, int]]) -> pd.DataFrame:
    """Reasons for and vetoes, one row each: k, side ("for", "veto"), reason, value of the criterion.

    A gap rule speaks for the first k within one standard error of the next; a veto is a rule missed.
    """
    told = []
    for name, end, code in _BEST:
        at = table[name].to_numpy().argmax() if end == "max" else table[name].to_numpy().argmin()
        told.append((int(table["k"].iloc[at]), "for", code, float(table[name].iloc[at])))
    predicted = table[table["prediction_strength"] >= PREDICTED]
    if len(predicted):
        last = predicted.iloc[-1]
        told.append((int(last["k"]), "for", "k_by_prediction", float(last["prediction_strength"])))
    for kind, (name, code) in _GAPS.items():
        picked = table[table["k"] == gap_rules[kind]["first_se"]]
        # one segment is no row of the table
        told += [(int(picked["k"].iloc[0]), "for", code, float(picked[name].iloc[0]))] if len(picked) else []
    criterion = {"k_not_clearer": "excess", "k_unstable": "jaccard_min"} | {v: k for k, v in _BUSINESS.items()}
    for row in table.to_dict("records"):
        told += [(int(row["k"]), "veto", code, float(row[criterion[code]])) for code in missed(row)]
    out = pd.DataFrame(told, columns=["k", "side", "reason", "value"])
    return out.sort_values(["k", "side"], kind="stable", ignore_index=True)
