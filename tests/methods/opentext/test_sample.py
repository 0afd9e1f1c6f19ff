"""The bundled sample and its truth: what the codebook finds, misses, and keeps to itself.

The codebook's words were written with phrases like those of the sample at hand, so agreement here shows that nothing
is broken; how good the codebook is on other texts, only texts coded by hand can tell.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from analysis.core.disclosure import control
from analysis.core.result import Result
from analysis.methods import opentext

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
COMPETITORS = {"drug": ["砚安欣"], "competitor": ["康缇", "维岚", "欣霁", "普栖"]}


@cache
def truth(name: str) -> dict:  # type: ignore[type-arg]
    return json.loads((SAMPLE / "truth" / f"{name}.json").read_text(encoding="utf-8"))


@cache
def comments() -> pd.Series:
    sheet = pd.read_csv(SAMPLE / "survey_2025Q2.csv", dtype=str)
    return sheet.set_index("序号")["Q14"]


@cache
def posts() -> pd.DataFrame:
    names = {"留言编号": "feedback_id", "日期": "date", "渠道": "channel", "留言内容": "text"}
    return pd.read_csv(SAMPLE / "feedback_text.csv").rename(columns=names)[list(names.values())]


@cache
def said() -> pd.Series:
    return posts().set_index("feedback_id")["text"]


@cache
def names() -> tuple[str, ...]:
    customers = pd.read_csv(SAMPLE / "customers.csv", dtype=str)
    column = next(c for c in customers.columns if c in ("客户名称", "名称", "name"))
    return tuple(customers[column].dropna().unique())


@cache
def coding() -> opentext.Coding:
    return opentext.code(comments(), dictionary=COMPETITORS, names=names())


def hand() -> pd.DataFrame:
    rows = [
        (who, coder, theme)
        for who, both in truth("coded_comments")["comments"].items()
        for coder, themes in both.items()
        for theme in (themes or [""])
    ]
    return pd.DataFrame(rows, columns=["response_id", "coder", "theme"])


def known(name: str) -> pd.Series:
    return pd.Series({who: own[name] for who, own in truth("feedback").items()})


def test_codebook_against_the_hand_coded_comments() -> None:
    themes = truth("coded_comments")["codes"]
    first = opentext.hand_codes(hand(), themes=themes)["coder_1"]
    table = opentext.agreement(coding().coded, first).table.set_index("theme")
    assert table.loc["all", "n"] >= 100
    assert table.loc["all", "lo"] > 0.8
    assert table.loc["all", "f1"] > 0.9


def test_coders_agree_as_well_as_was_planted() -> None:
    sample = truth("coded_comments")
    table = opentext.coders(hand(), themes=sample["codes"]).table.set_index("theme")
    # 12 % of the comments differ, in one or two of 13 codes: single codes differ in 0.9 % to 1.9 %
    assert 0.981 <= table.loc["all", "agreed"] <= 0.991
    # expected alpha: one less disagreements over twice share times rest, share of ticks about .06
    assert 0.8 < table.loc["all", "value"] < 0.95


def test_no_adverse_event_is_missed() -> None:
    cases = opentext.adverse_events(said()).cases
    found = set(cases.loc[cases["statement"] == "affirmed", "record_id"])
    real = set(known("adverse_event")[lambda s: s].index)
    assert real <= found
    # what is denied in so many words is no case, but stays on the list
    denied = {who for who, own in truth("feedback").items() if own.get("denied") == "adverse_event"}
    assert denied <= set(cases["record_id"])
    assert not denied & found


def test_sentiment_of_posts_has_a_measured_error() -> None:
    feeling = known("sentiment").astype(int)
    checked = feeling.sample(150, random_state=1)
    table = opentext.sentiment(said(), checked).table.set_index(["measure", "sentiment"])
    assert table.loc[("accuracy", "all"), "value"] > 0.85
    row = table.loc[("share_adjusted", "sentiment_negative")]
    assert row["lo"] < (feeling == -1).mean() < row["hi"]


def test_denials_are_read_as_denials() -> None:
    denied = [who for who, own in truth("feedback").items() if own.get("denied") == "supply"]
    codes = opentext.code(said()).coded.loc[denied, "B15"]
    assert (codes == -1).mean() > 0.9


def traces() -> list[str]:
    """Planted telephone numbers and people of comments and posts."""
    texts = [*comments().dropna(), *said()]
    phones = sorted({word for text in texts for word in re.findall(r"1540000\d{4}", text)})
    people = sorted({name for own in truth("feedback").values() for name in own.get("named", [])})
    assert len(phones) >= 8
    assert len(people) >= 5
    return [*phones, *people]


@pytest.mark.parametrize(
    "make",
    [
        coding, lambda: opentext.code(said(), names=names()),
        lambda: opentext.quotes(comments(), coding().coded, names=names()),
        lambda: opentext.quotes(said(), opentext.code(said()).coded, names=names(), per_theme=10),
        lambda: opentext.themes(said(), k=[12], resamples=2, names=names()),
        lambda: opentext.adverse_events(said()), lambda: opentext.feedback(posts()),
        lambda: opentext.feedback_channels(posts()), lambda: opentext.feedback_change(posts(), since="2024-05-01"),
        lambda: opentext.sentiment(said(), known("sentiment").astype(int)),
    ],
)  # fmt: skip
def test_no_planted_number_or_name_in_any_frame(make) -> None:  # type: ignore[no-untyped-def]
    result = make()
    frames = [getattr(result, name) for name in result.__dataclass_fields__]
    shown = "\n".join(f.to_csv() for f in frames if isinstance(f, pd.DataFrame))
    assert not [trace for trace in traces() if trace in shown]
    assert not [name for name in names() if len(name) >= 4 and name in shown]


def test_quotes_and_cases_never_reach_a_shared_report() -> None:
    for result in (opentext.quotes(comments(), coding().coded), opentext.adverse_events(said())):
        shared: Result = control(result, 11, "shared").result
        assert shared.table.empty
        assert not [f for f in vars(shared).values() if isinstance(f, pd.DataFrame) and len(f)]
