"""The whole job on a small data set: real files, real kernels, real pages."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from analysis.core.errors import SettingError
from analysis.runs import batch, places
from analysis.runs.batch import Options, Outcome

from . import small


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small")


@pytest.fixture(scope="module")
def internal(folder: Path) -> Outcome:
    """A copy of the run that others explore, taken up again: nothing runs, the pages are those of that run."""
    home = small.finished()
    shutil.copytree(home / "out", folder / "internal")
    shutil.copytree(home / "work", folder / "work")
    dataset = small.write(folder / "data")
    found = batch.run(dataset, Options(out=folder / "internal", work=folder / "work", resume=True))
    assert {name: len(done) for name, done in found.timings["resumed"].items()} == {"华东": 5, "华北": 4, "西南": 0}
    return found


@pytest.fixture(scope="module")
def shared(folder: Path, internal: Outcome) -> Outcome:
    # two regions: one with a survey, one too small
    options = Options(
        out=folder / "shared", work=folder / "work", audience="shared", resume=True, regions=["华东", "西南"]
    )
    return batch.run(folder / "data" / "dataset.yaml", options)


def region(outcome: Outcome, name: str) -> dict[str, object]:
    return next(r for r in outcome.manifest["regions"] if r["region"] == name)


def pages(outcome: Outcome) -> dict[str, str]:
    home = outcome.index.parent
    return {p.relative_to(home).as_posix(): p.read_text(encoding="utf-8") for p in sorted(home.rglob("*.html"))}


def words_of(html: str) -> str:
    """What a reader can read: neither fonts nor the coordinates of a drawing ("M187 20")."""
    return re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL)


def test_every_region_has_a_status_and_a_case_study(internal: Outcome) -> None:
    assert internal.exit_code == 0
    assert {r["region"]: r["status"] for r in internal.manifest["regions"]} == {
        "华东": "ok", "华北": "ok", "西南": "not_enough_data",
    }  # fmt: skip
    for name in small.SIZES:
        assert (internal.index.parent / name / "case_study.html").is_file()


def test_a_region_that_is_too_small_says_why(internal: Outcome) -> None:
    reason = region(internal, "西南")["reason"]
    assert isinstance(reason, str)
    assert reason.startswith("数据不足：02_segments_tiers要求有购买记录的客户数至少10，现有")
    page = pages(internal)["西南/case_study.html"]
    assert "数据不足" in page
    assert sorted(p.name for p in (internal.index.parent / "西南").iterdir()) == ["case_study.html"]


def test_a_region_without_answers_skips_the_survey_only(internal: Outcome) -> None:
    found = {n["name"]: n["status"] for n in region(internal, "华北")["notebooks"]}  # type: ignore[attr-defined]
    assert found == {
        "01_data_health": "ok", "02_segments_tiers": "ok", "03_value_loyalty": "ok",
        "04_voice_barriers": "not_enough_data", "07_case_study": "ok",
    }  # fmt: skip


def test_manifest_says_what_it_rests_on(internal: Outcome) -> None:
    manifest = json.loads((internal.index.parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == internal.manifest
    assert manifest["tables"]["transactions"]["lawful_basis"] == "合成数据"
    assert re.fullmatch("[0-9a-f]{64}", manifest["tables"]["transactions"]["sha256"])
    assert re.fullmatch("[0-9a-f]{64}", manifest["reference_hash"])
    page = internal.index.parent / "华东" / "case_study.html"
    listed = {n["name"]: n["html_sha256"] for n in region(internal, "华东")["notebooks"]}  # type: ignore[attr-defined]
    assert listed["07_case_study"] == places.file_hash(page)
    assert not re.search(r"\d\d:\d\d:\d\d", json.dumps(manifest)), "no clock in the manifest"


def test_internal_holds_tables_and_results(internal: Outcome) -> None:
    home = internal.index.parent
    for name in ("tables/transactions.parquet", "rejected.csv", "reference/tiers.json", "timings.json",
                 "华东/results/value_growth.json", "华东/executed/02_segments_tiers.ipynb"):  # fmt: skip
        assert (home / name).is_file(), name
    assert all("内部资料 禁止外传" in html for html in pages(internal).values())


def test_shared_holds_pages_and_a_reduced_manifest_only(shared: Outcome) -> None:
    home = shared.index.parent
    kinds = {p.suffix for p in home.rglob("*") if p.is_file()}
    assert kinds == {".html", ".json"}
    assert sorted(p.name for p in home.rglob("*.json")) == ["manifest.json", "timings.json"]
    assert "sha256" not in json.dumps(shared.manifest["tables"])


def test_no_name_and_no_id_leaves_in_a_shared_page(shared: Outcome) -> None:
    for path, html in pages(shared).items():
        assert not re.search(r"\bH\d{3}\b|\bM\d{3}\b", words_of(html)), path
        # the kind of customer may stand alone in a cell, a name that ends so may not
        assert not re.search(r"[一-龥]医院</", html.replace("涉及医院", "")), path
        assert "李医生" not in html, path
        assert "堃镕" not in html, path
        assert not re.search(r"第\d+医院", html), path


def test_no_physician_is_named_in_an_internal_page(internal: Outcome) -> None:
    for path, html in pages(internal).items():
        assert "李医生" not in html, path
        assert not re.search(r"\bM\d{3}\b", words_of(html)), path


def test_what_was_written_in_own_words_names_nobody(internal: Outcome, shared: Outcome) -> None:
    for outcome in (internal, shared):
        home = outcome.index.parent
        read = [p for p in home.rglob("*") if p.suffix in {".html", ".json", ".csv", ".ipynb"}]
        assert any("04_voice_barriers" in path.name for path in read)
        for path in read:
            text = path.read_text(encoding="utf-8")
            assert not [word for word in small.PLANTED if word in text], path
    # inside the house a masked quote may be read, outside none; the list of adverse events is for neither page
    quoted = "患者起了皮疹"
    assert quoted in pages(internal)["华东/04_voice_barriers.html"]
    for path, html in pages(shared).items():
        assert quoted not in html, path


def test_injected_markup_is_inert(internal: Outcome) -> None:
    for html in pages(internal).values():
        assert "<script>alert(1)" not in html
        assert "<img src=x" not in html


def test_both_audiences_rest_on_the_same_numbers(folder: Path, internal: Outcome, shared: Outcome) -> None:
    # the shared run wrote its results over those of the internal run in the work folder
    for path in sorted((internal.index.parent / "华东" / "results").iterdir()):
        assert path.read_bytes() == (folder / "work" / "华东" / "results" / path.name).read_bytes(), path.name
    assert internal.manifest["reference_hash"] == shared.manifest["reference_hash"]


def test_resume_runs_nothing_again_and_gives_the_same_bytes(folder: Path, internal: Outcome, shared: Outcome) -> None:
    before = pages(internal)
    again = batch.run(
        folder / "data" / "dataset.yaml", Options(out=folder / "internal", work=folder / "work", resume=True)
    )
    assert len(again.timings["resumed"]["华东"]) == 5
    assert pages(again) == before


#: each reads the tables itself; the case study shows what they saved
SHUFFLED = ["02_segments_tiers", "03_value_loyalty", "04_voice_barriers"]


def test_shuffled_rows_give_the_same_pages(folder: Path, internal: Outcome) -> None:
    dataset = small.write(folder / "shuffled", shuffled=True)
    other = batch.run(dataset, Options(out=folder / "other", work=folder / "work-other", regions=["华东"],
                                       only=SHUFFLED))  # fmt: skip
    first, second = pages(internal), pages(other)
    for name in SHUFFLED:
        name = f"华东/{name}.html"
        assert first[name] == second[name], name


def test_other_audience_in_the_same_folder_is_refused(folder: Path, internal: Outcome) -> None:
    with pytest.raises(SettingError) as caught:
        batch.run(
            folder / "data" / "dataset.yaml",
            Options(out=folder / "internal", work=folder / "work", audience="shared", resume=True),
        )
    assert "holds internal, asked for shared" in caught.value.text("en")


def test_unknown_region_suggests_and_publishes_nothing(folder: Path, internal: Outcome) -> None:
    with pytest.raises(SettingError) as caught:
        batch.run(
            folder / "data" / "dataset.yaml",
            Options(out=folder / "nothing", work=folder / "work", regions=["华冬"], resume=True),
        )
    assert "收到华冬。相近的有：华北、华东" in caught.value.text("zh")
    assert not (folder / "nothing").exists()


def _with_cell(folder: Path, notebook: str, source: str) -> Path:
    """The notebooks with one more cell in one of them."""
    home = folder / f"notebooks-{notebook}"
    shutil.copytree(places.notebook_path("00_reference").parent, home)
    node = nbformat.read(home / f"{notebook}.ipynb", as_version=4)
    node.cells.append(nbformat.v4.new_code_cell(source, id="added"))
    nbformat.write(node, home / f"{notebook}.ipynb")
    return home


def test_one_failing_region_and_one_killed_kernel_stop_nobody_else(folder: Path, internal: Outcome) -> None:
    source = (
        "import os\nif region == '华北':\n    os.kill(os.getpid(), 9)\n"
        "if region == '华东':\n    raise ValueError('no such thing')"
    )
    home = _with_cell(folder, "02_segments_tiers", source)
    outcome = batch.run(
        folder / "data" / "dataset.yaml",
        Options(out=folder / "failing", work=folder / "work", notebooks_dir=home, resume=True,
                only=["01_data_health", "02_segments_tiers"]),
    )  # fmt: skip
    assert outcome.exit_code == 1
    assert region(outcome, "西南")["status"] == "not_enough_data"
    for name in ("华北", "华东"):
        found = {n["name"]: n for n in region(outcome, name)["notebooks"]}  # type: ignore[attr-defined]
        assert found["01_data_health"]["status"] == "ok"
        assert found["02_segments_tiers"]["status"] == "failed"
        page = (outcome.index.parent / name / "02_segments_tiers.html").read_text(encoding="utf-8")
        assert "--resume" in page
    assert "no such thing" in region(outcome, "华东")["reason"]  # type: ignore[operator]


def test_anything_but_report_show_fails_the_page(folder: Path, internal: Outcome) -> None:
    home = _with_cell(folder, "01_data_health", "frames['customers']")
    outcome = batch.run(
        folder / "data" / "dataset.yaml",
        Options(out=folder / "leaking", work=folder / "work", notebooks_dir=home, resume=True,
                only=["01_data_health"], regions=["华北"]),
    )  # fmt: skip
    assert outcome.exit_code == 1
    assert "客户名称" not in (outcome.index.parent / "华北" / "01_data_health.html").read_text(encoding="utf-8")


def test_work_folder_follows_the_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(os.environ, "RAPPORT_WORK", str(tmp_path / "w"))
    assert places.work_root() == tmp_path / "w"


def test_one_brand_and_another_column_as_region(folder: Path, internal: Outcome) -> None:
    options = Options(
        out=folder / "by", work=folder / "work-by", by="specialty", regions=["内科"], only=["01_data_health"]
    )
    outcome = batch.run(folder / "data" / "dataset.yaml", options)
    assert outcome.index.parent.parent.name == "small-specialty"
    assert region(outcome, "内科")["status"] == "ok"
