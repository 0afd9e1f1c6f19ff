"""Preference: which brands are used and preferred, and whether their users are more loyal than their size explains."""

from ._duplication import Duplication, duplication
from ._groups import PreferenceByGroup, by_group
from ._jeopardy import DoubleJeopardy, double_jeopardy
from ._selected import selected
from ._standing import BrandStanding, brands

__all__ = [
    "BrandStanding", "DoubleJeopardy", "Duplication", "PreferenceByGroup", "brands", "by_group", "double_jeopardy",
    "duplication", "selected",
]  # fmt: skip
