"""Figures of segments: how many, their profile, several numbers side by side, cards, and whether they hold."""

from ._cards import plot_persona_cards, plot_rules
from ._checks import plot_drift, plot_silhouettes, plot_stability, plot_typing_tool
from ._chosen import plot_k_choice
from ._map import plot_segment_map
from ._profile import plot_deviation, plot_profile
from ._side_by_side import plot_projection, plot_side_by_side

__all__ = [
    "plot_deviation", "plot_drift", "plot_k_choice", "plot_persona_cards", "plot_profile", "plot_projection",
    "plot_rules", "plot_segment_map", "plot_side_by_side", "plot_silhouettes", "plot_stability", "plot_typing_tool",
]  # fmt: skip
