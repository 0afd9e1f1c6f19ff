"""Prescribing barriers: which are named, which go with less use, which may be worked on."""

from .rank import Barriers, rank
from .taxonomy import taxonomy

__all__ = ["Barriers", "rank", "taxonomy"]
