"""Open comments built from barrier phrases, public posts, and the telephone numbers planted in them.

The numbers begin with 154, which is given to no subscriber: they look like mobile numbers and reach nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .questionnaire import COMMENTS
from .setting import MONTHS, Setting, day

__all__ = ["CHANNELS", "PHONES", "POSTS", "posts", "write"]

PHONES = tuple(f"1540000{i:04d}" for i in range(1, 6))
_COMMENTING, _MULTI = 0.55, 0.08
_PRAISE = ("暂无", "总体不错", "希望继续开展学术活动", "支持规范合理用药")
POSTS = {
    "efficacy": ("吃了三天咳嗽好多了", "效果比以前的药慢一点", "见效挺快"),
    "price": ("一盒要六十多，希望再便宜些", "进了医保以后负担小了", "集采后便宜很多"),
    "supply": ("附近药店总是没货", "跑了三家才买到", "网上能买到，送货快"),
    "service": ("客服回复很及时", "打了两次电话没人接", "药师讲解很耐心"),
    "adverse_event": ("吃完有点恶心，头晕", "起了皮疹，已经停药去看医生", "胃不舒服，说明书上也写了"),
}
CHANNELS = ("论坛", "短视频评论", "电商评价", "客服留言")


def write(
    people: pd.DataFrame, rng: np.random.Generator, phones: Sequence[str] = PHONES
) -> tuple[list[list[str]], list[str | None]]:
    """(barrier codes, text) of every respondent's comment; each of the numbers is planted in one of the texts."""
    themes: list[list[str]] = []
    texts: list[str | None] = []
    for row in people[list(COMMENTS)].to_numpy():
        named = [code for code, ticked in zip(COMMENTS, row, strict=True) if ticked]
        if rng.random() >= _COMMENTING:
            themes.append([])
            texts.append(None)
            continue
        count = 2 if rng.random() < _MULTI and len(named) > 1 else 1
        chosen = [str(code) for code in rng.choice(named, min(count, len(named)), replace=False)] if named else []
        parts = [_pick(COMMENTS[code], rng) for code in chosen] or [_pick(_PRAISE, rng)]
        themes.append(sorted(chosen))
        texts.append("，".join(parts) + str(rng.choice(["。", "", "！"])))
    written = [i for i, text in enumerate(texts) if text is not None]
    for row, phone in zip(rng.choice(written, min(len(phones), len(written)), replace=False), phones, strict=False):
        texts[row] = f"{texts[row]} 联系{phone}"
    return themes, texts


def posts(setting: Setting) -> pd.DataFrame:
    """Public posts about the new product (feedback_text) with their topic; some report adverse events."""
    rng = setting.rng("posts")
    n = setting.count(360, least=30)
    topic = rng.choice(list(POSTS), n, p=[0.30, 0.25, 0.2, 0.15, 0.10])
    moment = np.sort(MONTHS * rng.beta(2.2, 1.2, n) * 0.999)
    return pd.DataFrame({
        "feedback_id": [f"FK{i + 1:05d}" for i in range(n)],
        "date": day(moment).to_numpy(),
        "channel": rng.choice(CHANNELS, n),
        "text": [_pick(POSTS[name], rng) for name in topic],
        "product_id": np.where(rng.random(n) < 0.7, "P01", "P02"),
        "topic": topic,
    })  # fmt: skip


def _pick(options: tuple[str, ...], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]
