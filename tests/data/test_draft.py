"""The drafted dataset file and the templates."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from analysis.core.columns import TABLES
from analysis.core.errors import SettingError
from analysis.data import dataset, draft, readers

REPOSITORY = Path(__file__).parents[2]
FLOW = "客户编码,销售日期,产品编码,数量,单价,备注\n001,2024-01-01,P1,3,2.5,\n"


def _filled(text):
    """The draft as an analyst completes it."""
    for entry, value in (("grain: TODO", "grain: facility"), ("source_type: TODO", "source_type: own_lawful_sales")):
        text = text.replace(entry, value)
    return text.replace("TODO", "合同约定")


def _write(folder, **files):
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_bytes(text.encode("gb18030"))
    return sorted(folder.iterdir())


def test_draft_of_flow_and_customer_files_loads_when_completed(tmp_path):
    customers = "客户编码,客户名称,医院等级,大区,奇怪的列\n001,甲医院,三甲,华东,x\n"
    files = _write(tmp_path, 流向_1__csv="华东流向\n" + FLOW, 流向_2__csv=FLOW, 客户__csv=customers)
    text = draft.draft(files, folder=tmp_path, name="huadong")
    (tmp_path / "dataset.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match=r"tables\.transactions\.grain is yours to fill in"):
        dataset.load(tmp_path / "dataset.yaml")
    (tmp_path / "dataset.yaml").write_text(_filled(text), encoding="utf-8")
    data = dataset.load(tmp_path / "dataset.yaml")
    assert (data.name, data.language, data.value) == ("huadong", "zh", "amount")
    assert list(data.tables) == ["customers", "transactions"]
    orders = data.tables["transactions"]
    assert [file.name for file in data.files("transactions")] == ["流向_1.csv", "流向_2.csv"]
    assert orders.columns == {
        "customer_id": "客户编码", "date": "销售日期", "product_id": "产品编码", "quantity": "数量",
        "unit_price": "单价",
    }  # fmt: skip
    assert orders.derive == {"amount": "quantity * unit_price"}
    assert data.tables["customers"].columns["hospital_level"] == "医院等级"
    assert "备注" in text
    assert "奇怪的列" in text
    for file in data.files("transactions"):
        assert len(readers.read(file, orders, table="transactions").frame) == 1


def test_draft_says_what_it_could_not_place(tmp_path):
    files = _write(tmp_path, other__csv="aa,bb,cc\nx,y,z\n", broken__csv='客户编码,"数量\n1,2\n')
    text = draft.draft(files, language="en")
    assert "# No table could be guessed for" in text
    assert "aa, bb, cc" in text
    assert "# Quotation marks must pair" in text
    assert yaml.safe_load(text)["tables"] == {"transactions": {"source": "TODO"}}


def test_draft_of_order_lines_without_money_counts_quantity(tmp_path):
    files = _write(tmp_path, flow__csv="客户编码,日期,数量\n1,2024-01-01,2\n")
    assert yaml.safe_load(draft.draft(files))["value"] == "quantity"


def test_draft_of_a_wide_survey(tmp_path):
    header = "序号,提交答卷时间,所用时间," + ",".join(f"{i}、第{i}题" for i in range(1, 7))
    files = _write(tmp_path, 问卷__csv=header + "\n1,2024-01-01,125秒,1,2,3,4,5,1\n")
    survey = yaml.safe_load(draft.draft(files))["tables"]["survey_responses"]
    assert survey["shape"] == "wide"
    assert survey["codebook"] == "TODO"
    assert survey["columns"] == {"response_id": "序号", "date": "提交答卷时间", "seconds": "所用时间"}


def test_a_header_cannot_break_out_of_its_line(tmp_path):
    evil = '客户编码,日期,"名: ""甲""\nprofile: us"\n1,2024-01-01,2\n'
    text = draft.draft(_write(tmp_path, flow__csv=evil))
    assert yaml.safe_load(text)["profile"] == "cn"


@pytest.mark.parametrize(
    ("headers", "hint", "table"),
    [
        (["客户编码", "医院名称", "医院等级"], "", "customers"),
        (["产品编码", "通用名", "规格", "转换比"], "", "products"),
        (["客户编码", "拜访日期", "拜访方式", "拜访目的"], "", "interactions"),
        (["经销商编码", "产品编码", "日期", "数量"], "期末库存.xlsx", "stock"),
        (["经销商编码", "产品编码", "日期", "数量"], "购进.xlsx", "sell_in"),
        (["终端编码", "年份", "床位数", "门急诊量"], "", "hospital_facts"),
        (["活动编号", "活动类型", "覆盖客户", "开始日期"], "", "interventions"),
        (["a", "b"], "客户", None),
        (["客户编码"], "客户", None),
    ],
)
def test_table_is_guessed_from_headers_and_name(headers, hint, table):
    assert draft.guess_table(headers, hint=hint) == table


def test_templates_open_in_a_spreadsheet_and_are_read_without_a_mapping(tmp_path):
    written = draft.templates(tmp_path / "new")
    assert {path.stem for path in written if path.suffix == ".csv"} == set(TABLES)
    for name, table in TABLES.items():
        path = tmp_path / "new" / f"{name}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        raw = readers.read(path, table=name)
        assert raw.frame.columns.tolist() == [column.name for column in table.columns]
        assert len(raw.frame) == 0


def test_bundled_templates_are_the_written_ones(tmp_path):
    for path in draft.templates(tmp_path):
        assert (REPOSITORY / "data" / "templates" / path.name).read_bytes() == path.read_bytes(), path.name


def test_list_of_columns_names_every_column_in_both_languages(tmp_path):
    draft.templates(tmp_path)
    for language, required in (("zh", "必填"), ("en", "Required")):
        text = (tmp_path / f"COLUMNS.{language}.md").read_text(encoding="utf-8")
        assert required in text
        for table in TABLES.values():
            assert f"## {table.name}" in text
            assert all(f"| {column.name} |" in text for column in table.columns)
