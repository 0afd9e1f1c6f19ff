"""Run every measurement: ``python -m benchmarks``, or some: ``python -m benchmarks lifetime``.

What follows the first option goes to the scripts: ``python -m benchmarks lifetime_truth --worlds 20``.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks


def main() -> None:
    """Each ``bench_*.py`` with its name as heading."""
    given = sys.argv[1:]
    first = next((i for i, word in enumerate(given) if word.startswith("-")), len(given))
    wanted = set(given[:first])
    # each script reads its own command line
    sys.argv[1:] = given[first:]
    for info in pkgutil.iter_modules(benchmarks.__path__):
        name = info.name.removeprefix("bench_")
        if info.name.startswith("bench_") and (not wanted or name in wanted):
            print(f"\n== {name}", flush=True)
            importlib.import_module(f"benchmarks.{info.name}").main()


if __name__ == "__main__":
    main()
