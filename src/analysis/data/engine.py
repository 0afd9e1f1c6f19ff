"""The embedded engine that runs the heavy steps: DuckDB behind Ibis, closed to the network."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

__all__ = ["connect", "parquet", "to_arrow"]

_THREADS = 4
#: enough for 20 million order lines; what does not fit is spilled to the temporary folder
_MEMORY = "1200MB"


@cache
def connect() -> ibis.BaseBackend:
    """The process's own in-memory engine.

    It never fetches or loads an extension. Regions run side by side, so threads and memory are
    limited; ``RAPPORT_THREADS`` and ``RAPPORT_MEMORY`` (such as ``8GB``) overrule the limits.
    """
    return ibis.duckdb.connect(
        threads=int(os.environ.get("RAPPORT_THREADS", min(_THREADS, os.cpu_count() or 1))),
        memory_limit=os.environ.get("RAPPORT_MEMORY", _MEMORY),
        temp_directory=str(Path(tempfile.gettempdir()) / f"rapport-{os.getpid()}"),
        preserve_insertion_order=False,
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
    )


def parquet(path: str | Path) -> ir.Table:
    """A Parquet file as an Ibis table; nothing is read yet."""
    return connect().read_parquet(str(path))


def to_arrow(expression: ir.Table) -> pa.Table:
    """Run an expression on the engine."""
    return connect().to_pyarrow(expression)
