"""Figures of the adoption ladder: one wave, two waves, the same persons, barriers at a step, contradictions."""

from ._change import plot_ladder_change
from ._funnel import plot_ladder
from ._matrix import plot_ladder_matrix
from ._stuck import plot_ladder_consistency, plot_ladder_stuck

__all__ = ["plot_ladder", "plot_ladder_change", "plot_ladder_consistency", "plot_ladder_matrix", "plot_ladder_stuck"]
