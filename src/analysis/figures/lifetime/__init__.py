"""Figures of customer lifetime."""

from ._ahead import plot_calibration, plot_comparison, plot_total, plot_value
from ._contracts import plot_retention_curve
from ._regions import plot_regions
from ._tracking import plot_matrix, plot_matrix_orders, plot_tracking, plot_tracking_steps

__all__ = [
    "plot_calibration", "plot_comparison", "plot_matrix", "plot_matrix_orders", "plot_regions", "plot_retention_curve",
    "plot_total", "plot_tracking", "plot_tracking_steps", "plot_value",
]  # fmt: skip
