"""The bundled sample's tables, built once for all modules that hold them to the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.data import dataset, store

BUNDLED = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the tables of the delivered (spoiled) files."""
    folder = tmp_path_factory.mktemp("sample")
    store.build(dataset.load(BUNDLED / "dataset.yaml"), folder)
    return folder
