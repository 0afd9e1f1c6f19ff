"""`report.show`: one display per call, in the page's own MIME type."""

from __future__ import annotations

from collections.abc import Iterator

import IPython.display
import matplotlib.pyplot as plt
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from analysis import report
from analysis.report import display

from . import demo


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[dict[str, str], dict[str, object]]]]:
    """What a kernel would send to the notebook."""
    sent: list[tuple[dict[str, str], dict[str, object]]] = []
    plt.switch_backend("agg")  # outside the shell: pyplot would hook into one that is gone after the test
    InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    monkeypatch.setattr(IPython.display, "display", lambda data, metadata, raw: sent.append((data, metadata)))
    yield sent
    InteractiveShell.clear_instance()


def test_one_display_with_three_types(shown: list[tuple[dict[str, str], dict[str, object]]]) -> None:
    report.open_page(demo.a_page())
    assert report.show(demo.tiers((46, 120, 346, 3)), demo.plot_tiers, language="zh", audience="internal") is None
    [(data, metadata)] = shown
    assert list(data) == ["application/vnd.rapport.block+html", "text/html", "text/plain"]
    assert metadata == {display.MIME: {"hidden": 2, "layout": "figure"}}
    assert data["text/html"].startswith('<div class="rp-lab"><style>')
    assert data["text/html"].endswith(data[display.MIME] + "</div>")


def test_plain_text_is_the_finding(capsys: pytest.CaptureFixture[str]) -> None:
    # without a kernel the finding is printed
    report.show(demo.tiers(), demo.plot_tiers, language="en", audience="internal")
    assert capsys.readouterr().out == "46 value-A accounts (9%) hold 70% of net purchases\n"


def test_plain_text_gives_no_hidden_number_away(shown: list[tuple[dict[str, str], dict[str, object]]]) -> None:
    report.show(demo.tiers((3, 120, 346, 21)), language="zh", audience="internal")
    assert "3" not in shown[0][0]["text/plain"]
    assert shown[0][0]["text/plain"]


def test_an_empty_warning_shows_nothing(shown: list[tuple[dict[str, str], dict[str, object]]]) -> None:
    report.show(demo.Warnings(table=demo.warnings().table), language="zh", audience="internal")
    assert shown == []


def test_the_result_is_not_changed() -> None:
    result = demo.tiers((46, 120, 346, 3))
    before = result.table.copy()
    display.bundle(result, demo.plot_tiers, language="zh", audience="internal")
    assert result.table.equals(before)


def test_numbers_are_equal_for_both_audiences() -> None:
    import re

    both = []
    for audience in ("internal", "shared"):
        data, _ = display.bundle(demo.tiers(), demo.plot_tiers, language="zh", audience=audience)
        both.append(re.findall(r"<td[^>]*>([^<]*)</td>", data[display.MIME]))
        report.open_page(demo.a_page(audience=audience))
    assert both[0] == both[1]
