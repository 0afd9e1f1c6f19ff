"""Answer sheets as two survey platforms export them.

The latest wave has one column per item, under the item's number. The earlier one comes from a platform that heads
columns with numbered questions, gives every option of a multiple choice and every row of a matrix a column of its
own, and writes rating scales as numbers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from . import writers
from .dirt import Log
from .questionnaire import SCALES, items, items_before
from .setting import each
from .survey import Survey
from .world import World

__all__ = ["SURVEY_FILE", "SURVEY_FILE_BEFORE", "heading", "write"]

SURVEY_FILE, SURVEY_FILE_BEFORE = "survey_2025Q2.csv", "survey_2024Q4.csv"
_MODES = {"self_online": "自填", "phone": "电话", "interview": "访谈", "rep_administered": "代表协助"}
_PHONE = "1540000"
#: what stands between the rows' question and the row, by question number; the options of a question stand in brackets
_MATRIX = "—"
_OPTIONS = "7"
_STATEMENTS = "您是否同意以下说法"


def write(world: World, out: Path, log: Log) -> None:
    """Write both waves."""
    latest = world.survey.answers.join(world.added.answers)
    _latest(world.survey, latest, out, log)
    _before(world.earlier, out, log)


def heading(item: str, text: str) -> str:
    """Heading of an item in the earlier export: 7、影响您选用的因素(不了解产品), 9、对以下方面的满意度—疗效."""
    number = item[1:].split("_")[0]
    if "_" not in item:
        return f"{number}、{text}"
    question, _, part = text.partition("：") if "：" in text else (_STATEMENTS, "", text)
    return f"{number}、{question}({part})" if number == _OPTIONS else f"{number}、{question}{_MATRIX}{part}"


def _latest(drawn: Survey, answers: pd.DataFrame, out: Path, log: Log) -> None:
    """Answers in words where the scale has words, (空) where left out."""
    frame = _head(drawn.respondents, "序号", "医生编码")
    for item in each(items()):
        frame[item.item_id] = [_said(value, item.scale, item.type) for value in answers[item.item_id]]
        _gaps(answers[item.item_id], item, SURVEY_FILE, item.item_id, "(空)", log)
    _odd(drawn, frame, SURVEY_FILE, "Q14", log)
    writers.write_csv(frame, out / SURVEY_FILE)


def _before(drawn: Survey, out: Path, log: Log) -> None:
    """Ratings as numbers, other choices in words; a gap is (跳过) in a matrix and empty elsewhere."""
    frame = _head(drawn.respondents, "答卷编号", "医生编码")
    for item in each(items_before()):
        name, gap = heading(item.item_id, item.text), "(空)" if "_" in item.item_id else ""
        given = drawn.answers[item.item_id]
        plain = "" if item.type in ("likert5", "nps") else item.scale
        frame[name] = [gap if pd.isna(v) and item.type != "open" else _said(v, plain, item.type) for v in given]
        _gaps(given, item, SURVEY_FILE_BEFORE, name, gap, log)
    _odd(drawn, frame, SURVEY_FILE_BEFORE, frame.columns[-1], log)
    writers.write_csv(frame, out / SURVEY_FILE_BEFORE)


def _head(people: pd.DataFrame, number: str, person: str) -> pd.DataFrame:
    moment = people["date"] + pd.to_timedelta(people["clock"], unit="s")
    return pd.DataFrame({
        number: people["response_id"],
        "提交答卷时间": moment.dt.strftime("%Y/%m/%d %H:%M:%S"),
        "所用时间": people["seconds"].astype("str") + "秒",
        "调查方式": people["mode"].map(_MODES),
        person: people["customer_id"],
    })  # fmt: skip


def _gaps(given: pd.Series, item: Any, file: str, column: str, written: str, log: Log) -> None:
    for at in np.flatnonzero(pd.isna(given)) if item.type != "open" else ():
        log.add("d14_item_missing", file, int(at) + 2, column, "", written)


def _odd(drawn: Survey, frame: pd.DataFrame, file: str, comment: str, log: Log) -> None:
    """Careless sheets and telephone numbers in comments."""
    for at in np.flatnonzero(drawn.respondents["straight"]):
        log.add("d14_straight_liner", file, int(at) + 2, "所用时间", "", frame["所用时间"][at])
    for at in np.flatnonzero(frame[comment].str.contains(_PHONE)):
        log.add("d18_phone", file, int(at) + 2, comment, "", frame[comment][at])


def _said(value: Any, scale: str, kind: str) -> str:
    if pd.isna(value):
        return "" if kind == "open" else "(空)"
    if kind == "barrier":
        return str(int(value))
    if not scale:
        return str(value) if isinstance(value, str) else str(int(value))
    words = SCALES[scale]
    return words[int(value) - 1] if kind == "likert5" else words[int(value)]
