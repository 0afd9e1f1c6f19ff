"""Tiers: customers by how much they buy, alone and together with other criteria.

``abc`` gives value A/B/C (价值A/B/C; potential has words of its own), ``deciles`` ten groups of equal value
and ten of equal count, ``lorenz`` how concentrated value is. ``combine`` makes one tier of several criteria
(``agreement`` and ``disagreements`` say where they differ), ``levels`` high, mid and low value from value,
potential and loyalty, ``rfm`` named groups of recency, frequency and money. ``hold`` keeps a tier until the
value is clearly past a fixed cut, ``drift`` says how far fixed cuts are from today's. ``relabel`` gives tiers
other names.
"""

from ._abc import TIERS, Tiers, abc
from ._agreement import Agreement, agreement
from ._combine import Combined, TierDisagreements, combine, disagreements
from ._deciles import DECILES, Deciles, deciles
from ._drift import CutDrift, drift
from ._hold import Held, hold
from ._labels import LABELS, relabel
from ._levels import LEVELS, Levels, levels
from ._lorenz import Lorenz, lorenz
from ._rfm import RFM, rfm

__all__ = [
    "DECILES",
    "LABELS",
    "LEVELS",
    "RFM",
    "TIERS",
    "Agreement",
    "Combined",
    "CutDrift",
    "Deciles",
    "Held",
    "Levels",
    "Lorenz",
    "TierDisagreements",
    "Tiers",
    "abc",
    "agreement",
    "combine",
    "deciles",
    "disagreements",
    "drift",
    "hold",
    "levels",
    "lorenz",
    "relabel",
    "rfm",
]  # fmt: skip
