"""What every test starts from: no display, one thread, a private configuration folder."""

from __future__ import annotations

import gc
import os
from pathlib import Path

os.environ.update(
    {
        "MPLBACKEND": "agg",
        "RAPPORT_LANGUAGE": "en",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "JUPYTER_PLATFORM_DIRS": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
)

import pytest
from hypothesis import settings

# the same examples in every run, however busy the machine; search further with --hypothesis-profile=default
settings.register_profile("rapport", deadline=None, derandomize=True)
settings.load_profile("rapport")


#: folders whose files run kernels or a browser for minutes: first, so that no process is left alone with one at the
#: end. The first file builds the sample run, the next folder does without it: the other process need not wait
_LONG = ("browser", "real", "explore", "runs", "reference")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; within a folder the order stays."""
    folder = Path(__file__).parent
    items.sort(key=lambda item: (*_LONG, item.path.relative_to(folder).parts[0]).index(_top(item, folder)))


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: the collector need not walk through it thousands of times (a sixth of
    all CPU)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _top(item: pytest.Item, folder: Path) -> str:
    return item.path.relative_to(folder).parts[0]


@pytest.fixture(scope="session", autouse=True)
def _private_key() -> None:
    """Pseudonyms in tests never touch the user's own key."""
    os.environ.setdefault("RAPPORT_KEY", "0" * 64)


@pytest.fixture(autouse=True)
def _default_language_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run sets the language of its messages; the next test starts in English again."""
    monkeypatch.setenv("RAPPORT_LANGUAGE", "en")
