"""Behaviour: how often customers buy, at which intervals, through which channels, how much at a time."""

from ._channels import ChannelMix, channels
from ._rhythm import Frequency, Gaps, OrderSize, frequency, gaps, order_size

__all__ = ["ChannelMix", "Frequency", "Gaps", "OrderSize", "channels", "frequency", "gaps", "order_size"]
