"""Figures of tiers."""

from ._agreement import plot_agreement
from ._bars import plot_abc, plot_deciles
from ._held import plot_cut_drift, plot_hold
from ._levels import plot_levels
from ._lorenz import plot_lorenz
from ._pairs import plot_combined, plot_rfm

__all__ = [
    "plot_abc",
    "plot_agreement",
    "plot_combined",
    "plot_cut_drift",
    "plot_deciles",
    "plot_hold",
    "plot_levels",
    "plot_lorenz",
    "plot_rfm",
]  # fmt: skip
