"""Cases of roles, of the universe in scope and of target selection."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.methods import roles, targeting, universe

from .case import Case

DAY = "2025-06-30"


def customers(shuffled: bool = False) -> pd.DataFrame:
    """Eight hospitals with a department and four physicians each."""
    rows = []
    for i in range(8):
        hospital, room = f"YY{i}", f"YY{i}-1"
        rows.append((hospital, None, "hospital", "华东" if i < 5 else "西南", None, None))
        rows.append((room, hospital, "department", None, None, None))
        posts = ["科主任", "药剂科主任" if i % 2 else "无", "无", "无"]
        titles = ["主任医师", "副主任医师", "主治医师", "住院医师"]
        for j, (post, title) in enumerate(zip(posts, titles, strict=True)):
            rows.append((f"YS{i}{j}", room, "physician", None, post, title))
    columns = ["customer_id", "parent_id", "customer_type", "region", "admin_role", "title"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sample(frac=1, random_state=3) if shuffled else frame


def stance(shuffled: bool = False) -> pd.DataFrame:
    """Ratings of most physicians by one or two observers."""
    rng = np.random.default_rng(1)
    people = [f"YS{i}{j}" for i in range(8) for j in range(3)]
    rows = [(p, f"DB{o}", pd.Timestamp("2025-06-01") - pd.Timedelta(days=20 * (k % 9)), (k % 5) - 2)
            for k, p in enumerate(people) for o in range(1 + int(rng.integers(2)))]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["customer_id", "observer_id", "date", "stance"])
    return frame.sample(frac=1, random_state=4) if shuffled else frame


def nominations(shuffled: bool = False) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"customer_id": ["YS01", "YS02", "YS03", "YS11"], "nominated_id": ["YS00", "YS00", "YS01", "YS10"]}
    )
    return frame.iloc[::-1] if shuffled else frame


def contacts(shuffled: bool = False) -> pd.DataFrame:
    dates = pd.to_datetime(["2025-06-01", "2025-03-01", "2024-06-01", "2025-05-05"])
    frame = pd.DataFrame({"customer_id": ["YS00", "YS10", "YS20", "YS50"], "date": dates})
    return frame.iloc[::-1] if shuffled else frame


def hospitals(shuffled: bool = False) -> pd.DataFrame:
    frame = customers(shuffled).query("customer_type == 'hospital'").set_index("customer_id")
    return frame[["region"]]


def measured(shuffled: bool = False, day: str = DAY) -> roles.Roles:
    return roles.measure(customers(shuffled), stance(shuffled), as_of=day, nominations=nominations(shuffled))


def covered(shuffled: bool = False) -> roles.DecisionCoverage:
    return roles.coverage(measured(shuffled), contacts(shuffled), hospitals(shuffled))


def stated(shuffled: bool = False) -> pd.DataFrame:
    people = [f"YS{i}{j}" for i in range(8) for j in range(3)]
    answers = {code: [float((k * step) % 3 == 0) for k in range(24)] for code, step in (("B01", 1), ("B06", 2))}
    frame = pd.DataFrame(answers, index=pd.Index(people, name="customer_id"))
    frame.iloc[0, 0] = np.nan
    return frame.sample(frac=1, random_state=9) if shuffled else frame


def scope(shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    marks = {name: rng.random(90) < share for name, share in (("ordered", 0.7), ("contacted", 0.5), ("surveyed", 0.2))}
    frame = pd.DataFrame(marks, index=pd.Index([f"H{i:02d}" for i in range(90)], name="customer_id"))
    frame["opted_out"] = np.arange(90) % 30 == 0
    frame["region"] = np.repeat(["华东", "华北", "西南"], 30)
    return frame.sample(frac=1, random_state=6) if shuffled else frame


def accounts(shuffled: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(7)
    index = pd.Index([f"H{i:02d}" for i in range(60)], name="customer_id")
    frame = pd.DataFrame(
        {
            "tier": rng.choice(["A", "B", "C"], 60), "potential_class": rng.choice(["high", "mid", "unknown"], 60),
            "cooperation_level": rng.integers(0, 4, 60), "p_cell": rng.uniform(0.4, 1, 60).round(2),
            "declining": rng.random(60) < 0.3, "opted_out": np.arange(60) % 20 == 0, "listed": np.arange(60) % 7 > 0,
        },
        index=index,
    )  # fmt: skip
    return frame.sample(frac=1, random_state=8) if shuffled else frame


def selected(shuffled: bool = False) -> targeting.Targets:
    return targeting.select(accounts(shuffled), capacity=12)


CASES = [
    Case(
        name="roles.measure",
        call=measured,
        shuffled=lambda: measured(True),
        inputs=lambda: ([customers(), stance(), nominations()],
                        lambda c, s, n: roles.measure(c, s, as_of=DAY, nominations=n)),
        figure="plot_map",
    ),
    Case(
        name="roles.coverage",
        call=covered,
        shuffled=lambda: covered(True),
        inputs=lambda: ([contacts(), hospitals()], lambda c, h: roles.coverage(measured(), c, h)),
        figure="plot_decision_coverage",
    ),
    Case(
        name="roles.uncovered",
        call=lambda: roles.uncovered(covered()),
        shuffled=lambda: roles.uncovered(covered(True)),
    ),
    Case(
        name="roles.reached",
        call=lambda: roles.reached(measured(), contacts()),
        shuffled=lambda: roles.reached(measured(True), contacts(True)),
    ),
    Case(
        name="roles.changes",
        call=lambda: roles.changes(measured(day="2025-03-01"), measured()),
        shuffled=lambda: roles.changes(measured(True, "2025-03-01"), measured(True)),
    ),
    Case(
        name="roles.concerns",
        call=lambda: roles.concerns(measured(), stated()),
        shuffled=lambda: roles.concerns(measured(True), stated(True)),
        inputs=lambda: ([stated()], lambda s: roles.concerns(measured(), s)),
    ),
    Case(
        name="roles.playbook",
        call=lambda: roles.playbook(measured()),
        shuffled=lambda: roles.playbook(measured(True)),
    ),
    Case(
        name="universe.cover",
        call=lambda: universe.cover(scope()),
        shuffled=lambda: universe.cover(scope(True)),
        inputs=lambda: ([scope()], universe.cover),
        figure="plot_universe",
    ),
    Case(
        name="targeting.select",
        call=selected,
        shuffled=lambda: selected(True),
        inputs=lambda: ([accounts()], targeting.select),
        figure="plot_targets",
    ),
    Case(
        name="targeting.listed",
        call=lambda: targeting.listed(selected()),
        shuffled=lambda: targeting.listed(selected(True)),
    ),
    Case(
        name="targeting.left_out",
        call=lambda: targeting.left_out(selected()),
        shuffled=lambda: targeting.left_out(selected(True)),
    ),
]  # fmt: skip
