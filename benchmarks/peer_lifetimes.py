"""BG/NBD by the package lifetimes 0.11.3; runs in a virtual environment that holds it, not in ours.

``python peer_lifetimes.py history.npz`` prints wall and cpu seconds, peak memory in MB and the parameters as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np
from lifetimes import BetaGeoFitter


def main() -> None:
    """Fit the histories of the file, one row per customer, as its users do."""
    with np.load(sys.argv[1]) as table:
        frequency, recency, age = table["frequency"], table["recency"], table["age"]
    start, worked = time.perf_counter(), time.process_time()
    fitter = BetaGeoFitter().fit(frequency, recency, age)
    clock = {"wall": time.perf_counter() - start, "cpu": time.process_time() - worked}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    parameters = {name: float(value) for name, value in fitter.params_.items()}
    print(json.dumps({**clock, "memory": memory, "parameters": parameters}))


if __name__ == "__main__":
    main()
