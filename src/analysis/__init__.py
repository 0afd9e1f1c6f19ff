"""Rapport: analysis kit for people who sell medicines.

Importing this package does no work and imports nothing heavy; import what you
need: ``from analysis.methods import lifetime, segments``.
"""

__all__ = ["core", "data", "figures", "methods", "report", "runs", "stats"]
__version__ = "0.1.0"
