"""The card of one customer: its numbers against the tables, its rules, what it must not show."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import SettingError
from analysis.data import customers, tables
from analysis.explore import history
from analysis.explore.run import Run
from analysis.methods import lifetime
from analysis.runs import clock

from ..runs.small import NAMES

PHARMACY, HOSPITAL = "01000003", "YY0036"
#: one account in so many: all kinds of customers, tiers and types
STEP = 41


def _orders(run: Run, customer_id: str) -> pd.DataFrame:
    """Demand lines read the plain way."""
    lines = tables.orders(run.home / "tables", region=run.region)
    return lines[(lines["customer_id"] == customer_id) & (lines["date"] <= pd.Timestamp(run.as_of))]


def test_the_account_has_the_numbers_of_the_account_table(run: Run) -> None:
    accounts = run.accounts
    for customer_id in accounts.index[::STEP]:
        card = run.customer(customer_id)
        for name in ("value_12m", "value_prev_12m", "n_dates", "median_gap", "gap_cv", "trend", "days_since_last"):
            assert card.profile[name] == pytest.approx(accounts.at[customer_id, name], rel=1e-9, nan_ok=True), name
        assert pd.isna(card.profile["last_date"]) == pd.isna(accounts.at[customer_id, "last_date"])


def test_features_are_those_that_segments_are_made_of(run: Run) -> None:
    expected = customers.segment_features(run.accounts)
    for customer_id in expected.index[::STEP]:
        card = run.customer(customer_id)
        own = history.features(pd.DataFrame(card.profile, index=[customer_id]))
        assert own.reindex(expected.columns).tolist() == pytest.approx(expected.loc[customer_id].tolist(), rel=1e-9)


def test_months_add_up_and_are_zero_where_nothing_was_bought(run: Run) -> None:
    orders, card = _orders(run, PHARMACY), run.customer(PHARMACY)
    # 2022-07 to 2025-06
    assert len(card.trend) == 36
    assert card.trend["value"].sum() == pytest.approx(orders["amount"].sum(), abs=0.005)
    april = card.trend.set_index("month").loc["2025-04-01"]
    assert april["value"] == 0 and april["state"] == "nothing_bought"
    assert orders[orders["date"].between("2025-04-01", "2025-04-30")].empty


def test_a_month_nobody_reported_is_missing_not_zero(small: Run, tmp_path: Path) -> None:
    shutil.copytree(small.home, tmp_path / "run")
    meta_path = tmp_path / "run" / "tables" / "meta.json"
    meta = json.loads(meta_path.read_text(encoding="utf-8"))
    quiet = run_months_without_orders(small, "H002")
    meta["tables"]["transactions"]["months"].remove(quiet[0])
    meta_path.write_text(json.dumps(meta), encoding="utf-8")
    card = Run(home=tmp_path / "run", region="华东", language="zh").customer("H002")
    state = card.trend.set_index("month")
    assert np.isnan(state.at[pd.Timestamp(quiet[0]), "value"])
    assert state.at[pd.Timestamp(quiet[1]), "value"] == 0
    assert "当月未报" in card._repr_html_() and "未报" in repr(card)


def run_months_without_orders(run: Run, customer_id: str) -> list[str]:
    bought = set(_orders(run, customer_id)["date"].dt.strftime("%Y-%m-01"))
    return [m for m in run.meta["tables"]["transactions"]["months"] if m not in bought]


def test_tier_history_by_hand(run: Run) -> None:
    orders, card = _orders(run, PHARMACY), run.customer(PHARMACY)
    past = card.tier_history.set_index("quarter_end")
    assert [str(d.date()) for d in past.index] == [
        "2023-09-30", "2023-12-31", "2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31", "2025-03-31", "2025-06-30",
    ]  # fmt: skip
    year = orders[(orders["date"] > "2023-12-31") & (orders["date"] <= "2024-12-31")]
    assert past.at[pd.Timestamp("2024-12-31"), "value_12m"] == pytest.approx(year["amount"].sum(), abs=0.005)
    cut = run.reference["tiers"].thresholds  # type: ignore[attr-defined]
    judged = ["A" if v >= cut["A"] else "B" if v >= cut["B"] else "C" for v in past["value_12m"]]
    assert past["tier"].tolist() == judged
    assert "judged by today's frozen cuts" in repr(card)


def test_the_last_quarter_end_agrees_with_the_national_tier(run: Run) -> None:
    national = run.results["tiers_national"].customers["tier"]  # type: ignore[attr-defined]
    for customer_id in run.accounts.index[::STEP]:
        card = run.customer(customer_id)
        assert card.tier_history["tier"].iloc[-1] == national[customer_id]
        assert card.tier.set_index("scope").at["national", "tier"] == national[customer_id]


def test_no_tier_before_the_data_reach_back_a_year(small: Run) -> None:
    past = small.customer("H002").tier_history
    # the data begin in January 2023, so the first full year ends in December 2023
    assert past["tier"].isna().tolist() == [True, True, True, False, False, False, False, False]


def test_tier_says_how_much_is_missing_to_the_next(run: Run) -> None:
    told = run.results["tiers"]
    tier = told.customers["tier"]  # type: ignore[attr-defined]
    customer_id = tier.index[tier == "C"][0]
    row = run.customer(customer_id).tier.set_index("scope").loc["region"]
    cut = told.thresholds["B"]  # type: ignore[attr-defined]
    assert row["to_next"] == pytest.approx(cut - row["value_12m"]) and row["to_next"] > 0
    assert "short of " in repr(run.customer(customer_id))


def test_each_type_is_told_by_its_rule(run: Run) -> None:
    kinds = run.results["types"].customers["type"]  # type: ignore[attr-defined]
    for kind, ids in kinds.groupby(kinds).groups.items():
        card = run.customer(ids[0])
        assert card.type["type"] == kind and card.type["rule"].code == f"rule_{kind}"
        assert "Why this type" in repr(card)
        silent, twice = card.type["days_since_last"], 2 * card.type["typical_gap"]
        if kind in ("active", "dormant"):
            assert (silent <= twice) == (kind == "active")


def test_segment_distance_and_what_fits_none(run: Run) -> None:
    segments = run.results["segments"].customers["segment"]  # type: ignore[attr-defined]
    outside = run.customer(segments.index[segments == 0][0])
    assert outside.segment["distance"] > outside.segment["limit"]
    assert "Fits no segment" in repr(outside)
    inside = run.customer(segments.index[segments == 1][0])
    assert inside.segment["distance"] <= inside.segment["limit"]
    sizes = inside.segment["features"]["std_difference"].abs()
    assert len(sizes) == 4 and sizes.is_monotonic_decreasing


def test_standing_is_that_of_the_saved_results(run: Run) -> None:
    scored, cells = run.results["cooperation"].customers, run.results["grid"].customers  # type: ignore[attr-defined]
    lived = run.results["stages"].customers  # type: ignore[attr-defined]
    # one account of each level, and one to be assessed
    chosen = scored.groupby("level").head(1)["level"]
    assert sorted(chosen) == [0, 1, 2, 3]
    for customer_id, level in chosen.items():
        card = run.customer(str(customer_id))
        told = card.standing["cooperation"]
        assert told["level"] == level
        assert card.standing["grid"]["cell"] == cells.at[customer_id, "cell"]
        assert card.standing["stage"]["stage"] == lived.at[customer_id, "stage"]
        if not level:
            assert "To be assessed: components with data hold only" in repr(card)
            continue
        assert told["lo"] <= told["score"] <= told["hi"]
        assert told["p"] == scored.at[customer_id, f"p_{level}"]
        # what the pillars give adds up to the score
        assert told["pillars"]["points"].sum() == pytest.approx(told["score"])
        assert "sensitivity range" in repr(card)


def test_of_the_physicians_of_a_hospital_only_how_many(run: Run) -> None:
    roles = run.results["roles"].customers  # type: ignore[attr-defined]
    makers = run.results["decision_makers"].customers  # type: ignore[attr-defined]
    hospital = roles["account"].value_counts().index[0]
    here = roles[roles["account"] == hospital]
    card = run.customer(hospital)
    assert card.standing["people"]["physicians"] == len(here)
    assert card.standing["people"]["makers"] == makers.at[hospital, "makers"]
    shown = card._repr_html_() + repr(card) + str(card.standing)
    assert not [person for person in here.index if person in shown]
    assert not [word for word in ("supporter", "opponent", "neutral", "not_rated") if word in shown]


def test_only_open_plans_are_next_steps(run: Run) -> None:
    plans = tables.read(run.home / "tables", "plans")
    for customer_id in plans["unit_id"].unique():
        if customer_id not in run.accounts.index:
            continue
        mine = plans[plans["unit_id"] == customer_id]
        steps = run.customer(customer_id).next_steps
        assert len(steps) == (mine["status"] != "已完成").sum()
        assert steps["due"].is_monotonic_increasing
        assert steps["overdue"].tolist() == (steps["due"] < pd.Timestamp(run.as_of)).tolist()


def test_outlook_is_the_frozen_model_on_this_account(run: Run) -> None:
    card, time_ = run.customer(PHARMACY), clock.of(run.meta, run.as_of)
    past = lifetime.summarise(tables.orders(run.home / "tables", region=run.region), end=run.as_of, unit=time_.unit)
    fit, spend = run.reference["lifetime_fit"], run.reference["lifetime_spend"]
    every = lifetime.forecast(fit, past, periods=time_.periods(12))  # type: ignore[arg-type]
    worth = lifetime.value(fit, spend, past, periods=time_.periods(12), annual_discount_rate=0.1, unit=time_.unit)  # type: ignore[arg-type]
    said = card.outlook.set_index("measure")
    assert said.at["orders", "value"] == pytest.approx(every.at[PHARMACY, "expected"])
    assert said.at["p_alive", "value"] == pytest.approx(every.at[PHARMACY, "p_alive"])
    assert said.at["worth", "hi"] == pytest.approx(worth.at[PHARMACY, "hi"])
    assert [n.code for n in card.outlook_notes] == ["held_out_orders", "held_out_worth", "held_out_inside"]


def test_source_rows_are_the_newest_lines_with_their_files(run: Run) -> None:
    card = run.customer(PHARMACY)
    newest = _orders(run, PHARMACY)["date"].max()
    assert card.source_rows["date"].iloc[0] == newest and card.source_rows["document_no"].notna().all()
    assert card.sources["sources"] == ["orders_华东.csv", "orders_华北.csv", "orders_西南.xlsx"]
    assert "orders_华东.csv" in repr(card)


def test_of_a_physician_only_what_the_rules_allow(run: Run) -> None:
    card = run.customer("YS00001")
    contacts = run.tables["interactions"]
    mine = contacts[(contacts["customer_id"] == "YS00001") & (contacts["date"] > "2024-06-30")]
    assert card.contacts_12m == (mine["date"] <= "2025-06-30").sum()
    assert set(card.who) <= {"role", "specialty", "hospital", "region", "consent_basis", "opt_out"}
    for empty in (card.profile, card.type, card.segment, card.standing, card.sources, card.units):
        assert not empty
    for frame in (card.trend, card.tier, card.tier_history, card.next_steps, card.order_lines, card.outlook):
        assert frame.empty
    assert "no name, drug quantities, tier" in repr(card) and "no name, drug quantities, tier" in card._repr_html_()


def test_a_physicians_name_is_never_shown(small: Run) -> None:
    for customer_id in ("M000", "M017"):
        card = small.customer(customer_id)
        assert "李医生" not in card._repr_html_() + repr(card) + str(vars(card))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize("customer_id", NAMES)
def test_names_that_try_to_do_harm_are_only_text(small: Run, customer_id: str) -> None:
    page = _Tags()
    page.feed(small.customer(customer_id)._repr_html_())
    assert not {tag for tag, _ in page.seen} & {"script", "img", "iframe"}
    assert not [a for _, attrs in page.seen for a in attrs if a.startswith("on")]


def test_a_region_too_small_says_so_and_still_shows_the_account(small: Run) -> None:
    run = small.at("西南")
    card = run.customer("H085")
    assert [n.code for n in card.notes] == ["card_blocked"] and not card.type
    assert len(card.tier) == 1 and card.tier["scope"].tolist() == ["national"]
    assert len(card.trend) == 24 and "No tier, type and segment" in repr(card)


def test_who_is_not_an_account_is_not_judged(run: Run) -> None:
    card = run.customer("YY0004-1")
    assert [n.code for n in card.notes] == ["card_not_tiered", "card_department"]
    assert 'run.drill(customer="YY0004")' in repr(card)


@pytest.mark.parametrize(("language", "words"), [("zh", "没有客户0100000x"), ("en", "There is no customer 0100000x")])
def test_an_unknown_id_gets_close_ones(run: Run, language: str, words: str) -> None:
    with pytest.raises(SettingError) as caught:
        run.customer("0100000x")
    assert caught.value.code == "explore_no_customer" and caught.value.text(language).startswith(words)
    assert len(caught.value.values["close"]) == 3


def test_a_customer_of_another_region_says_the_way(run: Run) -> None:
    with pytest.raises(SettingError) as caught:
        run.customer("02000001")
    assert 'run.at("华北").customer("02000001")' in caught.value.text("en")
    assert run.at("华北").customer("02000001").who["region"] == "华北"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_card_can_be_shown_in_both_languages(run: Run, language: str) -> None:
    spoken = Run(home=run.home, region=run.region, language=language)
    for customer_id in [*run.accounts.index[::60], HOSPITAL, "YY0004-1", "JX001", "YS00001"]:
        card = spoken.customer(customer_id)
        shown = card._repr_html_() + repr(card)
        assert customer_id in shown and "nan" not in shown and "NaT" not in shown and "None" not in shown
    chinese = ("逐月净采购额", "未完成的计划", "级别的依据")
    english = ("Net purchases by month", "Open next steps", "Why this tier")
    shown = repr(spoken.customer(HOSPITAL))
    assert all(title in shown for title in (chinese if language == "zh" else english))


def test_the_first_card_of_a_session_imports_no_method(sample_home: Path) -> None:
    code = (
        "import sys; from analysis import explore; run = explore.open_run(sys.argv[1], region='华东');"
        f"run.customer('{PHARMACY}');"
        "print([m for m in ('sklearn', 'scipy.stats', 'matplotlib.pyplot') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code, str(sample_home)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
