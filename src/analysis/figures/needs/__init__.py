"""Figures of needs: rank, need by segment, change between waves, what is not met."""

from ._drift import plot_need_drift
from ._rank import plot_need_rank, plot_unmet
from ._segments import plot_need_segments

__all__ = ["plot_need_drift", "plot_need_rank", "plot_need_segments", "plot_unmet"]
