from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.core.errors import PolicyError
from analysis.core.policy import PROFILES
from analysis.data import gate, store
from analysis.data.dataset import Dataset, TableSpec

from . import desk

CN = PROFILES["cn"]


def dataset(tmp_path: Path, entry: dict[str, Any], table: str = "transactions", **top: Any) -> Dataset:
    """One table with this entry, beside order lines that are in order."""
    tables = {"transactions": {"source": "o.csv", "columns": desk.COLUMNS} | desk.BASIS}
    tables[table] = {"source": "t.csv"} | entry
    return desk.lay(tmp_path, {"o.csv": desk.ORDERS}, tables, **top)


def refused(tmp_path: Path, entry: dict[str, Any], table: str = "transactions", **top: Any) -> PolicyError:
    audience = top.pop("audience", "internal")
    with pytest.raises(PolicyError) as caught:
        gate.check(dataset(tmp_path, entry, table, **top), audience=audience)
    assert caught.value.text("zh")
    return caught.value


@pytest.mark.parametrize(
    "source", ["self_report_survey", "synthetic", "own_lawful_sales", "public", "licensed_aggregate"]
)
@pytest.mark.parametrize("table", ["transactions", "market", "sell_out"])
def test_physician_quantities_are_refused_whatever_the_source(tmp_path: Path, table: str, source: str) -> None:
    entry = {"grain": "person", "source_type": source, "lawful_basis": "contract"}
    error = refused(tmp_path, entry, table)
    assert error.code == "physician_grain"
    assert "不处理医生个人药品用量，且无例外" in error.text("zh")


def test_us_admits_physician_quantities_with_a_source_and_a_basis_only(tmp_path: Path) -> None:
    entry = {"grain": "person", "source_type": "licensed_aggregate", "lawful_basis": "licence 7"}
    assert gate.check(dataset(tmp_path, entry, profile="us")) == [
        {"rule": "G5", "table": "transactions", "code": "impact_assessment"}
    ]
    assert refused(tmp_path, entry | {"lawful_basis": ""}, profile="us").code == "department_basis"
    assert refused(tmp_path, entry | {"source_type": "crm"}, profile="us").code == "department_source"
    assert refused(tmp_path, entry, profile="eu").code == "physician_grain"


def test_departments_need_source_and_basis(tmp_path: Path) -> None:
    entry = {"grain": "department", "source_type": "own_lawful_sales", "lawful_basis": "own delivery notes"}
    assert gate.check(dataset(tmp_path, entry)) == []
    error = refused(tmp_path, entry | {"lawful_basis": " "})
    assert error.text("en").startswith("Department data need a declared basis; lawful_basis is empty; transactions.")
    assert refused(tmp_path, entry | {"source_type": "crm"}).code == "department_source"
    # a department column makes it department data, whatever is declared
    facility = desk.BASIS | {"source_type": "crm", "columns": {"department": "科室"}}
    assert refused(tmp_path, facility).code == "department_source"


def test_quantities_and_persons_need_a_declared_origin(tmp_path: Path) -> None:
    error = refused(tmp_path, {"grain": "facility"})
    assert (error.code, error.values["missing"]) == ("undeclared", ["source_type", "lawful_basis"])
    assert refused(tmp_path, {}, "survey_responses").values["missing"] == ["source_type", "lawful_basis", "grain"]
    assert refused(tmp_path, {"columns": {"title": "职称"}}, "customers").code == "undeclared"
    assert gate.check(dataset(tmp_path, {}, "products")) == []
    assert gate.check(dataset(tmp_path, {"columns": {"customer_id": "医院编码"}}, "customers")) == []


def test_legitimate_interest_is_no_ground_in_china(tmp_path: Path) -> None:
    for basis in ("Legitimate interest, Art. 6(1)(f)", "合法利益"):
        entry = {"grain": "person", "source_type": "crm", "lawful_basis": basis}
        assert refused(tmp_path, entry, "interactions").code == "legitimate_interest"
        assert len(gate.check(dataset(tmp_path, entry, "interactions", profile="eu"))) == 1
    facility = {"grain": "facility", "source_type": "crm", "lawful_basis": "legitimate interest"}
    assert gate.check(dataset(tmp_path, facility, "interactions")) == []


def test_overrides_are_limited(tmp_path: Path) -> None:
    def override(rule: str) -> dict[str, Any]:
        return {"override": [{"rule": rule, "reason": "pilot", "by": "Li"}]}

    for rule in ("G1", "G2", "G7", "G8"):
        assert refused(tmp_path, desk.BASIS, **override(rule)).code == "override_rule"
    for rule in ("G3", "G4", "G6"):
        assert gate.check(dataset(tmp_path, desk.BASIS, **override(rule))) == []
        assert refused(tmp_path, desk.BASIS, audience="shared", **override(rule)).code == "override_shared"
    assert gate.lifted(dataset(tmp_path, desk.BASIS, **override("G4")), "G4")
    assert not gate.lifted(dataset(tmp_path, desk.BASIS, **override("G4")), "G3")


@pytest.mark.parametrize(
    "header",
    [
        "病历号",
        "住院号",
        "患者ID",
        "患者姓名",
        "身份证号",
        "就诊卡号",
        "patient_id",
        "Patient No",
        "MRN",
        "NHS number",
        "医保卡",
    ],
)
def test_patient_ids_are_refused_in_any_table_mapped_or_not(header: str) -> None:
    for table in ("transactions", "customers", "feedback_text", "hospital_facts"):
        with pytest.raises(PolicyError) as caught:
            gate.check_columns(table, TableSpec(source="x"), ["customer_id", header], profile=PROFILES["us"])
        assert caught.value.code == "patient_data"
        assert caught.value.values["column"] == header


@pytest.mark.parametrize(
    "header", ["患者数", "门诊患者人次", "number_of_patients", "outpatients", "PUBLICATION", "dispatch_id"]
)
def test_numbers_of_patients_are_no_ids(header: str) -> None:
    assert gate.check_columns("hospital_facts", TableSpec(source="x"), [header], profile=CN) == []


@pytest.mark.parametrize("header", ["医生姓名", "开单医师", "处方医生", "physician_id", "Prescriber", "doctor", "npi"])
def test_a_physician_column_beside_quantities_is_refused(header: str) -> None:
    for table in ("transactions", "market", "sell_out", "stock"):
        with pytest.raises(PolicyError, match="has column"):
            gate.check_columns(table, TableSpec(source="x"), ["quantity", header], profile=CN)
    assert gate.check_columns("interactions", TableSpec(source="x"), [header], profile=CN) == []
    assert gate.check_columns("transactions", TableSpec(source="x"), [header], profile=PROFILES["us"]) == []


@pytest.mark.parametrize(
    "header",
    [
        "讲课费",
        "餐费",
        "会议赞助",
        "礼品金额",
        "tov_meals",
        "speaker fee",
        "Consulting fee",
        "honorarium",
        "sponsorship",
        "fees",
    ],
)
def test_benefits_beside_persons_are_refused(header: str) -> None:
    with pytest.raises(PolicyError, match="Benefits are never linked") as caught:
        gate.check_columns("interactions", TableSpec(source="x"), ["客户级别", header], profile=CN)
    assert caught.value.values == {"column": header, "other": "客户级别", "table": "interactions"}
    # totals per programme, and terms of legal entities, are no benefit of a person
    assert gate.check_columns("costs", TableSpec(source="x", grain="facility"), ["unit_id", header], profile=CN) == []


def test_coffee_is_no_fee() -> None:
    headers = ["coffee_machine", "feedback", "metric", "sampled_on", "patience"]
    assert gate.check_columns("interactions", TableSpec(source="x"), headers, profile=CN) == []


def test_contact_columns_are_named_for_dropping() -> None:
    headers = ["客户名称", "手机号", "Email", "licence_no", "医师执业证号", "电话", "cancelled", "hotel"]
    found = gate.check_columns("customers", TableSpec(source="x"), headers, profile=CN)
    assert found == ["手机号", "Email", "licence_no", "医师执业证号", "电话"]
    # licences of distributors are facts about companies
    assert gate.check_columns("distributor_candidates", TableSpec(source="x"), ["licence_no"], profile=CN) == []


def items(text: str, kind: str = "numeric") -> pd.DataFrame:
    return pd.DataFrame({"item_id": ["Q1", "Q2"], "text": ["了解程度", text], "type": ["likert5", kind]})


@pytest.mark.parametrize(
    "text",
    [
        "您每月使用本品多少盒",
        "每周诊治几例患者",
        "月均处方张数",
        "How many patients per month",
        "number of boxes prescribed",
        "每月多少人次患者",
    ],
)
def test_physicians_are_not_asked_for_quantities(text: str) -> None:
    with pytest.raises(PolicyError, match="Physician surveys take ordinal items only; Q2 asks a quantity"):
        gate.check_items(items(text), table="survey_items", profile=CN)
    with pytest.raises(PolicyError):
        gate.check_items(items(text, "open"), table="survey_items", profile=CN)
    gate.check_items(items(text), table="survey_items", profile=PROFILES["us"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("从业年限", "numeric"),
        ("您对供货的满意度", "numeric"),
        ("每月处方例数分级：少/中/多", "single"),
        ("How old are you", "numeric"),
    ],
)
def test_other_questions_pass(text: str, kind: str) -> None:
    gate.check_items(items(text, kind), table="survey_items", profile=CN)


def test_benefits_booked_on_physicians_are_refused() -> None:
    customers = pd.DataFrame({"customer_id": ["H1", "D1"], "customer_type": ["hospital", "physician"]})
    costs = pd.DataFrame({"unit_id": ["H1", "D1"], "type": ["讲课费", "visit"], "amount": [1.0, 2.0]})
    gate.check_costs(customers, costs)
    costs.loc[1, "type"] = "speaker_fee"
    with pytest.raises(PolicyError, match="speaker_fee with unit_id; costs"):
        gate.check_costs(customers, costs)
    gate.check_costs(None, costs)


def test_sales_targets_of_representatives_are_found() -> None:
    targets = pd.DataFrame({
        "role": ["医药代表", "medical representative", "MR", "医药代表", "大区经理", None],
        "metric": ["销售额", "sell_out", "quantity", "coverage", "销售额", "sales"],
    })  # fmt: skip
    assert gate.representative_sales(targets).tolist() == [True, True, True, False, False, False]
    assert gate.representative_sales(targets[["metric"]]).sum() == 0


def test_a_refusal_writes_nothing(tmp_path: Path) -> None:
    orders = [[*row, extra] for row, extra in zip(desk.ORDERS, ["病历号", *"12345"], strict=True)]
    with pytest.raises(PolicyError, match="Patient data are not accepted; 病历号 looks like a patient id"):
        store.build(desk.sales(tmp_path / "in", orders), tmp_path / "out")
    assert not (tmp_path / "out").exists()
