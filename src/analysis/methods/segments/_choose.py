"""How many segments, if any: `choose_k`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from . import _candidates, _criteria, _indices, _reference, _study
from ._candidates import RULES
from ._prepare import Prepared, distinct, matrix_of

__all__ = ["QUICK", "RULES", "KChoice", "choose_k"]

#: settings of a quick look: ``choose_k(features, **QUICK)``
QUICK = {"n_boot": 30, "n_null": 39, "max_rows": 1_000}
MIN_ROWS = 60


@dataclass(frozen=True, eq=False, kw_only=True)
class KChoice(Result):
    """Criteria for each number of segments; which of them can be used is for an analyst to say.

    Attributes
    ----------
    table : DataFrame
        k; inertia, silhouette, calinski_harabasz, davies_bouldin; gap and gap_se (box along the principal
        axes), gap_box and gap_box_se (box along the features); prediction_strength; jaccard_min (weakest
        segment), jaccard_mean, jaccard_lo and jaccard_hi (90 % of the resamples), jaccard_bootstrap and
        jaccard_subset where asked for; ari_resamples (agreement between resamples: chance of the sample),
        ari_restarts (agreement between starts on the same rows: chance of the algorithm); bic (mixture,
        lower is better); smallest (share of the smallest segment), smallest_value and reachable where given;
        separation (0–1), excess (separation above unstructured data), p_null (adjusted over all k); reason
        (the first rule missed), vetoes (all of them), admissible.
    recommended : int
        One suggestion among the candidates: the largest admissible number of which every segment is stable
        (Jaccard 0.75 or more) and which is not much less clear than the clearest (excess 0.7 of its or more),
        else the one with the largest product of excess and mean Jaccard; 0 when none is admissible. In 27
        simulated worlds with 3 to 6 separate segments this was right in 23 and never too high, the product
        alone in 15, the lowest BIC in 19.
    confirmed : bool
        Whether an analyst has confirmed it: never by this function.
    structure : bool
        Whether some number passes both tests of structure, whatever its segments are good for.
    candidates : DataFrame
        k, side ("for", "veto"), reason, value of the criterion: all that speaks for or against.
    gaps : DataFrame
        box, k (1 among them), gap, gap_se.
    gap_rules : dict
        Number of segments by box and rule (first_se, first_max, global_max); 1 is no segments.
    p_null : float
        Smallest p_null of the table.
    """

    recommended: int
    p_null: float
    confirmed: bool = False
    structure: bool
    candidates: pd.DataFrame
    gaps: pd.DataFrame
    gap_rules: dict[str, Any]
    formats: ClassVar[Mapping[str, str]] = {
        "inertia": "number", "silhouette": "number2", "calinski_harabasz": "number", "davies_bouldin": "number2",
        "gap": "number2", "gap_se": "number2", "gap_box": "number2", "gap_box_se": "number2",
        "prediction_strength": "number2", "jaccard_min": "number2", "jaccard_mean": "number2", "jaccard_lo": "number2",
        "jaccard_hi": "number2", "jaccard_bootstrap": "number2", "jaccard_subset": "number2",
        "ari_resamples": "number2", "ari_restarts": "number2", "bic": "number", "smallest": "percent",
        "smallest_value": "percent", "reachable": "percent", "separation": "number2", "excess": "number2",
        "p_null": "number2",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=())


# the settings of one study: the fixed ones, then two schemes and two columns that a business judges by
def choose_k(
    features: pd.DataFrame | Prepared,
    *,
    k: Iterable[int] = range(2, 9),
    n_boot: int = 100,
    n_null: int = 49,
    max_rows: int = 10_000,
    seed: int = 0,
    schemes: Iterable[str] = ("distinct",),
    values: pd.Series | None = None,
    reachable: pd.Series | None = None,
) -> KChoice:
    """Compare numbers of segments, and say whether there are segments at all.

    Structure is claimed only when two things agree: the segments are further apart than k-means makes them
    in data without segments (same margins, same correlations), and they come back in resampled data.
    Either alone misleads: stretched data without segments split stably in two, and skewed data separate well.

    Parameters
    ----------
    features : Prepared or DataFrame
        From `prepare`; a DataFrame is taken as it stands.
    k : iterable of int, default 2 to 8
    n_boot : int, default 100
        Resamples behind the Jaccard similarities.
    n_null : int, default 49
        Draws of data without segments; the smallest possible p is 1/(n_null + 1).
    max_rows : int, default 10,000
        Above this many rows, resampling and reference data use a random sample of this size, the comparison
        with unstructured data at most 3,000 rows, the silhouette 5,000; inertia, the other indices and the
        smallest segment always use all rows.
    seed : int, default 0
    schemes : iterable of {"distinct", "bootstrap", "subset"}, default "distinct"
        Resampling schemes; the rules belong to "distinct", which is always measured.
    values : Series, optional
        Value of each customer; a segment with less than 1 % of it is vetoed.
    reachable : Series of bool, optional
        Whether each customer has a contact or a channel; segments where fewer than half have one are vetoed.

    Returns
    -------
    KChoice
        With the note ``no_clear_structure`` when the two tests of structure agree at no number.

    Raises
    ------
    DataError
        Fewer than 60 customers, fewer different rows than segments, missing values.
    SettingError

    References
    ----------
    Hennig (2007), Computational Statistics & Data Analysis 52, 258–271 (stability); Hennig and Lin (2015),
    Statistics and Computing 25, 821–833 (a null model before a claim); Westfall and Young (1993),
    Resampling-Based Multiple Testing (largest standardised statistic over k).
    """
    ks, wanted = _numbers(k), _schemes(schemes)
    for name, number, low in (("n_boot", n_boot, 2), ("n_null", n_null, 19), ("max_rows", max_rows, MIN_ROWS)):
        checks.whole(number, name=name, low=low)
    checks.whole(seed, name="seed", low=0)
    matrix, _recipe, notes = matrix_of(features)
    X = matrix.to_numpy()
    if len(X) < MIN_ROWS:
        raise DataError("segments_too_few", need=MIN_ROWS, got=len(X))
    distinct(X, max(ks))
    worth, contact = _told(values, matrix.index, "values"), _told(reachable, matrix.index, "reachable")
    sample = np.arange(len(X))
    if len(X) > max_rows:
        sample = np.sort(np.random.default_rng([seed, 1]).choice(len(X), max_rows, replace=False))
        notes += (Note("segments_sampled", {"rows": max_rows, "all": len(X)}),)
    table, gaps = _study.measure(_study.Study(X, sample, ks, n_boot, n_null, seed, wanted, worth, contact))
    return _choice(table, gaps, notes, {
        "k": ks, "n_boot": n_boot, "n_null": n_null, "max_rows": max_rows, "seed": seed, "scheme": "distinct",
        "schemes": list(wanted), "n": len(X), "features": list(matrix.columns), "rules": _rules(table),
        "prediction_strength_rule": _candidates.PREDICTED, "gap_references": _study.REFERENCES,
        "resampled_rows": len(sample), "null_rows": min(len(sample), _study.NULL_ROWS),
        "silhouette_rows": min(len(X), _indices.SILHOUETTE_ROWS), "starts": 3,
    })  # fmt: skip


def _numbers(k: Iterable[int]) -> list[int]:
    ks = sorted(set(k)) if isinstance(k, Iterable) else [k]
    if not ks:
        raise SettingError("out_of_range", name="k", lo=2, hi=50, got="[]")
    for number in ks:
        checks.whole(number, name="k", low=2, high=50)
    return [int(number) for number in ks]


def _schemes(schemes: Iterable[str]) -> tuple[str, ...]:
    asked = [schemes] if isinstance(schemes, str) else list(schemes)
    for scheme in asked:
        checks.choice(scheme, _criteria.SCHEMES, name="schemes")
    return tuple(dict.fromkeys(["distinct", *asked]))


def _told(column: pd.Series | None, index: pd.Index, name: str) -> np.ndarray | None:
    """A column by customer in the order of the matrix, complete."""
    if column is None:
        return None
    checks.unique_index(column, name=name)
    told = pd.to_numeric(column.reindex(index), errors="coerce")
    if told.isna().any():
        raise DataError("segments_column_incomplete", name=name, count=int(told.isna().sum()))
    if name == "values" and told.sum() <= 0:
        raise DataError("segments_no_value", total=float(told.sum()))
    return told.to_numpy(dtype=float)


def _rules(table: pd.DataFrame) -> dict[str, float]:
    """The rules that apply: those of columns that were measured."""
    return {name: limit for name, limit in RULES.items() if name in table}


def _choice(table: pd.DataFrame, gaps: pd.DataFrame, notes: tuple[Note, ...], settings: dict[str, Any]) -> KChoice:
    records = table.to_dict("records")
    vetoes = [_candidates.missed(row) for row in records]
    table["reason"] = [codes[0] if codes else "k_admissible" for codes in vetoes]
    table["vetoes"] = ["; ".join(codes) if codes else "k_no_veto" for codes in vetoes]
    table["admissible"] = table["reason"] == "k_admissible"
    structure = any(_candidates.structured(row) for row in records)
    rules = {
        str(box): _reference.gap_picks(part["k"].tolist(), part["gap"].tolist(), part["gap_se"].tolist())
        for box, part in gaps.groupby("box")
    }
    recommended, found = _finding(table, structure, settings["n"])
    more = (found,) if recommended == 0 else (Note("segments_candidates", {
        "candidates": found.values["candidates"], "k": recommended}),)  # fmt: skip
    return KChoice(
        table=table, settings=settings, notes=(*notes, *more), finding=found, recommended=recommended,
        p_null=float(table["p_null"].min()), structure=structure, candidates=_candidates.argued(table, rules),
        gaps=gaps, gap_rules=rules,
    )  # fmt: skip


def _finding(table: pd.DataFrame, structure: bool, n: int) -> tuple[int, Note]:
    """The suggestion, 0 for none, and the sentence."""
    good = table[table["admissible"]]
    if len(good):
        steady = good[(good["jaccard_min"] >= RULES["jaccard_mean"]) & (good["excess"] >= 0.7 * good["excess"].max())]
        best = steady.iloc[-1] if len(steady) else good.iloc[int((good["excess"] * good["jaccard_mean"]).argmax())]
        return int(best["k"]), Note("segments_k", {
            "k": int(best["k"]), "candidates": [int(k) for k in good["k"]], "excess": float(best["excess"]),
            "jaccard": float(best["jaccard_mean"]), "others": len(good) - 1, "n": n,
        })  # fmt: skip
    if structure:
        clear = table[[_candidates.structured(row) for row in table.to_dict("records")]]
        best = clear.iloc[int(clear["excess"].to_numpy().argmax())]
        return 0, Note("segments_vetoed", {
            "k": [int(k) for k in clear["k"]], "reason": str(best["reason"]), "excess": float(best["excess"]),
        })  # fmt: skip
    best = table.iloc[int(table["excess"].to_numpy().argmax())]
    return 0, Note("no_clear_structure", {
        "excess": float(best["excess"]), "needed": RULES["excess"], "jaccard": float(table["jaccard_mean"].max()),
        "p_null": float(table["p_null"].min()),
    })  # fmt: skip
