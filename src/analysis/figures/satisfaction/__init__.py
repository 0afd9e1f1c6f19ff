"""Figures of satisfaction."""

from ._scores import plot_nps, plot_top_box

__all__ = ["plot_nps", "plot_top_box"]
