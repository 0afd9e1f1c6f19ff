"""Floor 5: the interactive door. The same tables, results and guard-rails as the batch run, by hand.

`open_run` gives a finished run of one region to look into, to change and to compare::

    from analysis import explore

    run = explore.open_run()          # the latest run; the bundled sample when there is none
    run.results["tiers"]              # a saved result
    run.customer("01000003")          # one account: trend, tier, type, segment, source rows
    run.what_if.tiers(cuts=(0.6, 0.85))
    other = run.redo("02_segments_tiers", k=4)
    other.diff(run)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .opening import open_run
    from .run import Run

__all__ = ["Run", "open_run"]

_HOMES = {"open_run": "opening", "Run": "run"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
