"""What a questionnaire feeds: scales as declared, items of unlike scales kept apart, kinds of themes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.methods import satisfaction
from analysis.runs import voice

ASKED = [f"R{i:03}" for i in range(60)]


def book(*rows: tuple[str, str, str, float | None, float | None], **more: Any) -> pd.DataFrame:
    columns = ["item_id", "type", "construct", "x_low", "x_high"]
    return pd.DataFrame(rows, columns=columns).assign(text=lambda t: t["item_id"] + "?", **more)


def sheets(items: pd.DataFrame, high: int) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame({i: rng.integers(1, high + 1, len(ASKED)) for i in items["item_id"]}, index=ASKED, dtype=float)


TEN = book(
    ("all", "numeric", "overall_satisfaction", 1, 10), ("net", "numeric", "satisfaction", 1, 10),
    ("help", "numeric", "satisfaction", 1, 10), ("odd", "likert5", "satisfaction", None, None),
    ("again", "nps", "nps", 1, 10),
)  # fmt: skip


def test_attributes_on_the_scale_that_most_share() -> None:
    known = voice.plan(sheets(TEN, 10), TEN)
    assert known.satisfaction is not None and known.X is not None
    assert (list(known.satisfaction.columns), known.scale) == (["net?", "help?"], 10)
    # what was asked on another scale is no driver beside them either
    assert list(known.X.columns) == ["net?", "help?"]
    assert known.rated is not None


def test_five_points_where_nothing_is_declared() -> None:
    items = book(("all", "likert5", "overall_satisfaction", None, None), ("net", "likert5", "satisfaction", None, None),
                 ("help", "likert5", "satisfaction", None, None), ("again", "nps", "nps", None, None))  # fmt: skip
    known = voice.plan(sheets(items, 5), items)
    assert (known.scale, known.recommended) == (5, None)
    assert known.nps is not None
    assert voice.plan(sheets(items, 5), items.drop(columns=["x_low", "x_high"])).scale == 5


def test_recommendation_from_1_to_10_is_no_net_promoter_score() -> None:
    known = voice.plan(sheets(TEN, 10), TEN)
    assert known.nps is None and known.recommended is not None
    assert known.recommended_scale == (1, 10)
    block = satisfaction.overview(sheets(TEN, 10), TEN)
    assert set(block.table["measure"]) == {"satisfaction_top", "satisfaction_mean"}
    assert block.table["scale"].eq(10).all()
    counted = next(note for note in block.notes if note.code == "overview_counted")
    assert (counted.values["low"], counted.values["high"]) == (9, 10)


def test_means_of_unlike_scales_are_not_compared() -> None:
    items = book(("stay", "likert5", "intent", None, None), ("time", "barrier", "barrier", None, None),
                 ("leave", "single", "leave", None, None), ("talk", "likert5", "talk", None, None),
                 x_outcome=[True, False, False, False])  # fmt: skip
    wide = sheets(items, 5)
    wide[["time", "leave"]] = (wide[["time", "leave"]] > 3).astype(float)
    known = voice.plan(wide, items)
    assert known.X is not None
    # barriers have a ranking of their own and are no driver
    assert set(known.X.columns) == {"leave", "talk"}
    assert known.rated is None


@pytest.mark.parametrize(
    ("codes", "constructs", "expected"),
    [
        (None, [], ("topic",)),
        (["no time"], [], ("topic",)),
        (["B01", "no time"], [], ("barrier", "topic")),
        (None, ["ladder"], ("barrier", "topic")),
    ],
)
def test_barriers_are_read_from_texts_where_prescribing_was_asked_about(
    codes: list[str] | None, constructs: list[str], expected: tuple[str, ...]
) -> None:
    mentions = None if codes is None else pd.DataFrame(0, index=ASKED, columns=codes)
    asked: Any = SimpleNamespace(
        plan=voice.Voice(mentions=mentions), asked_of=lambda name: ["item"] if name in constructs else []
    )
    assert voice.kinds(asked) == expected


def test_open_questions_are_coded_apart_the_most_answered_first() -> None:
    questions = pd.DataFrame({"item_id": ["better", "good"], "text": ["What could be better?", "What was good?"]})
    said = pd.DataFrame({"better": ["Waiting", None, None], "good": [None, "Kind staff", "Kind"]}, index=ASKED[:3])
    asked: Any = SimpleNamespace(texts=lambda construct: said, questions=questions, comments=said["good"].dropna())
    first, second = voice.by_question(asked)
    assert (first[0], second[0]) == ("What was good?", "What could be better?")
    assert first[1] is not None and second[1] is not None
    assert (first[1].tolist(), second[1].tolist()) == (["Kind staff", "Kind"], ["Waiting"])
    # one question alone: all answers, no question named
    asked.texts = lambda construct: said[["good"]]
    alone, none = voice.by_question(asked)
    assert alone[0] is None and alone[1] is not None
    assert (alone[1].tolist(), none) == (["Kind staff", "Kind"], (None, None))
