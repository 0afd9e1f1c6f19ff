"""Means, shares and tables of weighted answers from people who work in the same hospitals.

Variances are Taylor-linearised and clusters count as drawn with replacement, so an
estimate's error is that of the sum of one influence value per cluster. Where the
weights were raked, the influence values are first regressed on the margins
(``margins``): what the margins explain no longer varies from sample to sample.
"""

from ._means import Estimate, difference, mean, proportion
from ._tables import Independence, rao_scott

__all__ = ["Estimate", "Independence", "difference", "mean", "proportion", "rao_scott"]
