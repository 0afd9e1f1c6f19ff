"""A condition selects accounts; a file of them passes the gate of a page and the guard against formulas."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from analysis.core import words
from analysis.core.errors import DataError, PolicyError, RapportError, SettingError
from analysis.explore import conditions, exporting, selection
from analysis.explore.run import Run
from analysis.report import pseudonyms

KEY = "a key for tests only"

ACCOUNTS = pd.DataFrame(
    {
        "customer_id": ["001", "002", "003", "004"],
        "name": ["江城（东区）医院", '=HYPERLINK("x")', None, "＋北山诊所"],
        "tier": ["A", "B", None, "zero"],
        "type": ["active", "lapsed", "active", "potential"],
        "segment": pd.array([1, 2, None, 2], dtype="Int64"),
        "value_12m": [100.0, 50.0, 0.0, float("nan")],
        "value_prev_12m": [50.0, 200.0, 0.0, 10.0],
        "last_date": pd.to_datetime(["2025-06-01", "2024-01-05", None, None]),
        "channel_e-com": [0.1, 0.9, 0.0, 0.5],
        "opt_out": [False, True, False, False],
    }
)


def ids(query: str) -> list[str]:
    return list(ACCOUNTS.loc[conditions.evaluate(query, ACCOUNTS).mask, "customer_id"])


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_KEY", KEY)


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


# -- the language -------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('tier == "A"', ["001"]),
        ('tier != "A"', ["002", "003", "004"]),
        ('tier == "A" or type == "lapsed"', ["001", "002"]),
        ('tier == "A" and not type == "lapsed"', ["001"]),
        ('(tier == "A") | (type == "lapsed")', ["001", "002"]),
        ('(tier == "A") & ~(type == "lapsed")', ["001"]),
        ('type in ["lapsed", "potential"]', ["002", "004"]),
        ('type not in ("lapsed", "potential")', ["001", "003"]),
        ("segment == 2", ["002", "004"]),
        ("segment in [1]", ["001"]),
        ("tier == None", ["003"]),
        ("last_date is not None", ["001", "002"]),
        ("0 < value_12m <= 50", ["002"]),
        # missing fits no comparison: account 004 has no value
        ("value_12m >= 0", ["001", "002", "003"]),
        ("value_12m < 0.5 * value_prev_12m", ["002"]),
        ("value_12m / value_prev_12m > 1", ["001"]),
        ("value_12m - value_prev_12m == -150", ["002"]),
        ('last_date < "2025-01-01"', ["002"]),
        ('"2025-01-01" <= last_date', ["001"]),
        ("`channel_e-com` > 0.4", ["002", "004"]),
        ('"诊所" in name', ["004"]),
        ("opt_out", ["002"]),
        ("not opt_out and opt_out == False", ["001", "003", "004"]),
        ('tier == "价值A"', ["001"]),
        ('客户级别 == "价值A"', ["001"]),
        ("客户类型 ＝＝ “流失客户”", ["002"]),
        ("客户类型 in ［“流失客户”， “潜在客户”］", ["002", "004"]),
        ("近12个月净采购额 ＞＝ 50", ["001", "002"]),
        ("name == “江城（东区）医院”", ["001"]),
        ('tier == "a"', []),
        ('  tier\n == "A" ', ["001"]),
    ],
)
def test_a_condition_selects(query: str, found: list[str]) -> None:
    assert ids(query) == found


@pytest.mark.parametrize(
    "query",
    [
        '__import__("os").system("true")', "tier.str.len() > 1", "@x == 1", "(lambda: 1)()", "[t for t in tier]",
        'f"{tier}" == "A"', "tier if 1 else 2", "(a := 1) == 1", "value_12m ** 9 > 1", "value_12m % 2 == 1",
        "tier[0] == 'A'", "value_12m", "1", "tier in 'AB'", "type in [tier]", "value_12m in tier", "not value_12m",
        "await tier", "...", "tier == b'A'", "value_12m > 1j", "{'a': 1} == tier", "print", "tier; type", "*tier",
        'tier == "A" if True else False', "value_12m << 2 > 1", "x" * 2001, "(" * 300, "-" * 1900 + "1 == value_12m",
        "\x00", "# nothing", "value_12m > 1 == True", "tier = 'A'", 'tier == "A', "value_12m + tier > 1",
    ],
)  # fmt: skip
def test_nothing_else_is_evaluated(query: str) -> None:
    with pytest.raises(SettingError) as caught:
        conditions.evaluate(query, ACCOUNTS)
    assert caught.value.text("zh") != caught.value.text("en")


@pytest.mark.parametrize(
    ("query", "code", "told"),
    [
        ('teir == "A"', "select_column", {"got": "teir", "at": 1, "close": ["tier"]}),
        ('tier == "A" and 客户级 == "A"', "select_column", {"got": "客户级", "at": 17}),
        ('  客户级别 == "A" and nmae == "x"', "select_column", {"got": "nmae", "at": 19}),
        ('`channel_ecom` > 0 and tier == "A"', "select_column", {"got": "channel_ecom", "at": 1}),
        ('tier == "A" an type == "b"', "select_syntax", {"at": 13}),
        ("tier > 3", "select_text", {"name": "tier", "got": "3"}),
        ('客户级别 == "A" and value_12m > "3"', "select_number", {"name": "value_12m", "got": "3"}),
        ("value_12m > tier", "select_number", {"got": "tier"}),
        ('tier > "A"', "select_order", {"name": "tier"}),
        ('last_date < "2025"', "select_date", {"got": "2025"}),
        ("last_date < 2025", "select_date", {"got": "2025"}),
        ("opt_out == 1", "select_flag", {"name": "opt_out"}),
        ("1 < 2", "select_no_column", {"got": "1"}),
        ("tier.x == 1", "select_refused", {"got": "tier.x", "at": 1}),
    ],
)
def test_mistakes_say_what_and_where(query: str, code: str, told: dict[str, Any]) -> None:
    with pytest.raises(SettingError) as caught:
        conditions.evaluate(query, ACCOUNTS)
    assert caught.value.code == code
    for name, value in told.items():
        found = caught.value.values[name]
        assert found[: len(value)] == value if name == "close" else found == value
    assert caught.value.text("zh") != caught.value.text("en")


def test_a_value_that_nobody_has_is_noted_but_a_known_code_is_not() -> None:
    assert [n.values["got"] for n in conditions.evaluate('tier == "a"', ACCOUNTS).notes] == ["a"]
    assert conditions.evaluate('tier == "C"', ACCOUNTS).notes == ()
    # names are never listed
    assert conditions.evaluate('name == "无此医院"', ACCOUNTS).notes == ()


# -- accounts and groups ------------------------------------------------------


def test_accounts_come_with_the_condition_s_columns_largest_first(run: Run) -> None:
    before = run.accounts.copy()
    found = selection.select(run, 'tier == "A" and n_dates_12m >= 3')
    want = before[(before["tier"] == "A") & (before["n_dates_12m"] >= 3)]
    assert sorted(found.table["customer_id"]) == sorted(want.index)
    assert found.table["value_12m"].is_monotonic_decreasing
    assert found.table.columns[0] == "customer_id"
    assert "n_dates_12m" in found.table
    assert (found.selected, found.of) == (len(want), len(before))
    share = want["value_12m"].sum() / before["value_12m"].sum()
    assert found.finding.values["share"] == pytest.approx(share, rel=1e-12)
    pd.testing.assert_frame_equal(run.accounts, before)


def test_chosen_columns_by_name_or_word(run: Run) -> None:
    found = selection.select(run, columns=["客户级别", "value_12m"])
    assert list(found.table.columns) == ["customer_id", "tier", "value_12m"]
    with pytest.raises(SettingError) as caught:
        selection.select(run, columns=["teir"])
    assert (caught.value.code, caught.value.values["close"][0]) == ("select_name", "tier")


def test_groups_add_up(run: Run) -> None:
    found = selection.select(run, by=["tier", "客户类型"])
    assert isinstance(found, selection.Groups)
    assert found.table["n"].sum() == len(run.accounts) == found.selected
    assert found.table["value_12m"].sum() == pytest.approx(run.accounts["value_12m"].sum(), rel=1e-12)
    assert found.table["share"].sum() == pytest.approx(1)
    row = found.table[(found.table["tier"] == "A") & (found.table["type"] == "active")].iloc[0]
    want = run.accounts[(run.accounts["tier"] == "A") & (run.accounts["type"] == "active")]
    assert (row["n"], row["value_12m"]) == (len(want), pytest.approx(want["value_12m"].sum()))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"by": ["value_12m"]}, "select_no_group"),
        ({"by": ["name"]}, "select_no_group"),
        ({"by": ["tier", "type", "city"]}, "select_groups"),
        ({"by": ["tier"], "columns": ["name"]}, "select_both"),
        ({"by": "tire"}, "select_name"),
    ],
)
def test_groups_that_are_refused(run: Run, told: dict[str, Any], code: str) -> None:
    with pytest.raises(SettingError) as caught:
        selection.select(run, **told)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")


@pytest.mark.parametrize("told", [{"query": 'tier == "A"'}, {"by": ["segment"]}, {"query": 'tier == "x"'}])
def test_results_keep_and_speak_both_languages(run: Run, tmp_path: Path, told: dict[str, Any]) -> None:
    found = selection.select(run, **told)
    found.save(tmp_path, "chosen")
    assert type(found).load(tmp_path, "chosen").equals(found)
    for language in words.LANGUAGES:
        for note, part in [(found.finding, "findings"), *((n, "notes") for n in found.notes)]:
            assert words.text(f"{part}.{note.code}", language, **note.values)
        for name in found.table.columns:
            assert words.has(f"columns.{name}", language) or words.has(f"terms.{name}", language)
        assert words.has(f"decision.{type(found).__name__}", language)


def test_a_column_whose_result_is_missing_says_why(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = dataclasses.replace(run)
    kept = run.accounts.drop(columns=["segment"])
    monkeypatch.setitem(bare.__dict__, "accounts", kept)
    from analysis.explore import shelves

    missing = DataError("explore_blocked", name="segments", nb="02", region="华东", reason="few")
    monkeypatch.setitem(bare.__dict__, "results", shelves.Results(tmp_path, lambda name: missing))
    for told in ({"query": "segment == 1"}, {"by": ["客群"]}, {"columns": ["segment"]}):
        with pytest.raises(DataError) as caught:
            selection.select(bare, **told)
        assert caught.value.code == "explore_blocked"


# -- files --------------------------------------------------------------------


def test_an_internal_csv_has_the_mark_ids_names_and_numbers(run: Run, tmp_path: Path) -> None:
    found = selection.select(run, 'tier == "A"')
    path = found.export(tmp_path / "list.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    table = read(path)
    assert list(table.iloc[:, 0]) == list(found.table["customer_id"])
    assert list(table.iloc[:, 1]) == list(found.table["name"])
    heads = words.text("columns.account_id", "en"), words.text("columns.customer_id", "en")
    assert tuple(table.columns[:2]) == heads
    value = next(c for c in table.columns if "CNY" in c)
    assert table[value].astype(float).tolist() == pytest.approx(found.table["value_12m"].tolist(), abs=0.005)
    about = (tmp_path / "list.readme.txt").read_text("utf-8-sig")
    for piece in ("内部资料 禁止外传", run.as_of, "cn", "Declared basis (not verified)", 'tier == "A"', "华东"):
        assert piece in about
    assert str(run.home) not in about


def test_the_chinese_file_reads_as_chinese(run: Run, tmp_path: Path) -> None:
    chinese = dataclasses.replace(run, language="zh")
    path = selection.select(chinese, 'tier == "A"').export(tmp_path / "清单.csv")
    table = read(path)
    assert table["客户级别"].unique().tolist() == ["价值A"]
    assert "近12个月净采购额（元）" in table.columns
    about = (tmp_path / "清单.readme.txt").read_text("utf-8-sig")
    assert "声明依据（未经核验）：客户表 · 合成数据" in about


def test_a_workbook_comes_back_the_same(run: Run, tmp_path: Path) -> None:
    found = selection.select(run, 'tier == "A"')
    path = found.export(tmp_path / "list.xlsx")
    assert [p.name for p in tmp_path.iterdir()] == ["list.xlsx"]
    book = openpyxl.load_workbook(path)
    first, second = book.worksheets
    assert first.max_row == len(found.table) + 1
    assert {cell.data_type for row in first.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert first["A2"].value == found.table["customer_id"].iloc[0]
    assert any("内部资料 禁止外传" in str(cell.value) for row in second.iter_rows() for cell in row)
    assert "内部资料 禁止外传" in first.oddHeader.center.text
    back = pd.read_excel(path, dtype={0: str}, engine="openpyxl")
    value = next(c for c in back.columns if "CNY" in c)
    assert back[value].tolist() == pytest.approx(found.table["value_12m"].tolist(), abs=0.005)
    assert pd.api.types.is_datetime64_any_dtype(back.iloc[:, list(found.table.columns).index("last_date")])


def harmful(run: Run, names: list[str]) -> selection.Selection:
    """A selection whose hospital levels try to be formulas."""
    found = selection.select(run, 'tier == "A"', columns=["hospital_level", "value_12m"])
    table = found.table.iloc[: len(names)].assign(hospital_level=names)
    return dataclasses.replace(found, table=table.reset_index(drop=True))


def test_no_cell_of_either_file_is_a_formula(run: Run, tmp_path: Path) -> None:
    names = [
        "=1+1",
        "+A1",
        "-2+3",
        "@SUM(1)",
        "\t=1",
        "\r\n=1",
        "＝1",
        "＋1+2",
        "－1+2",
        "＠A",
        " =1",
        "#N/A",
        "ok\x01",
    ]
    found = harmful(run, names)
    found.export(tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [row[2] for row in csv.reader(file)][1:]
    assert cells == [f"'{n}" for n in names[:11]] + ["#N/A", "ok"]
    found.export(tmp_path / "a.xlsx")
    column = [row[2] for row in openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0].iter_rows(min_row=2)]
    assert {cell.data_type for cell in column} == {"s"}
    assert [str(cell.value)[0] for cell in column] == ["'"] * 11 + ["#", "o"]


def test_a_name_that_is_a_formula_is_guarded(small: Run, tmp_path: Path) -> None:
    """The page takes names from the tables, so one is changed there."""
    found = selection.select(small, "value_12m > 0")
    page = exporting._page(found, "internal")
    named = page.names.copy()
    named.loc[found.table["customer_id"].iloc[0]] = "=cmd|' /C calc'!A0"
    gated = exporting.gate(found, dataclasses.replace(page, names=named))
    sheet = exporting._sheet(gated, page)
    from analysis.report import spreadsheet

    text = spreadsheet.csv_bytes(sheet).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][1] == "'=cmd|' /C calc'!A0"


def test_a_shared_list_has_pseudonyms_and_nothing_that_names(run: Run, tmp_path: Path) -> None:
    found = selection.select(run, 'tier == "A"', columns=["name", "province", "city", "tier", "value_12m"])
    found.export(tmp_path / "list.csv", audience="shared")
    text = (tmp_path / "list.csv").read_text("utf-8-sig")
    about = (tmp_path / "list.readme.txt").read_text("utf-8-sig")
    table = read(tmp_path / "list.csv")
    want = [pseudonyms.pseudonym(i, KEY.encode()) for i in found.table["customer_id"]]
    assert table.iloc[:, 0].tolist() == want
    assert table.shape[1] == 3
    for secret in (*found.table["customer_id"], *found.table["name"], *found.table["city"].unique()):
        assert secret not in text
        assert secret not in about
    assert "内部资料" not in about
    assert "customers.csv" not in about
    assert words.text("report.pseudonymised", "en") in about


def test_a_shared_file_does_not_repeat_a_condition_that_names(run: Run, tmp_path: Path) -> None:
    chosen = list(run.accounts.index[:15])
    found = selection.select(run, f"customer_id in {json.dumps(chosen)}")
    assert found.selected == 15
    found.export(tmp_path / "list.csv", audience="shared")
    about = (tmp_path / "list.readme.txt").read_text("utf-8-sig")
    assert chosen[0] not in about
    assert words.text("explore.not_repeated", "en") in about


def test_a_shared_list_below_the_minimum_is_refused(run: Run, tmp_path: Path) -> None:
    ids_of = json.dumps(list(run.accounts.index[:10]))
    found = selection.select(run, f"customer_id in {ids_of}")
    with pytest.raises(PolicyError) as caught:
        found.export(tmp_path / "list.csv", audience="shared")
    assert (caught.value.code, caught.value.values["k"]) == ("export_small", 11)
    assert list(tmp_path.iterdir()) == []
    found.export(tmp_path / "list.csv")


def test_physicians_have_no_name_and_leave_shared_lists(run: Run, tmp_path: Path) -> None:
    """Nobody in the sample orders as a physician, so one account is made one that the tables do not name."""
    bare = dataclasses.replace(run)
    accounts = run.accounts.copy()
    accounts.index = pd.Index(["D999", *accounts.index[1:]], name="customer_id")
    accounts.iloc[0, accounts.columns.get_loc("customer_type")] = "physician"
    accounts.iloc[0, accounts.columns.get_loc("name")] = "李医生"
    bare.__dict__["accounts"] = accounts
    found = selection.select(bare)
    assert "李医生" not in set(found.table["name"])
    assert selection.select(bare, '"李医生" in name').selected == 0
    found.export(tmp_path / "in.csv")
    table = read(tmp_path / "in.csv")
    row = table[table.iloc[:, 0] == "D999"].iloc[0]
    assert row.iloc[1] == words.text("report.person", "en")
    for columns in (None, ["value_12m"]):
        selection.select(bare, columns=columns).export(tmp_path / "out.csv", audience="shared", overwrite=True)
        assert len(read(tmp_path / "out.csv")) == len(accounts) - 1
    assert "李医生" not in "".join(p.read_text("utf-8-sig") for p in tmp_path.iterdir())


def counts(run: Run, sizes: dict[tuple[str, str], int]) -> selection.Groups:
    """Groups of known sizes by tier and type."""
    rows = [(tier, kind, n, 100.0 * n + len(kind)) for (tier, kind), n in sizes.items()]
    table = pd.DataFrame(rows, columns=["tier", "type", "n", "value_12m"])
    table = table.assign(share=table["value_12m"] / table["value_12m"].sum(), flag="ok")
    found = selection.select(run, by=["tier", "type"])
    return dataclasses.replace(found, table=table, selected=int(table["n"].sum()), of=int(table["n"].sum()))


@pytest.mark.parametrize(("audience", "k"), [("internal", 5), ("shared", 11)])
def test_small_cells_go_with_those_that_would_give_them_away(run: Run, tmp_path: Path, audience: str, k: int) -> None:
    sizes = {("A", "active"): 40, ("A", "lapsed"): k - 1, ("A", "new"): 30, ("B", "active"): 50, ("B", "lapsed"): 60,
             ("B", "new"): 20}  # fmt: skip
    found = counts(run, sizes)
    found.export(tmp_path / "g.csv", audience=audience)
    table = read(tmp_path / "g.csv")
    hidden = table.iloc[:, 2] == words.text("report.hidden", "en", k=k)
    # with known edges a lone hidden cell could be worked out along its row or its column: a rectangle goes
    assert hidden.tolist() == [False, True, True, False, True, True]
    assert (table.loc[hidden, table.columns[3:5]] == words.text("report.hidden_short", "en")).all(axis=None)
    assert table.loc[~hidden, table.columns[2]].tolist() == ["40", "50"]
    assert "(rows" not in (tmp_path / "g.readme.txt").read_text("utf-8-sig")
    assert "Rows with hidden cells：4" in (tmp_path / "g.readme.txt").read_text("utf-8-sig")


def test_nothing_small_nothing_hidden(run: Run, tmp_path: Path) -> None:
    found = counts(run, {("A", "active"): 40, ("B", "active"): 11})
    found.export(tmp_path / "g.xlsx", audience="shared")
    back = pd.read_excel(tmp_path / "g.xlsx", engine="openpyxl")
    assert back.iloc[:, 2].tolist() == [40, 11]
    assert back.shape[1] == 5


def test_a_table_of_hidden_numbers_only_is_refused(run: Run, tmp_path: Path) -> None:
    found = counts(run, {("A", "active"): 3, ("B", "active"): 10})
    with pytest.raises(PolicyError) as caught:
        found.export(tmp_path / "g.csv", audience="shared")
    assert caught.value.code == "export_all_hidden"


def test_a_remainder_below_the_minimum_is_refused(run: Run, tmp_path: Path) -> None:
    found = dataclasses.replace(counts(run, {("A", "active"): 40, ("B", "active"): 30}), of=74)
    for audience in ("internal", "shared"):
        with pytest.raises(PolicyError) as caught:
            found.export(tmp_path / "g.csv", audience=audience)
        assert caught.value.code == "export_left_out"


def test_few_accounts_give_no_numbers_in_the_sentence(run: Run) -> None:
    three = json.dumps(list(run.accounts.index[:3]))
    found = selection.select(run, f"customer_id in {three}", by=["tier"])
    assert (found.finding.code, dict(found.finding.values)) == ("select_few", {"k": 5})


def test_the_file_stays_whole_and_is_not_overwritten(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = selection.select(run, 'tier == "A"')
    (tmp_path / "b.readme.txt").write_text("mine", encoding="utf-8")
    for name in ("b.csv", "c.txt", "c"):
        with pytest.raises(SettingError) as caught:
            found.export(tmp_path / name)
        assert caught.value.code in ("export_exists", "export_suffix")
    assert [p.name for p in tmp_path.iterdir()] == ["b.readme.txt"]
    found.export(tmp_path / "b.csv", overwrite=True)
    assert (tmp_path / "b.readme.txt").read_text("utf-8-sig") != "mine"
    with pytest.raises(SettingError):
        found.export(tmp_path / "b.csv" / "under.csv")
    whole = exporting.places.write_whole

    def broken(path: Path, content: bytes) -> None:
        if path.suffix == ".csv":
            raise OSError(28, "No space left on device")
        whole(path, content)

    monkeypatch.setattr(exporting.places, "write_whole", broken)
    with pytest.raises(SettingError, match="No space") as caught:
        found.export(tmp_path / "d.csv")
    assert caught.value.code == "file_access"
    assert not list(tmp_path.glob("d.*"))


def test_an_internal_file_does_not_go_into_a_shared_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"audience": "shared"}', encoding="utf-8")
    found = selection.select(run, 'tier == "A"')
    with pytest.raises(PolicyError) as caught:
        found.export(tmp_path / "华东" / "list.csv")
    assert caught.value.code == "export_into_shared"
    found.export(tmp_path / "list.csv", audience="shared")


def test_nothing_selected_and_unknown_audience(run: Run, tmp_path: Path) -> None:
    nobody = selection.select(run, "value_12m < 0 and value_12m > 0")
    with pytest.raises(DataError) as caught:
        nobody.export(tmp_path / "a.csv")
    assert caught.value.code == "select_nothing"
    with pytest.raises(RapportError):
        selection.select(run).export(tmp_path / "a.csv", audience="public")


def test_an_export_opens_no_page_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    from analysis.report import page

    before = page._Open.page
    found = selection.select(run, 'tier == "A"')
    kept = found.table.copy()
    found.export(tmp_path / "a.csv", audience="shared")
    assert page._Open.page is before
    pd.testing.assert_frame_equal(found.table, kept)
