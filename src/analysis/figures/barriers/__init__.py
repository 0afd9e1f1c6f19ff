"""Figures of barriers: prevalence against association, prevalence by group, association by region."""

from ._by_group import plot_prevalence_by
from ._by_region import plot_by_region
from ._matrix import plot_barriers

__all__ = ["plot_barriers", "plot_by_region", "plot_prevalence_by"]
