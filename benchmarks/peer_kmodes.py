"""k-prototypes by the package kmodes 0.12.2; runs in a virtual environment that holds it, not in ours.

``python peer_kmodes.py features.npz SEED`` prints wall and cpu seconds of one start, and its cost, as JSON.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from kmodes.kprototypes import KPrototypes


def main() -> None:
    """Fit the features of the file once, as its users do: categories by position."""
    with np.load(sys.argv[1]) as table:
        numbers, codes, k, gamma = table["numbers"], table["codes"], int(table["k"]), float(table["gamma"])
    rows = np.column_stack([numbers.astype(object), codes.astype(str).astype(object)])
    places = list(range(numbers.shape[1], rows.shape[1]))
    begun, worked = time.perf_counter(), time.process_time()
    model = KPrototypes(n_clusters=k, init="Cao", n_init=1, gamma=gamma, random_state=int(sys.argv[2])).fit(
        rows, categorical=places
    )
    clock = {"wall": time.perf_counter() - begun, "cpu": time.process_time() - worked}
    print(json.dumps({**clock, "cost": float(model.cost_), "labels": model.labels_.tolist()}))


if __name__ == "__main__":
    main()
