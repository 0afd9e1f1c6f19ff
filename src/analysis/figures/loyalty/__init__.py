"""Figures of loyalty."""

from ._cohorts import plot_cohorts
from ._kept import plot_repeat_rate, plot_retention
from ._matrix import plot_loyalty_matrix
from ._survival import plot_survival
from ._wallet import plot_share_of_wallet

__all__ = [
    "plot_cohorts", "plot_loyalty_matrix", "plot_repeat_rate", "plot_retention", "plot_share_of_wallet",
    "plot_survival",
]  # fmt: skip
