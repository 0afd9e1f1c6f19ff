"""Effort by account: contacts of physicians and departments come up, later ones stay out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.core.errors import SettingError
from analysis.data import accounts, customers, effort, store

from . import desk

PEOPLE = [["客户编码", "大区", "客户类型", "上级编码", "不接受联系"]]
PEOPLE += [["H001", "华东", "医院", "", ""], ["K1", "", "科室", "H001", ""], ["Y1", "", "医生", "K1", "是"]]
PEOPLE += [["Y2", "", "医生", "H001", ""], ["H002", "华北", "医院", "", ""], ["Y9", "华北", "医生", "", ""]]
PEOPLE += [["D1", "华北", "经销商", "", ""]]
CONTACTS = [["客户", "日期", "方式", "发起", "接受", "时长"]]
CONTACTS += [
    ["Y1", "2024-03-01", "visit", "us", "是", "10"],
    ["Y1", "2024-02-01", "visit", "us", "否", "5"],
    ["Y2", "2024-02-10", "phone", "us", "", ""],  # whether it was taken is not known: no offer
    ["K1", "2024-01-10", "wechat", "customer", "是", "3"],
    # one meeting with two physicians of the hospital; another that was declined
    ["Y1", "2023-12-05", "academic_event", "us", "是", "60"],
    ["Y2", "2023-12-05", "academic_event", "us", "是", "60"],
    ["Y2", "2023-11-05", "academic_event", "us", "否", ""],
    ["H001", "2023-03-31", "visit", "us", "是", "7"],  # a year ago to the day: outside the twelve months
    ["Y9", "2024-03-02", "visit", "us", "是", "9"],  # belongs to no institution
    ["D1", "2024-03-03", "visit", "us", "是", "9"],
]
PLANS = [["编号", "客户", "截止", "状态"]]
PLANS += [
    ["1", "H001", "2024-02-28", "已完成"],
    ["2", "H001", "2024-02-28", "进行中"],
    ["3", "H002", "2023-05-01", "Done"],
]
PLANS += [["4", "H001", "2024-05-01", "已完成"], ["5", "H001", "2022-05-01", "已完成"]]


def built(folder: Path, *, leave: tuple[str, ...] = (), contacts: Any = None) -> Path:
    """The desk with contacts and plans, without the tables named in ``leave``."""
    files = {"o.csv": desk.ORDERS[:5], "c.csv": PEOPLE, "i.csv": contacts or CONTACTS, "p.csv": PLANS}
    people = {
        "customer_id": "客户编码", "region": "大区", "customer_type": "客户类型", "parent_id": "上级编码",
        "opt_out": "不接受联系",
    }  # fmt: skip
    named = {
        "customer_id": "客户", "date": "日期", "channel": "方式", "initiated_by": "发起", "accepted": "接受",
        "minutes": "时长",
    }  # fmt: skip
    named = {name: head for name, head in named.items() if head in files["i.csv"][0]}
    spec = {
        "transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS,
        "customers": {"source": "c.csv", "columns": people} | desk.BASIS,
        "interactions": {"source": "i.csv", "columns": named} | desk.BASIS | {"grain": "person"},
        "plans": {
            "source": "p.csv",
            "columns": {"plan_id": "编号", "unit_id": "客户", "due": "截止", "status": "状态"},
        }
        | desk.BASIS,
    }
    spec = {name: entry for name, entry in spec.items() if name not in leave}
    store.build(desk.lay(folder / "in", files, spec, as_of="2024-03-31"), folder / "out")
    return folder / "out"


def test_contacts_come_up_to_the_account_by_hand(tmp_path: Path) -> None:
    folder = built(tmp_path)
    table = effort.effort(folder, as_of="2024-03-31")
    assert table.index.tolist() == ["H001", "H002"] == customers.profile(folder, as_of="2024-03-31").index.tolist()
    # H001 in twelve months: Y1 3, Y2 3, K1 1 contacts; 10 + 5 + 3 + 60 + 60 minutes; Y1 objects, and still counts
    row = table.loc["H001"]
    assert row[["contacts", "minutes", "by_customer"]].tolist() == [7.0, 138.0, 1.0]
    # offered: 1 March, 1 February, the three invitations; declined: 1 February and November
    assert row[["offered", "accepted"]].tolist() == [5.0, 3.0]
    # one meeting day, one completed step due in the months
    assert row["joint"] == 2.0
    assert row["last_contact"] == pd.Timestamp("2024-03-01")
    # H002 had no contact, which is known; its step of May 2023 is done
    assert table.loc["H002", ["contacts", "minutes", "offered", "joint"]].tolist() == [0.0, 0.0, 0.0, 1.0]
    assert pd.isna(table.loc["H002", "last_contact"])


def test_nothing_after_the_day_enters(tmp_path: Path) -> None:
    folder = built(tmp_path)
    early = effort.effort(folder, as_of="2023-11-30", months=8)
    # 31 March 2023 lies after 30 March, the day eight months before; November's invitation was declined
    assert early.loc["H001", ["contacts", "offered", "accepted", "joint"]].tolist() == [2.0, 2.0, 1.0, 0.0]
    assert early.loc["H001", "last_contact"] == pd.Timestamp("2023-11-05")
    cut = built(tmp_path / "cut", contacts=[row for row in CONTACTS if row[1] == "日期" or row[1] <= "2023-11-30"])
    pd.testing.assert_frame_equal(early, effort.effort(cut, as_of="2023-11-30", months=8))
    # before the first record nothing is known, which is not zero
    assert effort.effort(folder, as_of="2023-01-31").isna().all(axis=None)


def test_a_region_without_contact_has_zeros_and_no_table_gives_missing(tmp_path: Path) -> None:
    folder = built(tmp_path)
    north = effort.effort(folder, as_of="2024-03-31", region="华北")
    assert north.index.tolist() == ["H002"]
    assert north.loc["H002", "contacts"] == 0.0
    bare = effort.effort(built(tmp_path / "bare", leave=("interactions", "plans")), as_of="2024-03-31")
    assert bare.isna().all(axis=None)
    planned = effort.effort(built(tmp_path / "planned", leave=("interactions",)), as_of="2024-03-31")
    assert planned["joint"].tolist() == [1.0, 1.0]
    assert planned["contacts"].isna().all()


def test_columns_that_were_not_delivered_are_missing(tmp_path: Path) -> None:
    few = [row[:2] for row in CONTACTS]
    table = effort.effort(built(tmp_path, leave=("plans",), contacts=few), as_of="2024-03-31")
    assert table.loc["H001", "contacts"] == 7.0
    assert table[["minutes", "offered", "accepted", "by_customer", "joint"]].isna().all(axis=None)


def test_owners_climb_to_the_account(tmp_path: Path) -> None:
    folder = built(tmp_path)
    found = accounts.owners(folder, pd.Index(["H001", "H002"]))
    assert found.to_dict() == {"H001": "H001", "K1": "H001", "Y1": "H001", "Y2": "H001", "H002": "H002"}
    with pytest.raises(SettingError, match="months"):
        effort.effort(folder, as_of="2024-03-31", months=0)
