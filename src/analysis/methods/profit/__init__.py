"""Profit: what each customer leaves after goods, rebates and the cost of serving it."""

from ._abc import Disagreements, ProfitTiers, abc, disagreements
from ._statement import Statement, statement
from ._whale import Whale, whale

__all__ = [
    "Disagreements", "ProfitTiers", "Statement", "Whale", "abc", "disagreements", "statement", "whale",
]  # fmt: skip
