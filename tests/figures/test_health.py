from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from analysis.figures import health as figures
from analysis.figures import style
from analysis.methods import health

from ..methods.test_health import META, frames

BLUE, ORANGE = (c.lower() for c in style.CATEGORICAL[:2])


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def labels(ax: plt.Axes) -> list[str]:
    return [tick.get_text() for tick in ax.get_yticklabels()]


def told(ax: plt.Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_bars_are_the_shares_of_the_table_emptiest_first() -> None:
    result = health.completeness(frames())
    ax = figures.plot_completeness(result, language="zh")
    assert [bar.get_width() for bar in ax.patches] == result.table["value"].tolist()
    assert labels(ax)[0] == "名称（客户）"
    assert told(ax)[:2] == ["50%", "100%"]
    assert ax.yaxis_inverted()
    assert ax.get_xlim()[0] == 0


def test_at_most_fifteen_fields() -> None:
    wide = pd.DataFrame(
        {"customer_id": ["H1", "H2"]}
        | {
            c: ["a", None]
            for c in (
                "parent_id",
                "name",
                "region",
                "province",
                "city",
                "district",
                "ownership",
                "specialty",
                "title",
                "admin_role",
                "consent_basis",
                "source",
                "opt_out",
                "customer_type",
                "hospital_level",
                "valid_from",
            )
        }
    )
    assert len(figures.plot_completeness(health.completeness({"customers": wide}), language="en").patches) == 15


def test_rejected_rows_are_blue_and_the_rest_is_grey() -> None:
    ax = figures.plot_rejected(health.rejected(META), language="en")
    assert labels(ax)[0] == "id missing (order lines)"
    assert [bar.get_width() for bar in ax.patches] == [5, 2, 1, 1, 1, 1]
    kinds = health.rejected(META).table["action"]
    assert [to_hex(bar.get_facecolor()) == BLUE for bar in ax.patches] == [kind == "rejected" for kind in kinds]


def test_nothing_rejected_draws_an_empty_chart() -> None:
    clean = copy.deepcopy(META)
    for entry in clean["tables"].values():
        entry |= {"rejected": {}, "dropped": {}, "cleared": {}}
    ax = figures.plot_rejected(health.rejected(clean), language="zh")
    ax.figure.canvas.draw()
    assert not ax.patches


def test_lines_from_first_to_last_day_and_the_missing_month() -> None:
    result = health.freshness(META)
    ax = figures.plot_freshness(result, language="en")
    assert labels(ax) == ["sell-out", "order lines"]
    assert "cut-off 2025-06-30" in told(ax)
    assert "month not delivered" in told(ax)
    # two tables and the cut-off; one grey month
    assert len(ax.lines) == 3
    assert len(ax.patches) == 1


def test_small_samples_are_hollow_and_hidden_rows_are_not_drawn() -> None:
    result = health.coverage(frames()["customers"], frames()["transactions"])
    ax = figures.plot_coverage(result, language="zh")
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [to_hex(dot.get_markerfacecolor()) for dot in dots] == ["#ffffff", "#ffffff"]
    assert labels(ax) == ["华东", "未分配"]
    hidden = result.table.copy()
    hidden[["value", "lo", "hi"]] = hidden[["value", "lo", "hi"]].mask(hidden["region"] == "unassigned")
    hidden["n"] = hidden["n"].astype(float).mask(hidden["region"] == "unassigned")
    hidden["flag"] = hidden["flag"].mask(hidden["region"] == "unassigned", "suppressed")
    ax = figures.plot_coverage(dataclasses.replace(result, table=hidden), language="zh")
    assert len([line for line in ax.lines if line.get_marker() == "o"]) == 1
    assert "已隐去（数量过少）" in told(ax)


def test_marks_are_coloured_by_their_verdict() -> None:
    broken = copy.deepcopy(META)
    broken["tables"]["transactions"]["rejected"] = {"missing_id": 90}
    result = health.quality(broken, frames())
    ax = figures.plot_quality(result, language="en")
    verdicts = dict(zip(result.table["dimension"], result.table["status"], strict=True))
    bars = dict(zip(result.table["dimension"], ax.patches, strict=True))
    assert verdicts["validity"] == "gate_blocked"
    assert bars["validity"].get_hatch() == "////"
    assert to_hex(bars["timeliness"].get_facecolor()) == ORANGE
    assert to_hex(bars["uniqueness"].get_facecolor()) == BLUE


def test_99_6_percent_is_not_written_as_all() -> None:
    data = frames()["customers"]
    many = pd.concat([data.assign(customer_id=[f"{i}{c}" for c in data["customer_id"]], name="x") for i in range(250)])
    many.iloc[:2, many.columns.get_loc("name")] = None
    ax = figures.plot_completeness(health.completeness({"customers": many}), language="en")
    assert told(ax)[0] == "99.8%"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_draws_in_both_languages(language: str) -> None:
    data = frames()
    pairs = [
        (figures.plot_completeness, health.completeness(data)), (figures.plot_rejected, health.rejected(META)),
        (figures.plot_freshness, health.freshness(META)), (figures.plot_quality, health.quality(META, data)),
        (figures.plot_coverage, health.coverage(data["customers"], data["transactions"])),
    ]  # fmt: skip
    for plot, result in pairs:
        ax = plot(result, language=language)
        ax.figure.canvas.draw()
        assert ax.get_title(loc="center") == ""
        assert np.isfinite(ax.get_xlim()).all()
