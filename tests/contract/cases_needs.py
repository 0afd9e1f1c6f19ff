"""Contract cases: needs, awareness, preference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import awareness, needs, preference

from .case import Case

N = 150
NEEDS = ("疗效证据", "安全性信息", "患者费用", "供应保障")
BRANDS = ("砚安欣", "竞品甲", "竞品乙", "竞品丙", "竞品丁")


def panel(shuffled: bool = False, wave: str = "R") -> pd.DataFrame:
    """Physicians of 30 hospitals: importance, satisfaction, awareness, line of use, brands."""
    rng = np.random.default_rng(21 if wave == "R" else 22)
    out = pd.DataFrame(index=pd.Index([f"{wave}{i:03d}" for i in range(N)], name="response_id"))
    out["segment"] = np.where(rng.random(N) < 0.5, "循证关注型", "成本敏感型")
    out["hospital"] = [f"H{i % 30:02d}" for i in range(N)]
    out["person"] = [f"P{i:03d}" for i in range(N)] if wave == "R" else [f"P{i + 60:03d}" for i in range(N)]
    habit = rng.normal(0, 0.7, N)
    for place, name in enumerate(NEEDS):
        lift = 0.8 * (out["segment"] == "循证关注型") * (place == 0)
        out[name] = np.clip(np.round(3.6 - 0.3 * place + lift + habit + rng.normal(0, 0.8, N)), 1, 5)
        out[f"满意_{name}"] = np.clip(np.round(rng.normal(3.2, 1, N)), 1, 5)
    out["unaided"] = (rng.random(N) < 0.4).astype(float)
    out["aided"] = np.where(out["unaided"] == 1, 1.0, (rng.random(N) < 0.5).astype(float))
    out["line"] = rng.integers(0, 4, N).astype(float)
    out["habit"] = (rng.random(N) < 0.4).astype(float)
    shares = rng.dirichlet(1.5 * np.array([0.3, 0.25, 0.2, 0.15, 0.1]), N)
    counts = np.array([rng.multinomial(8, row) for row in shares])
    out["used"] = ["┋".join(b for b, c in zip(BRANDS, row, strict=True) if c) for row in counts]
    out["preferred"] = [BRANDS[row.argmax()] for row in counts]
    return out.sample(frac=1, random_state=3) if shuffled else out


def rank(shuffled: bool = False) -> needs.NeedRank:
    people = panel(shuffled)
    return needs.rank(people[list(NEEDS)], cluster=people["hospital"], n_boot=60)


def by_segment(shuffled: bool = False) -> needs.NeedSegments:
    people = panel(shuffled)
    return needs.by_segment(
        people[list(NEEDS)], people["segment"], cluster=people["hospital"],
        satisfaction=people[[f"满意_{n}" for n in NEEDS]], pairs={n: f"满意_{n}" for n in NEEDS},
    )  # fmt: skip


def drift(shuffled: bool = False) -> needs.NeedDrift:
    then, now = panel(shuffled, "W"), panel(shuffled)
    both = pd.concat([then, now])
    return needs.drift(then[list(NEEDS)], now[list(NEEDS)], person=both["person"], strata=both["segment"])


def unmet(shuffled: bool = False) -> needs.UnmetNeeds:
    people = panel(shuffled)
    return needs.unmet(
        people[list(NEEDS)], people[[f"满意_{n}" for n in NEEDS]], {n: f"满意_{n}" for n in NEEDS}, n_boot=60
    )


def measure(shuffled: bool = False) -> awareness.Awareness:
    people = panel(shuffled)
    return awareness.measure(people["unaided"], people["aided"], by=people["segment"], cluster=people["hospital"])


def change(shuffled: bool = False) -> awareness.AwarenessChange:
    then, now = panel(shuffled, "W"), panel(shuffled)
    person = pd.concat([then, now])["person"]
    return awareness.change(then[["unaided", "aided"]], now[["unaided", "aided"]], person=person)


def usage(shuffled: bool = False) -> awareness.LineOfUse:
    people = panel(shuffled)
    return awareness.usage(people["line"], by=people["segment"], cluster=people["hospital"])


def habit(shuffled: bool = False) -> awareness.Habit:
    people = panel(shuffled)
    return awareness.habit(people["habit"], people["line"] > 0, cluster=people["hospital"])


def brands(shuffled: bool = False) -> preference.BrandStanding:
    people = panel(shuffled)
    return preference.brands(
        preference.selected(people["used"]), people["preferred"], own="砚安欣", cluster=people["hospital"], n_boot=60
    )


def by_group(shuffled: bool = False) -> preference.PreferenceByGroup:
    people = panel(shuffled)
    return preference.by_group(people["preferred"], people["segment"], cluster=people["hospital"])


def duplication(shuffled: bool = False) -> preference.Duplication:
    return preference.duplication(preference.selected(panel(shuffled)["used"]), n_boot=60)


def double_jeopardy(shuffled: bool = False) -> preference.DoubleJeopardy:
    people = panel(shuffled)
    return preference.double_jeopardy(
        preference.selected(people["used"]), people["preferred"], own="砚安欣", cluster=people["hospital"], n_boot=60
    )


def _used(people: pd.DataFrame) -> pd.DataFrame:
    return preference.selected(people["used"])


CASES: list[Case] = [
    Case(
        "needs.rank", rank, lambda: rank(shuffled=True),
        inputs=lambda: ([panel()[list(NEEDS)]], lambda f: needs.rank(f, n_boot=5)), figure="plot_need_rank",
    ),
    Case(
        "needs.by_segment", by_segment, lambda: by_segment(shuffled=True),
        inputs=lambda: ([panel()], lambda f: needs.by_segment(f[list(NEEDS)], f["segment"])),
        figure="plot_need_segments",
    ),
    Case(
        "needs.drift", drift, lambda: drift(shuffled=True),
        inputs=lambda: (
            [panel(wave="W")[list(NEEDS)], panel()[list(NEEDS)]], lambda a, b: needs.drift(a, b, basis="centred"),
        ),
        figure="plot_need_drift",
    ),
    Case(
        "needs.unmet", unmet, lambda: unmet(shuffled=True),
        inputs=lambda: ([panel()], lambda f: needs.unmet(f, f, {NEEDS[0]: f"满意_{NEEDS[0]}"}, n_boot=5)),
        figure="plot_unmet",
    ),
    Case(
        "awareness.measure", measure, lambda: measure(shuffled=True),
        inputs=lambda: ([panel()], lambda f: awareness.measure(f["unaided"], f["aided"])), figure="plot_awareness",
    ),
    Case(
        "awareness.change", change, lambda: change(shuffled=True),
        inputs=lambda: ([panel(wave="W")[["unaided", "aided"]], panel()[["unaided", "aided"]]], awareness.change),
        figure="plot_awareness_change",
    ),
    Case(
        "awareness.usage", usage, lambda: usage(shuffled=True),
        inputs=lambda: ([panel()], lambda f: awareness.usage(f["line"])), figure="plot_line_of_use",
    ),
    Case(
        "awareness.habit", habit, lambda: habit(shuffled=True),
        inputs=lambda: ([panel()], lambda f: awareness.habit(f["habit"], f["line"] > 0)), figure="plot_habit",
    ),
    Case(
        "preference.brands", brands, lambda: brands(shuffled=True),
        inputs=lambda: ([panel()], lambda f: preference.brands(_used(f), f["preferred"], n_boot=5)),
        figure="plot_brands",
    ),
    Case(
        "preference.by_group", by_group, lambda: by_group(shuffled=True),
        inputs=lambda: ([panel()], lambda f: preference.by_group(f["preferred"], f["segment"])),
        figure="plot_preference_groups",
    ),
    Case(
        "preference.duplication", duplication, lambda: duplication(shuffled=True),
        inputs=lambda: ([_used(panel())], lambda f: preference.duplication(f, n_boot=5)),
    ),
    Case(
        "preference.double_jeopardy", double_jeopardy, lambda: double_jeopardy(shuffled=True),
        inputs=lambda: ([panel()], lambda f: preference.double_jeopardy(_used(f), f["preferred"], n_boot=5)),
        figure="plot_double_jeopardy",
    ),
]  # fmt: skip
