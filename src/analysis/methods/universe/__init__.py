"""The universe in scope: which accounts order, are in contact, answered; by region, type or level."""

from ._cover import Universe, cover

__all__ = ["Universe", "cover"]
