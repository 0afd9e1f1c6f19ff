"""Tiers: customers by how much they buy.

``abc`` gives value A/B/C (价值A/B/C; potential has words of its own), ``deciles`` ten groups of equal value
and ten of equal count.
"""

from ._abc import TIERS, Tiers, abc
from ._deciles import DECILES, Deciles, deciles

__all__ = ["DECILES", "TIERS", "Deciles", "Tiers", "abc", "deciles"]
