"""Contract cases: open answers and public feedback."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import opentext

from .case import Case

SAID = (
    "经常断货", "没有断货", "医保报销有限制", "担心不良反应", "不担心不良反应", "药事会没通过", "竟品效果不错",
    "总体不错",
    "一直用老方案，习惯了", "暂无", "希望多办讲座", "张医生说还没进院，电话15400000001",
)  # fmt: skip
#: three groups of words that go together
GROUPS = ("断货 缺货 供应 配送 库存 补货", "价格 医保 报销 自费 负担 集采", "疗效 证据 文献 试验 随访 对照")
POSTED = ("一盒要六十多", "附近药店没货", "没有断货", "吃完恶心", "没有恶心", "客服很耐心", "请问怎么吃")
FEELING = {
    "一盒要六十多": -1,
    "附近药店没货": -1,
    "没有断货": 1,
    "吃完恶心": -1,
    "没有恶心": 1,
    "客服很耐心": 1,
    "请问怎么吃": 0,
}


def _mixed(frame, shuffled):  # type: ignore[no-untyped-def]
    return frame.sample(frac=1, random_state=3) if shuffled else frame


def answers(shuffled: bool = False) -> pd.Series:
    rng = np.random.default_rng(3)
    index = pd.Index([f"R{i:03d}" for i in range(140)], name="response_id")
    return _mixed(pd.Series(rng.choice(SAID, 140), index=index, name="text"), shuffled)


def grouped(shuffled: bool = False) -> pd.Series:
    rng = np.random.default_rng(4)
    texts = ["，".join(rng.choice(GROUPS[i % 3].split(), 3, replace=False)) for i in range(120)]
    index = pd.Index([f"R{i:03d}" for i in range(120)], name="response_id")
    return _mixed(pd.Series(texts, index=index, name="text"), shuffled)


def by_hand(shuffled: bool = False) -> pd.DataFrame:
    """Two coders; the second misses every fifth text that the first coded."""
    rows = []
    for i, (who, text) in enumerate(answers().items()):
        theme = "B15" if text == "经常断货" else "B03" if text == "担心不良反应" else ""
        rows += [(who, "A", theme), (who, "B", "" if i % 5 == 0 else theme)]
    return _mixed(pd.DataFrame(rows, columns=["response_id", "coder", "theme"]), shuffled)


def posts(shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = 160
    frame = pd.DataFrame({
        "feedback_id": [f"F{i:03d}" for i in range(n)],
        "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 540, n)), unit="D"),
        "channel": rng.choice(["论坛", "客服留言"], n),
        "text": rng.choice(POSTED, n),
    })  # fmt: skip
    return _mixed(frame, shuffled)


def spoken(shuffled: bool = False) -> pd.Series:
    return posts(shuffled).set_index("feedback_id")["text"]


def labels() -> pd.Series:
    return spoken().map(FEELING)


def coded() -> pd.DataFrame:
    return opentext.code(answers()).coded


CASES: list[Case] = [
    Case(
        "opentext.code",
        lambda: opentext.code(answers()),
        lambda: opentext.code(answers(shuffled=True)),
        inputs=lambda: ([answers().to_frame()], lambda f: opentext.code(f["text"])),
        figure="plot_codes",
    ),
    Case(
        "opentext.themes",
        lambda: opentext.themes(grouped(), k=[2, 3], resamples=3),
        lambda: opentext.themes(grouped(shuffled=True), k=[2, 3], resamples=3),
    ),
    Case(
        "opentext.agreement",
        lambda: opentext.agreement(coded(), opentext.hand_codes(by_hand())["A"]),
        lambda: opentext.agreement(
            opentext.code(answers(shuffled=True)).coded, opentext.hand_codes(by_hand(shuffled=True))["A"]
        ),
    ),
    Case(
        "opentext.coders",
        lambda: opentext.coders(by_hand()),
        lambda: opentext.coders(by_hand(shuffled=True)),
        inputs=lambda: ([by_hand()], opentext.coders),
    ),
    Case(
        "opentext.sentiment",
        lambda: opentext.sentiment(spoken(), labels()),
        lambda: opentext.sentiment(spoken(shuffled=True), labels()),
    ),
    Case(
        "opentext.quotes",
        lambda: opentext.quotes(answers(), coded()),
        lambda: opentext.quotes(answers(shuffled=True), coded()),
    ),
    Case(
        "opentext.adverse_events",
        lambda: opentext.adverse_events(spoken(), dates=posts().set_index("feedback_id")["date"]),
        lambda: opentext.adverse_events(spoken(shuffled=True), dates=posts().set_index("feedback_id")["date"]),
    ),
    Case(
        "opentext.feedback",
        lambda: opentext.feedback(posts()),
        lambda: opentext.feedback(posts(shuffled=True)),
        inputs=lambda: ([posts()], opentext.feedback),
        figure="plot_feedback",
    ),
    Case(
        "opentext.feedback_channels",
        lambda: opentext.feedback_channels(posts()),
        lambda: opentext.feedback_channels(posts(shuffled=True)),
    ),
    Case(
        "opentext.feedback_change",
        lambda: opentext.feedback_change(posts(), since="2024-10-01"),
        lambda: opentext.feedback_change(posts(shuffled=True), since="2024-10-01"),
        figure="plot_feedback_change",
    ),
]
