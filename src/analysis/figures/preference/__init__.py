"""Figures of preference: brands, groups, loyalty against size."""

from ._brands import plot_brands
from ._groups import plot_preference_groups
from ._jeopardy import plot_double_jeopardy

__all__ = ["plot_brands", "plot_double_jeopardy", "plot_preference_groups"]
