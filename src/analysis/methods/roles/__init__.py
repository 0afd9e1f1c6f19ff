"""Cooperation roles of physicians: who decides, who supports, and which accounts are covered.

``measure`` gives influence and support, ``coverage`` the accounts whose decision makers are in contact,
``uncovered`` lists the others, ``reached`` counts contacted decision makers by role and stance, ``changes``
compares two dates, ``concerns`` says what opponents name as barriers, ``playbook`` how to speak with whom.
Stance is personal data: none of these results leaves ``internal``.
"""

from ._changes import Changes, changes
from ._coverage import DecisionCoverage, Reached, Uncovered, coverage, reached, uncovered
from ._influence import AUTHORITY, STRENGTH, TITLES
from ._measure import Roles, measure
from ._speaking import PLAYBOOK, Concerns, Playbook, concerns, playbook

__all__ = [
    "AUTHORITY", "PLAYBOOK", "STRENGTH", "TITLES", "Changes", "Concerns", "DecisionCoverage", "Playbook", "Reached",
    "Roles", "Uncovered", "changes", "concerns", "coverage", "measure", "playbook", "reached", "uncovered",
]  # fmt: skip
