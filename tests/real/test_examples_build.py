"""The public data sets of ``data/examples`` through the build, where they are at hand."""

from __future__ import annotations

import csv
import gzip
import os
import random
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest

from analysis.core.errors import DataError
from analysis.data import customers, dataset, decisions, potential, store, tables

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "data" / "examples"
REAL = os.environ.get("RAPPORT_REAL_DATA")
FOLDERS = {
    "nhs-zuclopenthixol": "nhs_zuclopenthixol_practice",
    "nhs-scmd-narcolepsy": "nhs_scmd_narcolepsy",
    "online-retail": "online_retail_2010_2011",
    "cdnow": "cdnow",
    "clinician-ai-survey": "clinician_ai_adoption_survey",
    "nhs-analyst-cpd": "nhs_analyst_cpd_barriers_survey",
    "ecsi-mobile": "ecsi_mobile_satisfaction",
    "gp-friends-family": "gp_friends_family_test",
    "nhs-gp-payments": "nhs_gp_payments",
}
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL, reason="RAPPORT_REAL_DATA does not point at the public data sets"),
]


def folder(example: str) -> Path:
    path = (ROOT / str(REAL) / FOLDERS[example]).resolve()
    if not path.is_dir():
        pytest.skip(f"no folder {FOLDERS[example]} under RAPPORT_REAL_DATA")
    return path


def build(example: str, out: Path, file: str = "dataset.yaml", data: Path | None = None) -> store.Store:
    return store.build(dataset.load(EXAMPLES / example / file, data_dir=data or folder(example)), out)


@pytest.fixture(scope="module")
def depot(tmp_path_factory: pytest.TempPathFactory) -> store.Store:
    return build("nhs-zuclopenthixol", tmp_path_factory.mktemp("depot"))


@pytest.fixture(scope="module")
def retail(tmp_path_factory: pytest.TempPathFactory) -> store.Store:
    return build("online-retail", tmp_path_factory.mktemp("retail"))


def test_depot_counts_are_those_of_the_source(depot: store.Store) -> None:
    lines = depot.meta["tables"]["transactions"]
    assert (lines["read"], lines["rows"], lines["first"], lines["last"]) == (49409, 49409, "2016-01-01", "2019-05-01")
    assert lines["months_missing"] == ["2018-02-01"]
    assert depot.meta["tables"]["customers"]["added"] == 280
    assert len(depot.meta["regions"]) == 8
    assert depot.meta["regions"][-1] == "unassigned"
    raw = pd.read_csv(folder("nhs-zuclopenthixol") / "prescribing.csv.gz", dtype={"total_cost": str})
    # the source has fractions of a penny and each line is kept to the penny; one reads 20.634999999999998
    pennies = sum(Decimal(cost).quantize(Decimal("0.01"), ROUND_HALF_UP) for cost in raw["total_cost"])
    assert lines["totals"]["amount"]["kept"] == pytest.approx(float(pennies), abs=0.011)
    raw["total_cost"] = raw["total_cost"].astype(float)
    found = tables.counts(depot.folder)
    assert sum(book["buying_customers"] for book in found.values()) == raw[raw["total_cost"] > 0]["practice"].nunique()


def test_depot_profile_leaves_the_missing_month_out(depot: store.Store) -> None:
    profile = customers.profile(depot.folder, as_of=depot.meta["as_of"], region="South West")
    assert len(profile) == 578
    assert (profile["n_dates"] <= 40).all()
    assert profile["n_dates"].max() > 30
    features = customers.segment_features(profile)
    assert features.notna().all(axis=None)


def test_depot_is_the_same_with_shuffled_rows(depot: store.Store, tmp_path: Path) -> None:
    for name in ("prescribing.csv.gz", "practices.csv.gz"):
        with gzip.open(folder("nhs-zuclopenthixol") / name, "rt", encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        random.Random(7).shuffle(rows)
        with gzip.open(tmp_path / name, "wt", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *rows])
    again = build("nhs-zuclopenthixol", tmp_path / "out", data=tmp_path)
    assert again.meta["tables_hash"] == depot.meta["tables_hash"]


def test_unlike_units_are_refused_and_one_product_runs(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="transactions has 36 products"):
        build("nhs-scmd-narcolepsy", tmp_path / "all", "all_products.yaml")
    one = build("nhs-scmd-narcolepsy", tmp_path / "one").meta["tables"]["transactions"]
    assert (one["read"], one["rows"], one["dropped"]) == (30462, 2852, {"not_selected": 27610})
    assert one["returns"] == 37
    raw = pd.read_csv(folder("nhs-scmd-narcolepsy") / "usage.csv.gz")
    tablets = raw[raw["vmp_product_name"] == "Modafinil 100mg tablets"]["total_quantity"]
    assert one["totals"]["quantity"]["kept"] == tablets.sum()
    negative = build("nhs-scmd-narcolepsy", tmp_path / "oxybate", "sodium_oxybate.yaml")
    assert tables.orders(negative.folder)["amount"].min() == -314280


def test_two_strengths_become_milligrams(tmp_path: Path) -> None:
    built = build("nhs-scmd-narcolepsy", tmp_path / "mg", "modafinil_mg.yaml")
    raw = pd.read_csv(folder("nhs-scmd-narcolepsy") / "usage.csv.gz")
    by_name = raw.groupby("vmp_product_name")["total_quantity"].sum()
    milligrams = 100 * by_name["Modafinil 100mg tablets"] + 200 * by_name["Modafinil 200mg tablets"]
    assert tables.orders(built.folder)["amount"].sum() == pytest.approx(milligrams)
    assert built.meta["tables"]["products"]["rejected"] == {"repeated_row": 7}


def test_retail_rejects_a_quarter_and_reconciles(retail: store.Store) -> None:
    lines = retail.meta["tables"]["transactions"]
    assert lines["read"] == 541909
    assert lines["rejected"] == {"missing_id": 135080, "repeated_line": 5226}
    assert lines["rows"] == 541909 - 135080 - 5226
    # the published total of quantity times price is 9,747,747.93
    assert lines["totals"]["amount"]["read"] == 9747747.93
    listed = pd.read_csv(retail.folder / "rejected.csv", usecols=["source", "row", "rule", "action"])
    assert len(listed) == 541909 - lines["rows"]
    assert not listed.duplicated(["source", "row"]).any()
    assert retail.meta["tables"]["customers"]["rows"] == 4372
    assert len(retail.meta["regions"]) == 37


def test_retail_ids_are_text_without_the_decimal(retail: store.Store) -> None:
    people = tables.read(retail.folder, "customers")
    assert "17850" in set(people["customer_id"])
    assert not people["customer_id"].str.contains(".", regex=False).any()
    # the delivery does not reach back two years
    profile = customers.profile(retail.folder, as_of="2011-12-09", region="France")
    assert profile["value_prev_12m"].isna().all()
    assert "growth" not in customers.segment_features(profile).columns


def test_cdnow_counts_are_those_of_the_source(tmp_path: Path) -> None:
    built = build("cdnow", tmp_path / "out")
    lines = built.meta["tables"]["transactions"]
    assert (lines["read"], lines["rows"], lines["first"], lines["last"]) == (69659, 69659, "1997-01-01", "1998-06-30")
    assert tables.counts(built.folder)["all"] == {"customers": 23570, "buying_customers": 23502, "respondents": 0}


def test_survey_of_37_items(tmp_path: Path) -> None:
    built = build("clinician-ai-survey", tmp_path / "out")
    answers, items = tables.read(built.folder, "survey_responses"), tables.read(built.folder, "survey_items")
    assert (len(answers), answers["response_id"].nunique(), len(items)) == (300 * 37, 300, 37)
    raw = pd.read_csv(folder("clinician-ai-survey") / "responses.csv")
    means = answers.groupby("item_id")["value"].mean()
    pd.testing.assert_series_equal(means, raw[items["item_id"].tolist()].mean(), check_names=False)
    assert items.loc[items["reverse"], "item_id"].tolist() == ["Q02", "Q04", "Q32", "Q33", "Q34"]
    assert items.loc[items["x_outcome"], "construct"].unique().tolist() == ["intent"]
    assert built.meta["regions"] == ["all"]
    assert tables.counts(built.folder) == {"all": {"customers": 0, "buying_customers": 0, "respondents": 300}}


def _sheets(built: store.Store) -> pd.DataFrame:
    """Answers in numbers, one row per sheet."""
    return tables.read(built.folder, "survey_responses").pivot(index="response_id", columns="item_id", values="value")


def test_equal_sheets_of_clinicians_are_kept(tmp_path: Path) -> None:
    found = _sheets(build("clinician-ai-survey", tmp_path / "out"))
    raw = pd.read_csv(folder("clinician-ai-survey") / "responses.csv")
    # 15 sheets equal another one in all columns; none is dropped
    assert (int(raw.duplicated().sum()), len(found)) == (15, 300)
    assert int(found.duplicated().sum()) == int(raw[list(found.columns)].duplicated().sum())


def test_analysts_and_their_barriers(tmp_path: Path) -> None:
    built = build("nhs-analyst-cpd", tmp_path / "out")
    found, raw = _sheets(built), pd.read_csv(folder("nhs-analyst-cpd") / "responses.csv")
    # what names the obstacle, counted in the source: 59 know nothing of the offer, 69 rarely get time, 26 managers
    # do not support, 44 say that there is no budget; 134 do not know whether there is one
    obstacles = {"q11a": 59, "q12a": 69, "q14a": 26, "q17a": 44}
    assert {item: int(found[item].sum()) for item in obstacles} == obstacles
    answers = tables.read(built.folder, "survey_responses")
    budget = answers[answers["item_id"] == "q17a"]
    assert budget["missing_reason"].value_counts().to_dict() == {"dont_know": 134}
    likely = raw["q07a_future_health_work_cat"].value_counts()
    assert [int((found["q07a"] == step).sum()) for step in (5, 4, 3, 2, 1)] == likely[
        ["Very likely", "Somewhat likely", "Undecided", "Somewhat unlikely", "Very unlikely"]
    ].tolist()
    assert int(found["q20_06"].sum()) == int((raw["q20f_cpd_opps_word_of_mouth_ind"] == "Yes").sum())
    items = tables.read(built.folder, "survey_items").set_index("item_id")
    assert items["barrier_code"].dropna().to_dict() == {
        "q11a": "not aware of the offer", "q12a": "no time at work", "q14a": "manager does not support",
        "q17a": "no budget",
    }  # fmt: skip
    assert {"x_age", "x_gender", "x_team_size"} <= set(answers.columns)
    entry = built.meta["tables"]["survey_responses"]
    assert (entry["cleared"], entry["survey"]["unread"], entry["survey"]["unanswered"]) == ({}, [], [])
    assert "q04a_role_description_cat" in entry["survey"]["not_in_codebook"][0]["columns"]


def test_satisfaction_from_1_to_10_is_kept_as_asked(tmp_path: Path) -> None:
    built = build("ecsi-mobile", tmp_path / "out")
    found, raw = _sheets(built), pd.read_csv(folder("ecsi-mobile") / "responses.csv")
    assert found.shape == (250, 24)
    pd.testing.assert_series_equal(found.mean(), raw[found.columns].mean(), check_names=False)
    items = tables.read(built.folder, "survey_items").set_index("item_id")
    assert items[["x_low", "x_high"]].drop_duplicates().values.tolist() == [[1, 10]]
    told = built.meta["tables"]["survey_responses"]["survey"]["asked_otherwise"]
    assert [(line["item"], line["low"], line["high"]) for line in told] == [("CUSL3", 1, 10)]


def test_friends_and_family_by_surgery(tmp_path: Path) -> None:
    built = build("gp-friends-family", tmp_path / "out")
    answers = tables.read(built.folder, "survey_responses")
    rating = answers[answers["item_id"] == "rating"]
    # five words and "Don't know" as the source counts them; none is a score from 0 to 10
    assert rating["value"].value_counts().sort_index().tolist() == [71, 94, 181, 901, 2616]
    assert rating["missing_reason"].value_counts().to_dict() == {"dont_know": 19}
    texts = answers[answers["text"].notna()]["item_id"].value_counts().to_dict()
    assert texts == {"free_text": 1552, "do_better": 352}
    assert "nps" not in set(tables.read(built.folder, "survey_items")["type"])
    # 153 sheets equal another one and are kept; every patient of a surgery counts as a respondent
    raw = pd.read_csv(folder("gp-friends-family") / "responses.csv.gz")
    assert (int(raw.duplicated().sum()), len(rating)) == (153, 3882)
    found = {name: book["respondents"] for name, book in tables.counts(built.folder).items()}
    assert found == raw["surgery"].value_counts().to_dict()


@pytest.fixture(scope="module")
def payments(tmp_path_factory: pytest.TempPathFactory) -> store.Store:
    return build("nhs-gp-payments", tmp_path_factory.mktemp("payments"))


def test_payment_lines_add_up_to_the_totals_of_the_source(payments: store.Store) -> None:
    lines = tables.read(payments.folder, "transactions")
    for year, end in (("16-17", "2017-03-31"), ("17-18", "2018-03-31"), ("18-19", "2019-03-31")):
        raw = pd.read_csv(folder("nhs-gp-payments") / f"payments_{year}.csv.gz")
        raw.columns = [" ".join(name.split()) for name in raw.columns]
        mine = lines[lines["date"] == end].groupby("customer_id")["amount"].sum()
        theirs = raw.set_index("Practice Code")["Total NHS Payments to General Practice"]
        # practices without any payment have no line
        assert set(theirs.index) - set(mine.index) == set(theirs.index[theirs == 0]) - set(mine.index)
        assert (mine - theirs.reindex(mine.index)).abs().max() < 0.01
    entry = payments.meta["tables"]["transactions"]
    assert (entry["rows"], entry["cells_empty"], entry["returns"], entry["rejected"]) == (404679, 280898, 2422, {})


def test_practices_that_closed_stay_and_patients_are_the_potential_of_their_year(payments: store.Store) -> None:
    assert len(payments.meta["regions"]) == 15
    profile = customers.profile(payments.folder, as_of="2019-03-31")
    assert (len(profile), int((profile["region"] == "unassigned").sum())) == (7778, 151)
    assert int((profile["value_12m"] < 0).sum()) == 6
    for year, end in (("16-17", "2017-03-31"), ("18-19", "2019-03-31")):
        raw = pd.read_csv(folder("nhs-gp-payments") / f"payments_{year}.csv.gz").set_index("Practice Code")
        theirs = raw["Number of Registered Patients (Last Known Figure)"].astype(float)
        mine = potential.potential(payments.folder, as_of=end)["potential"]
        pd.testing.assert_series_equal(mine.reindex(theirs.index), theirs, check_names=False)
    assert decisions.load(payments.folder).components.value == {"clinic": {"behaviour": ["breadth"]}}
