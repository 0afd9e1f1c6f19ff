"""Can these data be trusted, and which analyses may run on them.

Everything here describes the delivery itself (a full count, so without intervals, except the share of
customers with orders). Inputs are the tables and the account the build kept (``meta``); nothing is read.
"""

from .account import Defects, Reconciliation, Rejected, defects, reconciliation, rejected
from .answers import Unread, unread
from .fields import Completeness, completeness
from .reach import Coverage, Freshness, coverage, freshness
from .verdict import LEAST_DATES, NEEDS, Gate, Quality, gate, quality

__all__ = [
    "LEAST_DATES", "NEEDS", "Completeness", "Coverage", "Defects", "Freshness", "Gate", "Quality", "Reconciliation",
    "Rejected", "Unread", "completeness", "coverage", "defects", "freshness", "gate", "quality", "reconciliation",
    "rejected", "unread",
]  # fmt: skip
