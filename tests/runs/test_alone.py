"""In a fresh clone every notebook passes Run All alone: without parameters, on the sample run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from analysis.runs import kernel, pool, sample_run
from analysis.runs.places import NOTEBOOKS, REFERENCE, notebook_path


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the sample run: a notebook run by hand writes its results anew, and other tests read the kept one."""
    kept = sample_run.ensure_sample()
    root = tmp_path_factory.mktemp("work")
    shutil.copytree(kept, root / kept.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPPORT_WORK", str(root))
        yield sample_run.ensure_sample()


@pytest.mark.parametrize("name", [REFERENCE, *NOTEBOOKS])
def test_run_all(name: str, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in kernel.environment("zh", tmp_path).items():
        monkeypatch.setenv(key, value)
    notebook = kernel.execute(notebook_path(name), tmp_path / f"{name}.ipynb", {})
    shown = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert shown, "a notebook shows something"
    assert sample == sample_run.ensure_sample(), "on the copy"
    assert {o.output_type for o in shown} == {"display_data"}
    nbformat.validate(notebook)


def test_building_the_sample_again_costs_nothing(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the sample run was built a second time")

    monkeypatch.setattr(pool, "run_all", refuse)
    assert sample_run.ensure_sample() == sample
