"""Cooperation roles of physicians: who decides, who supports, and which accounts are covered.

``measure`` gives influence and support, ``coverage`` the accounts whose decision makers are in contact,
``uncovered`` lists the others, ``reached`` counts contacted decision makers by role and stance, ``changes``
compares two dates. Stance is personal data: none of these results leaves ``internal``.
"""

from ._changes import Changes, changes
from ._coverage import DecisionCoverage, Reached, Uncovered, coverage, reached, uncovered
from ._influence import AUTHORITY, STRENGTH, TITLES
from ._measure import Roles, measure

__all__ = [
    "AUTHORITY", "STRENGTH", "TITLES", "Changes", "DecisionCoverage", "Reached", "Roles", "Uncovered", "changes",
    "coverage", "measure", "reached", "uncovered",
]  # fmt: skip
