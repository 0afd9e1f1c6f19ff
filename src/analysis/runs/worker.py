"""One region in a process of its own: its notebooks in order, each with its page.

Started as ``python -m analysis.runs.worker SPEC RECORD`` so that a crash, a full
memory or a killed kernel in one region leaves the others alone, and so that any
scheduler can run it: plain JSON in, plain JSON out.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from ..core import words
from ..core.errors import RapportError
from ..report import render
from ..report.display import MIME
from . import kernel, places
from .pages import page_name, page_of

__all__ = ["main", "run_region"]


def run_region(spec: dict[str, Any]) -> dict[str, Any]:
    """Run one region's notebooks.

    Parameters
    ----------
    spec : dict
        ``region, run (names), left_out, parameters, notebooks_dir, work, pages, executed, keys, resume, inputs_hash``.

    Returns
    -------
    dict
        ``region, status, notebooks: [{name, status, html_sha256, error}], seconds``.
    """
    notebooks = [_left_out(spec, name, *why) for name, why in spec["left_out"].items() if spec["run"]]
    for name in spec["run"]:
        notebooks.append(_one(spec, name))
    notebooks.sort(key=lambda n: n["name"])
    failed = any(n["status"] == "failed" for n in notebooks)
    status = "failed" if failed else "ok" if spec["run"] else "not_enough_data"
    return {"region": spec["region"], "status": status, "notebooks": notebooks}


def _one(spec: dict[str, Any], name: str) -> dict[str, Any]:
    started = time.perf_counter()
    source = places.notebook_path(name, Path(spec["notebooks_dir"]) if spec["notebooks_dir"] else None)
    page = Path(spec["pages"]) / page_name(name)
    key = _key(spec, source)
    key_file = Path(spec["keys"]) / f"{name}.key"
    before = json.loads(key_file.read_text()) if key_file.is_file() else {}
    if spec["resume"] and page.is_file() and before.get("key") == key:
        return _record(name, "ok", page, started, resumed=True, hidden=before["hidden"])
    key_file.unlink(missing_ok=True)
    _forget(Path(spec["parameters"]["results_dir"]), name)
    try:
        notebook = kernel.execute(source, Path(spec["executed"]) / f"{name}.ipynb", spec["parameters"])
        html = render.page(notebook, page_of(name, spec["parameters"], reference_hash=spec["reference_hash"]))
        places.write_whole(page, html)
    except kernel.NotebookError as failure:
        return _failed(spec, name, page, started, f"{failure.kind}: {failure.message}")
    except RapportError as error:
        return _failed(spec, name, page, started, error.text(spec["parameters"]["language"]))
    key_file.parent.mkdir(parents=True, exist_ok=True)
    hidden = _hidden(notebook)
    key_file.write_text(json.dumps({"key": key, "hidden": hidden}))
    return _record(name, "ok", page, started, hidden=hidden)


def _hidden(notebook: Any) -> int:
    """Cells that the page's blocks hide, as `report.show` counted them."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    return sum(int(output.get("metadata", {}).get(MIME, {}).get("hidden", 0)) for output in outputs)


def _forget(results: Path, name: str) -> None:
    """Remove what an earlier run of this notebook saved: if it fails now, that must not reach the case study."""
    if name in places.RESULT_PREFIX:
        for path in results.glob(f"{places.RESULT_PREFIX[name]}_*"):
            path.unlink()


def _key(spec: dict[str, Any], source: Path) -> str:
    """Everything a page depends on, hashed: data, reference, code, notebook, settings, earlier results."""
    told = {k: v for k, v in spec["parameters"].items() if not k.endswith("_dir")}
    parts = [spec["inputs_hash"], places.file_hash(source), json.dumps(told, sort_keys=True)]
    results = Path(spec["parameters"]["results_dir"])
    if source.stem == "07_case_study" and results.is_dir():
        # its own results do not count: they are there only after the first run
        own = [path.name for path in results.glob(f"{places.RESULT_PREFIX[source.stem]}_*")]
        parts.append(places.folder_hash(results, skip=own))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _record(name: str, status: str, page: Path, started: float, **more: Any) -> dict[str, Any]:
    record = {"name": name, "status": status, "html_sha256": places.file_hash(page), "error": None}
    return record | {"seconds": round(time.perf_counter() - started, 2), **more}


def _failed(spec: dict[str, Any], name: str, page: Path, started: float, message: str) -> dict[str, Any]:
    """A failed notebook gets a page that says why and what next."""
    language = spec["parameters"]["language"]
    sentence = words.text("runs.failed", language, name=name, message=message)
    _message_page(spec, name, page, "failed", sentence, words.text("runs.failed_remedy", language))
    return _record(name, "failed", page, started) | {"error": message}


def _left_out(spec: dict[str, Any], name: str, status: str, unit: str, need: int, got: int) -> dict[str, Any]:
    language = spec["parameters"]["language"]
    started = time.perf_counter()
    page = Path(spec["pages"]) / page_name(name)
    sentence = words.text(f"runs.{status}", language, name=name, unit=words.term(unit, language), need=need, got=got)
    _message_page(spec, name, page, status, sentence, "")
    return _record(name, status, page, started) | {"error": sentence}


def _message_page(spec: dict[str, Any], name: str, page: Path, status: str, reason: str, remedy: str) -> None:
    meta = page_of(name, spec["parameters"], reference_hash=spec["reference_hash"])
    places.write_whole(page, render.message_page(meta, status=status, reason=reason, remedy=remedy))


def main() -> int:
    """Read the spec, run, write the record whole."""
    spec_path, record_path = map(Path, sys.argv[1:3])
    spec = json.loads(spec_path.read_text(encoding="utf-8"))
    record = run_region(spec)
    places.write_whole(record_path, json.dumps(record, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
