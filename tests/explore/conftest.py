"""Two finished runs to explore: the bundled sample, and a small one with a region that is too small."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis import explore
from analysis.explore.run import Run
from analysis.runs import sample_run

from ..runs import small as small_data


@pytest.fixture(scope="session")
def sample_home() -> Path:
    """Work folder of the sample run; ``RAPPORT_EXPLORE_RUN`` names one that is there already."""
    told = os.environ.get("RAPPORT_EXPLORE_RUN")
    return Path(told) if told else sample_run.ensure_sample()


@pytest.fixture(scope="session")
def small_home() -> Path:
    """Work folder of a run with 45, 40 and 5 accounts; kept for this state of the code, as the sample run is."""
    return small_data.finished() / "work"


@pytest.fixture
def run(sample_home: Path) -> Iterator[Run]:
    """The sample run in English, region 华东."""
    yield explore.open_run(sample_home, region="华东", language="en")


@pytest.fixture
def small(small_home: Path) -> Iterator[Run]:
    """The small run in English, region 华东."""
    yield explore.open_run(small_home, region="华东", language="en")
