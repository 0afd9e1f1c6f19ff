"""Figures of segments: the panel behind the number of segments, the profile, several numbers side by side."""

from ._chosen import plot_k_choice, plot_profile
from ._side_by_side import plot_projection, plot_side_by_side

__all__ = ["plot_k_choice", "plot_profile", "plot_projection", "plot_side_by_side"]
