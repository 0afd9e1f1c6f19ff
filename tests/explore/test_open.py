"""Opening a run: the latest, by name, by file; what is refused and what is suggested."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis import explore
from analysis.core.errors import DataError, SettingError
from analysis.explore.run import Run
from analysis.methods.tiers import Tiers
from analysis.runs import places, stamp


def test_tables_and_results_are_those_of_the_region(run: Run) -> None:
    assert set(run.tables["customers"]["region"]) == {"华东"}
    tiers = run.results["tiers"]
    assert isinstance(tiers, Tiers)
    assert tiers.equals(run.results["customers_tiers"])
    assert run.at("华北").results["tiers"].table["n"].sum() != tiers.table["n"].sum()
    assert isinstance(run.reference["tiers"], Tiers)


def test_accounts_join_profile_and_results(run: Run) -> None:
    accounts = run.accounts
    tiers = run.results["tiers"].customers
    assert accounts.index.is_monotonic_increasing
    assert accounts["tier"].value_counts().to_dict() == tiers["tier"].value_counts().to_dict()
    assert accounts["value_12m"].sum() == pytest.approx(tiers["value"].sum())
    assert "physician" not in set(accounts["customer_type"])


def test_a_table_handed_out_is_the_callers_own(run: Run) -> None:
    taken = run.tables["customers"]
    taken["region"] = "elsewhere"
    assert set(run.tables["customers"]["region"]) == {"华东"}


@pytest.mark.parametrize(("language", "parts"), [("zh", ("截至", "其他区域2个")), ("en", ("as of", "2 other regions"))])
def test_a_run_shows_itself_and_its_doors(sample_home: Path, language: str, parts: tuple[str, ...]) -> None:
    run = explore.open_run(sample_home, region="华东", language=language)
    for said in (repr(run), run._repr_html_()):
        assert all(part in said for part in (*parts, "run.what_if", "run.redo"))
    assert run._repr_html_().count("<tr>") >= 8
    assert run.results._repr_html_().count("<tr") > 20


@pytest.mark.parametrize(
    ("language", "parts"), [("zh", ("华冬", "相近的有：", "华东")), ("en", ("华冬", "Nearest: ", "华东"))]
)
def test_an_unknown_region_suggests(
    sample_home: Path, language: str, parts: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_LANGUAGE", language)
    with pytest.raises(SettingError) as error:
        explore.open_run(sample_home, region="华冬", language=language)
    assert all(part in str(error.value) for part in parts)
    with pytest.raises(SettingError):
        run.at("华冬")


def test_unknown_tables_and_results_suggest(run: Run) -> None:
    with pytest.raises(SettingError, match=r"no table custmers\. Nearest: customers"):
        run.tables["custmers"]
    with pytest.raises(SettingError, match=r"no result teirs\. Nearest: tiers"):
        run.results["teirs"]
    assert run.results.get("teirs") is None
    with pytest.raises(SettingError, match=r"deciles stands for several results: .*customers_deciles.*value_deciles"):
        run.results["deciles"]


def test_a_blocked_notebook_is_given_as_the_reason(small: Run) -> None:
    # nobody answered a questionnaire there
    with pytest.raises(DataError, match=r"No result barriers: 04_voice_barriers did not finish in 华北\. Reason: .*30"):
        small.at("华北").results["barriers"]
    # five accounts are too few for anything
    with pytest.raises(DataError, match=r"No result tiers: 02_segments_tiers did not finish in 西南\. Reason: .*10"):
        small.at("西南").results["tiers"]
    assert small.at("西南").accounts.shape[0] == 5


def test_the_latest_run_by_name_and_by_file(small_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_WORK", str(tmp_path / "work"))
    root = places.work_root()
    for name, age in (("older", 2_000), ("newer", 1_000)):
        shutil.copytree(small_home, root / name)
        path = root / name / stamp.FILE
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - age))
    # a sample run of another state of the code is nobody's latest run
    shutil.copytree(small_home, root / "sample-0123456789")
    assert explore.open_run().name == "newer"
    assert explore.open_run("older").name == "older"
    dataset = Path(stamp.read(small_home)["dataset"])
    assert explore.open_run(dataset).name == "newer"
    monkeypatch.setenv("RAPPORT_LANGUAGE", "en")
    with pytest.raises(DataError, match=r"got oldr; the work folder holds 2: older"):
        explore.open_run("oldr")


def test_another_version_and_an_unfinished_run_are_refused(small_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "aged"
    shutil.copytree(small_home, home)
    told = stamp.read(home)
    (home / stamp.FILE).write_text(json.dumps(told | {"version": "0.0.9"}), encoding="utf-8")
    with pytest.raises(DataError, match=r"aged was made by 0\.0\.9"):
        explore.open_run(home)
    (home / stamp.FILE).write_text(json.dumps(told | {"fingerprint": "another"}), encoding="utf-8")
    assert "Another state of the code" in repr(explore.open_run(home, language="en"))
    (home / stamp.FILE).unlink()
    with pytest.raises(DataError, match="was not finished"):
        explore.open_run(home)


def test_a_language_that_is_not_spoken(sample_home: Path) -> None:
    with pytest.raises(SettingError, match="fr"):
        explore.open_run(sample_home, language="fr")


def test_importing_reads_no_notebook_machinery() -> None:
    code = (
        "import sys; from analysis import explore; explore.open_run; "
        "print([m for m in ('papermill', 'nbconvert', 'sklearn', 'matplotlib', 'ipywidgets') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_inline_figures_have_a_font_with_han(sample_home: Path) -> None:
    code = (
        "from IPython.core.interactiveshell import InteractiveShell as S; from traitlets.config import Config\n"
        "S.instance(config=Config({'HistoryManager': {'enabled': False}}))\n"
        "from analysis import explore; import sys\n"
        "explore.open_run(sys.argv[1])\n"
        "import warnings; warnings.simplefilter('error')\n"
        "import matplotlib; matplotlib.use('agg'); import matplotlib.pyplot as plt, seaborn as sns\n"
        "sns.barplot(x=['价值A'], y=[1]); plt.title('客户分级 −1'); plt.gcf().canvas.draw(); print('drawn')"
    )
    done = subprocess.run([sys.executable, "-c", code, str(sample_home)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "drawn", done.stderr[-2000:]


def test_the_frame_is_plain_pandas(run: Run) -> None:
    assert isinstance(run.accounts, pd.DataFrame)
