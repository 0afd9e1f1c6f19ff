"""The main job: seconds of ``make report`` after set-up, and the size of its pages."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from analysis.runs import batch, sample_run
from analysis.runs.batch import Options

RUNS = 3


def main() -> None:
    """Median of three whole runs on the bundled sample, three regions, all cores."""
    seconds, largest = [], 0
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            started = time.perf_counter()
            outcome = batch.run(sample_run.sample_dataset(), Options(out=home / "out", work=home / "work"))
            seconds.append(time.perf_counter() - started)
            largest = max(p.stat().st_size for p in outcome.index.parent.rglob("*.html"))
            steps = outcome.timings["steps"]
    middle, rounded = sorted(seconds)[RUNS // 2], [round(s) for s in seconds]
    print(f"whole run, seconds: median {middle:.0f} of {rounded}; steps {steps}")
    print(f"largest page: {largest / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
