from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError
from analysis.methods import health

#: what a build recorded: 100 order lines, 8 rejected, 2 left out; a customer list with one broken level
META = {
    "as_of": "2025-06-30",
    "value": "amount",
    "tables": {
        "transactions": {
            "read": 100,
            "kept": 90,
            "rows": 90,
            "first": "2024-07-02",
            "last": "2025-06-28",
            "rejected": {"missing_id": 5, "repeated_line": 2, "not_a_number": 1},
            "dropped": {"after_as_of": 1, "subtotal_row": 1},
            "cleared": {},
            "converted": {"amount": {"thousands": 3}, "date": {"excel_serial": 4}},
            "encodings": ["gb18030"],
            "sources": ["orders.csv"],
            "units_converted": 2,
            "masked": 1,
            "personal": ["手机号"],
            "totals": {"amount": {"read": 1000.0, "adjusted": 0.0, "kept": 900.25, "rejected": 80.0, "dropped": 19.75}},
            "returns": 4,
            "returns_without_sale": 1,
            "not_demand": 3,
            "near_repeats": 6,
            "value_unmatched": 0.08,
            "ids_only_here": 2,
            "price_differs": 2,
            "months": [f"2024-{m:02d}-01" for m in range(7, 13)],
            "months_missing": ["2025-01-01"],
        },
        "customers": {
            "read": 10,
            "kept": 10,
            "rows": 12,
            "rejected": {},
            "dropped": {},
            "cleared": {"unknown_code": 1},
            "totals": {},
            "parents_unknown": 1,
        },
        "sell_out": {
            "read": 50,
            "kept": 50,
            "rows": 50,
            "rejected": {},
            "dropped": {},
            "cleared": {},
            "totals": {},
            "first": "2024-07-01",
            "last": "2025-03-31",
            "reports_missing": 2,
        },
    },
}


#: what a build recorded of a survey of 40 sheets
SURVEYED = {
    "as_of": "2025-06-30",
    "tables": {
        "survey_responses": {
            "read": 40,
            "kept": 40,
            "rows": 400,
            "sheets": 40,
            "cleared": {"not_an_answer": 4, "not_an_option": 2},
            "survey": {
                "unread": [
                    {"source": "a.csv", "item": "Q2", "answer": "好极了", "rule": "not_an_answer", "n": 3},
                    {"source": "b.csv", "item": "Q2", "answer": "好极了", "rule": "not_an_answer", "n": 1},
                    {"source": "a.csv", "item": "Q7_01", "answer": "传真", "rule": "not_an_option", "n": 2},
                ],
                "unanswered": [{"source": "a.csv", "item": "Q9", "asked": 12}],
                "two_scales": [
                    {
                        "source": "a.csv",
                        "item": "Q2",
                        "first": "satisfaction",
                        "one": 30,
                        "second": "agreement",
                        "other": 5,
                    }
                ],
                "same_step": [],
                "turned": [{"source": "a.csv", "item": "Q3", "n": 8}],
                "asked_otherwise": [{"source": "a.csv", "item": "Q6", "low": 1.0, "high": 10.0}],
                "not_in_codebook": [{"source": "a.csv", "columns": ["年龄", "性别"]}],
            },
        }
    },
}


def test_answers_that_no_scale_holds_are_listed_with_their_counts() -> None:
    result = health.unread(SURVEYED)
    # the same word in two files is one line: 3 + 1
    assert result.table.values.tolist() == [
        ["Q2", "好极了", "rule_not_an_answer", 4], ["Q7_01", "传真", "rule_not_an_option", 2],
    ]  # fmt: skip
    assert said(result) == "Answers not read: 6, in 2 items, most in Q2"
    clean = health.unread(META)
    assert len(clean.table) == 0
    assert said(health.unread({"tables": {"survey_responses": {"sheets": 40}}})) == "All answers of 40 sheets were read"


def test_what_is_odd_about_a_survey_stands_among_the_defects() -> None:
    result = health.defects(SURVEYED)
    found = result.table.set_index("check")["n"].to_dict()
    assert found == {"d21": 6, "d22": 1, "d23": 5, "d24": 1, "d25": 1, "d26": 2}
    assert [dict(note.values).get("items") for note in result.notes] == [
        ["Q2", "Q7_01"], ["Q9"], ["Q2"], ["Q3"], ["Q6"], None,
    ]  # fmt: skip


def said(result: object, language: str = "en") -> str:
    finding = result.finding  # type: ignore[attr-defined]
    return words.text(f"findings.{finding.code}", language, **finding.values)


def frames() -> dict[str, pd.DataFrame]:
    customers = pd.DataFrame(
        {
            "customer_id": ["H001", "H002", "H003", "D001"],
            "region": ["华东", "华东", "unassigned", "华东"],
            "customer_type": ["hospital", "hospital", "hospital", "physician"],
            "name": ["甲医院", " ", None, "王某"],
        }
    )
    orders = pd.DataFrame({
        "customer_id": ["H001", "H001", "H003", "H002", "H001"], "amount": [680.0, 106.0, 212.0, 0.0, -136.0],
        "date": pd.to_datetime(["2024-07-05", "2024-07-05", "2024-08-02", "2024-09-01", "2025-01-20"]),
        "doc_type": ["sale", "sale", "sale", "free", "return"], "x_note": None,
    })  # fmt: skip
    return {"customers": customers, "transactions": orders}


def test_completeness_by_hand() -> None:
    result = health.completeness(frames())
    table = result.table.set_index(["table", "column"])
    # one name is missing and one is blanks: 2 of 4
    assert table.loc[("customers", "name"), "value"] == 0.5
    assert result.table.iloc[0]["column"] == "name"
    assert table["n"].loc["transactions"].unique() == [5]
    assert "x_note" not in result.table["column"].tolist()
    assert said(result) == "1 of 8 fields are under 95% filled; name (customers) 50%"
    full = health.completeness({"customers": frames()["customers"][["customer_id", "region"]]})
    assert said(full, "zh") == "2个字段全部填满"
    assert health.completeness({"customers": frames()["customers"].head(0)}).table["flag"].unique() == ["missing_input"]


def test_rejected_rows_by_rule() -> None:
    result = health.rejected(META)
    assert result.table[["table", "rule", "action", "n"]].head(2).values.tolist() == [
        ["transactions", "rule_missing_id", "rejected", 5], ["transactions", "rule_repeated_line", "rejected", 2],
    ]  # fmt: skip
    assert result.table["value"].iloc[0] == 0.05
    assert np.isnan(result.table.set_index("action").loc["cleared", "value"])
    # 8 of 100 + 10 + 50 rows
    assert said(result) == "8 rows (5.0%) rejected; id missing: 5"
    nothing = copy.deepcopy(META)
    nothing["tables"]["transactions"]["rejected"] = {}
    assert said(health.rejected(nothing)) == "160 rows read, none rejected"


def test_totals_reconcile() -> None:
    result = health.reconciliation(META)
    amount = result.table[result.table["measure"] == "amount"].iloc[0]
    # 1000.00 = 900.25 + 80.00 + 19.75
    assert amount[["read", "in_table", "rejected", "dropped", "difference"]].tolist() == [
        1000.0,
        900.25,
        80.0,
        19.75,
        0.0,
    ]
    assert said(result) == "All 4 totals agree before and after"
    wrong = copy.deepcopy(META)
    wrong["tables"]["transactions"]["totals"]["amount"]["kept"] = 900.0
    result = health.reconciliation(wrong)
    assert result.table["difference"].abs().max() == 0.25
    assert said(result) == "Totals that differ before and after: 1; find out first"


def test_defects_in_the_sentences_of_the_trade() -> None:
    result = health.defects(META)
    sentences = [words.text(f"notes.{note.code}", "zh", **note.values) for note in result.notes]
    assert sentences == [
        "orders.csv按gb18030读取。",
        "已换算7处，剔除1行。",
        "去除合计、标题、空行1行。",
        "未匹配名称占金额8.0%，待人工确认。",
        "删除重复2行，疑似重复6行保留。",
        "已冲减4行，无原单1行。",
        "赠货、调拨3行不计需求。",
        "换算2行，包装不明剔除0行。",
        "上级或有效期冲突1家。",
        "未报3个月，留空不补0。",
        "来源截止不一，统一至2025-06-30。",
        "已遮盖2处。",
    ]
    assert result.table.set_index("check")["n"].to_dict()["d3"] == 7
    assert result.table.set_index("check").loc["d8", ["n", "left", "action"]].tolist() == [4, 1, "netted"]
    clean = {"as_of": "2025-06-30", "tables": {"customers": META["tables"]["sell_out"] | {"reports_missing": 0}}}
    assert said(health.defects(clean)) == "No defects that need action"
    assert len(health.defects(clean).table) == 0


def test_freshness_and_missing_months() -> None:
    result = health.freshness(META)
    assert result.table.set_index("table")["value"].to_dict() == {"sell_out": 91.0, "transactions": 2.0}
    assert result.gaps["month"].tolist() == [pd.Timestamp("2025-01-01")]
    assert said(result) == "Months without order lines: 1 (first Jan 2025); left empty, not zero"
    old = copy.deepcopy(META)
    old["tables"]["transactions"]["months_missing"] = []
    assert said(health.freshness(old)) == "sell-out end 91 days before the cut-off"
    del old["tables"]["sell_out"]
    assert said(health.freshness(old), "zh") == "1张表的末行距截止日至多2天"
    with pytest.raises(DataError, match="customers have none"):
        health.freshness({"as_of": "2025-06-30", "tables": {"customers": META["tables"]["customers"]}})


def test_coverage_by_region() -> None:
    data = frames()
    result = health.coverage(data["customers"], data["transactions"])
    table = result.table.set_index("region")
    # the physician is no account; H002 got free goods only; H003 has no region
    assert table.loc["华东", ["n", "buyers", "value"]].tolist() == [2, 1, 0.5]
    assert table.index.tolist() == ["华东", "unassigned"]
    # net 680 + 106 − 136 = 650 of 862
    assert table.loc["华东", "share_of_value"] == pytest.approx(650 / 862)
    # Wilson at 1 of 2: centre 0.5, bounds 0.0945 and 0.9055 (Newcombe 1998, method 3)
    assert table.loc["华东", ["lo", "hi"]].tolist() == [
        pytest.approx(0.0945, abs=5e-5),
        pytest.approx(0.9055, abs=5e-5),
    ]
    assert said(result) == "67% (21% to 94%) of 3 customers ordered; 1 have no region"
    assert set(table["flag"]) == {"low_n"}


def test_coverage_of_quantities_and_its_refusals() -> None:
    data = frames()
    boxes = data["transactions"].rename(columns={"amount": "quantity"})
    assert health.coverage(data["customers"], boxes).table["buyers"].tolist() == [1, 1]
    one = health.coverage(data["customers"].head(2), boxes)
    assert said(one) == "50% (9% to 91%) of 2 customers ordered"
    with pytest.raises(DataError, match="customers needs the columns"):
        health.coverage(data["customers"].drop(columns="region"), boxes)
    with pytest.raises(DataError, match="customers needs each customer once"):
        health.coverage(pd.concat([data["customers"], data["customers"]]), boxes)


def test_the_gate_names_what_blocks() -> None:
    result = health.gate(META, frames())
    table = result.table.set_index("analysis")
    assert table.loc["analysis_segments", ["status", "need", "n"]].tolist() == ["gate_blocked", 60, 2]
    # July 2024 to June 2025 are 12 months: retention may run, with a warning
    assert table.loc["analysis_retention", ["status", "n"]].tolist() == ["gate_warn", 12]
    assert table.loc["analysis_barriers", "flag"] == "missing_input"
    assert said(result) == "8 of 10 analyses are blocked; tiers: buying customers 10 needed, 2 there"
    with pytest.raises(DataError, match="meta must be the record of a build"):
        health.gate({"rows": 1}, frames())


def test_the_gate_opens_with_enough_of_everything() -> None:
    n = 400
    orders = pd.DataFrame({
        "customer_id": np.repeat([f"H{i:03d}" for i in range(n)], 2), "amount": 1.0, "doc_type": "sale",
        "date": [day for i in range(n) for day in (pd.Timestamp(2023, 7, 1 + i % 11), pd.Timestamp("2025-01-01"))],
    })  # fmt: skip
    answers = pd.DataFrame({"response_id": [str(i) for i in range(n)], "item_id": "Q1", "value": 9.0})
    items = pd.DataFrame({"item_id": ["Q1"], "type": ["nps"]})
    result = health.gate(META, {"transactions": orders, "survey_responses": answers, "survey_items": items})
    assert set(result.table["status"]) == {"gate_pass"}
    assert said(result) == "All 10 analyses may run, none with a warning"
    # 250 of the 400 sheets were filled in with a representative: the 150 others are under the 200 of a pass
    mode = np.where(np.arange(n) < 250, "rep_administered", "phone")
    mixed = health.gate(
        META, {"transactions": orders, "survey_responses": answers.assign(mode=mode), "survey_items": items}
    )
    own = mixed.table.set_index("analysis")
    assert own.loc[["analysis_nps", "analysis_barriers"], "n"].tolist() == [150, 150]
    assert own.loc["analysis_barriers", "status"] == "gate_warn"
    assert said(mixed) == "All 10 analyses may run, 2 with a warning"


def test_a_dozen_order_dates_are_needed_to_speak_of_a_rhythm() -> None:
    # 400 customers, two orders each: on 2 days in all, then on 12
    ids, first = np.repeat([f"H{i:03d}" for i in range(400)], 2), pd.Timestamp("2023-07-01")
    days = {
        2: np.tile([first, pd.Timestamp("2025-01-01")], 400),
        12: [day + pd.DateOffset(months=m) for day in [first] for i in range(400) for m in (i % 11, 11)],
    }
    told = {}
    for count, dates in days.items():
        orders = pd.DataFrame({"customer_id": ids, "amount": 1.0, "doc_type": "sale", "date": pd.to_datetime(dates)})
        assert orders["date"].nunique() == count
        told[count] = health.gate(META, {"transactions": orders})
    row = told[2].table.set_index("analysis").loc["analysis_lifetime"]
    assert (row["status"], row["flag"], row["n"]) == ("gate_blocked", "not_identified", 400)
    assert [note.code for note in told[2].notes] == ["gate_no_rhythm"]
    assert told[12].table.set_index("analysis").loc["analysis_lifetime", "status"] == "gate_pass"
    assert told[12].notes == ()


def test_quality_is_the_weighted_mean_of_its_marks() -> None:
    result = health.quality(META, frames())
    marks = result.table.set_index("dimension")["value"]
    # 6 unreadable and 2 repeated of 160 rows read; 2 prices and 1 return of 90 lines; 6 of 7 months
    assert marks["validity"] == pytest.approx(1 - 6 / 160)
    assert marks["uniqueness"] == pytest.approx(1 - 2 / 160)
    assert marks["consistency"] == pytest.approx(1 - 3 / 90)
    assert marks["timeliness"] == pytest.approx(6 / 7)
    assert marks["match_rate"] == pytest.approx(0.92)
    # 8 fields, of which the name is half filled
    assert marks["completeness"] == pytest.approx(7.5 / 8)
    weights = result.table.set_index("dimension")["weight"]
    assert weights.sum() == pytest.approx(1)
    assert result.score == pytest.approx(100 * (marks * weights).sum())
    assert result.status == "gate_warn"
    # .2 * .9375 + .25 * .9625 + .15 * .9875 + .15 * .9667 + .1 * .8571 + .15 * .92 = .9449
    assert said(result) == "Data quality 94 of 100, with warnings: timeliness 86%"


def test_a_broken_delivery_is_blocked_and_a_clean_one_passes() -> None:
    broken = copy.deepcopy(META)
    broken["tables"]["transactions"]["rejected"] = {"missing_id": 90}
    assert health.quality(broken, frames()).status == "gate_blocked"
    clean = {"as_of": "2025-06-30", "tables": {"customers": {"read": 3, "rejected": {}, "rows": 3}}}
    result = health.quality(clean, {"customers": frames()["customers"][["customer_id", "region"]]})
    # nothing about orders can be judged, and nothing is invented
    assert result.table.set_index("dimension").loc["timeliness", "flag"] == "missing_input"
    assert (result.score, result.status) == (100.0, "gate_pass")


def test_what_is_no_record_or_no_table_is_refused() -> None:
    for call in (health.rejected, health.reconciliation, health.defects, health.freshness):
        with pytest.raises(DataError, match=r"Pass what tables\.meta gives"):
            call({"rows": 5})
    with pytest.raises(DataError, match="tables of the data model only; got orders"):
        health.completeness({"orders": frames()["transactions"]})
    with pytest.raises(DataError, match="frames must have at least one row"):
        health.completeness({})
