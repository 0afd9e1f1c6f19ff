"""Run every measurement: ``python -m benchmarks``, or some: ``python -m benchmarks lifetime``."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def main() -> None:
    """Each ``bench_*.py`` with its name as heading."""
    wanted = set(sys.argv[1:])
    # each script reads its own command line
    sys.argv[1:] = []
    for info in pkgutil.iter_modules(benchmarks.__path__):
        name = info.name.removeprefix("bench_")
        if info.name.startswith("bench_") and (not wanted or name in wanted):
            print(f"\n== {name}", flush=True)
            importlib.import_module(f"benchmarks.{info.name}").main()


if __name__ == "__main__":
    main()
