"""One notebook again with other settings, and what depends on it, in a scratch folder."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..core import words
from ..core.errors import DataError, SettingError
from ..core.policy import MIN_CELL
from ..data import decisions, signing
from ..runs import parameters, places, stamp

if TYPE_CHECKING:
    from .run import Run

__all__ = ["FOLLOWERS", "redo"]

#: notebooks that load what a notebook saves, in the order they run
FOLLOWERS = {
    "00_reference": ("02_segments_tiers", "03_value_loyalty", "07_case_study"),
    "01_data_health": ("07_case_study",),
    "02_segments_tiers": ("03_value_loyalty", "07_case_study"),
    "03_value_loyalty": ("07_case_study",),
    "04_voice_barriers": ("07_case_study",),
    "07_case_study": (),
}
#: choices that a run reads from decisions.yaml after its tables are built
_DECISIONS = ("k", "names", "cuts", "method", "weights", "pairwise", "components", "rfm", "labels", "legend",
              "hysteresis")  # fmt: skip
_SETTINGS = ("as_of", "brand", "seed", "language")
#: with one of these changed, what was frozen no longer holds and is learned again
_RELEARN = {"k", "cuts", "brand", "method", "weights", "pairwise", "components", "rfm"}
#: two ways to say the same: the one that is changed takes the place of the other
_INSTEAD = {"weights": "pairwise", "pairwise": "weights"}


def redo(run: Run, notebook: str, changes: Mapping[str, Any]) -> Run:
    """Run one notebook of a region again, and those that load its results.

    Parameters
    ----------
    run : Run
        Its folder is left alone.
    notebook : str
        Such as ``"02_segments_tiers"``; ``"00_reference"`` learns again from all regions.
    changes : mapping
        Choices (``k``, ``cuts``, ``names``, ``weights``, ``components`` … as `analysis.data.decisions.Decisions`
        holds them; None takes one back), common settings (``as_of``, ``brand``, ``seed``, ``language``) or
        parameters that the notebook itself declares (``horizon_months`` …).

    Returns
    -------
    Run
        In the scratch folder ``explore`` of the work folder; `Run.diff` compares it with the first.

    Raises
    ------
    SettingError
        ``unknown_notebook``, ``explore_unknown_change`` with close matches, a value of the wrong kind.
    DataError
        ``explore_redo_failed`` with the notebook's own message; ``explore_not_run`` when the region is
        too small for it.
    """
    _check(run, notebook, changes)
    scratch = _scratch(run, notebook, changes)
    told = _told(run, scratch, changes)
    chain = [n for n in (notebook, *FOLLOWERS[notebook]) if n != places.REFERENCE and _ran(run, n)]
    try:
        learned = notebook == places.REFERENCE or bool(_RELEARN & set(changes))
        if learned:
            _learn(scratch, told)
        if learned or set(_DECISIONS) & set(changes):
            # the frozen model and the choices reach every notebook that loads them
            late = ("02_segments_tiers", *FOLLOWERS["02_segments_tiers"])
            chain = sorted({*chain, *(n for n in late if _ran(run, n))})
        own = {name: changes[name] for name in changes if name in _own(notebook)}
        first = [n for n in chain if n == notebook] if own else []
        for names, extra in ((first, own), ([n for n in chain if n not in first], {})):
            _run(scratch, run.region, names, {**told, **extra})
    except Exception:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    places.write_json(scratch / stamp.FILE, {**run.stamp, "scratch_of": run.name, "changes": _plain(changes)})
    return dataclasses.replace(run, home=scratch, language=told["language"])


def _check(run: Run, notebook: str, changes: Mapping[str, Any]) -> None:
    if notebook not in FOLLOWERS:
        close = difflib.get_close_matches(notebook, FOLLOWERS, n=3, cutoff=0.3) or list(FOLLOWERS)
        raise SettingError("unknown_notebook", name=notebook, found=close, folder="notebooks")
    if notebook != places.REFERENCE and not _ran(run, notebook):
        raise _not_run(run, notebook)
    known = [*_DECISIONS, *_SETTINGS, *_own(notebook)]
    for name in changes:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known
            raise SettingError("explore_unknown_change", got=name, name=notebook, close=close)
    if changes.get("as_of") is not None:
        _check_date(str(changes["as_of"]), run.as_of)
    if changes.get("language", run.language) not in words.LANGUAGES:
        raise SettingError("not_a_choice", name="language", got=changes["language"], allowed=list(words.LANGUAGES))


def _check_date(wanted: str, latest: str) -> None:
    try:
        early = dt.date.fromisoformat(wanted) <= dt.date.fromisoformat(latest)
    except ValueError:
        early = False
    if not early:
        raise SettingError("explore_as_of", got=wanted, latest=latest)


def _own(notebook: str) -> list[str]:
    """Parameters that only this notebook declares."""
    common = set(parameters.Parameters.model_fields)
    return sorted(parameters.declared(places.notebook_path(notebook)) - common)


def _ran(run: Run, notebook: str) -> bool:
    return any(n.get("name") == notebook and n.get("status") == "ok" for n in _records(run))


def _records(run: Run) -> list[dict[str, Any]]:
    told: dict[str, Any] = next((r for r in run.stamp.get("regions", []) if r["region"] == run.region), {})
    return list(told.get("notebooks", []))


def _not_run(run: Run, notebook: str) -> DataError:
    told: dict[str, Any] = next((r for r in run.stamp.get("regions", []) if r["region"] == run.region), {})
    reason = next((n.get("error") for n in _records(run) if n["name"] == notebook), None) or told.get("reason") or "—"
    return DataError("explore_not_run", nb=notebook, region=run.region, reason=str(reason))


def _scratch(run: Run, notebook: str, changes: Mapping[str, Any]) -> Path:
    """A folder of its own for these changes: linked tables, own decisions, copies of the earlier results."""
    key = json.dumps([str(run.home), run.region, notebook, _plain(changes)], sort_keys=True, ensure_ascii=False)
    folder = places.work_root() / "explore" / f"{run.name}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tables").mkdir(parents=True)
    for path in (run.home / "tables").iterdir():
        if path.name != decisions.FILE:
            _link(path, folder / "tables" / path.name)
    _decide(run, folder / "tables", changes)
    shutil.copytree(run.home / "reference", folder / "reference")
    part = places.region_folder(run.region)
    shutil.copytree(run.results_dir, folder / part / "results")
    return folder


def _link(source: Path, target: Path) -> None:
    """Tables are never written to, so a link does; a copy where the file system has none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _decide(run: Run, folder: Path, changes: Mapping[str, Any]) -> None:
    """The run's own choices, with the changed ones in their place."""
    before = run.home / "tables" / decisions.FILE
    tree: dict[str, Any] = yaml.safe_load(before.read_text(encoding="utf-8")) if before.is_file() else {}
    for name in (name for name in _DECISIONS if name in changes):
        value = changes[name]
        if value is None:
            tree.pop(name, None)
            continue
        if name == "cuts":
            # cut points that are not named stay as they were decided
            told = value if isinstance(value, Mapping) else {"abc": value}
            value = {**tree.get("cuts", {}).get("value", {}), **told}
        if name in _INSTEAD and _INSTEAD[name] not in changes:
            tree.pop(_INSTEAD[name], None)
        signed = {"who": "redo", "when": dt.date(1970, 1, 1), "why": "trial"}
        tree[name] = {"value": signing.plain(value), **signed}
    if tree:
        path = folder / decisions.FILE
        path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=True), encoding="utf-8")
        decisions.load(path)


def _told(run: Run, scratch: Path, changes: Mapping[str, Any]) -> dict[str, Any]:
    part = scratch / places.region_folder(run.region)
    common = run.parameters() | {name: changes[name] for name in _SETTINGS if name in changes}
    return common | {
        "tables_dir": str(scratch / "tables"), "reference_dir": str(scratch / "reference"),
        "results_dir": str(part / "results"), "min_cell": MIN_CELL["internal"], "baseline_run": None,
    }  # fmt: skip


def _learn(scratch: Path, told: dict[str, Any]) -> None:
    from ..data import tables
    from ..runs import batch

    batch.learn(scratch, tables.meta(scratch / "tables"), told, batch.Options())


def _run(scratch: Path, region: str, names: list[str], told: dict[str, Any]) -> None:
    """Run notebooks in a process of their own, as the batch does."""
    if not names:
        return
    from ..runs import pool

    common = {name: told[name] for name in told if name in parameters.Parameters.model_fields}
    parameters.parse(common)
    parameters.check_extra(places.notebook_path(names[0]), {n: v for n, v in told.items() if n not in common})
    part = scratch / places.region_folder(region)
    spec = {
        "region": region, "run": names, "left_out": {}, "parameters": told, "resume": False, "notebooks_dir": None,
        "pages": str(part / "pages"), "executed": str(part / "executed"), "keys": str(part / "keys"),
        "inputs_hash": "", "reference_hash": "",
    }  # fmt: skip
    record = next(pool.run_all([spec], jobs=1, language=told["language"]))
    failed = [n for n in record["notebooks"] if n["status"] == "failed"]
    if failed:
        raise DataError("explore_redo_failed", name=failed[0]["name"], message=failed[0]["error"])


def _plain(changes: Mapping[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(dict(changes), default=str))
