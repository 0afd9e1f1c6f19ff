"""Values of decisions that are more than a number or a name: each refused with its own rule."""

from __future__ import annotations

import itertools
import math
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from ..core.columns import CUSTOMER_TYPES
from ..core.errors import SettingError
from ..stats import ahp

__all__ = [
    "COMPONENTS", "CUTS", "PILLARS", "TIERS", "Comparisons", "ComponentSets", "Cuts", "Labels", "Method", "Pairwise",
    "Rule", "Rules", "Share", "Weights",
]  # fmt: skip

PILLARS = ("behaviour", "needs", "feedback", "environment")
COMPONENTS = ("behav", "stable", "breadth", "joint", "needs", "attitude", "access", "listing", "competitor")
TIERS = ("A", "B", "C", "zero", "negative", "high", "mid", "low")
#: cut points that are read, and between what they rise: shares, or scores
CUTS = {"abc": (0, 1), "potential": (0, 1), "cooperation": (0, 100)}
#: accounts are scored, persons are not
_SCORED = tuple(kind for kind in CUSTOMER_TYPES if kind not in ("physician", "department"))
#: 3 and 0.333 are meant as 3 and a third
_NEARLY = 0.01


def _ratio(value: Any) -> Any:
    """A number, or a fraction such as 1/3."""
    if isinstance(value, str) and value.count("/") == 1:
        over, under = (part.strip() for part in value.split("/"))
        if over.isdigit() and under.isdigit() and int(under):
            return int(over) / int(under)
    return value


def _weights(value: dict[str, float]) -> dict[str, float]:
    good = set(value) <= set(PILLARS) and all(0 <= w <= 1 for w in value.values())
    if not good or not math.isclose(sum(value.values()), 1.0, abs_tol=1e-6):
        raise PydanticCustomError("decisions_weights", "", {"allowed": list(PILLARS), "got": _told(value)})
    return value


def _sets(value: dict[str, dict[str, list[str]]]) -> dict[str, dict[str, list[str]]]:
    for kind, pillars in value.items():
        named = list(itertools.chain(*pillars.values()))
        wrong = [name for name, known in [(kind, kind in _SCORED), *((p, p in PILLARS) for p in pillars)] if not known]
        wrong += [name for name in named if name not in COMPONENTS or named.count(name) > 1]
        if wrong or not named:
            told = {"kinds": list(_SCORED), "pillars": list(PILLARS), "allowed": list(COMPONENTS)}
            raise PydanticCustomError("decisions_components", "", told | {"got": wrong[0] if wrong else kind})
    return value


def _labels(value: dict[str, str]) -> dict[str, str]:
    words = [word.strip() for word in value.values()]
    wrong = [tier for tier in value if tier not in TIERS] + [
        word for word in words if not word or words.count(word) > 1
    ]
    if wrong or not value:
        raise PydanticCustomError("decisions_labels", "", {"allowed": list(TIERS), "got": (wrong or ["—"])[0]})
    return value


class Pairwise(BaseModel):
    """Pairwise comparisons: ``matrix[i][j]`` says how many times more important item i is than item j."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: list[str]
    matrix: list[list[Annotated[float, BeforeValidator(_ratio)]]]


def _pairs(value: Pairwise) -> Pairwise:
    items, matrix = value.items, value.matrix
    if len(items) < 2 or len(set(items)) < len(items) or not set(items) <= set(PILLARS):
        raise PydanticCustomError("decisions_items", "", {"allowed": list(PILLARS), "got": items})
    if len(matrix) != len(items) or any(len(row) != len(items) for row in matrix):
        shape = [len(row) for row in matrix]
        raise PydanticCustomError("decisions_shape", "", {"items": len(items), "rows": len(matrix), "got": shape})
    exact = [list(row) for row in matrix]
    for i, j in itertools.combinations_with_replacement(range(len(items)), 2):
        one, other = matrix[i][j], matrix[j][i]
        if not (0 < one < math.inf and 0 < other < math.inf and abs(one * other - 1) <= _NEARLY):
            told = {"first": items[i], "second": items[j], "one": f"{one:g}", "other": f"{other:g}"}
            raise PydanticCustomError("decisions_reciprocal", "", told)
        # the larger number is the one that was meant
        exact[i][j], exact[j][i] = (one, 1 / one) if one >= other else (1 / other, other)
    try:
        ahp.weights(np.array(exact), names=items)
    except SettingError as error:
        raise PydanticCustomError(f"decisions_{error.code}", "", dict(error.values)) from None
    return Pairwise(items=items, matrix=exact)


def _rising(value: list[float], low: float, high: float) -> list[float]:
    good = len(value) == 2 and low < value[0] < value[1] < high
    if not good:
        raise PydanticCustomError("decisions_cuts", "", {"lo": low, "hi": high, "got": _told(value)})
    return value


def _shares(value: list[float]) -> list[float]:
    return _rising(value, 0, 1)


def _scores(value: list[float]) -> list[float]:
    return _rising(value, 0, 100)


class Cuts(TypedDict, total=False):
    """Two cut points of each: value A/B/C and potential by cumulative share, cooperation by score."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    abc: Annotated[list[float], AfterValidator(_shares)]
    potential: Annotated[list[float], AfterValidator(_shares)]
    cooperation: Annotated[list[float], AfterValidator(_scores)]


def _bounds(value: list[int]) -> list[int]:
    if len(value) != 2 or not 1 <= value[0] <= value[1] <= 5:
        raise PydanticCustomError("decisions_rfm", "", {"got": _told(value)})
    return value


_Scores = Annotated[list[int], AfterValidator(_bounds)]


class Rule(BaseModel):
    """Which scores (1 to 5, 5 best) get a name; an axis that is left out takes all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    r: _Scores = [1, 5]
    f: _Scores = [1, 5]
    m: _Scores = [1, 5]


def _told(value: Any) -> str:
    return str(value)[:80]


Weights = Annotated[dict[str, float], AfterValidator(_weights)]
ComponentSets = Annotated[dict[str, dict[str, list[str]]], Field(min_length=1), AfterValidator(_sets)]
Labels = Annotated[dict[str, str], AfterValidator(_labels)]
Method = Literal["kmeans", "gmm", "kprototypes", "kmedoids_gower", "lca"]
Rules = Annotated[list[Rule], Field(min_length=1)]
Share = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
Comparisons = Annotated[Pairwise, AfterValidator(_pairs)]
