"""Prescribing barriers: which are named, which go with less use, which may be worked on, by whom, worth how much."""

from ._actions import Actions, actions
from ._answers import facts_named
from ._by_group import ByGroup, prevalence_by
from ._by_region import ByRegion, by_region
from ._rank import rank
from ._result import Barriers
from ._scenario import scenario
from ._scenario_result import Scenario
from ._severity import Severity, named, severity
from ._stated import StatedDerived, stated_derived
from ._taxonomy import taxonomy

__all__ = [
    "Actions", "Barriers", "ByGroup", "ByRegion", "Scenario", "Severity", "StatedDerived", "actions", "by_region",
    "facts_named", "named", "prevalence_by", "rank", "scenario", "severity", "stated_derived", "taxonomy",
]  # fmt: skip
