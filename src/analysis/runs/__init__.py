"""Floor 5: the regional batch run, and the door through which a notebook reaches its data.

`run` turns a dataset file into regional reports; `open_job` gives a notebook
its tables and results; `ensure_sample` builds the sample run when there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .batch import run
    from .job import Job, open_job
    from .sample_run import ensure_sample

__all__ = ["Job", "ensure_sample", "open_job", "run"]

_HOMES = {"run": "batch", "Job": "job", "open_job": "job", "ensure_sample": "sample_run"}


def __getattr__(name: str) -> Any:
    # a notebook only opens a job: papermill and nbconvert are imported when a run is asked for
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
