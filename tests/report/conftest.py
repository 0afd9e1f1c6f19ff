"""Words of the small results, and a page that no other test sees."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import pytest

from analysis.core import words
from analysis.report import page

from . import demo


@pytest.fixture(autouse=True)
def demo_words(monkeypatch: pytest.MonkeyPatch) -> None:
    flat = {language: {**words.flat(language), **demo.WORDS[language]} for language in words.LANGUAGES}
    monkeypatch.setattr(words, "flat", flat.__getitem__)


@pytest.fixture(autouse=True)
def closed_page() -> Iterator[None]:
    yield
    page._Open.page = None
    plt.close("all")
