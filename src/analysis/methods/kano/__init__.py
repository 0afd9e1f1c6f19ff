"""Kano classes of attributes by penalties and rewards."""

from ._classify import Kano, classify

__all__ = ["Kano", "classify"]
