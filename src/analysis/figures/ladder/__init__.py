"""Figures of the adoption ladder."""

from ._funnel import plot_ladder

__all__ = ["plot_ladder"]
