"""Accounts to look at again although, or because, of their tier: `rising` and `early_adopters`."""

from ._adopters import EarlyAdopters, early_adopters
from ._rising import Rising, rising

__all__ = ["EarlyAdopters", "Rising", "early_adopters", "rising"]
