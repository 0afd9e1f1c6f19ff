"""Public posts of which is known what they say: topic, sentiment, adverse event, what was denied, who is named.

The first posts are those of `comments.posts`; to them come posts that are hard to read: denials ("没有不良反应"),
adverse events in plain words, two topics at once, irony, and posts with a name or a telephone number in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from . import comments
from .setting import MONTHS, Setting, day, each

__all__ = ["HARD", "PEOPLE", "PHONES", "Phrase", "known", "posts"]

#: given to no subscriber, as those in the comments
PHONES = tuple(f"1540000{i:04d}" for i in range(11, 15))
#: invented people, as posts call them
PEOPLE = ("张医生", "李主任", "王护士长", "赵药师", "陈建国医生", "刘女士")
_BASE, _NAMED = 150, 0.12


@dataclass(frozen=True)
class Phrase:
    """One way of saying it: the text, its topic, sentiment (1, 0, -1), adverse event or not, and what it denies."""

    text: str
    topic: str
    sentiment: int
    adverse: bool = False
    denied: str = ""


#: sentiment of the plain posts, in the order of `comments.POSTS`
_PLAIN = {
    "efficacy": (1, -1, 1), "price": (-1, 1, 1), "supply": (-1, -1, 1), "service": (1, -1, 1),
    "adverse_event": (-1, -1, -1),
}  # fmt: skip
HARD = (
    Phrase("吃了一周，没有不良反应", "efficacy", 1, denied="adverse_event"),
    Phrase("没出现皮疹，也不恶心，挺好", "efficacy", 1, denied="adverse_event"),
    Phrase("用完没有任何不舒服", "efficacy", 1, denied="adverse_event"),
    Phrase("不贵，普通家庭也能接受", "price", 1, denied="price"),
    Phrase("不觉得贵，医保报了大半", "price", 1, denied="price"),
    Phrase("没有断过货，每次都能买到", "supply", 1, denied="supply"),
    Phrase("不是没货，是药店还没上架", "supply", 0, denied="supply"),
    Phrase("客服没有不耐烦，讲得清楚", "service", 1, denied="service"),
    Phrase("没什么效果，吃了和没吃一样", "efficacy", -1, denied="efficacy"),
    Phrase("效果不好，白花钱", "efficacy", -1, denied="efficacy"),
    Phrase("吃了以后皮疹，痒了两天", "adverse_event", -1, adverse=True),
    Phrase("第二天开始拉肚子，停了就好", "adverse_event", -1, adverse=True),
    Phrase("吃药后过敏，脸都肿了", "adverse_event", -1, adverse=True),
    Phrase("虽然有点头晕，但是咳嗽好得快", "adverse_event", 1, adverse=True),
    Phrase("孩子吃完呕吐，去急诊了", "adverse_event", -1, adverse=True),
    Phrase("真行，跑了五家药店都说没有", "supply", -1),
    Phrase("药是好药，就是太难买", "supply", -1),
    Phrase("请问这个药饭前吃还是饭后吃", "service", 0),
    Phrase("一天几次？说明书丢了", "service", 0),
    Phrase("和之前那个牌子比价格差不多", "price", 0),
)


def posts(setting: Setting) -> pd.DataFrame:
    """Table ``feedback_text``: the plain posts, then the hard ones, each part in the order of days."""
    rng = setting.rng("hard posts")
    plain = comments.posts(setting)
    n = setting.count(_BASE, least=40)
    # every phrase is there; the rest by chance
    which = np.concatenate([np.arange(len(HARD)), rng.integers(0, len(HARD), n - len(HARD))])
    rng.shuffle(which)
    texts = [HARD[at].text for at in which]
    for at in np.flatnonzero(rng.random(n) < _NAMED):
        texts[at] = f"{texts[at]}，谢谢{PEOPLE[int(rng.integers(len(PEOPLE)))]}"
    for at, phone in zip(rng.choice(n, len(PHONES), replace=False), PHONES, strict=True):
        texts[at] = f"{texts[at]}，电话{phone}"
    more = pd.DataFrame({
        "feedback_id": [f"FK{len(plain) + i + 1:05d}" for i in range(n)],
        "date": day(np.sort(MONTHS * rng.beta(2.2, 1.2, n) * 0.999)).to_numpy(),
        "channel": rng.choice(comments.CHANNELS, n),
        "text": texts,
        "product_id": np.where(rng.random(n) < 0.7, "P01", "P02"),
        "topic": [HARD[at].topic for at in which],
    })  # fmt: skip
    return pd.concat([plain, more], ignore_index=True)


def known(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """What is true of each post, by its number."""
    return {row.feedback_id: _of(row.text, row.topic) for row in each(table)}


def _of(text: str, topic: str) -> dict[str, Any]:
    phrase = next((_phrases()[start] for start in _phrases() if text.startswith(start)), None)
    if phrase is None:  # pragma: no cover - every post begins with a phrase
        raise LookupError(text)
    out: dict[str, Any] = {"topic": topic, "sentiment": phrase.sentiment, "adverse_event": phrase.adverse}
    out |= {"denied": phrase.denied} if phrase.denied else {}
    named = [name for name in PEOPLE if name in text]
    out |= {"named": named} if named else {}
    return out | ({"phone": True} if any(phone in text for phone in PHONES) else {})


@cache
def _phrases() -> dict[str, Phrase]:
    plain = [
        Phrase(text, topic, sentiment, adverse=topic == "adverse_event")
        for topic, texts in comments.POSTS.items()
        for text, sentiment in zip(texts, _PLAIN[topic], strict=True)
    ]
    # the longest first: one phrase may begin like another
    return {phrase.text: phrase for phrase in sorted([*plain, *HARD], key=lambda phrase: -len(phrase.text))}
