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

__all__ = ["prepare"]


def prepare(dataset: Path | None = None, *, region: str | None = None) -> Path:
    """Copy the notebooks into ``work/lab``, ready to run on one region.

    Parameters
    ----------
    dataset : path, optional
        ``dataset.yaml`` of a finished run; the sample run otherwise, built if there is none.
    region : str, optional
        The first one otherwise.

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
    folder = places.work_root() / "lab" / home.name / places.region_folder(chosen)
    for name in (places.REFERENCE, *places.NOTEBOOKS):
        target = folder / f"{name}.ipynb"
        if not target.exists():
            places.write_whole(target, nbformat.writes(_filled(name, home, meta, chosen)))
    return folder


def _filled(name: str, home: Path, meta: dict[str, Any], region: str) -> nbformat.NotebookNode:
    notebook = nbformat.read(places.notebook_path(name), as_version=4)
    reference = name == places.REFERENCE
    results = home / "reference" if reference else home / places.region_folder(region) / "results"
    told = {
        "region": None if reference else region, "brand": None, "as_of": meta["as_of"],
        "tables_dir": str(home / "tables"), "reference_dir": str(home / "reference"), "results_dir": str(results),
        "profile": meta["profile"], "language": meta["language"], "audience": "internal", "seed": 0,
        "min_cell": MIN_CELL["internal"], "baseline_run": None,
    }  # fmt: skip
    parameters.parse(told)
    place = next(i for i, c in enumerate(notebook.cells) if "parameters" in c.metadata.get("tags", []))
    source = "\n".join(f"{name} = {value!r}" for name, value in told.items())
    filled = nbformat.v4.new_code_cell(source, id="injected-parameters", metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(place + 1, filled)
    return notebook
