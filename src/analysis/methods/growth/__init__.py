"""Growth: did net sales rise, and where did the change come from."""

from ._change import Change, Monthly, change, monthly
from ._decompose import Decomposition, decompose
from ._price import PriceVolumeMix, price_volume_mix
from ._sources import Sources, sources

__all__ = [
    "Change", "Decomposition", "Monthly", "PriceVolumeMix", "Sources", "change", "decompose", "monthly",
    "price_volume_mix", "sources",
]  # fmt: skip
