"""JupyterLab on copies of the notebooks, one region's parameters filled in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

from ..core.errors import DataError
from ..core.policy import MIN_CELL
from ..data import dataset as datasets
from ..data import tables
from . import parameters, places, plan
from .sample_run import ensure_sample

__all__ = ["prepare", "start_page"]

_OTHER = {"zh": "en", "en": "zh"}


def prepare(dataset: Path | None = None, *, region: str | None = None, language: str | None = None) -> Path:
    """Copy the notebooks into ``work/lab``, ready to run on one region.

    Parameters
    ----------
    dataset : path, optional
        ``dataset.yaml`` of a finished run; the sample run otherwise, built if there is none.
    region : str, optional
        The first one otherwise.
    language : {"zh", "en"}, optional
        Of the explanations; that of the data set otherwise.

    Returns
    -------
    Path
        Folder of the copies; existing copies are kept, so nobody's work is lost.

    Raises
    ------
    DataError
        When the data set has not been run yet.
    """
    home = ensure_sample() if dataset is None else places.work_root() / datasets.load(dataset).name
    if not (home / "tables").is_dir():
        raise DataError("no_run", name=str(dataset))
    meta = tables.meta(home / "tables")
    chosen = plan.choose_regions(meta["regions"], [region] if region else [])[0]
    spoken = language or meta["language"]
    folder = places.work_root() / "lab" / home.name / places.region_folder(chosen)
    for name in (places.TUTORIAL, places.REFERENCE, *places.NOTEBOOKS):
        target = folder / (f"{name}.ipynb" if spoken == meta["language"] else f"{name}.{spoken}.ipynb")
        if not target.exists():
            places.write_whole(target, nbformat.writes(_filled(name, home, meta, chosen, spoken)))
    return folder


def start_page(folder: Path, language: str | None = None) -> str:
    """Name of the notebook that JupyterLab opens first."""
    told = folder / f"{places.TUTORIAL}.{language}.ipynb"
    return told.name if language and told.is_file() else f"{places.TUTORIAL}.ipynb"


def _filled(name: str, home: Path, meta: dict[str, Any], region: str, language: str) -> nbformat.NotebookNode:
    notebook = nbformat.read(places.notebook_path(name), as_version=4)
    told = _opening(home, region, language) if name == places.TUTORIAL else _told(name, home, meta, region, language)
    place = next(i for i, c in enumerate(notebook.cells) if "parameters" in c.metadata.get("tags", []))
    source = "\n".join(f"{name} = {value!r}" for name, value in told.items())
    filled = nbformat.v4.new_code_cell(source, id="injected-parameters", metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(place + 1, filled)
    notebook.cells = [
        _spoken(c, language) for c in notebook.cells if _OTHER[language] not in c.metadata.get("tags", [])
    ]
    return notebook


def _opening(home: Path, region: str, language: str) -> dict[str, Any]:
    """What the tutorial opens."""
    return {"path": str(home), "region": region, "language": language}


def _told(name: str, home: Path, meta: dict[str, Any], region: str, language: str) -> dict[str, Any]:
    """The common parameters of a notebook of the run."""
    reference = name == places.REFERENCE
    results = home / "reference" if reference else home / places.region_folder(region) / "results"
    told = {
        "region": None if reference else region, "brand": None, "as_of": meta["as_of"],
        "tables_dir": str(home / "tables"), "reference_dir": str(home / "reference"), "results_dir": str(results),
        "profile": meta["profile"], "language": language, "audience": "internal", "seed": 0,
        "min_cell": MIN_CELL["internal"], "baseline_run": None,
    }  # fmt: skip
    parameters.parse(told)
    return told


def _spoken(cell: nbformat.NotebookNode, language: str) -> nbformat.NotebookNode:
    """A heading ``# 中文 | English`` in one language, as on a page."""
    if cell.cell_type == "markdown" and cell.source.startswith("#") and " | " in cell.source.splitlines()[0]:
        first, *rest = cell.source.splitlines()
        marks, _, heads = first.partition(" ")
        zh, _, en = heads.partition(" | ")
        cell.source = "\n".join([f"{marks} {zh if language == 'zh' else en}", *rest])
    return cell
