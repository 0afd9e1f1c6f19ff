"""The bundled sample's tables, built once for all modules that hold them to the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.data import dataset, store
from analysis.runs import places

BUNDLED = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the tables of the delivered (spoiled) files."""
    # the sample run of this state of the code has built them already, where there is one
    kept = places.work_root() / f"sample-{places.source_fingerprint()[:10]}" / "tables"
    if kept.is_dir():
        return kept
    folder = tmp_path_factory.mktemp("sample")
    store.build(dataset.load(BUNDLED / "dataset.yaml"), folder)
    return folder
