"""Components of cooperation by hand: each source alone, no look-ahead, nothing missing ever a zero."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.data import answers, cooperation, store, tables
from analysis.methods import loyalty
from analysis.stats import betabinomial

from . import desk

TODAY = "2024-12-31"
PEOPLE = [["客户编码", "大区", "客户类型", "上级编码"], ["H001", "华东", "医院", ""], ["H002", "华北", "医院", ""]]
PEOPLE += (
    [["S1", "华东", "药店", ""]] + [[f"Y{i}", "", "医生", "H001"] for i in range(1, 7)] + [["Y7", "", "医生", "H002"]]
)
ORDERS = [["客户编码", "销售日期", "产品编码", "数量", "金额", "单据号", "行号"]]
# gaps of 10, 20 and 30 days; H002 bought regularly, but last in 2022; S1 twice
ORDERS += [
    ["H001", day, "P1", "1", "10", f"a{day}", "1"] for day in ("2024-10-01", "2024-10-11", "2024-10-31", "2024-11-30")
]
ORDERS += [
    ["H001", "2024-11-30", "P2", "1", "5", "a2024-11-30", "2"],
    ["H001", "2023-01-05", "P3", "1", "5", "old", "1"],
]
ORDERS += [["H002", day, "P1", "1", "10", f"b{day}", "1"] for day in ("2022-01-01", "2022-02-01", "2022-03-01")]
ORDERS += [["S1", day, "P1", "1", "10", f"s{day}", "1"] for day in ("2024-06-01", "2024-07-01")]
PRODUCTS = [["product_id", "brand", "is_own", "launch_date"], ["P1", "甲", "是", ""], ["P2", "乙", "是", "2020-01-01"]]
PRODUCTS += [["P3", "丙", "是", ""], ["P4", "丁", "是", "2025-01-01"], ["Q1", "戊", "否", ""], ["Q2", "己", "否", ""]]
MARKET = [["医院编码", "月份", "品牌", "标准盒数"]]
for month in pd.date_range("2024-01-01", "2024-12-01", freq="MS").strftime("%Y-%m-%d"):
    MARKET += [["H001", month, brand, n] for brand, n in (("甲", "20"), ("乙", "10"), ("戊", "50"), ("己", "20"))]
    MARKET += [["H002", month, "戊", "10"]]
LISTED = [["客户", "产品", "进院", "退出"], ["H001", "P1", "2020-01-01", ""], ["H001", "Q1", "2020-01-01", ""]]
LISTED += [["H002", "P1", "2020-01-01", "2024-06-30"], ["S1", "P1", "2020-01-01", ""]]
CONTACTS = [["客户", "日期", "方式", "发起", "接受"]]
CONTACTS += [["Y1", f"2024-{m:02d}-01", "visit", "us", "否" if m == 1 else "是"] for m in range(1, 6)]
CONTACTS += [["Y7", "2024-05-01", "visit", "us", "是"]] * 2
CONTACTS += [["Y2", f"2024-{m:02d}-09", "academic_event", "us", "是"] for m in range(1, 6)]
BOOK = """\
wave: "1"
items:
  - {item: NPS, text: 推荐, type: nps, construct: nps}
  - {item: SAT1, text: 供应, type: likert5, construct: satisfaction, need: IMP1}
  - {item: SAT2, text: 服务, type: likert7, reverse: true, construct: satisfaction, need: IMP2}
  - {item: IMP1, text: 供应重要, type: likert5, construct: needs}
  - {item: IMP2, text: 服务重要, type: likert5, construct: needs}
  - {item: INT, text: 意愿, type: likert5, construct: intent}
  - {item: STEP, text: 阶段, type: single, scale: {从未: 0, 常规: 5}, construct: intent}
"""
SURVEY = [["序号", "日期", "医生", "方式", "NPS", "SAT1", "SAT2", "IMP1", "IMP2", "INT", "STEP"]]
# five physicians answer the same, the fifth rates supply lower; the sixth was written down by a representative
SURVEY += [[str(i), "2024-06-01", f"Y{i}", "self_online", "8", "5", "1", "5", "3", "4", "常规"] for i in range(1, 5)]
SURVEY += [["5", "2024-06-01", "Y5", "phone", "8", "1", "1", "5", "3", "4", "常规"]]
SURVEY += [["6", "2024-06-01", "Y6", "rep_administered", "0", "1", "7", "5", "5", "1", "从未"]]
SURVEY += [["7", "2024-06-01", "Y7", "self_online", "10", "5", "1", "5", "5", "5", "常规"]]


def built(folder: Path, *, leave: tuple[str, ...] = (), until: str | None = None, **top: Any) -> Path:
    """The desk with everything, without the tables in ``leave``, without rows after ``until``."""
    place = {"o.csv": (ORDERS, 1), "m.csv": (MARKET, 1), "i.csv": (CONTACTS, 1), "s.csv": (SURVEY, 1)}
    files: dict[str, Any] = {
        name: [row for row in rows if until is None or row is rows[0] or row[at] <= until]
        for name, (rows, at) in place.items()
    }
    files |= {"c.csv": PEOPLE, "p.csv": PRODUCTS, "l.csv": LISTED, "book.yaml": BOOK}
    person = desk.BASIS | {"grain": "person"}
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "customers": {
            "source": "c.csv",
            "columns": {
                "customer_id": "客户编码", "region": "大区", "customer_type": "客户类型", "parent_id": "上级编码",
            },
        }
        | desk.BASIS,
        "products": {"source": "p.csv"},
        "market": {
            "source": "m.csv",
            "columns": {"customer_id": "医院编码", "period": "月份", "brand": "品牌", "quantity": "标准盒数"},
        }
        | desk.BASIS,
        "listings": {
            "source": "l.csv",
            "columns": {"customer_id": "客户", "product_id": "产品", "listed_on": "进院", "delisted_on": "退出"},
        },
        "interactions": {
            "source": "i.csv",
            "columns": {
                "customer_id": "客户", "date": "日期", "channel": "方式", "initiated_by": "发起", "accepted": "接受",
            },
        }
        | person,
        "survey_responses": {
            "source": "s.csv",
            "columns": {"response_id": "序号", "date": "日期", "customer_id": "医生", "mode": "方式"},
            "shape": "wide",
            "codebook": "book.yaml",
        }
        | person,
    }  # fmt: skip
    spec = {name: entry for name, entry in spec.items() if name not in leave}
    store.build(desk.lay(folder / "in", files, spec, as_of=TODAY, **top), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("cooperation"))


def test_components_by_hand(everything: Path) -> None:
    found = cooperation.components(everything, as_of=TODAY)
    values, noise = found.values, found.noise
    assert values.index.tolist() == noise.index.tolist() == ["H001", "H002", "S1"]
    assert tuple(values.columns) == tuple(noise.columns) == cooperation.COMPONENTS
    # gaps 635 (from January 2023), 10, 20, 30: cv far above 1
    assert values.loc["H001", "stable"] == 0.0
    # H002 has not bought for two years: no rhythm left, and no doubt about it; S1 has one gap only
    assert (values.loc["H002", "stable"], noise.loc["H002", "stable"]) == (0.0, 0.0)
    assert np.isnan(values.loc["S1", "stable"])
    # own products on sale: P1, P2, P3; P4 comes in 2025. P3 was bought in January 2023: too long ago
    assert values["breadth"].tolist() == pytest.approx([2 / 3, 0.0, 1 / 3])
    # five academic days count as three
    assert values["joint"].tolist() == [1.0, 0.0, 0.0]
    # offered: Y1 five, four accepted; Y2 five of five; H002 two only
    assert values.loc["H001", "access"] == 0.9
    assert noise.loc["H001", "access"] == pytest.approx(np.sqrt(10 / 12 * 2 / 12 / 10))
    assert values["access"].isna().tolist() == [False, True, True]
    # only hospitals; H002's listing ended in June
    assert values["listing"].tolist()[:2] == [1.0, 0.0]
    assert np.isnan(values.loc["S1", "listing"])
    # 戊 has 50 of 100, and everything at H002
    assert values["competitor"].tolist()[:2] == [0.5, 0.0]


def test_own_share_is_shrunk_as_the_beta_binomial_says(everything: Path) -> None:
    found = cooperation.components(everything, as_of=TODAY)
    # every month alike: no dispersion beyond chance. Own 360 of 1200, and 0 of 120; both in the pooled prior
    mean, weight = betabinomial.fit(np.array([360.0, 0.0]), np.array([1200.0, 120.0]))
    after = stats.beta(mean * weight + 360, (1 - mean) * weight + 840)
    assert found.values.loc["H001", "behav"] == pytest.approx(after.mean())
    assert found.noise.loc["H001", "behav"] == pytest.approx(after.std())
    assert 0 < found.values.loc["H002", "behav"] < 0.02
    assert np.isnan(found.values.loc["S1", "behav"])
    measured = cooperation.own_share(everything, start="2024-07-01", end=TODAY)
    assert measured.to_dict() == {"H001": 0.3, "H002": 0.0}
    assert cooperation.own_share(everything, start="2024-07-01", end=TODAY, brand="乙")["H001"] == pytest.approx(0.1)


def test_regularity_and_its_error(tmp_path: Path) -> None:
    folder = built(tmp_path)
    found = cooperation.components(folder, as_of="2024-12-31", brand="甲")
    # of brand 甲 alone: gaps 10, 20, 30; mean 20, standard deviation 10, cv ½
    assert found.values.loc["H001", "stable"] == pytest.approx(0.5)
    assert found.noise.loc["H001", "stable"] == pytest.approx(0.5 * np.sqrt((1 + 2 * 0.25) / 6))
    # one product of the brand: no breadth
    assert found.values["breadth"].isna().all()
    assert found.values["listing"].tolist()[:2] == [1.0, 0.0]
    assert cooperation.components(folder, as_of=TODAY, brand="乙").values["listing"].tolist()[:2] == [0.0, 0.0]


def test_attitude_and_needs_by_hand(everything: Path) -> None:
    found = cooperation.components(everything, as_of=TODAY)
    # satisfaction: SAT1 (5 → 1), SAT2 reversed (1 of 7 → 1); recommendation 0.8; intent (4 → 0.75), the ladder is none.
    # four persons (1 + 0.8 + 0.75) / 3 = 0.85; the fifth (0.5 + 0.8 + 0.75) / 3 = 0.68333
    persons = np.array([0.85] * 4 + [(0.5 + 0.8 + 0.75) / 3])
    assert found.values.loc["H001", "attitude"] == pytest.approx(persons.mean())
    assert found.noise.loc["H001", "attitude"] == pytest.approx(persons.std(ddof=1) / np.sqrt(5))
    # importance 1 and 0.5: (1·1 + 0.5·1) / 1.5 = 1 for four, (1·0 + 0.5·1) / 1.5 = 1/3 for the fifth
    met = np.array([1.0] * 4 + [1 / 3])
    assert found.values.loc["H001", "needs"] == pytest.approx(met.mean())
    assert found.noise.loc["H001", "needs"] == pytest.approx(met.std(ddof=1) / np.sqrt(5))
    # one respondent is below the minimum cell
    assert found.values.loc["H002", ["attitude", "needs"]].isna().all()
    assert cooperation.components(everything, as_of=TODAY, min_cell=6).values["attitude"].isna().all()


def test_willingness_is_intent_and_acceptance_never_recommendation(everything: Path) -> None:
    table = cooperation.willingness(everything, as_of=TODAY)
    # intent 0.75 of everybody (no spread), accepted 9 of 10
    row = table.loc["H001"]
    assert row["willingness"] == pytest.approx((0.75 + 0.9) / 2)
    se = np.sqrt(10 / 12 * 2 / 12 / 10)
    assert row["lo"] == pytest.approx(row["willingness"] - 1.6448536 * se / 2)
    assert row["hi"] == pytest.approx(row["willingness"] + 1.6448536 * se / 2)
    assert (row["n"], row["intent"], row["accepted"]) == (15, 0.75, 0.9)
    assert table.loc[["H002", "S1"], ["willingness", "lo", "hi"]].isna().all(axis=None)
    assert table.loc[["H002", "S1"], "n"].tolist() == [0, 0]
    assert cooperation.willingness(everything, as_of=TODAY, region="华北").index.tolist() == ["H002"]


@pytest.mark.parametrize("day", ["2024-03-31", "2024-05-31"])
def test_no_look_ahead(everything: Path, tmp_path: Path, day: str) -> None:
    early = cooperation.components(everything, as_of=day)
    # the same day from data that end on it: the build of later rows must change nothing
    cut = cooperation.components(built(tmp_path, until=day, leave=("survey_responses",)), as_of=day)
    pd.testing.assert_frame_equal(early.values, cut.values)
    pd.testing.assert_frame_equal(early.noise, cut.noise)
    # H002 was still listed, nobody had answered
    assert early.values.loc["H002", "listing"] == 1.0
    assert early.values[["attitude", "needs"]].isna().all(axis=None)


def test_regions_select_accounts_and_share_one_prior(everything: Path) -> None:
    whole, part = (cooperation.components(everything, as_of=TODAY, region=region) for region in (None, "华东"))
    assert part.values.index.tolist() == ["H001", "S1"]
    pd.testing.assert_frame_equal(part.values, whole.values.loc[["H001", "S1"]])
    pd.testing.assert_frame_equal(part.noise, whole.noise.loc[["H001", "S1"]])


LOST = {
    ("market",): ["behav", "competitor"],
    ("listings",): ["listing"],
    ("interactions",): ["joint", "access"],
    ("survey_responses",): ["attitude", "needs"],
    ("transactions",): ["stable", "breadth"],
}


@pytest.mark.parametrize("leave", LOST)
def test_a_missing_table_costs_its_columns_only(everything: Path, tmp_path: Path, leave: tuple[str, ...]) -> None:
    found = cooperation.components(built(tmp_path, leave=leave), as_of=TODAY).values
    whole = cooperation.components(everything, as_of=TODAY).values
    lost = LOST[leave]
    assert found[lost].isna().all(axis=None)
    pd.testing.assert_frame_equal(found.drop(columns=lost), whole.drop(columns=lost))


def test_without_any_table_of_behaviour_nothing_crashes(tmp_path: Path) -> None:
    leave = ("market", "listings", "interactions", "survey_responses", "products")
    folder = built(tmp_path, leave=leave)
    found = cooperation.components(folder, as_of=TODAY).values
    # nobody says which products are ours: all that were ever sold are
    assert found["breadth"].tolist() == pytest.approx([2 / 3, 0.0, 1 / 3])
    assert found.drop(columns=["breadth", "stable"]).isna().all(axis=None)
    willing = cooperation.willingness(folder, as_of=TODAY)
    assert willing[["willingness", "lo", "hi"]].isna().all(axis=None)
    assert cooperation.own_share(folder, start="2024-01-01", end=TODAY).empty


def test_of_a_persons_answers_the_latest_counts() -> None:
    rows = pd.DataFrame({
        "account": ["H", "H", "H"], "person": ["a", "a", "b"], "item_id": ["s", "i", "s"],
        "group": ["satisfaction", "intent", "satisfaction"], "need": [None, None, None], "score": [1.0, 0.5, 0.25],
    })  # fmt: skip
    found = answers.means(rows, least=2)
    # a: (1 + 0.5) / 2 = 0.75, b: 0.25
    assert found.loc["H", ["value", "n"]].tolist() == [0.5, 2.0]
    assert found.loc["H", "se"] == pytest.approx(np.sqrt(0.125) / np.sqrt(2))
    assert answers.means(rows, groups=["intent"], least=2).empty


def test_own_share_is_that_of_the_share_of_wallet(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    ids = [f"H{i:03d}" for i in range(30)]
    rows = [MARKET[0]]
    for i, name in enumerate(ids):
        for month in pd.date_range("2024-01-01", "2024-12-01", freq="MS").strftime("%Y-%m-%d"):
            total = int(rng.poisson(20))
            own = int(rng.binomial(total, 0.2 + 0.4 * (i % 2) + 0.01 * i))
            rows += [[name, month, "甲", str(own)], [name, month, "戊", str(total - own)]]
    people = [["客户编码", "大区", "医院等级"]]
    people += [[name, "华东" if i < 20 else "华北", "三甲" if i % 2 else "二级"] for i, name in enumerate(ids)]
    named = {"customer_id": "医院编码", "period": "月份", "brand": "品牌", "quantity": "标准盒数"}
    levels = {"customer_id": "客户编码", "region": "大区", "hospital_level": "医院等级"}
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "customers": {"source": "c.csv", "columns": levels} | desk.BASIS,
        "products": {"source": "p.csv"},
        "market": {"source": "m.csv", "columns": named} | desk.BASIS,
    }  # fmt: skip
    orders = [ORDERS[0], ["H000", "2024-12-01", "P1", "1", "10", "a", "1"]]
    files = {"o.csv": orders, "c.csv": people, "p.csv": PRODUCTS, "m.csv": rows}
    store.build(desk.lay(tmp_path / "in", files, spec, as_of=TODAY), tmp_path / "out")
    level = tables.read(tmp_path / "out", "customers").set_index("customer_id")["hospital_level"]
    market = tables.read(tmp_path / "out", "market")
    wallet = loyalty.share_of_wallet(market, own=["甲"], as_of=TODAY, by=level).customers
    found = cooperation.components(tmp_path / "out", as_of=TODAY).values["behav"]
    pd.testing.assert_series_equal(found, wallet["value"], check_names=False, rtol=1e-6)
