"""Several numbers of segments next to each other, for the eye: `side_by_side`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Disclosure, Note, Result
from ._fit import LOW_N, fit
from ._prepare import Prepared, matrix_of
from ._profile import profile

__all__ = ["SideBySide", "side_by_side"]

#: more columns than this nobody reads
_LARGEST = 12
#: share of a segment that comes from one segment of the row before: from here on nearly all, or most of it
_NEARLY_ALL, _MOST = 0.9, 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class SideBySide(Result):
    """The same customers in several numbers of segments; described only, nothing is tested.

    Attributes
    ----------
    table : DataFrame
        One row per number of segments and segment: k, segment, n, share (of all customers), n_smallest
        (customers in the smallest segment of this k), from_segment (segment of the next smaller k in the
        table that most of it comes from; missing at the smallest k), from_part ("nearly_all" from 90 %,
        "most" from 50 %, else "mixed"), high, low (the features that set it apart most upwards and
        downwards; empty where none by half a spread), flag.
    profiles : DataFrame
        One row per k, segment and feature: k, segment, feature, n, n_smallest, median, median_all, index,
        std_difference, flag; as in `Profile`.
    points : DataFrame
        Index customer_id; x, y: first two principal components of the prepared features; k2, k3 …: the
        segment for each k.
    explained : tuple of float
        Share of the variance that each of the two axes shows, 0–1.
    along : tuple of str
        The feature that each axis follows most; the axis rises with it.
    """

    profiles: pd.DataFrame
    points: pd.DataFrame
    explained: tuple[float, float]
    along: tuple[str, str]
    formats: ClassVar[Mapping[str, str]] = {
        "k": "count", "n": "count", "share": "percent", "n_smallest": "count", "from_segment": "count",
        "median": "number", "median_all": "number", "index": "score", "std_difference": "+number2",
        "excess": "number2", "jaccard_mean": "number2",
    }  # fmt: skip
    # the size of the smallest segment counts in every row: one small segment hides its whole k, since a
    # hidden part could be worked out from the segment it was split from
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "n_smallest"),
        hides=("share", "from_segment", "from_part", "high", "low", "median", "index", "std_difference"),
        keys=("k", "segment"),
        within=("k",),
    )

    @property
    def projected(self) -> SideBySide:
        """The same with the finding of the projection, for the title of `plot_projection`."""
        told = Note("segments_projected", {"share": sum(self.explained), "n": len(self.points)})
        return dataclasses.replace(self, finding=told)


def side_by_side(
    prepared: Prepared,
    features: pd.DataFrame,
    *,
    k: Iterable[int] = range(2, 9),
    order_by: str | pd.Series | None = None,
    seed: int = 0,
) -> SideBySide:
    """Fit several numbers of segments and set sizes, origins and features next to each other.

    This is for looking; whether there are segments at all, and how many, is asked of `choose_k`. For the
    number of segments of the frozen model, and its seed and order, the segments are those of the model.

    Parameters
    ----------
    prepared : Prepared
        The frozen recipe and matrix.
    features : DataFrame
        Raw features of the same customers, and any further numeric columns worth showing.
    k : iterable of int, default 2 to 8
        Each from 2 to 12.
    order_by : str or Series, optional
        As for `fit`: segment 1 has the highest mean of it.
    seed : int, default 0

    Returns
    -------
    SideBySide

    Raises
    ------
    DataError
        Fewer different customers than segments; customers without features.
    SettingError

    References
    ----------
    Schonlau (2002), The Stata Journal 2, 391–402 (clustergram: what splits from what); Jolliffe (2002),
    Principal Component Analysis, ch. 5 (two components as a view of the data).
    """
    ks = _several(k)
    matrix, _recipe, notes = matrix_of(prepared)
    fitted = {number: fit(prepared, k=number, order_by=order_by, seed=seed) for number in ks}
    labels = pd.DataFrame(
        {f"k{number}": model.customers["segment"].reindex(matrix.index) for number, model in fitted.items()}
    )
    described = {number: profile(labels[f"k{number}"], features) for number in ks}
    rows = [
        _rows(number, described[number].names, labels, f"k{before}" if before else None)
        for before, number in zip([0, *ks[:-1]], ks, strict=True)
    ]
    table = pd.concat(rows, ignore_index=True)
    places, explained, along = _projected(matrix)
    return SideBySide(
        table=table,
        settings={
            "k": ks, "seed": seed, "n": len(matrix), "features": [str(c) for c in matrix.columns],
            "order_by": order_by if order_by is None or isinstance(order_by, str) else str(order_by.name),
        },
        notes=(
            *notes,
            Note("segments_by_eye", {}),
            Note("segments_projection", {"share": sum(explained)}),
        ),
        finding=_finding(table, len(matrix)),
        profiles=_profiles(table, {number: found.table for number, found in described.items()}),
        points=places.join(labels).rename_axis("customer_id"),
        explained=explained,
        along=along,
    )  # fmt: skip


def _several(k: Iterable[int]) -> list[int]:
    ks = sorted(set(k)) if isinstance(k, Iterable) else [k]
    if not ks:
        raise SettingError("out_of_range", name="k", lo=2, hi=_LARGEST, got="[]")
    for number in ks:
        checks.whole(number, name="k", low=2, high=_LARGEST)
    return [int(number) for number in ks]


def _rows(k: int, names: pd.DataFrame, labels: pd.DataFrame, before: str | None) -> pd.DataFrame:
    """The rows of one number of segments."""
    own = labels[f"k{k}"].to_numpy()
    size = np.bincount(own, minlength=k + 1)[1:]
    out = pd.DataFrame({
        "k": k, "segment": np.arange(1, k + 1), "n": size, "share": size / len(own), "n_smallest": size.min(),
        "from_segment": np.nan, "from_part": "",
    })  # fmt: skip
    if before is not None:
        old = labels[before].to_numpy()
        both = np.bincount(own * (k + 1) + old, minlength=(k + 1) ** 2).reshape(k + 1, k + 1)[1:]
        part = both.max(axis=1) / size
        out["from_segment"] = both.argmax(axis=1).astype(float)
        # bands, not shares: a share of a known size would give back the few that came from elsewhere
        out["from_part"] = np.select([part >= _NEARLY_ALL, part >= _MOST], ["nearly_all", "most"], "mixed")
    out = out.astype({"from_part": "str"})
    out[["high", "low"]] = names.set_index("segment").loc[out["segment"], ["high", "low"]].to_numpy()
    return out.astype({"high": "str", "low": "str"}).assign(flag=np.where(size < LOW_N, "low_n", "ok"))


def _profiles(table: pd.DataFrame, described: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    frames = [frame.drop(columns="share").assign(k=k) for k, frame in described.items()]
    smallest = table.drop_duplicates("k").set_index("k")["n_smallest"]
    out = pd.concat(frames, ignore_index=True)
    out["n_smallest"] = out["k"].map(smallest)
    order = ["k", "segment", "feature", "n", "n_smallest", "median", "median_all", "index", "std_difference", "flag"]
    return out[order]


def _projected(matrix: pd.DataFrame) -> tuple[pd.DataFrame, tuple[float, float], tuple[str, str]]:
    """Two principal components; each axis points where the feature it follows most is high."""
    X = matrix.to_numpy() - matrix.to_numpy().mean(axis=0)
    _u, size, axes = np.linalg.svd(X, full_matrices=False)
    # a single feature has no second axis
    axes = np.vstack([axes, np.zeros((1, axes.shape[1]))])[:2]
    most = np.abs(axes).argmax(axis=1)
    signs = np.sign(axes[np.arange(2), most])
    places = pd.DataFrame(X @ (axes * signs[:, None]).T, index=matrix.index, columns=["x", "y"])
    variance = np.append(size**2, 0.0)[:2] / (size**2).sum()
    along = [str(matrix.columns[j]) if variance[i] > 0 else "" for i, j in enumerate(most)]
    return places, (float(variance[0]), float(variance[1])), (along[0], along[1])


def _finding(table: pd.DataFrame, n: int) -> Note:
    low, high = int(table["k"].min()), int(table["k"].max())
    share = float(table.loc[table["k"] == high, "share"].min())
    if low == high:
        return Note("segments_one_number", {"n": n, "high": high, "share": share})
    return Note("segments_side_by_side", {"n": n, "low": low, "high": high, "share": share})
