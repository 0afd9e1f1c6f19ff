"""Figures of satisfaction: scores, two waves, the block, expectation, journey, referral."""

from ._attributes import plot_expectation_gap, plot_journey, plot_referral
from ._scores import plot_nps, plot_top_box
from ._waves import plot_nps_change, plot_satisfaction_overview

__all__ = [
    "plot_expectation_gap", "plot_journey", "plot_nps", "plot_nps_change", "plot_referral",
    "plot_satisfaction_overview", "plot_top_box",
]  # fmt: skip
