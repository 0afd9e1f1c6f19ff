"""In a fresh clone every notebook passes Run All alone: without parameters, on the sample run."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from analysis.runs import kernel, pool, sample_run
from analysis.runs.places import NOTEBOOKS, REFERENCE, notebook_path


@pytest.fixture(scope="module")
def sample() -> Path:
    """The sample run of this version of the code, built once and kept in the work folder."""
    return sample_run.ensure_sample()


@pytest.mark.parametrize("name", [REFERENCE, *NOTEBOOKS])
def test_run_all(name: str, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in kernel.environment("zh", tmp_path).items():
        monkeypatch.setenv(key, value)
    notebook = kernel.execute(notebook_path(name), tmp_path / f"{name}.ipynb", {})
    shown = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert shown, "a notebook shows something"
    assert {o.output_type for o in shown} == {"display_data"}
    nbformat.validate(notebook)


def test_building_the_sample_again_costs_nothing(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the sample run was built a second time")

    monkeypatch.setattr(pool, "run_all", refuse)
    assert sample_run.ensure_sample() == sample
