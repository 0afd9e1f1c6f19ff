"""Contract cases: measures of drivers, importance and rating, Kano classes, best–worst choices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import drivers, kano, maxdiff

from .case import Case

N = 240
NEEDS = ["疗效证据", "患者费用", "供应保障", "服务响应", "线下培训与会议"]


def _mixed(frame: pd.DataFrame, shuffled: bool) -> pd.DataFrame:
    return frame.sample(frac=1, random_state=3) if shuffled else frame


def ratings(shuffled: bool = False) -> pd.DataFrame:
    """Four ratings of 1 to 5, overall satisfaction, stated importance of one, hospital and title."""
    rng = np.random.default_rng(11)
    common = rng.normal(size=(N, 1))
    raw = rng.normal(size=(N, 4)) + 0.6 * common
    out = pd.DataFrame(
        np.clip(np.round(3 + raw + np.array([-0.6, 0.4, 0.0, 0.7])), 1, 5),
        columns=["供应保障", "疗效证据", "服务响应", "线上学术信息"],
        index=pd.Index([f"R{i:03d}" for i in range(N)], name="response_id"),
    )
    out["overall"] = 1.2 * raw[:, 0] + 0.5 * raw[:, 1] + rng.normal(size=N)
    out["hospital"] = [f"H{i % 30:02d}" for i in range(N)]
    out["title"] = pd.Categorical(np.where(rng.random(N) < 0.4, "主任医师", "主治医师"))
    return _mixed(out, shuffled)


ASKED = ["供应保障", "疗效证据", "服务响应", "线上学术信息"]


def choices(shuffled: bool = False) -> pd.DataFrame:
    """Five tasks of four out of five needs, best and worst drawn from known utilities."""
    rng = np.random.default_rng(4)
    utility = np.array([1.0, 0.3, 0.0, -0.3, -1.0])
    rows = []
    for person in range(60):
        for task in range(5):
            shown = [i for i in range(5) if i != task]
            value = utility[shown] + rng.gumbel(size=4)
            best, worst = shown[int(value.argmax())], shown[int(value.argmin())]
            rows += [
                (f"R{person:03d}", task, NEEDS[i], "best" if i == best else "worst" if i == worst else "none")
                for i in shown
            ]
    return _mixed(pd.DataFrame(rows, columns=["response_id", "task", "item", "chosen"]), shuffled)


def segment() -> pd.Series:
    return pd.Series({f"R{i:03d}": "注重证据" if i % 2 else "注重费用" for i in range(60)})


def measures(shuffled: bool = False) -> drivers.Measures:
    people = ratings(shuffled)
    return drivers.measures(people[[*ASKED, "title"]], people["overall"], always=["线上学术信息"])


def quadrants(shuffled: bool = False) -> drivers.Quadrants:
    people = ratings(shuffled)
    return drivers.quadrants(people["overall"], people[ASKED], cluster=people["hospital"], n_boot=80)


def classify(shuffled: bool = False) -> kano.Kano:
    people = ratings(shuffled)
    return kano.classify(people[ASKED], people["overall"], cluster=people["hospital"])


CASES: list[Case] = [
    Case(
        "drivers.measures",
        measures,
        lambda: measures(shuffled=True),
        inputs=lambda: ([ratings()], lambda f: drivers.measures(f[ASKED], f["overall"])),
    ),
    Case(
        "drivers.quadrants",
        quadrants,
        lambda: quadrants(shuffled=True),
        inputs=lambda: ([ratings()], lambda f: drivers.quadrants(f[ASKED], f[ASKED], n_boot=50)),
        figure="plot_quadrants",
    ),
    Case(
        "kano.classify",
        classify,
        lambda: classify(shuffled=True),
        inputs=lambda: ([ratings()], lambda f: kano.classify(f[ASKED], f["overall"])),
        figure="plot_kano",
    ),
    Case(
        "maxdiff.score",
        lambda: maxdiff.score(choices()),
        lambda: maxdiff.score(choices(shuffled=True)),
        inputs=lambda: ([choices()], maxdiff.score),
        figure="plot_maxdiff",
    ),
    Case(
        "maxdiff.compare",
        lambda: maxdiff.compare(choices(), segment()),
        lambda: maxdiff.compare(choices(shuffled=True), segment()),
        inputs=lambda: ([choices(), segment().to_frame()], lambda c, s: maxdiff.compare(c, s[0])),
    ),
]
