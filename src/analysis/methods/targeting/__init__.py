"""Target selection: which accounts first and why, and why the others are not.

``select`` applies a table of rules, ``listed`` shows the selected accounts, ``left_out`` the others.
"""

from ._lists import LeftOut, Listed, left_out, listed
from ._rules import HOLDS, RULES
from ._select import Targets, select

__all__ = ["HOLDS", "RULES", "LeftOut", "Listed", "Targets", "left_out", "listed", "select"]
