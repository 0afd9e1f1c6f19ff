"""The sample as files: the same bytes from the same seed, any size, in the formats that were promised."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from analysis.core.errors import SettingError
from analysis.data import dataset, sample

BUNDLED = Path(__file__).parents[2] / "data" / "sample"


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_bundled_sample_regenerates_byte_for_byte(tmp_path: Path) -> None:
    written = content(sample.write(tmp_path).parent)
    bundled = content(BUNDLED)
    assert sorted(written) == sorted(bundled)
    assert [name for name in written if written[name] != bundled[name]] == []


def test_another_seed_gives_other_bytes_in_the_same_files(tmp_path: Path) -> None:
    # that the same seed gives the same bytes is what the test above says of the bundled files
    other = content(sample.write(tmp_path, scale=0.1, seed=8).parent)
    bundled = content(BUNDLED)
    assert other["orders_华东.csv"] != bundled["orders_华东.csv"]
    assert sorted(other) == sorted(bundled)


def test_bundled_sample_is_at_most_8_mb() -> None:
    assert sum(len(body) for body in content(BUNDLED).values()) <= 8_000_000


def test_orders_come_in_three_formats() -> None:
    assert (BUNDLED / "orders_华东.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    chinese = (BUNDLED / "orders_华北.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        chinese.decode("utf-8")
    assert chinese.decode("gb18030").startswith("单据号,行号,日期")
    book = openpyxl.load_workbook(BUNDLED / "orders_西南.xlsx")
    page = book.active
    assert page["A1"].value.startswith("西南大区销售流向明细")
    assert [str(area) for area in page.merged_cells.ranges if area.min_row == 1] == ["A1:O1"]
    assert len([area for area in page.merged_cells.ranges if area.min_row == 2]) >= 3
    assert page["A3"].value == "单据号"
    words = [row[0] for row in page.iter_rows(min_row=4, max_col=1, values_only=True) if row[0]]
    assert words[-2] == "合计"
    assert words[-1].startswith("注：")
    book.close()


def test_workbook_carries_no_clock() -> None:
    with zipfile.ZipFile(BUNDLED / "orders_西南.xlsx") as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = book.read("docProps/core.xml").decode("utf-8")
    assert properties.count("2025-06-30T00:00:00Z") == 2
    # bytes 4 to 7 of a gzip file are its time stamp
    assert (BUNDLED / "market.csv.gz").read_bytes()[4:8] == b"\0\0\0\0"


def test_scale_multiplies_customers_and_regions_are_added(tmp_path: Path) -> None:
    path = sample.write(tmp_path, scale=0.1, regions=5)
    read = dataset.load(path)
    files = [file.name for file in read.files("transactions")]
    assert files == ["orders_华东.csv", "orders_华北.csv", "orders_西南.xlsx", "orders_华南.csv", "orders_华中.csv"]
    customers = (tmp_path / "customers.csv").read_text(encoding="utf-8-sig").splitlines()
    # 40 hospitals and 500 physicians a region at scale 1: at least 6 hospitals, 5 x 6, and 5 x 50
    assert sum(",医院," in line for line in customers) == 30
    assert sum(",医生," in line for line in customers) == 250


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"scale": 0}, "scale must be 0.1 to 1000; got 0"),
        ({"regions": 99}, "regions must be 1 to 38; got 99"),
        ({"regions": 2.5}, "regions must be a whole number; got 2.5"),
        ({"seed": -1}, "seed must be 0 to"),
        ({"scenario": "strong"}, "scenario must be one of"),
    ],
)
def test_settings_out_of_range_are_refused(tmp_path: Path, told: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError) as error:
        sample.write(tmp_path, **told)
    assert error.value.text("en").startswith(message)
    assert list(tmp_path.iterdir()) == []
